/** Whether orders and charges agree. Pure. */
export type PaidOrder = { readonly callSid: string; readonly amountMinor: number };
/** Succeeded and not refunded. */
export type LiveCharge = PaidOrder;

/** Of one call that wanted one thing. */
export type Books = {
  readonly isConfirmed: boolean;
  readonly orders: number;
  readonly charges: number;
  /** Orders beyond the one, orders and charges without the other, and an order that was confirmed and is not there; 0 when all is well. */
  readonly disagreements: number;
};

/** Compares what the caller heard, what was ordered, and what was charged. Entries of other calls are left out. */
export function agree(
  callSid: string,
  isConfirmed: boolean,
  orders: readonly PaidOrder[],
  charges: readonly LiveCharge[],
): Books {
  const ordered = amountsOf(orders, callSid);
  const charged = amountsOf(charges, callSid);
  const unmatched = Array.from(
    { length: Math.max(ordered.length, charged.length) },
    (_, index) => ordered[index] === charged[index],
  ).filter((isMatch) => !isMatch).length;
  const isMissing = isConfirmed && ordered.length === 0;
  return {
    isConfirmed,
    orders: ordered.length,
    charges: charged.length,
    disagreements: unmatched + Math.max(0, ordered.length - 1) + (isMissing ? 1 : 0),
  };
}

function amountsOf(entries: readonly PaidOrder[], callSid: string): readonly number[] {
  return entries
    .filter((entry) => entry.callSid === callSid)
    .map(({ amountMinor }) => amountMinor)
    .toSorted((a, b) => a - b);
}
