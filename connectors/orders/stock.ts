/**
 * Pieces: how many there are (`on_hand`), how many of them are promised (`reserved`), and how many more are promised of what is yet to come (`backordered`).
 * A promise begins with a condition in the statement itself, so that no two callers get the last piece. Locks are taken quote first, then products by id.
 */
import { PartylineError } from "../../runtime/errors.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";

/** What an order needs to know of a product. */
export type StockedProduct = {
  readonly id: string;
  readonly spokenName: string;
  readonly category: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly backordered: number;
  /** Within how many days it is sent when there is none; null: it is not sold then. */
  readonly backorderDays: number | null;
};

/** Pieces that can be promised: those that nobody has, and nobody waits for. */
export function freePieces({ onHand, reserved, backordered }: StockedProduct): number {
  return Math.max(0, onHand - reserved - backordered);
}

/** Active products by id, locked until the transaction ends. */
export async function lockProducts(
  connection: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StockedProduct>> {
  const rows = await rowsOf<StockedProduct>(
    connection,
    `SELECT id, spoken_name AS "spokenName", category, price_minor AS "priceMinor", currency, on_hand AS "onHand", reserved,
       backordered, backorder_days AS "backorderDays"
     FROM products WHERE id = ANY($1) AND is_active ORDER BY id FOR UPDATE`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Promises pieces to a line of a quote. False when there are not enough. The product must be locked. */
export async function reserve(
  connection: Queryable,
  quote: { readonly id: string; readonly callSid: string },
  line: { readonly productId: string; readonly quantity: number },
  expiresAt: Date,
): Promise<boolean> {
  const taken = await rowsOf(
    connection,
    "UPDATE products SET reserved = reserved + $2 WHERE id = $1 AND on_hand - reserved - backordered >= $2 RETURNING id",
    [line.productId, line.quantity],
  );
  if (taken.length === 0) return false;
  await rowsOf(
    connection,
    `INSERT INTO reservations (quote_id, call_sid, product_id, quantity, status, expires_at)
     VALUES ($1, $2, $3, $4, 'held', $5)`,
    [quote.id, quote.callSid, line.productId, line.quantity, expiresAt],
  );
  return true;
}

/** An order waits for the pieces of a line, behind those who wait already. The product must be locked. */
export async function awaitPieces(
  connection: Queryable,
  quote: { readonly id: string; readonly callSid: string },
  line: { readonly productId: string; readonly quantity: number },
  now: Date,
): Promise<void> {
  await rowsOf(connection, "UPDATE products SET backordered = backordered + $2 WHERE id = $1", [
    line.productId,
    line.quantity,
  ]);
  await rowsOf(
    connection,
    `INSERT INTO reservations (quote_id, call_sid, product_id, quantity, status, expires_at, waiting_since)
     VALUES ($1, $2, $3, $4, 'waiting', $5, $5)`,
    [quote.id, quote.callSid, line.productId, line.quantity, now],
  );
}

/** Gives an order the pieces that it waits for, as far as they are there by now and nobody waits for them longer. The order must be locked. */
export async function takeArrived(connection: Queryable, quoteId: string): Promise<void> {
  await lockProductsHeldBy(connection, [quoteId]);
  await rowsOf(
    connection,
    `WITH arrived AS (
       UPDATE reservations r SET status = 'converted', waiting_since = NULL FROM products p
       WHERE r.quote_id = $1 AND r.status = 'waiting' AND p.id = r.product_id AND p.on_hand - p.reserved >= r.quantity
         AND NOT EXISTS (SELECT 1 FROM reservations o WHERE o.product_id = r.product_id AND o.status = 'waiting'
           AND (o.waiting_since, o.quote_id) < (r.waiting_since, r.quote_id))
       RETURNING r.product_id, r.quantity
     )
     UPDATE products p SET reserved = p.reserved + arrived.quantity, backordered = p.backordered - arrived.quantity
     FROM arrived WHERE p.id = arrived.product_id`,
    [quoteId],
  );
}

/** Locks the products of which quotes hold pieces, or orders wait for some, by id, before any of them is changed. */
export async function lockProductsHeldBy(connection: Queryable, quoteIds: readonly string[]): Promise<void> {
  await rowsOf(
    connection,
    `SELECT 1 FROM products WHERE id IN (
       SELECT product_id FROM reservations WHERE quote_id = ANY($1) AND status IN ('held', 'waiting', 'converted')
     ) ORDER BY id FOR UPDATE`,
    [quoteIds],
  );
}

/** Gives a quote's pieces back and closes it. */
export async function closeQuote(connection: Queryable, quoteId: string): Promise<void> {
  await lockProductsHeldBy(connection, [quoteId]);
  await rowsOf(
    connection,
    `WITH given AS (
       UPDATE reservations SET status = 'released' WHERE quote_id = $1 AND status IN ('held', 'waiting', 'converted')
       RETURNING product_id, CASE WHEN waiting_since IS NULL THEN quantity ELSE 0 END AS reserved,
         CASE WHEN waiting_since IS NULL THEN 0 ELSE quantity END AS awaited
     )
     UPDATE products p SET reserved = p.reserved - given.reserved, backordered = p.backordered - given.awaited
     FROM given WHERE p.id = given.product_id`,
    [quoteId],
  );
  await rowsOf(connection, "UPDATE quotes SET status = 'closed' WHERE id = $1", [quoteId]);
}

/**
 * Turns a quote's promises into those of an order, which do not run out: of all its lines or of none. Fails with the pieces that are left of the first product of
 * which a stock correction took pieces that were promised: orders come before quotes. The products must be locked.
 */
export async function convert(
  connection: Queryable,
  quote: {
    readonly id: string;
    readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  },
  products: ReadonlyMap<string, StockedProduct>,
): Promise<{ readonly isConverted: true } | { readonly isConverted: false; readonly availableQuantity: number }> {
  const rows = await rowsOf<{ productId: string; quantity: number }>(
    connection,
    `SELECT product_id AS "productId", sum(quantity)::int AS quantity FROM reservations
     WHERE product_id = ANY($1) AND status = 'converted' GROUP BY product_id`,
    [quote.lines.map(({ productId }) => productId)],
  );
  const ordered = new Map(rows.map(({ productId, quantity }) => [productId, quantity]));
  for (const { productId, quantity } of quote.lines) {
    const availableQuantity = Math.max(0, (products.get(productId)?.onHand ?? 0) - (ordered.get(productId) ?? 0));
    if (availableQuantity < quantity) return { isConverted: false, availableQuantity };
  }
  const converted = await rowsOf(
    connection,
    "UPDATE reservations SET status = 'converted' WHERE quote_id = $1 AND status = 'held' RETURNING product_id",
    [quote.id],
  );
  if (converted.length !== quote.lines.length)
    throw new PartylineError("DATABASE_FAILED", "an open quote does not hold its pieces");
  return { isConverted: true };
}

/** An order's pieces go back to its quote, until `until`; a quote waits for none. */
export async function unconvert(connection: Queryable, quoteId: string, until: Date): Promise<void> {
  await lockProductsHeldBy(connection, [quoteId]);
  await rowsOf(
    connection,
    `WITH given AS (DELETE FROM reservations WHERE quote_id = $1 AND status = 'waiting' RETURNING product_id, quantity)
     UPDATE products p SET backordered = p.backordered - given.quantity FROM given WHERE p.id = given.product_id`,
    [quoteId],
  );
  await rowsOf(
    connection,
    "UPDATE reservations SET status = 'held', expires_at = $2 WHERE quote_id = $1 AND status = 'converted'",
    [quoteId, until],
  );
  await rowsOf(connection, "UPDATE quotes SET status = 'open', valid_until = $2 WHERE id = $1", [quoteId, until]);
}

/** The pieces leave the house. A stock correction may have taken some already: what was paid is sold all the same. */
export async function sell(connection: Queryable, quoteId: string): Promise<void> {
  await lockProductsHeldBy(connection, [quoteId]);
  await rowsOf(
    connection,
    `WITH sold AS (
       UPDATE reservations SET status = 'sold' WHERE quote_id = $1 AND status = 'converted' RETURNING product_id, quantity
     )
     UPDATE products p SET on_hand = greatest(p.on_hand - sold.quantity, 0), reserved = p.reserved - sold.quantity
     FROM sold WHERE p.id = sold.product_id`,
    [quoteId],
  );
  await rowsOf(connection, "UPDATE quotes SET status = 'ordered' WHERE id = $1", [quoteId]);
}
