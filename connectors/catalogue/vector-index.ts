/** The approximate index over the products' vectors: there from so many products on that comparing each of them takes too long. */
import type pg from "pg";
import { rowsOf } from "../postgres/pool.ts";

const NAME = "product_embeddings_near";
/** Below, the index would cost every import and gain nothing: exact search over 5,000 vectors takes a few milliseconds. */
const FROM_PRODUCTS = 5_000;
/** How long a process believes what it knows about the index. */
const BELIEVED_MS = 60_000;

const known = new WeakMap<pg.Pool, { readonly isIndexed: boolean; readonly until: number }>();

/** Whether the index is there and whole. Asked once a minute. */
export async function isIndexed(pool: pg.Pool): Promise<boolean> {
  const believed = known.get(pool);
  if (believed !== undefined && believed.until > performance.now()) return believed.isIndexed;
  const rows = await rowsOf(pool, "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid", [NAME]);
  known.set(pool, { isIndexed: rows.length > 0, until: performance.now() + BELIEVED_MS });
  return rows.length > 0;
}

/**
 * Builds the index when the shop has grown large, without locking anything that calls use; takes it away when the shop is small again. An index that a broken-off build
 * left behind is built anew. Gives what it did. The pool's statement time-out must leave time for it: 20,000 products take some seconds, with the embedded database a minute.
 */
export async function tendVectorIndex(
  pool: pg.Pool,
  fromProducts: number = FROM_PRODUCTS,
): Promise<"built" | "dropped" | "kept"> {
  known.delete(pool);
  const [row] = await rowsOf<{ products: number; state: boolean | null }>(
    pool,
    `SELECT (SELECT count(*)::int FROM products WHERE is_active) AS products,
       (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)) AS state`,
    [NAME],
  );
  const isWanted = (row?.products ?? 0) >= fromProducts;
  if (row?.state === true && isWanted) return "kept";
  if (row?.state !== null && row !== undefined) await rowsOf(pool, `DROP INDEX CONCURRENTLY IF EXISTS ${NAME}`);
  if (!isWanted) return row?.state === null ? "kept" : "dropped";
  await rowsOf(
    pool,
    `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${NAME} ON product_embeddings USING hnsw (embedding vector_cosine_ops)`,
  );
  return "built";
}
