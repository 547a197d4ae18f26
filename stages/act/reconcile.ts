/**
 * Payments whose end is not known: after a crash, a lost answer or a database that was away. The provider is asked which charges it has for the
 * order, and the order follows what it says: paid, or given up, or the money goes back. It can run at any time, in any number of workers, and
 * again: every change has a key made of the order, of what was last heard of its payment, and of what is done; money goes back under a key of its charge alone.
 */
import type { OrderKeeping, Orders, UnsettledPayment } from "../../connectors/orders/port.ts";
import type { Holds, PaymentBooks, Payments, ProviderCharge } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";

/** Status of Stripe's payment intents whose amount is held, and not taken. */
export const heldStatus = "requires_capture";

/** What a run did; `open`: the provider has not decided yet, or a charge may still come. */
export type Reconciliation = {
  readonly paid: number;
  /** Amounts that are held for orders whose goods are awaited. */
  readonly held: number;
  readonly released: number;
  readonly refunded: number;
  readonly open: number;
  readonly failed: number;
};

/** When to look, and when to give up. All ages in milliseconds. */
export type ReconcileOptions = {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Age from which a payment without a charge is given up: longer than any try to charge can take. */
  readonly giveUpAfterMs: number;
  readonly pendingForMs: number;
  readonly unknownForMs: number;
  readonly limit: number;
};

type Reached = { readonly orders: Orders & OrderKeeping; readonly payments: Payments; readonly holds: Holds };
type SettleOptions = Pick<ReconcileOptions, "now" | "giveUpAfterMs">;
type Verdict = Exclude<keyof Reconciliation, "failed">;

/** Settles what can be settled. A payment that cannot be worked on now counts as failed and is tried again by the next run. */
export async function reconcile(reached: Reached, options: ReconcileOptions): Promise<Reconciliation> {
  const counts = { paid: 0, held: 0, released: 0, refunded: 0, open: 0, failed: 0 };
  for (const payment of await reached.orders.unsettled(options)) {
    const verdict = await settle(reached, payment, options).catch(() => "failed" as const);
    counts[verdict] += 1;
  }
  return counts;
}

/** What {@link reclaim} did; `released`: amounts that were held. */
export type Reclaim = { readonly refunded: number; readonly released: number; readonly failed: number };

/**
 * Money that the provider kept for orders that were given up: a charge that was on its way for longer than anybody waits, made by a worker that died before
 * it could note it. The provider's charges since a moment (milliseconds since the epoch) are looked through; what belongs to no order of ours is left alone.
 */
export async function reclaim(
  reached: Reached & { readonly payments: PaymentBooks },
  { now, sinceMs }: { readonly now: number; readonly sinceMs: number },
): Promise<Reclaim> {
  const context = { callSid: "", effectId: `reclaim/${now}`, signal: new AbortController().signal, notify: () => {} };
  const { charges } = await reached.payments.listCharges({ sinceMs }, context);
  const kept = charges.flatMap(({ status, orderId, amountMinor, refundedMinor }) =>
    ["succeeded", heldStatus].includes(status) && orderId !== null && refundedMinor < amountMinor ? [orderId] : [],
  );
  const counts = { refunded: 0, released: 0, failed: 0 };
  if (kept.length === 0) return counts;
  for (const payment of await reached.orders.givenUp(kept)) {
    const verdict = await settle(reached, payment, { now, giveUpAfterMs: 0 }).catch(() => "failed" as const);
    counts[verdict === "refunded" || verdict === "released" ? verdict : "failed"] += 1;
  }
  return counts;
}

async function settle(reached: Reached, payment: UnsettledPayment, options: SettleOptions): Promise<Verdict> {
  const { orders, payments } = reached;
  const { orderNumber, newsAtMs: news } = payment;
  const found = await payments.findCharges({ orderId: orderNumber }, contextOf(payment, `find/${options.now}`));
  const taken = found.charges.filter(({ status }) => status === "succeeded");
  const kept = taken.filter(({ amountMinor, refundedMinor }) => refundedMinor < amountMinor);
  const [first] = kept;
  if (first !== undefined) {
    const { paymentRef } = first;
    const { status } = await orders.markPaid(
      { orderNumber, paymentRef },
      contextOf(payment, `${news}/paid/${paymentRef}`),
    );
    for (const charge of status === "paid" ? kept.slice(1) : kept) await giveBack(payments, payment, charge);
    if (status === "paid") return "paid";
  }
  const held = found.charges.filter(({ status }) => status === heldStatus);
  const [hold] = held;
  if (first === undefined && hold !== undefined) {
    const { paymentRef } = hold;
    const { status } = await orders.markHeld(
      { orderNumber, paymentRef },
      contextOf(payment, `${news}/held/${paymentRef}`),
    );
    for (const charge of status === "held" ? held.slice(1) : held)
      await reached.holds.letGo({ paymentRef: charge.paymentRef }, contextOf(payment, `letGo/${charge.paymentRef}`));
    if (status === "held") return "held";
  }
  const [gone] = taken;
  if (gone !== undefined) {
    const cause = { kind: "refunded", paymentRef: gone.paymentRef } as const;
    await orders.releasePayment({ orderNumber, cause }, contextOf(payment, `${news}/refunded/${gone.paymentRef}`));
    return "refunded";
  }
  if (!isOver(found.charges, options.now - payment.begunAtMs, options)) return "open";
  await orders.releasePayment({ orderNumber, cause: { kind: "notCharged" } }, contextOf(payment, `${news}/notCharged`));
  return "released";
}

/** Statuses of Stripe's payment intents that a repeated request with the same key does not change; what was held has been let go by now. */
const ENDED = new Set(["requires_payment_method", "canceled", heldStatus]);
/** A status that may still become money without us. */
const UNDECIDED = "processing";

/** Whether no money can come any more. */
function isOver(charges: readonly ProviderCharge[], ageMs: number, { giveUpAfterMs }: SettleOptions): boolean {
  if (charges.length > 0 && charges.every(({ status }) => ENDED.has(status))) return true;
  return ageMs >= giveUpAfterMs && charges.every(({ status }) => status !== UNDECIDED);
}

async function giveBack(payments: Payments, payment: UnsettledPayment, charge: ProviderCharge): Promise<void> {
  const { paymentRef } = charge;
  const amountMinor = charge.amountMinor - charge.refundedMinor;
  await payments.refund({ paymentRef, amountMinor, reason: "orderFailed" }, contextOf(payment, `refund/${paymentRef}`));
}

function contextOf({ callSid, orderNumber }: UnsettledPayment, what: string): EffectContext {
  // The run is bounded by its limit and by the adapters' own time-outs, so nothing calls it off half-way.
  const { signal } = new AbortController();
  return { callSid, effectId: `reconcile/${orderNumber}/${what}`, signal, notify: () => {} };
}
