/** Whether the payment provider's books say what ours say: each charge and each refund, one by one. */
import type pg from "pg";
import type { ProviderCharge, ProviderRefund } from "../payments/port.ts";
import { rowsOf } from "../postgres/pool.ts";

/** Money that we say the provider moved, or may have. */
export type OwnPayment = {
  readonly orderNumber: string;
  readonly kind: "payment" | "refund";
  /** The provider's reference; null while it is not known. */
  readonly providerRef: string | null;
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** `open`: it may still move, or may have moved without our knowing · `settled`: it moved · `given up`: it did not, or it went back. */
  readonly state: "open" | "settled" | "given up";
};

/** What was compared and where it differs; whole when there are no differences. */
export type ProviderComparison = {
  readonly charges: number;
  readonly refunds: number;
  /** One sentence each. */
  readonly differences: readonly string[];
  /** Our payments and refunds whose end is not known yet: no difference, they are settled by the worker. */
  readonly open: number;
};

/** Which of our payments: those since a moment (milliseconds since the epoch), or those that the provider's books speak of. */
export type OwnPaymentsOf =
  | { readonly sinceMs: number }
  | { readonly charges: readonly ProviderCharge[]; readonly refunds: readonly ProviderRefund[] };

/** What we say moved through the provider. Throws DATABASE_FAILED. */
export async function ownPayments(pool: pg.Pool, which: OwnPaymentsOf): Promise<readonly OwnPayment[]> {
  const isByTime = "sinceMs" in which;
  const orders = isByTime ? [] : which.charges.flatMap(({ orderId }) => (orderId === null ? [] : [orderId]));
  const refs = isByTime
    ? []
    : [
        ...which.charges.map(({ paymentRef }) => paymentRef),
        ...which.refunds.flatMap((each) => [each.refundRef, each.paymentRef]),
      ];
  return rowsOf<OwnPayment>(
    pool,
    `SELECT * FROM (
       SELECT p.order_number AS "orderNumber", 'payment' AS kind, p.provider_ref AS "providerRef", p.amount_minor AS "amountMinor", p.currency,
         CASE WHEN p.status = 'succeeded' THEN 'settled' WHEN p.status IN ('declined', 'notCharged', 'refunded') THEN 'given up' ELSE 'open' END AS state,
         p.created_at AS at
       FROM payments p
       UNION ALL
       SELECT m.order_number, m.kind, m.provider_ref, m.amount_minor, o.currency, CASE m.settlement WHEN 'settled' THEN 'settled' ELSE 'open' END,
         m.created_at
       FROM order_movements m JOIN orders o ON o.number = m.order_number WHERE m.settlement = 'due' OR m.provider_ref IS NOT NULL) own
     WHERE at >= $1 OR "orderNumber" = ANY($2) OR string_to_array("providerRef", ' ') && $3::text[]`,
    [isByTime ? new Date(which.sinceMs) : null, orders, refs],
  );
}

/** A refund that was taken from several charges, one for each; the last one is what is left of its amount. */
function inParts(own: OwnPayment, refunds: readonly ProviderRefund[]): readonly OwnPayment[] {
  const refs = (own.providerRef ?? "").split(" ");
  if (refs.length < 2) return [own];
  let left = own.amountMinor;
  return refs.map((providerRef, index) => {
    const found = refunds.find(({ refundRef }) => refundRef === providerRef)?.amountMinor ?? 0;
    const amountMinor = index === refs.length - 1 ? left : found;
    left -= amountMinor;
    return { ...own, providerRef, amountMinor };
  });
}

/**
 * Compares. `expected` is what we said before the provider was asked, for as long as it was asked for, and must all be there; `ours` is what we say of what the provider
 * has, asked for afterwards: so what moves meanwhile is no difference. Charges that were tried and failed, and those that went back in full for an order that
 * was given up, are nobody's money.
 */
