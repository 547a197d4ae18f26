import assert from "node:assert/strict";
import { test } from "node:test";
import { absentFields, noToolArguments, type RiskAction } from "../../schemas/generated/records.ts";
import { type State, step } from "./core.ts";
import { newPlacing, placeOrderEffect, placeOrderSteps } from "./place-order.ts";
import type { ActPorts, PortAnswer } from "./ports.ts";
import { refusalSentences } from "./refusal-sentences.ts";
import { assessedCall, assessment } from "./testing/assessed-call.ts";
import { config } from "./testing/config.ts";
import { toolCalled } from "./testing/tool-call.ts";

const identity = { isRequired: true, provenSinceMs: null };
const charge = { customerRef: "cus_1", paymentMethodRef: "pm_1", amountMinor: 5_145, currency: "usd" };
const begun = { status: "begun", orderNumber: "700001", charge, isBackordered: false, storeWaitMs: 4 };
const order = {
  orderNumber: "700001",
  status: "paid",
  lines: [],
  totalMinor: 5_145,
  currency: "USD",
  placedAt: 1_000,
  paidWithLast4: "4242",
  options: [],
};
const others = [{ cardId: "card-2", brand: "visa", last4: "5555", isDefault: false }];
const taken = { status: "succeeded", paymentRef: "pi_1", vendorWaitMs: 90 };

type Answer = { readonly [call: string]: object | { readonly fails: string; readonly isRetryable?: boolean } };
const portOf = (call: string): keyof ActPorts => {
  if (call === "askPayer") return "payerApproval";
  if (call === "hold" || call === "letGo") return "holds";
  return ["chargeSavedCard", "refund"].includes(call) ? "payments" : "orders";
};

/** Plays a placeOrder to its end: which effects were asked for, and what came of it. `risen`: risk that arrives while `begin` is under way. */
function played(answers: Answer, risen?: RiskAction) {
  let state: State | null = null;
  let at = 1_000;
  const effects: { readonly call: string; readonly key: string | undefined; readonly input: unknown }[] = [];
  let out = assessedCall(state, toolCalled("placeOrder"), at, config);
  for (let turn = 0; turn < 40; turn += 1) {
    state = out.state;
    const emitted = out.emit?.[0]?.record;
    if (emitted !== undefined) {
      assert.deepEqual(state?.running, []);
      const { turn: _turn, callId: _callId, ...result } = emitted;
      return { effects, result, calls: effects.map(({ call }) => call) };
    }
    const [effect] = out.effects ?? [];
    if (effect === undefined) {
      const [name] = Object.keys(out.timers ?? {});
      assert.ok(name !== undefined, "it neither ends nor goes on");
      at = out.timers?.[name] ?? at;
      out = step(state, { from: "timer", name }, at, config);
      continue;
    }
    effects.push({ call: effect.call, key: effect.key, input: effect.input });
    assert.equal(effect.port, portOf(effect.call));
    if (risen !== undefined && effect.call === "begin") {
      state = step(state, { from: "risk", record: assessment("e", risen) }, at, config).state;
    }
    const answer = answers[effect.call] ?? {};
    const about = { from: "port", port: effect.port, call: effect.call, effectId: "hash" };
    const input =
      "fails" in answer
        ? { ...about, outcome: "failure", code: answer.fails, isRetryable: "isRetryable" in answer }
        : { ...about, outcome: "result", result: answer };
    out = step(state, input as PortAnswer, at, config);
  }
  throw new Error("it never ends");
}

const waits = (storeWaitMs: number, vendorWaitMs: number) => ({ storeWaitMs, vendorWaitMs });
const refused = (reason: string, details: object) => ({
  type: "ToolRefused",
  tool: "placeOrder",
  reason,
  ...absentFields.ToolRefused,
  sentence: refusalSentences[reason as keyof typeof refusalSentences] ?? null,
  ...details,
});
const failed = (code: string, isOutcomeUnknown: boolean, details: object) => ({
  type: "ToolFailed",
  tool: "placeOrder",
  code,
  isOutcomeUnknown,
  ...details,
});

