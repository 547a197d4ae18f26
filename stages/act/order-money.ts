/**
 * Money that operations on orders brought about: charged or refunded at the provider, then entered in the books. It can be asked for at any time, in any number of
 * workers, and again after a crash: every movement's key at the provider is made of the order and its place in the order's history.
 */
import type { DueMoney, DueMovement, OrderMoney } from "../../connectors/orders/operations/port.ts";
import type { Payments } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { type Approving, askMovementPayer, endMovementWait, movementKey } from "./movement-approval.ts";
import { refundParts } from "./refund-parts.ts";

type Reached = {
  readonly dueMoney: DueMoney;
  readonly payments: Payments;
  /** Absent where payers cannot be asked. */
  readonly approving?: Approving;
};

/** The provider keeps a key for a day: what is older than this is left to a person, never tried with a key that may have been forgotten. */
const triedForMs = 20 * 3_600_000;
const limitOfOrder = 20;
/** So many times a run's work is looked at: what is stuck comes first, being oldest, and must not hide the rest. */
const lookedAt = 20;
/** Housekeeping leaves a payment to the call that it was made on for so long: two that ask its payer at once could write to them twice. */
const callsOwnMs = 60_000;

/** What became of one movement. */
type Moved =
  | { readonly status: "moved" | "open"; readonly vendorWaitMs: number }
  | { readonly status: "asked"; readonly validForMs: number; readonly vendorWaitMs: number }
  | { readonly status: "declined"; readonly vendorWaitMs: number };

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
        const moved = await move(reached, due, context.signal, clock(), true);
        vendorWaitMs += moved.vendorWaitMs;
        const { status } = moved;
        if (status === "asked") return { status, validForMs: moved.validForMs, storeWaitMs, vendorWaitMs };
        // What stands behind it waits for it.
        if (status !== "moved") return { status, storeWaitMs, vendorWaitMs };
      }
      return { status: "moved", storeWaitMs, vendorWaitMs };
    },
  };
}

/** Moves what is due of any order, oldest first, at most `limit` movements beside those that are stuck. What fails is tried again by the next run. */
export async function moveAllDue(
  reached: Reached,
  limit: number,
  clock: () => number = Date.now,
): Promise<DueMoneyRun> {
  const counts = { moved: 0, declined: 0, open: 0, stuck: 0 };
  const waiting = new Set<string>();
  // The run is bounded by its limit and by the adapters' own time-outs, so nothing calls it off half-way.
  const { signal } = new AbortController();
  for (const due of await reached.dueMoney.dueMovements(limit * lookedAt)) {
    if (counts.moved + counts.declined + counts.open >= limit) break;
    if (waiting.has(due.orderNumber)) continue;
    if (isStuck(due, clock())) {
      counts.stuck += 1;
      waiting.add(due.orderNumber);
      continue;
    }
    const { status } = await move(reached, due, signal, clock(), false).catch(() => ({ status: "open" as const }));
    counts[status === "asked" ? "open" : status] += 1;
    if (status !== "moved") waiting.add(due.orderNumber);
  }
  return counts;
}

async function move(
  { dueMoney, payments, approving }: Reached,
  due: DueMovement,
  signal: AbortSignal,
  now: number,
  isOnCall: boolean,
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
  if (due.linkValidUntilMs !== null) {
    const ended = approving && (await endMovementWait(approving, dueMoney, due, contexts(due, signal), now));
    if (ended) return { status: ended, vendorWaitMs: 0 };
    // The call that asks again, after a crash, asks as before; anybody else waits.
    if (!isOnCall || approving === undefined) return { status: "open", vendorWaitMs: 0 };
  }
  const { customerRef, paymentMethodRef, amountMinor } = due;
  const currency = due.currency.toLowerCase();
  const charge =
    customerRef === null || paymentMethodRef === null
      ? ({ status: "authenticationRequired", paymentRef: null, vendorWaitMs: 0 } as const)
      : await payments.chargeSavedCard(
          { orderId: orderNumber, customerRef, paymentMethodRef, amountMinor, currency },
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
      await dueMoney.withdrawMovement({ orderNumber, position, declineCode: charge.declineCode });
      return { status: "declined", vendorWaitMs };
    case "authenticationRequired": {
      if (!isOnCall && now - due.dueSinceMs < callsOwnMs) return { status: "open", vendorWaitMs };
      const asked = approving && (await askMovementPayer(approving, due, charge.paymentRef, contexts(due, signal)));
      const waitedMs = vendorWaitMs + (asked?.vendorWaitMs ?? 0);
      if (asked?.status === "asked") return { status: "asked", validForMs: asked.validForMs, vendorWaitMs: waitedMs };
      // A card that wants its owner's approval on a screen cannot be approved by voice: another one can be tried.
      await dueMoney.withdrawMovement({ orderNumber, position, declineCode: "authentication_required" });
      return { status: "declined", vendorWaitMs: waitedMs };
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

function contexts(due: DueMovement, signal: AbortSignal) {
  return (what: string) => contextOf(due, what, signal);
}

function contextOf({ callSid, orderNumber, position }: DueMovement, what: string, signal: AbortSignal): EffectContext {
  return { callSid, effectId: movementKey({ orderNumber, position }, what), signal, notify: () => {} };
}
