/** Money that nobody can move any more must not keep other money from moving. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { DueMoney, DueMovement } from "../../connectors/orders/operations/port.ts";
import type { Payments } from "../../connectors/payments/port.ts";
import { moveAllDue } from "./order-money.ts";

const now = Date.UTC(2026, 10, 1);
const dayMs = 86_400_000;

const due = (index: number, dueSinceMs: number): DueMovement => ({
  orderNumber: String(100_000 + index),
  position: 1,
  kind: "payment",
  amountMinor: 500,
  methodId: "card",
  currency: "USD",
  callSid: "CA1",
  dueSinceMs,
  isAtProvider: true,
  customerRef: "cus",
  paymentMethodRef: "pm",
  charges: [],
  refundedBeforeMinor: 0,
  linkValidUntilMs: null,
  linkRef: null,
});

it("moves what is due although more than a run's worth is stuck before it", async () => {
  const all = [
    ...Array.from({ length: 60 }, (_, index) => due(index, now - 3 * dayMs + index)),
    ...Array.from({ length: 60 }, (_, index) => due(100 + index, now - 1_000 + index)),
  ];
  const charged: string[] = [];
  const dueMoney = {
    dueMovements: async (limit: number) => all.slice(0, limit),
    settleMovement: async () => ({ status: "settled" as const }),
  } as unknown as DueMoney;
  const payments = {
    async chargeSavedCard({ orderId }: { orderId: string }) {
      charged.push(orderId);
      return { status: "succeeded", paymentRef: `pi_${orderId}`, vendorWaitMs: 0 };
    },
  } as unknown as Payments;
  const run = await moveAllDue({ dueMoney, payments }, 50, () => now);
  assert.deepEqual(run, { moved: 50, declined: 0, open: 0, stuck: 60 });
  assert.deepEqual([charged[0], charged.length], ["100100", 50]);
});
