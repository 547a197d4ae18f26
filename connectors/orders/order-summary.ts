import { PartylineError } from "../../runtime/errors.ts";
import type { OrderStatus, OrderSummary } from "../../schemas/generated/records.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";

type SummaryRow = {
  number: string;
  status: OrderStatus;
  totalMinor: number;
  currency: string;
  placedAt: Date;
  paidWithLast4: string | null;
  lines: OrderSummary["lines"];
};

const SELECT = `SELECT o.number, o.status, o.total_minor AS "totalMinor", o.currency, o.placed_at AS "placedAt",
    CASE WHEN p.status IN ('succeeded', 'held', 'lapsed') THEN c.last4 END AS "paidWithLast4",
    (SELECT json_agg(json_build_object('productId', l.product_id, 'spokenName', l.spoken_name, 'quantity', l.quantity,
       'unitPriceMinor', l.unit_price_minor, 'backorderDays', CASE WHEN o.status = 'backordered' THEN l.backorder_days END) ORDER BY l.line) FROM order_lines l WHERE l.order_number = o.number) AS lines
  FROM orders o LEFT JOIN payments p ON p.order_number = o.number LEFT JOIN cards c ON c.id = p.card_id`;

/** An order that is known to exist. */
export async function orderSummary(database: Queryable, orderNumber: string): Promise<OrderSummary> {
  const [row] = await rowsOf<SummaryRow>(database, `${SELECT} WHERE o.number = $1`, [orderNumber]);
  if (row === undefined) throw new PartylineError("DATABASE_FAILED", "an order that was begun is not there");
  return summaryOf(row);
}

/**
 * A customer's own order: the one with the number, or the latest that was not given up for want of payment. Null when they have none such; that another
 * customer has one makes no difference.
 */
export async function ownOrder(
  database: Queryable,
  customerId: string,
  orderNumber: string | null,
): Promise<OrderSummary | null> {
  const [latest] = await latestOrders(database, customerId, orderNumber, 1);
  return latest ?? null;
}

/** The same, several: the latest ones first, at most `limit`. */
export async function latestOrders(
  database: Queryable,
  customerId: string,
  orderNumber: string | null,
  limit: number,
): Promise<readonly OrderSummary[]> {
  const rows = await rowsOf<SummaryRow>(
    database,
    `${SELECT} WHERE o.customer_id = $1 AND CASE WHEN $2::text IS NULL THEN o.status <> 'paymentFailed' ELSE o.number = $2 END
     ORDER BY o.placed_at DESC, o.number DESC LIMIT $3`,
    [customerId, orderNumber, limit],
  );
  return rows.map(summaryOf);
}

function summaryOf(row: SummaryRow): OrderSummary {
  return {
    orderNumber: row.number,
    status: row.status,
    lines: row.lines ?? [],
    totalMinor: row.totalMinor,
    currency: row.currency,
    placedAt: row.placedAt.getTime(),
    paidWithLast4: row.paidWithLast4,
    options: [],
  };
}
