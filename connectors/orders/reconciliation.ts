/** Whether the shop's books agree with each other: pieces with what was received and ordered, money with what was paid, gift cards with what is owed. */
import type pg from "pg";
import { toDatabaseError } from "../postgres/database-error.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";

/** A product's pieces, by the shelf and by the books. */
export type StockAccount = {
  readonly productId: string;
  /** What the product's row says. */
  readonly onHand: number;
  readonly reserved: number;
  /** What came into the house, counts anew included. */
  readonly received: number;
  /** What left with orders, less what came back. */
  readonly shipped: number;
  /** What is promised to quotes, orders and exchanges. */
  readonly promised: number;
  /** What the row says that orders wait for, and what they do wait for. */
  readonly backordered: number;
  readonly awaited: number;
};

/** What was compared and where it differs; whole when all lists are empty. */
export type Reconciliation = {
  readonly products: number;
  /** Products of which on_hand is not received − shipped, reserved is not what is promised, or backordered is not what orders wait for. */
  readonly stock: readonly StockAccount[];
  readonly orders: number;
  readonly transactions: number;
  /** What is wrong with the money, one sentence each. */
  readonly money: readonly string[];
  /** Movements that the payment provider has yet to be told of. */
  readonly due: number;
};

/** Compares everything, at one moment. Changes nothing. Throws DATABASE_FAILED. */
export async function reconcile(pool: pg.Pool): Promise<Reconciliation> {
  const connection = await pool.connect().catch((thrown: unknown) => {
    throw toDatabaseError(thrown);
  });
  try {
    await connection.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const result = await compareBooks(connection as Queryable);
    await connection.query("COMMIT");
    connection.release();
    return result;
  } catch (thrown) {
    connection.release(true);
    throw toDatabaseError(thrown);
  }
}

const STOCK = `SELECT p.id AS "productId", p.on_hand AS "onHand", p.reserved,
    coalesce(m.received, 0)::int AS received,
    (coalesce(r.sold, 0) - coalesce(s.on_hand_delta, 0))::int AS shipped,
    (coalesce(r.live, 0) + coalesce(s.reserved_delta, 0))::int AS promised,
    p.backordered, coalesce(r.waiting, 0)::int AS awaited
  FROM products p
  LEFT JOIN (SELECT product_id, sum(pieces) AS received FROM stock_movements WHERE kind IN ('received', 'corrected') GROUP BY product_id) m
    ON m.product_id = p.id
  LEFT JOIN (SELECT product_id, sum(quantity) FILTER (WHERE status = 'sold') AS sold,
      sum(quantity) FILTER (WHERE status IN ('held', 'converted')) AS live,
      sum(quantity) FILTER (WHERE status = 'waiting') AS waiting FROM reservations GROUP BY product_id) r ON r.product_id = p.id
  LEFT JOIN (SELECT product_id, sum(on_hand_delta) AS on_hand_delta, sum(reserved_delta) AS reserved_delta FROM order_stock GROUP BY product_id) s
    ON s.product_id = p.id
  ORDER BY p.id`;

