import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { type Entities, type Intent, noEntities } from "../../schemas/generated/records.ts";
import { step } from "./core.ts";
import { callSid, config, TestCall } from "./test-call.ts";

function foreseen(intent: Intent, entities: Partial<Entities>) {
  return stamped("IntentForeseen", {
    callSid,
    turn: 1,
    intent,
    entities: { ...noEntities, ...entities },
    text: "I need a lamp.",
    confidence: 0.9,
  });
}

function started(): TestCall {
  const call = new TestCall();
  call.start();
  call.hear();
  return call;
}

const foresee = (call: TestCall, intent: Intent, entities: Partial<Entities> = {}, settings = config) =>
  step(call.state, { from: "intents", record: foreseen(intent, entities) }, call.at, settings);

describe("what a caller seems to mean", () => {
  it("given a search, then it is looked up with the arguments that the search would have", () => {
    const call = started();
    const { emit } = foresee(call, "searchProducts", { query: "lamp", priceMaxMinor: 5_000 });
    assert.equal(emit?.length, 1);
    const record = emit?.[0]?.record;
    assert.ok(record?.type === "LookUpForeseen");
    call.means("searchProducts", { query: "lamp", priceMaxMinor: 5_000 });
    assert.deepEqual(record.arguments, call.called("searchProducts")?.arguments);
  });

  it("given a narrowing, then it is looked up together with what was searched for", () => {
    const call = new TestCall().searched();
    call.hear();
    const record = foresee(call, "refineSearch", { query: "in blue" }).emit?.[0]?.record;
    assert.ok(record?.type === "LookUpForeseen");
    assert.equal(record.arguments.query, "headphones in blue");
  });

  it("changes nothing, is not saved, says nothing and asks for nothing to be done", () => {
    const call = started();
    for (const intent of ["orderProduct", "confirm", "goodbye", "talkToPerson", "checkOrderStatus"] as const)
      assert.deepEqual(foresee(call, intent), { state: call.state, save: false, emit: [] });
  });

  it("leads to nothing when looking ahead is off, or nobody knows the call", () => {
    const call = started();
    const outcome = foresee(call, "searchProducts", { query: "lamp" }, { ...config, isLookingAhead: false });
    assert.equal(outcome.emit, undefined);
    assert.deepEqual(
      step(null, { from: "intents", record: foreseen("searchProducts", { query: "lamp" }) }, 1_000, config),
      { state: null },
    );
  });
});
