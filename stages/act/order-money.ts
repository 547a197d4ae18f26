/**
 * Money that operations on orders brought about: charged or refunded at the provider, then entered in the books. It can be asked for at any time, in any number of
 * workers, and again after a crash: every movement's key at the provider is made of the order and its place in the order's history.
 */
import type { DueMoney, DueMovement, OrderMoney } from "../../connectors/orders/operations/port.ts";
import type { Payments } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { refundParts } from "./refund-parts.ts";

type Reached = { readonly dueMoney: DueMoney; readonly payments: Payments };

/** The provider keeps a key for a day: what is older than this is left to a person, never tried with a key that may have been forgotten. */
const triedForMs = 20 * 3_600_000;
const limitOfOrder = 20;

/** What became of one movement. */
type Moved =
  | { readonly status: "moved" | "open"; readonly vendorWaitMs: number }
  | { readonly status: "declined"; readonly declineCode: string; readonly vendorWaitMs: number };

/** What a run over all orders did; `stuck`: too old to be tried again, or a refund without a charge that it could go back to. */
export type DueMoneyRun = {
  readonly moved: number;
  readonly declined: number;
  readonly open: number;
  readonly stuck: number;
};

/** Moves the money of orders. */
export function createOrderMoney(reached: Reached, clock: () => number = Date.now): OrderMoney {
  return {
    async moveDue({ orderNumber }, context) {
      let storeWaitMs = 0;
      let vendorWaitMs = 0;
      const timed = async <T>(work: Promise<T>): Promise<T> => {
        const startedAt = clock();
        const done = await work;
        storeWaitMs += clock() - startedAt;
        return done;
      };
      for (const due of await timed(reached.dueMoney.dueMovements(limitOfOrder, orderNumber))) {
        const moved = await move(reached, due, context.signal, clock());
        vendorWaitMs += moved.vendorWaitMs;
        // What stands behind it waits for it.
        if (moved.status !== "moved") return { status: moved.status, storeWaitMs, vendorWaitMs };
      }
      return { status: "moved", storeWaitMs, vendorWaitMs };
    },
  };
}

/** Moves what is due of any order, oldest first, at most `limit` movements. What fails is tried again by the next run. */
export async function moveAllDue(
  reached: Reached,
  limit: number,
  clock: () => number = Date.now,
): Promise<DueMoneyRun> {
  const counts = { moved: 0, declined: 0, open: 0, stuck: 0 };
  const waiting = new Set<string>();
  // The run is bounded by its limit and by the adapters' own time-outs, so nothing calls it off half-way.
  const { signal } = new AbortController();
  for (const due of await reached.dueMoney.dueMovements(limit)) {
    if (waiting.has(due.orderNumber)) continue;
    if (isStuck(due, clock())) {
      counts.stuck += 1;
      waiting.add(due.orderNumber);
      continue;
    }
    const { status } = await move(reached, due, signal, clock()).catch(() => ({ status: "open" as const }));
    counts[status] += 1;
    if (status !== "moved") waiting.add(due.orderNumber);
  }
  return counts;
}

async function move(
  { dueMoney, payments }: Reached,
  due: DueMovement,
  signal: AbortSignal,
  now: number,
): Promise<Moved> {
  const { orderNumber, position } = due;
  if (isStuck(due, now)) return { status: "open", vendorWaitMs: 0 };
  if (!due.isAtProvider) {
    await dueMoney.settleMovement({ orderNumber, position, providerRef: null });
    return { status: "moved", vendorWaitMs: 0 };
  }
  if (due.kind === "refund") {
    const refs: string[] = [];
    for (const [index, part] of (partsOf(due) ?? []).entries()) {
      const { chargeRef: paymentRef, amountMinor } = part;
      const context = contextOf(due, `refund/${index}`, signal);
      const { refundRef } = await payments.refund({ paymentRef, amountMinor, reason: "requestedByCustomer" }, context);
      refs.push(refundRef);
    }
    await dueMoney.settleMovement({ orderNumber, position, providerRef: refs.join(" ") });
    return { status: "moved", vendorWaitMs: 0 };
  }
  const { customerRef, paymentMethodRef, amountMinor } = due;
  const charge = await payments.chargeSavedCard(
    { orderId: orderNumber, customerRef, paymentMethodRef, amountMinor, currency: due.currency.toLowerCase() },
    contextOf(due, "charge", signal),
  );
  const { vendorWaitMs } = charge;
  switch (charge.status) {
    case "succeeded":
      await dueMoney.settleMovement({ orderNumber, position, providerRef: charge.paymentRef });
      return { status: "moved", vendorWaitMs };
    case "unknown":
      return { status: "open", vendorWaitMs };
    case "declined":
    case "authenticationRequired": {
      // A card that wants its owner's approval on a screen cannot be approved by voice: another one can be tried.
      const declineCode = charge.status === "declined" ? charge.declineCode : "authentication_required";
      await dueMoney.withdrawMovement({ orderNumber, position, declineCode });
      return { status: "declined", declineCode, vendorWaitMs };
    }
  }
}

function partsOf({ charges, refundedBeforeMinor, amountMinor }: DueMovement) {
  return refundParts(charges, refundedBeforeMinor, amountMinor);
}

function isStuck(due: DueMovement, now: number): boolean {
  if (!due.isAtProvider) return false;
  return now - due.dueSinceMs > triedForMs || (due.kind === "refund" && partsOf(due) === null);
}

function contextOf({ callSid, orderNumber, position }: DueMovement, what: string, signal: AbortSignal): EffectContext {
  return { callSid, effectId: `order-money/${orderNumber}/${position}/${what}`, signal, notify: () => {} };
}
