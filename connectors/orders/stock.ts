/**
 * Pieces: how many there are (`on_hand`) and how many are promised (`reserved`).
 * A promise begins with a condition in the statement itself, so that no two callers get the last piece. Locks are taken quote first, then products by id.
 */
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
};

/** Active products by id, locked until the transaction ends. */
export async function lockProducts(
  connection: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StockedProduct>> {
  const rows = await rowsOf<StockedProduct>(
    connection,
    `SELECT id, spoken_name AS "spokenName", category, price_minor AS "priceMinor", currency, on_hand AS "onHand", reserved
     FROM products WHERE id = ANY($1) AND is_active ORDER BY id FOR UPDATE`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Promises pieces to a quote. False when there are not enough. */
export async function reserve(
  connection: Queryable,
  quote: { readonly id: string; readonly callSid: string; readonly productId: string; readonly quantity: number },
  expiresAt: Date,
): Promise<boolean> {
  const taken = await rowsOf(
    connection,
    "UPDATE products SET reserved = reserved + $2 WHERE id = $1 AND on_hand - reserved >= $2 RETURNING id",
    [quote.productId, quote.quantity],
  );
  if (taken.length === 0) return false;
  await rowsOf(
    connection,
    `INSERT INTO reservations (quote_id, call_sid, product_id, quantity, status, expires_at)
     VALUES ($1, $2, $3, $4, 'held', $5)`,
    [quote.id, quote.callSid, quote.productId, quote.quantity, expiresAt],
  );
  return true;
}

/** Gives a quote's pieces back and closes it. */
export async function closeQuote(connection: Queryable, quoteId: string): Promise<void> {
  await rowsOf(
    connection,
    `WITH given AS (
       UPDATE reservations SET status = 'released' WHERE quote_id = $1 AND status IN ('held', 'converted')
       RETURNING product_id, quantity
     )
     UPDATE products p SET reserved = p.reserved - given.quantity FROM given WHERE p.id = given.product_id`,
    [quoteId],
  );
  await rowsOf(connection, "UPDATE quotes SET status = 'closed' WHERE id = $1", [quoteId]);
}

/**
 * Turns a quote's promise into one for an order, which does not run out. Fails with the pieces that are left when a stock correction took
 * pieces that were promised: orders come before quotes. The product must be locked.
 */
export async function convert(
  connection: Queryable,
  quote: { readonly id: string; readonly quantity: number },
  product: StockedProduct,
): Promise<{ readonly isConverted: boolean; readonly availableQuantity: number }> {
  const [ordered] = await rowsOf<{ quantity: number }>(
    connection,
    "SELECT coalesce(sum(quantity), 0)::int AS quantity FROM reservations WHERE product_id = $1 AND status = 'converted'",
    [product.id],
  );
  const availableQuantity = Math.max(0, product.onHand - (ordered?.quantity ?? 0));
  if (availableQuantity < quote.quantity) return { isConverted: false, availableQuantity };
  const converted = await rowsOf(
    connection,
    "UPDATE reservations SET status = 'converted' WHERE quote_id = $1 AND status = 'held' RETURNING quote_id",
    [quote.id],
  );
  return { isConverted: converted.length === 1, availableQuantity };
}

/** An order's pieces go back to its quote, until `until`. */
export async function unconvert(connection: Queryable, quoteId: string, until: Date): Promise<void> {
  await rowsOf(
    connection,
    "UPDATE reservations SET status = 'held', expires_at = $2 WHERE quote_id = $1 AND status = 'converted'",
    [quoteId, until],
  );
  await rowsOf(connection, "UPDATE quotes SET status = 'open', valid_until = $2 WHERE id = $1", [quoteId, until]);
}

/** The pieces leave the house. A stock correction may have taken some already: what was paid is sold all the same. */
export async function sell(connection: Queryable, quoteId: string): Promise<void> {
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
