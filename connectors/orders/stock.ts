/**
 * Pieces: how many there are (`on_hand`) and how many are promised (`reserved`).
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

/** Promises pieces to a line of a quote. False when there are not enough. The product must be locked. */
export async function reserve(
  connection: Queryable,
  quote: { readonly id: string; readonly callSid: string },
  line: { readonly productId: string; readonly quantity: number },
  expiresAt: Date,
): Promise<boolean> {
  const taken = await rowsOf(
    connection,
    "UPDATE products SET reserved = reserved + $2 WHERE id = $1 AND on_hand - reserved >= $2 RETURNING id",
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

/** Locks the products of which quotes hold pieces, by id, before any of them is changed. */
export async function lockProductsHeldBy(connection: Queryable, quoteIds: readonly string[]): Promise<void> {
  await rowsOf(
    connection,
    `SELECT 1 FROM products WHERE id IN (
       SELECT product_id FROM reservations WHERE quote_id = ANY($1) AND status IN ('held', 'converted')
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
       UPDATE reservations SET status = 'released' WHERE quote_id = $1 AND status IN ('held', 'converted')
       RETURNING product_id, quantity
     )
     UPDATE products p SET reserved = p.reserved - given.quantity FROM given WHERE p.id = given.product_id`,
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
