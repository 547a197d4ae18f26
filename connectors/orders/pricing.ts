/** What an order costs: whole minor units throughout, each amount rounded once. */

import { createHash } from "node:crypto";
import { PartylineError } from "../../runtime/errors.ts";
import type { ShopRules } from "../postgres/shop-rules.ts";

/** A rule that takes something off the lines that it covers. */
export type Discount = {
  /** What the covered lines come to. */
  readonly coveredMinor: number;
} & (
  | { readonly kind: "percent"; readonly basisPoints: number }
  | { readonly kind: "amount"; readonly amountMinor: number }
);

/** What is priced. */
export type PricedOrder = {
  readonly lines: readonly { readonly unitPriceMinor: number; readonly quantity: number }[];
  readonly discount: Discount | null;
  /** Where it goes: decides the tax. Null while nobody knows; the shop's default rate then. */
  readonly state: string | null;
};

/** Amounts in minor units; total = subtotal − discount + tax + shipping. */
export type Amounts = {
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly totalMinor: number;
};

/**
 * Prices an order. The discount never passes the shop's ceiling, whatever its rule says, and is rounded down; tax is rounded half up; shipping is free
 * from the shop's threshold on, measured over all lines before the discount.
 */
export function priceOrder(order: PricedOrder, rules: ShopRules): Amounts {
  const subtotalMinor = order.lines.reduce((sum, { unitPriceMinor, quantity }) => sum + unitPriceMinor * quantity, 0);
  const ceilingMinor = Math.floor(shareOf(subtotalMinor, rules.limits.maxDiscountBasisPoints));
  const discountMinor = Math.min(discountOf(order.discount), ceilingMinor);
  const method = rules.shipping.methods.find(({ id }) => id === rules.shipping.defaultMethod);
  if (method === undefined)
    throw new PartylineError("DATABASE_FAILED", "the shop's default shipping method is none of its methods");
  const isShippedFree = method.freeFromMinor !== null && subtotalMinor >= method.freeFromMinor;
  const shippingMinor = isShippedFree ? 0 : method.flatMinor;
  const taxedMinor = subtotalMinor - discountMinor + (rules.tax.appliesToShipping ? shippingMinor : 0);
  const taxBasisPoints =
    rules.tax.rules.find(({ state }) => state === order.state)?.basisPoints ?? rules.tax.defaultBasisPoints;
  // Math.round rounds a half up, as the rules ask.
  const taxMinor = Math.round(shareOf(taxedMinor, taxBasisPoints));
  const totalMinor = subtotalMinor - discountMinor + taxMinor + shippingMinor;
  return { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor };
}

/** What a quote's hash covers: everything that the caller says yes to. */
export type HashedOffer = Amounts & {
  readonly lines: readonly {
    readonly productId: string;
    readonly quantity: number;
    readonly unitPriceMinor: number;
    /** Null for what is there. */
    readonly backorderDays: number | null;
  }[];
  readonly currency: string;
};

/** SHA-256 over lines, amounts and currency in one fixed order, hexadecimal. */
export function quoteHash(offer: HashedOffer): string {
  const canonical = JSON.stringify([
    offer.lines.map(({ productId, quantity, unitPriceMinor, backorderDays }) => [
      productId,
      quantity,
      unitPriceMinor,
      ...(backorderDays === null ? [] : [backorderDays]),
    ]),
    offer.subtotalMinor,
    offer.discountMinor,
    offer.taxMinor,
    offer.shippingMinor,
    offer.totalMinor,
    offer.currency,
  ]);
  return createHash("sha256").update(canonical).digest("hex");
}

function discountOf(discount: Discount | null): number {
  if (discount === null) return 0;
  return discount.kind === "percent"
    ? Math.floor(shareOf(discount.coveredMinor, discount.basisPoints))
    : Math.min(discount.amountMinor, discount.coveredMinor);
}

function shareOf(amountMinor: number, basisPoints: number): number {
  return (amountMinor * basisPoints) / 10_000;
}
