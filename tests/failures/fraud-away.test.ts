/** Nobody assesses the risk of calls: money waits for that, talk does not. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { callMeanings, hasHeard } from "../support/failure-call.ts";
import { checkAllBooks, drill } from "./failure-drill.ts";
import { FailureSystem } from "./failure-system.ts";

describe("the fraud stage away during a call", { timeout: 300_000 }, () => {
  let fixture: FailureSystem;

  before(async () => {
    fixture = await FailureSystem.open();
    await fixture.control("gemini", "meanings", callMeanings());
  });

  after(async () => {
    await fixture?.close();
  });

  it("nothing is ordered or charged meanwhile, the call goes on, and a new yes orders once it is back", async () => {
    const { order } = await drill(fixture, "fraud away", {
      searching: () => fixture.stage("fraud").stop(),
      confirming: async ({ callSid }) => {
        const { tool } = await fixture.record("ToolRefused", callSid, ({ reason }) => reason === "riskUnknown");
        assert.equal(tool, "placeOrder");
        const charges = await fixture.charges();
        assert.deepEqual(
          charges.filter(({ metadata }) => metadata.callSid === callSid),
          [],
        );
        const { rows } = await fixture.pool.query("SELECT number FROM orders WHERE call_sid = $1", [callSid]);
        assert.deepEqual(rows, []);
        await fixture.system.addWorker("fraud", "fraud again");
      },
    });
    assert.ok(hasHeard(order, "can't do that just now"), "the caller was told");
    const placed = fixture.recordsOf("ToolCalled", order.callSid).filter(({ tool }) => tool === "placeOrder");
    assert.equal(placed.length, 2, "each yes asked for the order once");
    await checkAllBooks(fixture);
  });
});