test("begun, charged, paid: each step with its own key and what the step before gave", () => {
  const { effects, result } = played({
    begin: begun,
    chargeSavedCard: taken,
    markPaid: { status: "paid", order, storeWaitMs: 6 },
  });
  assert.deepEqual(effects.slice(1), [
    { call: "chargeSavedCard", key: "call-1/charge", input: { orderId: "700001", ...charge } },
    { call: "markPaid", key: "call-1/markPaid", input: { orderNumber: "700001", paymentRef: "pi_1" } },
  ]);
  assert.deepEqual(result, {
    type: "ToolSucceeded",
    tool: "placeOrder",
    ...absentFields.ToolSucceeded,
    order,
    ...waits(10, 90),
  });
});

const ahead = { ...begun, isBackordered: true };
const held = { status: "held", paymentRef: "pi_1", vendorWaitMs: 80 };
const letGone = { status: "letGo", vendorWaitMs: 20 };
const released = { status: "released", cards: others, storeWaitMs: 2 };

test("of what is not there yet the amount is held, and nothing is charged", () => {
  const { effects, result } = played({
    begin: ahead,
    hold: held,
    markHeld: { status: "held", order: { ...order, status: "backordered" }, storeWaitMs: 6 },
  });
  assert.deepEqual(effects.slice(1), [
    { call: "hold", key: "call-1/hold", input: { orderId: "700001", ...charge } },
    { call: "markHeld", key: "call-1/markHeld", input: { orderNumber: "700001", paymentRef: "pi_1" } },
  ]);
  assert.equal(result.type === "ToolSucceeded" && result.order?.status, "backordered");
});

test("an amount that is held for an order that was given up meanwhile is let go", () => {
  const notPayable = { status: "notPayable", storeWaitMs: 6 };
  const { calls, effects, result } = played({
    begin: ahead,
    hold: held,
    markHeld: notPayable,
    letGo: letGone,
    releasePayment: released,
  });
  assert.deepEqual(calls, ["begin", "hold", "markHeld", "letGo", "releasePayment"]);
  assert.deepEqual(effects.at(-1)?.input, { orderNumber: "700001", cause: { kind: "notCharged" } });
  assert.deepEqual(result, failed("ABORTED", false, waits(12, 100)));
});

test("a card on which nothing can be held, for want of money or of its owner's approval, can be another one", () => {
  for (const [answer, declineCode] of [
    [
      { status: "declined", declineCode: "insufficient_funds", paymentRef: "pi_2", vendorWaitMs: 70 },
      "insufficient_funds",
    ],
    [{ status: "authenticationRequired", paymentRef: "pi_2", vendorWaitMs: 70 }, "authentication_required"],
  ] as const) {
    const { calls, effects, result } = played({ begin: ahead, hold: answer, releasePayment: released });
    assert.deepEqual(calls, ["begin", "hold", "releasePayment"]);
    const cause = { kind: "declined", declineCode, paymentRef: "pi_2" };
    assert.deepEqual(effects[2]?.input, { orderNumber: "700001", cause });
    assert.deepEqual(result, refused("cardDeclined", { cards: others, ...waits(6, 70) }));
  }
});

test("an amount that may or may not be held is left to the reconciliation", () => {
  const unknown = { status: "unknown", reason: "timeout", vendorWaitMs: 9 };
  const { calls, result } = played({ begin: ahead, hold: unknown, markUnknown: { status: "unknown", storeWaitMs: 1 } });
  assert.deepEqual(calls, ["begin", "hold", "markUnknown"]);
  assert.deepEqual(result, failed("DEADLINE_EXCEEDED", true, waits(5, 9)));
});

test("what the database refuses is refused, and nothing is charged", () => {
  const no = { status: "refused", reason: "outOfStock", limit: null, availableQuantity: 1, storeWaitMs: 4 };
  const { calls, result } = played({ begin: no });
  assert.deepEqual(calls, ["begin"]);
  assert.deepEqual(result, refused("outOfStock", { availableQuantity: 1, ...waits(4, 0) }));
});