export function compareWithProvider(
  expected: readonly OwnPayment[],
  ours: readonly OwnPayment[],
  theirs: { readonly charges: readonly ProviderCharge[]; readonly refunds: readonly ProviderRefund[] },
): ProviderComparison {
  const differences: string[] = [];
  const isOpen = new Set(ours.flatMap(({ state, orderNumber }) => (state === "open" ? [orderNumber] : [])));
  const known = new Set(ours.map(({ orderNumber }) => orderNumber));
  const apart = (own: OwnPayment): readonly OwnPayment[] => inParts(own, theirs.refunds);
  const settled = ours.filter(({ state }) => state === "settled").flatMap(apart);
  const charged = new Map(settled.flatMap((own) => (own.kind === "payment" ? [[own.providerRef, own] as const] : [])));
  const givenBack = new Map(settled.flatMap((own) => (own.kind === "refund" ? [[own.providerRef, own] as const] : [])));

  const taken = theirs.charges.filter(({ status }) => status === "succeeded");
  for (const charge of taken) {
    const own = charged.get(charge.paymentRef);
    if (own !== undefined) {
      const wrong = amountFault(own, charge);
      if (wrong !== null) differences.push(`charge ${charge.paymentRef} of order ${own.orderNumber}: ${wrong}`);
      continue;
    }
    const keptMinor = charge.amountMinor - charge.refundedMinor;
    if (keptMinor === 0 || isOpen.has(charge.orderId ?? "")) continue;
    const order = charge.orderId === null ? "of no order" : `of order ${charge.orderId}`;
    const what = known.has(charge.orderId ?? "") ? "which is not paid by it here" : "which is not known here";
    differences.push(
      `charge ${charge.paymentRef} ${order}, ${what}: the provider keeps ${amount(keptMinor, charge.currency)}`,
    );
  }
  const takenRefs = new Set(taken.map(({ paymentRef }) => paymentRef));
  const due = expected.filter(({ state }) => state === "settled").flatMap(apart);
  for (const own of due)
    if (own.kind === "payment" && !takenRefs.has(own.providerRef ?? ""))
      differences.push(
        `order ${own.orderNumber}: paid here with ${amount(own.amountMinor, own.currency)} by charge ${own.providerRef}, which the provider did not take`,
      );

  const moved = theirs.refunds.filter(({ status }) => status !== "failed" && status !== "canceled");
  for (const refund of moved) {
    const own = givenBack.get(refund.refundRef);
    const charge = charged.get(refund.paymentRef);
    if (own !== undefined) {
      const wrong = amountFault(own, refund);
      if (wrong !== null) differences.push(`refund ${refund.refundRef} of order ${own.orderNumber}: ${wrong}`);
    } else if (charge !== undefined && !isOpen.has(charge.orderNumber))
      differences.push(
        `refund ${refund.refundRef} of order ${charge.orderNumber}: the provider gave ${amount(refund.amountMinor, refund.currency)} back, of which nothing is known here`,
      );
  }
  const movedRefs = new Set(moved.map(({ refundRef }) => refundRef));
  for (const own of due)
    if (own.kind === "refund" && !movedRefs.has(own.providerRef ?? ""))
      differences.push(
        `order ${own.orderNumber}: refunded here with ${amount(own.amountMinor, own.currency)} by ${own.providerRef}, which the provider does not have`,
      );
  return {
    charges: theirs.charges.length,
    refunds: theirs.refunds.length,
    differences: differences.sort(),
    open: expected.filter(({ state }) => state === "open").length,
  };
}

function amountFault(
  own: OwnPayment,
  theirs: { readonly amountMinor: number; readonly currency: string },
): string | null {
  const isSame = own.amountMinor === theirs.amountMinor && own.currency.toLowerCase() === theirs.currency.toLowerCase();
  if (isSame) return null;
  return `${amount(own.amountMinor, own.currency)} here, ${amount(theirs.amountMinor, theirs.currency)} at the provider`;
}

function amount(minor: number, currency: string): string {
  return `${minor} ${currency.toUpperCase()}`;
}
