/**
 * Orders that wait for their goods, when these have come: the held amount is taken. A bank holds an amount for some days only: one that is held no longer is charged then, and where the
 * card is refused its owner is sent a link, or the order is given up. It can run at any time, in any number of workers, and again after a crash: each key at the provider is made of the order alone.
 */
import type { Backorders, Orders, PayerApproval, ReadyBackorder } from "../../connectors/orders/port.ts";
import type { Holds, Payments } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { heldStatus } from "./reconcile.ts";

type Reached = {
  readonly backorders: Backorders;
  readonly orders: Pick<Orders, "markPaid" | "releasePayment">;
  readonly payments: Payments;
  readonly holds: Holds;
  /** With links that are valid for long: nobody is on the line. */
  readonly lateApproval: Pick<PayerApproval, "askPayer">;
};

/** What a run did; `asked`: payers who were sent a link, `lapsed`: amounts that are held no longer, `open`: what is tried again by the next run. */
export type BackorderRun = {
  readonly paid: number;
  readonly asked: number;
  readonly givenUp: number;
  readonly lapsed: number;
  readonly open: number;
};

type Verdict = Exclude<keyof BackorderRun, "lapsed">;

/** Lets go what is held for nothing, and takes the money for what is there. What fails is tried again by the next run. */
export async function fulfilBackorders(reached: Reached, limit: number): Promise<BackorderRun> {
  const counts = { paid: 0, asked: 0, givenUp: 0, lapsed: 0, open: 0 };
  const { backorders, holds } = reached;
  for (const { orderNumber, callSid, heldRef } of await backorders.overdueHolds(limit)) {
    try {
      const { status } = await holds.letGo({ paymentRef: heldRef }, contextOf({ orderNumber, callSid }, "letGo"));
      await backorders.endHold({ orderNumber, isTaken: status === "taken" });
      counts.lapsed += 1;
    } catch {
      counts.open += 1;
    }
  }
  for (const order of await backorders.ready(limit)) {
    const verdict = await payFor(reached, order).catch(() => "open" as const);
    counts[verdict] += 1;
  }
  return counts;
}

async function payFor(reached: Reached, order: ReadyBackorder): Promise<Verdict> {
  const { backorders, holds } = reached;
  const { orderNumber, heldRef, declinedRef } = order;
  const { amountMinor } = order.charge;
  if (declinedRef !== null) return askPayer(reached, order, { paymentRef: declinedRef, declineCode: "declined" });
  if (heldRef !== null) {
    const { status } = await holds.capture({ paymentRef: heldRef, amountMinor }, contextOf(order, "capture"));
    if (status === "captured") return markPaid(reached, order, heldRef);
    await backorders.endHold({ orderNumber, isTaken: false });
  }
  return charge(reached, order);
}

/** Nothing is held any more: the card is charged, unless it has been. */
async function charge(reached: Reached, order: ReadyBackorder): Promise<Verdict> {
  const { backorders, payments } = reached;
  const { orderNumber } = order;
  const { customerRef, paymentMethodRef, ...amount } = order.charge;
  // The provider forgets its keys after a day, and a run may have died later than that after a charge.
  const { charges } = await payments.findCharges({ orderId: orderNumber }, contextOf(order, "find"));
  const taken = charges.find(
    ({ status, refundedMinor, amountMinor }) => status === "succeeded" && refundedMinor < amountMinor,
  );
  if (taken !== undefined) return markPaid(reached, order, taken.paymentRef);
  // Another worker holds, or is about to take, what this one believes to be gone.
  if (charges.some(({ status }) => status === heldStatus)) return "open";
  if (customerRef === null || paymentMethodRef === null) {
    await backorders.giveUp({ orderNumber, declineCode: "no_card", paymentRef: null });
    return "givenUp";
  }
  const outcome = await payments.chargeSavedCard(
    { orderId: orderNumber, customerRef, paymentMethodRef, ...amount },
    contextOf(order, "charge"),
  );
  if (outcome.status === "succeeded") return markPaid(reached, order, outcome.paymentRef);
  if (outcome.status === "unknown") return "open";
  const declineCode = outcome.status === "declined" ? outcome.declineCode : "authentication_required";
  return askPayer(reached, order, { paymentRef: outcome.paymentRef, declineCode });
}

/** The order is its payer's for as long as the link lasts; what follows is stages/act/payer-approval.ts. */
async function askPayer(
  { backorders, lateApproval }: Reached,
  order: ReadyBackorder,
  declined: { readonly paymentRef: string | null; readonly declineCode: string },
): Promise<Verdict> {
  const { orderNumber, charge } = order;
  const { paymentRef } = declined;
  const { status } = await lateApproval.askPayer({ orderNumber, paymentRef, charge }, contextOf(order, "ask"));
  if (status === "asked") return "asked";
  await backorders.giveUp({ orderNumber, ...declined });
  return "givenUp";
}

/** The order is paid; money that came for one that was cancelled in this very moment goes back. */
async function markPaid(reached: Reached, order: ReadyBackorder, paymentRef: string): Promise<Verdict> {
  const { orders, payments } = reached;
  const { orderNumber } = order;
  const paid = await orders.markPaid({ orderNumber, paymentRef }, contextOf(order, `paid/${paymentRef}`));
  if (paid.status === "paid") return "paid";
  const { amountMinor } = order.charge;
  await payments.refund({ paymentRef, amountMinor, reason: "orderFailed" }, contextOf(order, `refund/${paymentRef}`));
  const cause = { kind: "refunded", paymentRef } as const;
  await orders.releasePayment({ orderNumber, cause }, contextOf(order, `refunded/${paymentRef}`));
  return "givenUp";
}

function contextOf(
  { callSid, orderNumber }: Pick<ReadyBackorder, "callSid" | "orderNumber">,
  what: string,
): EffectContext {
  // The run is bounded by its limit and by the adapters' own time-outs, so nothing calls it off half-way.
  const { signal } = new AbortController();
  return { callSid, effectId: `backorder/${orderNumber}/${what}`, signal, notify: () => {} };
}
