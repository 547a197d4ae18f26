import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { Discount } from "./pricing.ts";

type DiscountRow = {
  kind: "percent" | "amount";
  basisPoints: number | null;
  amountMinor: number | null;
  minTotalMinor: number;
  categories: string[];
  expiresAt: Date;
  usageLimit: number;
  usageLimitPerCustomer: number;
  uses: number;
};

/** A line as far as a code's conditions ask. */
export type DiscountableLine = {
  readonly category: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
};

/** What a code is to be used for. */
export type DiscountUse = {
  readonly code: string;
  readonly lines: readonly DiscountableLine[];
  /** Null while the caller is not known; the limit for each customer is checked when the order is begun. */
  readonly customerId: string | null;
  readonly now: Date;
};

/** A code as it is stored: spoken codes come with spaces, hyphens and any case. */
export function discountCodeOf(spoken: string): string {
  return spoken.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * The discount that a code stands for, or null when it may not be used for this: it covers the lines of its categories, and what they come to must reach its
 * least total. Locks the code's row.
 */
export async function findDiscount(connection: Queryable, use: DiscountUse): Promise<Discount | null> {
  const [row] = await rowsOf<DiscountRow>(
    connection,
    `SELECT kind, basis_points AS "basisPoints", amount_minor AS "amountMinor", min_total_minor AS "minTotalMinor", categories,
       expires_at AS "expiresAt", usage_limit AS "usageLimit", usage_limit_per_customer AS "usageLimitPerCustomer", uses
     FROM discounts WHERE code = $1 FOR UPDATE`,
    [use.code],
  );
  if (row === undefined || row.expiresAt <= use.now || row.uses >= row.usageLimit) return null;
  const coveredMinor = use.lines
    .filter(({ category }) => row.categories.length === 0 || row.categories.includes(category))
    .reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  if (coveredMinor === 0 || coveredMinor < row.minTotalMinor) return null;
  if (use.customerId !== null && (await usesOf(connection, use.code, use.customerId)) >= row.usageLimitPerCustomer)
    return null;
  if (row.kind === "percent") return { kind: "percent", coveredMinor, basisPoints: row.basisPoints ?? 0 };
  return { kind: "amount", coveredMinor, amountMinor: row.amountMinor ?? 0 };
}

/** Counts a use, or takes one back. The row must be locked and have been found usable. */
export async function countDiscountUse(connection: Queryable, code: string, change: 1 | -1): Promise<void> {
  await rowsOf(connection, "UPDATE discounts SET uses = uses + $2 WHERE code = $1", [code, change]);
}

async function usesOf(connection: Queryable, code: string, customerId: string): Promise<number> {
  const [row] = await rowsOf<{ uses: number }>(
    connection,
    `SELECT count(*)::int AS uses FROM orders
     WHERE discount_code = $1 AND customer_id = $2 AND status NOT IN ('cancelled', 'paymentFailed')`,
    [code, customerId],
  );
  return row?.uses ?? 0;
}