test("a block that comes while the order is begun takes it back before anything is charged", () => {
  const { calls, effects, result } = played(
    { begin: begun, releasePayment: { status: "released", cards: others, storeWaitMs: 2 } },
    "block",
  );
  assert.deepEqual(calls, ["begin", "releasePayment"]);
  assert.deepEqual(effects[1]?.input, { orderNumber: "700001", cause: { kind: "notCharged" } });
  assert.deepEqual(result, refused("riskBlocked", waits(6, 0)));
});

const approval = { status: "authenticationRequired", paymentRef: "pi_2", vendorWaitMs: 70 };
const unreachable = { status: "unreachable", validForMs: 0, storeWaitMs: 1, vendorWaitMs: 3 };

test("a card that wants its owner's approval asks them for it: the order waits, and the caller is told for how long", () => {
  const asked = { status: "asked", validForMs: 600_000, storeWaitMs: 3, vendorWaitMs: 40 };
  const { effects, result } = played({ begin: begun, chargeSavedCard: approval, askPayer: asked });
  assert.deepEqual(effects[2], {
    call: "askPayer",
    key: "call-1/askPayer",
    input: { orderNumber: "700001", paymentRef: "pi_2", charge },
  });
  assert.deepEqual(result, refused("authenticationRequired", { limit: 10, ...waits(7, 110) }));
});

/** An order whose payer has no card. */
const cardless = { ...begun, charge: { ...charge, paymentMethodRef: null } };

test("an order without a card asks its payer at once: nothing is charged, and the caller is told for how long it waits", () => {
  const asked = { status: "asked", validForMs: 600_000, storeWaitMs: 3, vendorWaitMs: 40 };
  const { effects, result } = played({ begin: cardless, askPayer: asked });
  assert.deepEqual(effects.slice(1), [
    {
      call: "askPayer",
      key: "call-1/askPayer",
      input: { orderNumber: "700001", paymentRef: null, charge: cardless.charge },
    },
  ]);
  assert.deepEqual(result, refused("authenticationRequired", { limit: 10, ...waits(7, 40) }));
});

test("where that payer cannot be asked the order is released uncharged, and there is no other card to name", () => {
  const release = { status: "released", cards: others, storeWaitMs: 2 };
  const { effects, result } = played({ begin: cardless, askPayer: unreachable, releasePayment: release });
  assert.deepEqual(effects[2], {
    call: "releasePayment",
    key: "call-1/release",
    input: { orderNumber: "700001", cause: { kind: "notCharged" } },
  });
  assert.deepEqual(result, refused("noCard", waits(7, 3)));
});

test("where it is not known whether the payer was asked nothing is released: the link runs out by itself", () => {
  const broken = { fails: "DATABASE_FAILED", isRetryable: true };
  const { calls, result } = played({ begin: begun, chargeSavedCard: approval, askPayer: broken });
  assert.deepEqual(calls, ["begin", "chargeSavedCard", "askPayer", "askPayer", "askPayer"]);
  assert.deepEqual(result, failed("DATABASE_FAILED", true, waits(4, 70)));
});

test("a declined card, or one whose owner cannot be asked, releases the order and names the others", () => {
  const release = { status: "released", cards: others, storeWaitMs: 2 };
  const declined = { status: "declined", declineCode: "lost_card", paymentRef: null, vendorWaitMs: 70 };
  const first = played({ begin: begun, chargeSavedCard: declined, releasePayment: release });
  assert.deepEqual(first.effects[2], {
    call: "releasePayment",
    key: "call-1/release",
    input: { orderNumber: "700001", cause: { kind: "declined", declineCode: "lost_card", paymentRef: null } },
  });
  assert.deepEqual(first.result, refused("cardDeclined", { cards: others, ...waits(6, 70) }));
  const second = played({ begin: begun, chargeSavedCard: approval, askPayer: unreachable, releasePayment: release });
  assert.deepEqual(second.effects[3]?.input, {
    orderNumber: "700001",
    cause: { kind: "declined", declineCode: "authentication_required", paymentRef: "pi_2" },
  });
});

