/** What is reserved for a caller goes back when they hang up, but never under an order that is being placed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../runtime/stage.ts";
import { stamped } from "../../runtime/testing/record.ts";
import type { ToolCalled } from "../../schemas/generated/records.ts";
import { type State, step } from "./core.ts";
import type { ActPorts, PortAnswer } from "./ports.ts";
import { assessedCall } from "./testing/assessed-call.ts";
import { config } from "./testing/config.ts";
import { toolCalled } from "./testing/tool-call.ts";

function given() {
  let state: State | null = null;
  const feed = (input: Parameters<typeof step>[1]): Outcome<State, "toolResults", ActPorts> => {
    const out = step(state, input, 1_000, config);
    state = out.state;
    return out;
  };
  const about = { from: "port", effectId: "hash", outcome: "result" } as const;
  return {
    state: () => state,
    called: (record: ToolCalled) => {
      const out = assessedCall(state, record, 1_000, config);
      state = out.state;
      return out;
    },
    answered: (port: string, call: string, result: object) =>
      feed({ ...about, port, call, result } as unknown as PortAnswer),
    rings: () =>
      feed({
        from: "calls",
        record: stamped("CallStarted", {
          fromNumber: "+12025550101",
          toNumber: "+12025550100",
          direction: "inbound",
          carrierRisk: "unknown",
        } as never),
      }),
    hangsUp: () =>
      feed({
        from: "calls",
        record: stamped("CallEnded", { reason: "callerHungUp", durationMs: 60_000 } as never),
      }),
  };
}
const wanted = (out: Outcome<State, "toolResults", ActPorts>) =>
  (out.effects ?? []).map(({ call, key }) => [call, key]);
const quoted = { status: "quoted", quote: { quoteId: "q-1" }, cards: [], storeWaitMs: 1 };

test("a quoted caller who hangs up gives the pieces back", () => {
  const call = given();
  call.called(toolCalled("quoteOrder", { eventId: "quote-1" }));
  call.answered("orders", "quote", quoted);
  assert.deepEqual(wanted(call.hangsUp()), [["giveBack", "hung-up/giveBack"]]);
  const after = call.answered("orders", "giveBack", { status: "givenBack", storeWaitMs: 1 });
  assert.deepEqual([after.emit ?? [], wanted(after)], [[], []], "nobody is there to be told");
});

test("a caller who asked for nothing leaves no trace", () => {
  const call = given();
  assert.equal(call.rings().save, false);
  assert.deepEqual(call.hangsUp(), { state: null, save: false });
});

test("a quote that is under way when the caller hangs up is given back when it is there", () => {
  const call = given();
  call.called(toolCalled("quoteOrder", { eventId: "quote-1" }));
  assert.deepEqual(wanted(call.hangsUp()), []);
  const out = call.answered("orders", "quote", quoted);
  assert.equal(out.emit?.length, 1);
  assert.deepEqual(wanted(out), [["giveBack", "quote-1/giveBack"]]);
});

test("an order that is being placed when the caller hangs up is placed, and what it leaves is given back after it", () => {
  const call = given();
  call.called(toolCalled("placeOrder", { eventId: "order-1" }));
  assert.deepEqual(wanted(call.hangsUp()), []);
  const charge = { customerRef: "cus_1", paymentMethodRef: "pm_1", amountMinor: 5_145, currency: "usd" };
  const begun = call.answered("orders", "begin", { status: "begun", orderNumber: "700001", charge, storeWaitMs: 1 });
  assert.deepEqual(wanted(begun), [["chargeSavedCard", "order-1/charge"]]);
  const taken = { status: "succeeded", paymentRef: "pi_1", vendorWaitMs: 9 };
  assert.deepEqual(wanted(call.answered("payments", "chargeSavedCard", taken)), [["markPaid", "order-1/markPaid"]]);
  const order = { orderNumber: "700001", status: "paid", lines: [], totalMinor: 5_145, currency: "USD", placedAt: 1 };
  const paid = call.answered("orders", "markPaid", { status: "paid", order, storeWaitMs: 1 });
  assert.equal(paid.emit?.[0]?.record.type, "ToolSucceeded");
  assert.deepEqual(wanted(paid), [["giveBack", "order-1/giveBack"]]);
});

test("a tool call that comes late, after the caller has hung up, is followed by giving back again, under another key", () => {
  const call = given();
  call.called(toolCalled("quoteOrder", { eventId: "quote-1" }));
  call.answered("orders", "quote", quoted);
  call.hangsUp();
  call.called(toolCalled("quoteOrder", { eventId: "quote-2" }));
  assert.deepEqual(wanted(call.answered("orders", "quote", quoted)), [["giveBack", "quote-2/giveBack"]]);
});

test("a search that ends after the caller has hung up gives nothing back while an order is being placed", () => {
  const call = given();
  call.called(toolCalled("searchProducts", { eventId: "search-1" }));
  call.called(toolCalled("placeOrder", { eventId: "order-1" }));
  call.hangsUp();
  const out = call.answered("catalogue", "search", { products: [], storeWaitMs: 1 });
  assert.deepEqual(wanted(out), []);
});
