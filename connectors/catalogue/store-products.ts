/** Writes products into a shop that may be selling at the same time. */
import { createHash } from "node:crypto";
import type pg from "pg";
import { toSql } from "pgvector";
import type { Embeddings } from "../embeddings/port.ts";
import { inTransaction, type Queryable, rowsOf } from "../postgres/pool.ts";
import { passageOf } from "./passage.ts";

/** A product as it is stored. Prices in minor units. */
export type StoredProduct = {
  readonly id: string;
  readonly title: string;
  readonly spokenName: string;
  readonly description: string;
  readonly category: string;
  readonly aliases: readonly string[];
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly priceMinor: number;
  readonly currency: string;
  readonly rating: number;
  readonly reviewCount: number;
  readonly stock: number;
  /** Within how many days it is sent when there is none; absent for what is not sold then. */
  readonly backorderDays?: number | undefined;
};

/** What was written. */
export type StoreSummary = {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly embedded: number;
  /** Products that are sold no longer, because they were not among the written ones. */
  readonly retired: number;
};

/** How products are written. */
export type StoreOptions = {
  /** Whether the pieces in the house become those of the products; else only new products get them, and calls keep the count of the others. */
  readonly setsStock: boolean;
  /** Whether products that are not among these are sold no longer. */
  readonly retiresOthers: boolean;
  readonly onProgress?: (done: number, total: number) => void;
};

/** Products of one transaction: few, so that an order that waits for one of them waits for milliseconds. */
const BATCH = 25;

/**
 * Writes the products, in batches that each are there whole or not at all; broken off, it may simply be run again. A row that says what is stored is not
 * touched, not even locked, and only texts that changed are embedded, outside of the transactions. Throws DATABASE_FAILED.
 */
export async function storeProducts(
  pool: pg.Pool,
  embeddings: Embeddings,
  products: readonly StoredProduct[],
  options: StoreOptions,
): Promise<StoreSummary> {
  // In the order of ids, as everybody who locks several products takes them.
  const sorted = products.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const [last] = await rowsOf<{ position: number }>(
    pool,
    "SELECT coalesce(max(position), 0)::int AS position FROM products",
  );
  const positions = new Map(products.map(({ id }, index) => [id, (last?.position ?? 0) + 1 + index]));
  let summary: StoreSummary = { added: 0, changed: 0, unchanged: 0, embedded: 0, retired: 0 };
  for (let from = 0; from < sorted.length; from += BATCH) {
    const batch = sorted.slice(from, from + BATCH);
    const vectors = await changedVectors(pool, embeddings, batch);
    const written = await inTransaction(pool, async (connection) => {
      const rows = await writeRows(connection, batch, positions, options.setsStock);
      await writeVectors(connection, embeddings.model, vectors);
      return rows;
    });
    const added = written.filter(({ isNew }) => isNew).length;
    summary = {
      ...summary,
      added: summary.added + added,
      changed: summary.changed + written.length - added,
      unchanged: summary.unchanged + batch.length - written.length,
      embedded: summary.embedded + vectors.length,
    };
    options.onProgress?.(from + batch.length, sorted.length);
  }
  // The embedded database has nobody who counts its rows from time to time, and plans without counts are slow ones.
  if (summary.added + summary.changed + summary.embedded > 0)
    await rowsOf(pool, "ANALYZE products, product_embeddings");
  if (!options.retiresOthers) return summary;
  const retired = await rowsOf(
    pool,
    "UPDATE products SET is_active = false WHERE is_active AND NOT id = ANY($1) RETURNING id",
    [products.map(({ id }) => id)],
  );
  return { ...summary, retired: retired.length };
}

type Vector = { readonly id: string; readonly hash: string; readonly vector: Float32Array };