/** Each gives a sentence for each difference. */
const MONEY: readonly string[] = [
  `SELECT format('ledger transaction %s does not balance: %s %s', transaction_ref, sum(amount_minor), currency) AS fault
   FROM ledger_entries GROUP BY transaction_ref, currency HAVING sum(amount_minor) <> 0`,
  `SELECT format('order %s: the ledger has %s %s, its payments and refunds come to %s', coalesce(l.number, m.number), coalesce(l.minor, 0),
     coalesce(l.currency, m.currency), coalesce(m.minor, 0)) AS fault
   FROM (SELECT order_number AS number, currency, sum(amount_minor) AS minor FROM ledger_entries
         WHERE account IN ('cash', 'giftCards') AND order_number IS NOT NULL GROUP BY order_number, currency) l
   FULL JOIN (SELECT number, currency, sum(minor) AS minor FROM (
       SELECT p.order_number AS number, p.currency, p.amount_minor AS minor FROM payments p WHERE p.status = 'succeeded'
       UNION ALL
       SELECT m.order_number, o.currency, CASE m.kind WHEN 'payment' THEN m.amount_minor ELSE -m.amount_minor END
       FROM order_movements m JOIN orders o ON o.number = m.order_number WHERE m.settlement = 'settled') moved GROUP BY number, currency) m
     ON m.number = l.number AND m.currency = l.currency
   WHERE coalesce(l.minor, 0) <> coalesce(m.minor, 0)`,
  `SELECT format('order %s: %s was refunded of %s that was paid', number, refunded, paid) AS fault
   FROM (SELECT number, sum(minor) FILTER (WHERE kind = 'payment') AS paid, sum(minor) FILTER (WHERE kind = 'refund') AS refunded FROM (
       SELECT order_number AS number, 'payment' AS kind, amount_minor AS minor FROM payments WHERE status = 'succeeded'
       UNION ALL SELECT order_number, kind, amount_minor FROM order_movements) moved GROUP BY number) sums
   WHERE coalesce(refunded, 0) > coalesce(paid, 0)`,
  `SELECT format('gift cards hold %s %s, the ledger owes their holders %s', coalesce(g.minor, 0), coalesce(g.currency, l.currency), coalesce(l.minor, 0)) AS fault
   FROM (SELECT currency, sum(balance_minor) AS minor FROM payment_methods WHERE kind = 'giftCard' GROUP BY currency) g
   FULL JOIN (SELECT currency, -sum(amount_minor) AS minor FROM ledger_entries WHERE account = 'giftCards' GROUP BY currency) l ON l.currency = g.currency
   WHERE coalesce(g.minor, 0) <> coalesce(l.minor, 0)`,
  `SELECT format('order %s: its amounts do not add up to its total', number) AS fault FROM orders
   WHERE total_minor <> subtotal_minor - discount_minor + tax_minor + shipping_minor`,
  // Orders from before the line have no quote and no operations, and their total may hold what their lines do not say.
  `SELECT format('order %s: its lines come to %s, not to %s', o.number, l.minor, o.subtotal_minor) AS fault
   FROM orders o JOIN (SELECT order_number, sum(quantity * unit_price_minor) AS minor FROM order_lines GROUP BY order_number) l ON l.order_number = o.number
   WHERE (o.quote_id IS NOT NULL OR o.revision > 0) AND l.minor <> o.subtotal_minor`,
  `SELECT format('quote %s: its lines come to %s, not to %s', q.id, coalesce(l.minor, 0), q.subtotal_minor) AS fault
   FROM quotes q LEFT JOIN (SELECT quote_id, sum(quantity * unit_price_minor) AS minor FROM quote_lines GROUP BY quote_id) l ON l.quote_id = q.id
   WHERE coalesce(l.minor, 0) <> q.subtotal_minor`,
];

/** {@link reconcile} within a transaction of the caller's. */
export async function compareBooks(connection: Queryable): Promise<Reconciliation> {
  const accounts = await rowsOf<StockAccount>(connection, STOCK);
  const stock = accounts.filter(
    ({ onHand, reserved, received, shipped, promised, backordered, awaited }) =>
      onHand !== received - shipped || reserved !== promised || backordered !== awaited,
  );
  const money: string[] = [];
  for (const statement of MONEY) {
    const faults = await rowsOf<{ fault: string }>(connection, statement);
    money.push(...faults.map(({ fault }) => fault).sort());
  }
  const [counts] = await rowsOf<{ orders: number; transactions: number; due: number }>(
    connection,
    `SELECT (SELECT count(*)::int FROM orders) AS orders,
       (SELECT count(DISTINCT transaction_ref)::int FROM ledger_entries) AS transactions,
       (SELECT count(*)::int FROM order_movements WHERE settlement = 'due') AS due`,
  );
  const { orders, transactions, due } = counts ?? { orders: 0, transactions: 0, due: 0 };
  return { products: accounts.length, stock, orders, transactions, money, due };
}
