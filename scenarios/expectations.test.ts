import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallEvidence, type ChargeSeen, differences, type OrderSeen, parseExpectations } from "./expectations.ts";

const order: OrderSeen = {
  number: "700001",
  customerId: "C-1",
  lines: [{ productId: "P-1", spokenName: "lamp", quantity: 2 }],
  totalMinor: 5600,
  currency: "USD",
  status: "paid",
  paymentStatus: "succeeded",
  paymentRef: "pi_1",
};
const charge: ChargeSeen = {
  paymentRef: "pi_1",
  orderNumber: "700001",
  amountMinor: 5600,
  currency: "USD",
  status: "succeeded",
  last4: "4242",
  refundedMinor: 0,
};
const seen = (change: Partial<CallEvidence>): CallEvidence => ({
  orders: [order],
  charges: [charge],
  changedOrders: [],
  heldPieces: 0,
  records: [],
  ...change,
});
const expected = parseExpectations({
  orders: [{ customerId: "C-1", lines: [{ productId: "P-1", quantity: 2 }], totalMinor: 5600, isPaid: true }],
  payments: [{ amountMinor: 5600, status: "succeeded", last4: "4242" }],
});

describe("what a scenario expects", () => {
  it("is met by exactly the order and the charge", () => {
    assert.deepEqual(differences(expected, seen({})), []);
  });

  it("is not met by one too many, one too few, or another", () => {
    const second = { ...charge, paymentRef: "pi_2" };
    assert.match(differences(expected, seen({ charges: [charge, second] }))[0] ?? "", /expected 1 charge, found 2/);
    assert.match(
      differences(expected, seen({ orders: [], charges: [] })).join("; "),
      /expected 1 order, found 0; expected 1 charge, found 0/,
    );
    const other = { ...order, lines: [{ productId: "P-2", spokenName: "lamp", quantity: 2 }] };
    assert.match(differences(expected, seen({ orders: [other] }))[0] ?? "", /order 1: lines/);
    assert.deepEqual(differences(expected, seen({ charges: [{ ...charge, last4: "4444" }] })), [
      'charge 1: last4 is "4444", expected "4242"',
    ]);
  });

  it("is not met while pieces are reserved for a caller who is gone", () => {
    assert.deepEqual(differences(expected, seen({ heldPieces: 2 })), [
      "2 pieces are still reserved for a caller who is gone",
    ]);
  });

  it("is not met while an amount is held for nothing, or not held for an order that waits for its goods", () => {
    const waiting = { ...order, status: "backordered", paymentStatus: "held" };
    const held = { ...charge, status: "held" };
    assert.deepEqual(differences(parseExpectations({}), seen({ orders: [waiting], charges: [held] })), []);
    assert.match(
      differences(parseExpectations({}), seen({ orders: [waiting], charges: [] })).join(),
      /but no amount is held/,
    );
    const cancelled = { ...order, status: "cancelled", paymentStatus: "notCharged" };
    assert.match(
      differences(parseExpectations({}), seen({ orders: [cancelled], charges: [held] })).join(),
      /and an amount is held/,
    );
  });

  it("does not count an order whose payment failed", () => {
    const failed = { ...order, number: "700002", status: "paymentFailed", paymentStatus: "declined", paymentRef: null };
    assert.deepEqual(differences(expected, seen({ orders: [failed, order] })), []);
  });

  it("counts the records of a topic", () => {
    const topics = parseExpectations({ topics: { "voice.playback.v1": { PlaybackCleared: 1 } } });
    assert.deepEqual(differences(topics, seen({})), [
      "voice.playback.v1 has 0 PlaybackCleareds of this call, expected at least 1",
    ]);
  });

  it("is refused when it is not known", () => {
    assert.throws(() => parseExpectations({ order: [] }), /not known/);
    assert.throws(() => parseExpectations({ topics: { "voice.nothing.v1": { CallEnded: 1 } } }), /no topic/);
    assert.throws(() => parseExpectations({ topics: { "voice.calls.v1": { TurnEnded: 1 } } }), /carries no TurnEnded/);
  });
});

describe("order and charge", () => {
  const nothing = parseExpectations({});
  it("disagree when money has no order, or an order no money", () => {
    assert.match(differences(nothing, seen({ orders: [] }))[0] ?? "", /without an order/);
    assert.match(differences(nothing, seen({ charges: [] }))[0] ?? "", /paid, with 0 charges/);
    const given = { ...order, status: "paymentFailed", paymentStatus: "notCharged" };
    assert.match(differences(nothing, seen({ orders: [given] }))[0] ?? "", /but the order is paymentFailed/);
    const open = { ...order, status: "placed", paymentStatus: "unknown" };
    assert.match(differences(nothing, seen({ orders: [open], charges: [] }))[0] ?? "", /still open/);
  });

  it("agree when the money went back", () => {
    const given = { ...order, status: "paymentFailed", paymentStatus: "refunded" };
    assert.deepEqual(
      differences(nothing, seen({ orders: [given], charges: [{ ...charge, refundedMinor: 5600 }] })),
      [],
    );
  });
});