async function changedVectors(
  pool: pg.Pool,
  embeddings: Embeddings,
  products: readonly StoredProduct[],
): Promise<readonly Vector[]> {
  const known = await rowsOf<{ id: string; hash: string }>(
    pool,
    "SELECT product_id AS id, content_hash AS hash FROM product_embeddings WHERE model = $1 AND product_id = ANY($2)",
    [embeddings.model, products.map(({ id }) => id)],
  );
  const hashes = new Map(known.map(({ id, hash }) => [id, hash]));
  const changed = products
    .map((product) => ({ id: product.id, passage: passageOf(product) }))
    .map(({ id, passage }) => ({ id, passage, hash: createHash("sha256").update(passage).digest("hex") }))
    .filter(({ id, hash }) => hashes.get(id) !== hash);
  if (changed.length === 0) return [];
  const vectors = await embeddings.embed(
    changed.map(({ passage }) => passage),
    "document",
  );
  return changed.flatMap(({ id, hash }, index) => {
    const vector = vectors[index];
    return vector === undefined ? [] : [{ id, hash, vector }];
  });
}

async function writeRows(
  connection: Queryable,
  products: readonly StoredProduct[],
  positions: ReadonlyMap<string, number>,
  setsStock: boolean,
): Promise<readonly { readonly isNew: boolean }[]> {
  const rows = products.map((product) => ({
    ...product,
    position: positions.get(product.id) ?? 0,
    aliases: product.aliases.join(", "),
    attributesText: Object.values(product.attributes).join(" "),
  }));
  return rowsOf<{ isNew: boolean }>(
    connection,
    `INSERT INTO products AS known (id, title, spoken_name, description, category, aliases, attributes, attributes_text, price_minor, currency,
       rating, review_count, on_hand, backorder_days, position)
     SELECT r.id, r.title, r."spokenName", r.description, r.category, r.aliases, r.attributes, r."attributesText", r."priceMinor", r.currency,
       r.rating, r."reviewCount", r.stock, r."backorderDays", r.position
     FROM json_to_recordset($1::json) AS r (id text, title text, "spokenName" text, description text, category text, aliases text,
       attributes json, "attributesText" text, "priceMinor" bigint, currency text, rating numeric(3, 2), "reviewCount" integer,
       stock integer, "backorderDays" integer, position bigint)
     LEFT JOIN products p ON p.id = r.id
     WHERE p.id IS NULL OR NOT p.is_active OR ($2 AND p.on_hand <> r.stock)
       OR (p.title, p.spoken_name, p.description, p.category, p.aliases, p.attributes::text, p.price_minor, p.currency, p.rating, p.review_count,
           p.backorder_days)
         IS DISTINCT FROM (r.title, r."spokenName", r.description, r.category, r.aliases, r.attributes::text, r."priceMinor", r.currency, r.rating,
           r."reviewCount", r."backorderDays")
     ORDER BY r.id
     ON CONFLICT (id) DO UPDATE SET title = excluded.title, spoken_name = excluded.spoken_name, description = excluded.description,
       category = excluded.category, aliases = excluded.aliases, attributes = excluded.attributes,
       attributes_text = excluded.attributes_text, price_minor = excluded.price_minor, currency = excluded.currency,
       rating = excluded.rating, review_count = excluded.review_count, backorder_days = excluded.backorder_days, is_active = true,
       on_hand = CASE WHEN $2 THEN excluded.on_hand ELSE known.on_hand END
     RETURNING (xmax = 0) AS "isNew"`,
    [JSON.stringify(rows), setsStock],
  );
}

async function writeVectors(connection: Queryable, model: string, vectors: readonly Vector[]): Promise<void> {
  if (vectors.length === 0) return;
  await rowsOf(
    connection,
    `INSERT INTO product_embeddings (product_id, model, content_hash, embedding)
     SELECT id, $2, hash, vector::vector FROM unnest($1::text[], $3::text[], $4::text[]) AS v (id, hash, vector)
     ON CONFLICT (product_id, model) DO UPDATE SET content_hash = excluded.content_hash, embedding = excluded.embedding`,
    [
      vectors.map(({ id }) => id),
      model,
      vectors.map(({ hash }) => hash),
      vectors.map(({ vector }) => toSql(Array.from(vector))),
    ],
  );
}
