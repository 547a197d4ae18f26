import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { ShopRules } from "../postgres/shop-rules.ts";
import { type Refusal, refusal } from "./refusal.ts";

const DAY_MS = 86_400_000;

/**
 * Why a customer may not order for so much more now, by what the shop allows one customer within 24 hours; null when they may. Orders that were cancelled or
 * never paid do not count, those that are being paid do. Keeps the customer's other calls from ordering until the transaction ends: the last lock of an order.
 */
export async function excessOf(
  connection: Queryable,
  customerId: string,
  totalMinor: number,
  { limits: { perCustomerAndDay } }: ShopRules,
  now: Date,
): Promise<Refusal | null> {
  if (perCustomerAndDay === undefined) return null;
  const { maxOrders, maxTotalMinor } = perCustomerAndDay;
  await rowsOf(connection, "SELECT 1 FROM customers WHERE id = $1 FOR NO KEY UPDATE", [customerId]);
  const [known] = await rowsOf<{ orders: number; minor: number }>(
    connection,
    `SELECT count(*)::int AS orders, coalesce(sum(total_minor), 0)::bigint AS minor FROM orders
     WHERE customer_id = $1 AND placed_at > $2 AND status NOT IN ('cancelled', 'paymentFailed')`,
    [customerId, new Date(now.getTime() - DAY_MS)],
  );
  if (known === undefined) return null;
  if (known.orders >= maxOrders) return refusal("tooManyOrders", { limit: maxOrders });
  // What they may still order for is nobody's business but theirs, and they are on the line.
  if (known.minor + totalMinor > maxTotalMinor)
    return refusal("overDailyAmount", { limit: Math.max(0, maxTotalMinor - known.minor) });
  return null;
}
