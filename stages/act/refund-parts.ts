import type { SettledCharge } from "../../connectors/orders/operations/port.ts";

/** A part of a refund that goes back to one charge. */
type RefundPart = { readonly chargeRef: string; readonly amountMinor: number };

/**
 * Which charges a refund is taken from: the oldest first, after what went back before. The same answer every time, so that a part that is refunded again is the same
 * refund. Null when the charges do not hold so much.
 */
export function refundParts(
  charges: readonly SettledCharge[],
  refundedBeforeMinor: number,
  amountMinor: number,
): readonly RefundPart[] | null {
  let gone = refundedBeforeMinor;
  let wanted = amountMinor;
  const parts: RefundPart[] = [];
  for (const charge of charges) {
    const left = Math.max(0, charge.amountMinor - gone);
    gone = Math.max(0, gone - charge.amountMinor);
    const part = Math.min(left, wanted);
    if (part > 0) parts.push({ chargeRef: charge.chargeRef, amountMinor: part });
    wanted -= part;
  }
  return wanted === 0 ? parts : null;
}