test("a charge without a known end is never repeated: it is marked, and the caller is told that it is unknown", () => {
  const marked = { status: "unknown", storeWaitMs: 1 };
  const unknown = { status: "unknown", reason: "timeout", vendorWaitMs: 9_000 };
  const answered = played({ begin: begun, chargeSavedCard: unknown, markUnknown: marked });
  assert.deepEqual(answered.calls, ["begin", "chargeSavedCard", "markUnknown"]);
  assert.deepEqual(answered.result, failed("DEADLINE_EXCEEDED", true, waits(5, 9_000)));
  const thrown = played({
    begin: begun,
    chargeSavedCard: { fails: "VENDOR_UNAVAILABLE", isRetryable: true },
    markUnknown: marked,
  });
  assert.deepEqual(thrown.calls, ["begin", "chargeSavedCard", "markUnknown"]);
  assert.deepEqual(thrown.result, failed("VENDOR_UNAVAILABLE", true, waits(5, 0)));
});

test("a charge that the provider did not take releases the order: nothing is unknown", () => {
  for (const code of ["VENDOR_REFUSED", "CREDENTIALS_REFUSED", "INVALID_INPUT", "VENDOR_QUOTA", "QUEUE_FULL"]) {
    const { calls, result } = played({
      begin: begun,
      chargeSavedCard: { fails: code },
      releasePayment: { status: "released", cards: others, storeWaitMs: 2 },
    });
    assert.deepEqual(calls, ["begin", "chargeSavedCard", "releasePayment"]);
    assert.deepEqual(result, failed(code, false, waits(6, 0)));
  }
});

test("money for an order that was given up goes back", () => {
  const { effects, result } = played({
    begin: begun,
    chargeSavedCard: taken,
    markPaid: { status: "notPayable", storeWaitMs: 1 },
    refund: { refundRef: "re_1" },
    releasePayment: { status: "released", cards: [], storeWaitMs: 1 },
  });
  assert.deepEqual(effects.slice(3), [
    { call: "refund", key: "call-1/refund", input: { paymentRef: "pi_1", amountMinor: 5_145, reason: "orderFailed" } },
    {
      call: "releasePayment",
      key: "call-1/releaseRefunded",
      input: { orderNumber: "700001", cause: { kind: "refunded", paymentRef: "pi_1" } },
    },
  ]);
  assert.deepEqual(result, failed("ABORTED", false, waits(6, 90)));
});

test("once money may have moved, the database is tried longer, with the same key each time", () => {
  const away = { fails: "DATABASE_FAILED", isRetryable: true };
  const unpaid = played({ begin: begun, chargeSavedCard: taken, markPaid: away });
  assert.deepEqual(unpaid.calls, ["begin", "chargeSavedCard", "markPaid", "markPaid", "markPaid"]);
  assert.equal(new Set(unpaid.effects.slice(2).map(({ key }) => key)).size, 1);
  assert.deepEqual(unpaid.result, failed("DATABASE_FAILED", true, waits(4, 90)));
  const unbegun = played({ begin: away });
  assert.deepEqual(unbegun.calls, ["begin", "begin"]);
  assert.deepEqual(unbegun.result, failed("DATABASE_FAILED", false, waits(0, 0)));
});

test("every step has the effect that the table names", () => {
  const placing = { ...newPlacing, orderNumber: "700001", charge, paymentRef: "pi_1" };
  for (const step of Object.keys(placeOrderSteps) as (keyof typeof placeOrderSteps)[]) {
    const { port, call, key } = placeOrderEffect("call-1", noToolArguments, { ...placing, step }, identity);
    assert.deepEqual([`${port}.${call}`, key], [placeOrderSteps[step].effect, `call-1/${step}`]);
  }
});
