import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallFacts, told } from "./summary.ts";

const facts = (given: Partial<CallFacts> = {}): CallFacts => ({
  startedAt: 1_000,
  endedAt: 60_000,
  endReason: "callerHungUp",
  riskAction: "allow",
  isTransferred: false,
  turns: [],
  orders: [],
  leftAtQuote: null,
  isProven: false,
  mayContact: null,
  ...given,
});
const turn = (intent: string | null, ...outcomes: string[]) => ({ intent, outcomes });
const order = { number: "700001", paymentStatus: "succeeded", chargedMinor: 3_000, currency: "USD" };
const kettles = { ...order, lines: [{ spokenName: "steel kettle", quantity: 2 }] };

test("given a call with an order, the summary tells what was done, and what was ordered", () => {
  const turns = [
    turn("searchProducts", "searchProducts:succeeded"),
    turn("refineSearch", "searchProducts:succeeded"),
    turn("orderProduct", "quoteOrder:succeeded"),
    turn("provideDigits", "verifyIdentity:refused:identityRefused", "verifyIdentity:succeeded"),
    turn("confirm", "placeOrder:succeeded"),
  ];
  assert.deepEqual(told(facts({ turns, orders: [kettles] })), {
    outcome: "ordered",
    summary:
      "The caller looked for products, had a total read back, proved who they are. Verify identity was refused (identity refused). Order 700001: 2 x steel kettle.",
    nextStep: "None.",
    escalationReason: null,
  });
});

test("given an order whose payment is not known, the next step is to settle it", () => {
  const unknown = { ...kettles, paymentStatus: "unknown", chargedMinor: 0 };
  const { outcome, nextStep } = told(
    facts({ turns: [turn("confirm", "placeOrder:failed:VENDOR_UNAVAILABLE")], orders: [unknown] }),
  );
  assert.equal(outcome, "nothing");
  assert.equal(nextStep, "See that the payment of order 700001 is settled.");
});

test("given an order that waits for its payer, the next step says so; a question for the yes is no failure", () => {
  const waiting = { ...kettles, paymentStatus: "awaitingPayer", chargedMinor: 0 };
  const turns = [turn("cancelOrder", "cancelOrder:refused:notConfirmed"), turn("confirm", "cancelOrder:succeeded")];
  const { summary, nextStep } = told(facts({ turns, orders: [waiting] }));
  assert.equal(nextStep, "Order 700001 waits for the customer to approve the payment.");
  assert.equal(summary, "The caller cancelled an order. Order 700001: 2 x steel kettle.");
});

test("given a transfer, the reason is what led to it", () => {
  const reasonOf = (given: Partial<CallFacts>) => told(facts({ isTransferred: true, ...given })).escalationReason;
  assert.equal(reasonOf({ turns: [turn("talkToPerson")] }), "asked");
  assert.equal(reasonOf({ turns: [turn(null, "searchProducts:succeeded")] }), "asked");
  assert.equal(reasonOf({ turns: [turn("provideDigits", "verifyIdentity:refused:identityLocked")] }), "notIdentified");
  assert.equal(reasonOf({ turns: [turn("confirm", "placeOrder:refused:riskBlocked")] }), "risk");
  assert.equal(reasonOf({ riskAction: "block" }), "risk");
  assert.equal(reasonOf({ turns: [turn("confirm", "placeOrder:refused:riskUnknown")] }), "fault");
  assert.equal(reasonOf({ turns: [turn("confirm", "placeOrder:refused:cardDeclined")] }), "payment");
  assert.equal(reasonOf({ turns: [turn("searchProducts", "searchProducts:failed:DATABASE_FAILED")] }), "fault");
  assert.equal(told(facts({ turns: [turn("talkToPerson")] })).escalationReason, null);
});

test("given what was left at the total, it is offered again only to those who may be contacted", () => {
  const left = { turns: [turn("orderProduct", "quoteOrder:succeeded")], leftAtQuote: "steel kettle" };
  assert.equal(told(facts({ ...left, mayContact: true })).nextStep, "Offer again: steel kettle.");
  for (const mayContact of [false, null])
    assert.match(told(facts({ ...left, mayContact })).nextStep, /must not be contacted/);
});

test("given other ends, the outcome tells them apart", () => {
  const outcomeOf = (given: Partial<CallFacts>) => told(facts(given)).outcome;
  assert.equal(outcomeOf({ endedAt: null }), "inProgress");
  assert.equal(outcomeOf({}), "nothing");
  assert.equal(outcomeOf({ turns: [turn("searchProducts", "searchProducts:succeeded")] }), "informed");
  assert.equal(outcomeOf({ turns: [turn("checkOrderStatus", "checkOrderStatus:succeeded")] }), "served");
  assert.equal(outcomeOf({ turns: [turn("cancelOrder", "cancelOrder:succeeded")] }), "served");
  assert.equal(outcomeOf({ riskAction: "block" }), "blocked");
  assert.equal(outcomeOf({ isTransferred: true }), "escalated");
});
