/** What of a movement is tax, what is shipping; the rest is for goods. */
import type { Movement, OrderAmounts, OrderChange } from "./order-facts.ts";

/** A movement and its parts, in minor units, none of them negative beyond what the change itself is. */
export type PartedMovement = Movement & { readonly taxMinor: number; readonly shippingMinor: number };

/**
 * The movements of a change with their parts. What a changed price brings is parted as the order's amounts changed; what goes back is parted as the order was
 * paid, so that all refunds of an order together are its tax and shipping to the unit.
 */
export function partsOf(before: OrderAmounts, { amounts, movements }: OrderChange): readonly PartedMovement[] {
  const [only] = movements;
  if (amounts !== null && only !== undefined && movements.length === 1) {
    const sign = only.kind === "payment" ? 1 : -1;
    const taxMinor = sign * (amounts.taxMinor - before.taxMinor);
    const shippingMinor = sign * (amounts.shippingMinor - before.shippingMinor);
    return [{ ...only, taxMinor, shippingMinor }];
  }
  const sums = { payment: 0, refund: 0 };
  return movements.map((movement) => {
    const start = sums[movement.kind];
    const end = start + movement.amountMinor;
    sums[movement.kind] = end;
    const share = (part: number): number => upTo(end, part, before.totalMinor) - upTo(start, part, before.totalMinor);
    return { ...movement, taxMinor: share(before.taxMinor), shippingMinor: share(before.shippingMinor) };
  });
}

/** The share of a part in the first `amount` of a total. */
function upTo(amount: number, part: number, total: number): number {
  return total === 0 ? 0 : Math.round((amount * part) / total);
}
