/** What moves money, tells of orders or changes them is done only at a risk that is known. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Outcome } from "../../runtime/stage.ts";
import { stamped } from "../../runtime/testing/record.ts";
import type { RiskAction, ToolCalled } from "../../schemas/generated/records.ts";
import { type State, step } from "./core.ts";
import type { ActPorts, PortAnswer } from "./ports.ts";
import { assessment } from "./testing/assessed-call.ts";
import { config } from "./testing/config.ts";
import { goodArguments, toolCalled } from "./testing/tool-call.ts";

type Out = Outcome<State, "toolResults", ActPorts>;
type Name = keyof typeof goodArguments;

/** By the shop's rules, not by the table of tools. */
const waiting: readonly Name[] = [
  "placeOrder",
  "applyDiscount",
  "addCard",
  "checkOrderStatus",
  "getOrderDetails",
  "cancelOrder",
  "returnItems",
  "exchangeItems",
  "changeOrderAddress",
  "changeOrderPayment",
];
const names = Object.keys(goodArguments) as Name[];

/** A call whose tool calls and assessments come one by one. */
function given() {
  let state: State | null = null;
  const feed = (input: Parameters<typeof step>[1], at: number): Out => {
    const out = step(state, input, at, config);
    // As it is saved and loaded again by whichever worker is next.
    state = JSON.parse(JSON.stringify(out.state)) as State | null;
    return out;
  };
  return {
    state: () => state,
    called: (record: ToolCalled) => feed({ from: "toolCalls", record }, 1_000),
    assessed: (eventId: string, action?: RiskAction) =>
      feed({ from: "risk", record: assessment(eventId, action) }, 1_100),
    timer: (name: string, at: number) => feed({ from: "timer", name }, at),
    answered: (port: string, call: string, result: object) =>
      feed({ from: "port", port, call, effectId: "hash", outcome: "result", result } as PortAnswer, 1_200),
    hangsUp: () =>
      feed({ from: "calls", record: stamped("CallEnded", { reason: "callerHungUp", durationMs: 60_000 }) }, 1_150),
    /** Nobody assesses a tool call until the wait for it is over. */
    notAssessed(callId: string): Out {
      const begun = this.timer(`assessment/${callId}`, 5_000);
      assert.deepEqual(begun.timers, { [`unassessed/${callId}`]: 5_000 + config.riskPatienceMs });
      return this.timer(`unassessed/${callId}`, 5_000 + config.riskPatienceMs);
    },
  };
}

const wanted = (out: Out) => (out.effects ?? []).map(({ port, call, key }) => `${port}.${call} ${key}`);
const results = (out: Out) => (out.emit ?? []).map(({ record }) => ("reason" in record ? record.reason : record.type));

describe("a tool call whose risk nobody has assessed yet", () => {
  it("waits if it moves money, tells of orders or changes them, and is begun at once if it does not", () => {
    for (const name of names) {
      const call = given();
      call.called(toolCalled("cancelQuote", { eventId: "before" }));
      call.answered("orders", "cancelQuote", { status: "cancelled", storeWaitMs: 1 });
      call.assessed("before");
      const out = call.called(toolCalled(name));
      assert.equal(wanted(out).length, waiting.includes(name) ? 0 : 1, name);
      assert.deepEqual(out.timers, waiting.includes(name) ? { "assessment/call-1": 1_000 } : undefined, name);
      assert.deepEqual(results(out), [], name);
    }
  });

  it("begins with its own assessment, not with another's", () => {
    for (const name of waiting) {
      const call = given();
      call.called(toolCalled(name));
      assert.deepEqual(wanted(call.assessed("the turn before")), [], name);
      const out = call.assessed("call-1");
      assert.equal(wanted(out).length, 1, name);
      assert.deepEqual(out.timers, { "assessment/call-1": null, "unassessed/call-1": null }, name);
    }
  });

  it("begins at once where the assessment came first", () => {
    const call = given();
    call.called(toolCalled("verifyIdentity", { eventId: "pin" }));
    call.assessed("pin");
    call.assessed("call-1");
    const out = call.called(toolCalled("checkOrderStatus"));
    assert.deepEqual([wanted(out), out.timers], [["orders.status call-1/checkOrderStatus"], undefined]);
  });

  it("obeys what its own assessment says", () => {
    const challenged = given();
    challenged.called(toolCalled("placeOrder"));
    const [begin] = challenged.assessed("call-1", "challenge").effects ?? [];
    assert.ok(begin !== undefined && "identity" in begin.input);
    assert.deepEqual(begin.input.identity, { isRequired: true, provenSinceMs: 1_100 });
    const blocked = given();
    blocked.called(toolCalled("placeOrder"));
    const out = blocked.assessed("call-1", "block");
    assert.deepEqual([results(out), wanted(out)], [["riskBlocked"], []]);
  });

  it("is refused when the wait is over, with words, and nothing of it is ever done", () => {
    for (const name of waiting) {
      const call = given();
      call.called(toolCalled(name));
      const out = call.notAssessed("call-1");
      assert.deepEqual(results(out), ["riskUnknown"], name);
      const refusal = out.emit?.[0]?.record;
      assert.match((refusal?.type === "ToolRefused" && refusal.sentence) || "", /press 0 to talk to a person/, name);
      assert.deepEqual(wanted(out), ["operators.noteUnassessed call-1/unassessed"], name);
      assert.deepEqual(wanted(call.assessed("call-1")), [], name);
      assert.deepEqual(wanted(call.timer("unassessed/call-1", 9_000)), [], name);
    }
  });

  it("is done when it is asked for again and assessed", () => {
    const call = given();
    call.called(toolCalled("placeOrder"));
    call.notAssessed("call-1");
    call.called(toolCalled("placeOrder", { eventId: "call-2" }));
    assert.deepEqual(wanted(call.assessed("call-2")), ["orders.begin call-2/begin"]);
  });

  it("keeps its place: what came behind it in its lane does not overtake it, and goes on after its refusal", () => {
    const call = given();
    call.called(toolCalled("placeOrder", { eventId: "order" }));
    assert.deepEqual(wanted(call.called(toolCalled("cancelQuote", { eventId: "cancel" }))), []);
    assert.deepEqual(wanted(call.called(toolCalled("searchProducts", { eventId: "search" }))), [
      "catalogue.search search/searchProducts",
    ]);
    assert.deepEqual(wanted(call.notAssessed("order")), [
      "orders.cancelQuote cancel/cancelQuote",
      "operators.noteUnassessed order/unassessed",
    ]);
  });

  it("waits for its lane, too", () => {
    const call = given();
    call.called(toolCalled("cancelQuote", { eventId: "cancel" }));
    call.called(toolCalled("placeOrder"));
    assert.deepEqual(wanted(call.assessed("call-1")), []);
    const out = call.answered("orders", "cancelQuote", { status: "cancelled", storeWaitMs: 1 });
    assert.deepEqual(wanted(out), ["orders.begin call-1/begin"]);
  });

  it("keeps what it is about reserved when the caller hangs up, until it is refused", () => {
    const call = given();
    call.called(toolCalled("placeOrder"));
    assert.deepEqual(wanted(call.hangsUp()), []);
    assert.deepEqual(wanted(call.notAssessed("call-1")), [
      "operators.noteUnassessed call-1/unassessed",
      "orders.giveBack call-1/giveBack",
    ]);
  });
});
