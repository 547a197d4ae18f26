import assert from "node:assert/strict";
import { test } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { noToolArguments, type ToolArguments } from "../../schemas/generated/records.ts";
import { type State, step } from "./core.ts";
import { assessment } from "./testing/assessed-call.ts";
import { config } from "./testing/config.ts";
import { toolCalled } from "./testing/tool-call.ts";

const foreseen = (args: Partial<ToolArguments>, tool: "searchProducts" | "placeOrder" = "searchProducts") =>
  stamped("LookUpForeseen", { tool, intent: "searchProducts", arguments: { ...noToolArguments, ...args } });
const lookedUp = (record: ReturnType<typeof foreseen>, state: State | null = null) =>
  step(state, { from: "toolCalls", record }, 1_000, config);

test("what may soon be searched for is made ready with the arguments of the search, and nothing is answered or saved", () => {
  const outcome = lookedUp(foreseen({ query: "a kettle", priceMaxMinor: 4_000 }));
  const input = { query: "a kettle", priceMinMinor: null, priceMaxMinor: 4_000, quantity: 1, sort: "relevance" };
  assert.deepEqual(outcome, {
    state: null,
    save: false,
    effects: [{ port: "catalogue", call: "prefetch", input }],
  });
  const asked = step(null, { from: "toolCalls", record: toolCalled("searchProducts") }, 1_000, config);
  const searched = lookedUp(foreseen(toolCalled("searchProducts").arguments)).effects?.[0];
  assert.deepEqual(searched?.input, asked.effects?.[0]?.input);
});

test("nothing but a search is done ahead, and no search that would be refused", () => {
  assert.equal(lookedUp(foreseen({ quoteId: "q-1" }, "placeOrder")).effects, undefined);
  assert.equal(lookedUp(foreseen({})).effects, undefined);
  assert.equal(lookedUp(foreseen({ query: "x".repeat(10_000) })).effects, undefined);
  assert.equal(lookedUp(foreseen({ query: "a kettle", quantity: 0 })).effects, undefined);
});

test("a blocked call looks nothing up", () => {
  const { state } = step(null, { from: "risk", record: assessment("e", "block") }, 1_000, config);
  assert.equal(lookedUp(foreseen({ query: "a kettle" }), state).effects, undefined);
});

test("an answer to a look-up ahead is no answer to the search that came meanwhile", () => {
  const asked = step(null, { from: "toolCalls", record: toolCalled("searchProducts") }, 1_000, config);
  const failure = {
    from: "port",
    port: "catalogue",
    call: "prefetch",
    effectId: "ahead",
    outcome: "failure",
    code: "DATABASE_FAILED",
    isRetryable: true,
  } as const;
  const after = step(asked.state, failure, 1_010, config);
  assert.equal(after.emit, undefined);
  assert.deepEqual(after.state?.running, asked.state?.running);
});
