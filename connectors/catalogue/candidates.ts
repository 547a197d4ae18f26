/** The statements that bring up products for a question. */
import type pg from "pg";
import { toSql } from "pgvector";
import type { SearchTerms } from "../../language/search-terms.ts";
import { inTransaction, type Queryable, rowsOf } from "../postgres/pool.ts";
import { PRODUCT_COLUMNS, type ProductRow } from "./product-rows.ts";
import { isIndexed } from "./vector-index.ts";

/** A product that was found, and its likeness to the question. */
export type FoundRow = ProductRow & { readonly similarity: number };

/** A question to the database. */
export type Question = {
  readonly vector: Float32Array;
  readonly model: string;
  /** Phrases that products may be found by, any of them; see {@link phrasesOf}. */
  readonly phrases: readonly string[];
  readonly quantity: number;
  readonly priceMinMinor: number | null;
  readonly priceMaxMinor: number | null;
  readonly minRating: number;
};

/** Products of each kind that are looked at: nearest in meaning, and best in words, within the conditions. */
const WITHIN = 50;
/** The same outside of them: what the shop's best is, and what comes nearest where nothing keeps to the conditions. */
const OUTSIDE = 15;
/** Up to so many products within the conditions, each vector is compared: quicker than the index, and nothing is lost. */
const EXACT_UP_TO = 5_000;

/**
 * Candidates for a question. Each vector is compared, so that a condition loses nothing; where the shop has a vector index and the conditions leave more than
 * `exactUpTo` products, the index is asked, and the answer is checked: if it is short of products, each vector is compared after all.
 */
export async function findCandidates(
  pool: pg.Pool,
  question: Question,
  exactUpTo: number = EXACT_UP_TO,
): Promise<readonly FoundRow[]> {
  const values = valuesOf(question);
  if (!(await isIndexed(pool)) || !(await isWide(pool, values, exactUpTo))) return compareAll(pool, question);
  const found = await inTransaction(pool, async (connection) => {
    await askIndex(connection);
    return rowsOf<FoundRow & { readonly isNear: boolean }>(connection, APPROXIMATE, values);
  });
  const near = found.filter(({ isNear }) => isNear).length;
  return near >= WITHIN ? found : compareAll(pool, question);
}

function compareAll(pool: pg.Pool, question: Question): Promise<readonly FoundRow[]> {
  const { priceMinMinor, priceMaxMinor, minRating } = question;
  const values = valuesOf(question);
  const isBounded = priceMinMinor !== null || priceMaxMinor !== null || minRating > 0;
  // Without conditions nothing is outside of them.
  return isBounded
    ? rowsOf<FoundRow>(pool, EXACT, values)
    : rowsOf<FoundRow>(pool, EXACT_UNBOUNDED, [...values.slice(0, 4), WITHIN]);
}

/** Settings of this transaction only. Strict order: filtered products are left out while the index is walked, and it is walked until enough remain. */
async function askIndex(connection: Queryable): Promise<void> {
  await rowsOf(connection, "SET LOCAL hnsw.iterative_scan = strict_order");
  await rowsOf(connection, "SET LOCAL hnsw.ef_search = 120");
}

/** So many pieces are there, or may be ordered before they are. */
function canHave(quantity: string): string {
  return `(p.on_hand - p.reserved - p.backordered >= ${quantity} OR p.backorder_days IS NOT NULL)`;
}

async function isWide(pool: pg.Pool, values: readonly unknown[], exactUpTo: number): Promise<boolean> {
  const [row] = await rowsOf<{ count: number }>(
    pool,
    `SELECT count(*)::int AS count FROM (
       SELECT 1 FROM products p WHERE p.is_active AND ${canHave("$1")} AND p.price_minor BETWEEN $2 AND $3 AND p.rating >= $4 LIMIT $5
     ) AS counted`,
    [...values.slice(3, 7), exactUpTo + 1],
  );
  return (row?.count ?? 0) > exactUpTo;
}

/** Rarity of a word that one product in twelve has. */
const TELLING_RARITY = 2.5;
/** Phrases of one question; a longer question is cut. */
const MAX_PHRASES = 100;
const MOST_MINOR = 2 ** 53 - 1;

function valuesOf(question: Question): readonly unknown[] {
  const { vector, model, phrases, quantity, priceMinMinor, priceMaxMinor, minRating } = question;
  return [
    toSql(Array.from(vector)),
    model,
    phrases,
    quantity,
    priceMinMinor ?? 0,
    priceMaxMinor ?? MOST_MINOR,
    minRating,
    WITHIN,
    OUTSIDE,
  ];
}

/**
 * Phrases that a product may be found by. Any of them counts: all of them together are asked of no product. Words that many products have bring up too many to
 * look at, and none that their meaning does not bring up; the rarest word stays in any case.
 */
export function phrasesOf({ terms }: SearchTerms, rarity: (stems: string) => number): readonly string[] {
  const sought = terms.filter(({ demand }) => demand !== "excluded");
  const rarest = Math.max(...sought.map(({ stems }) => rarity(stems)));
  const wanted = sought.filter(({ stems }) => rarity(stems) >= Math.min(rarest, TELLING_RARITY));
  const phrases = wanted.flatMap(({ said, alternatives }) => [
    said,
    ...(said.includes(" ") ? said.split(" ") : []),
    ...alternatives.map(({ phrase }) => phrase),
  ]);
  return [...new Set(phrases)].slice(0, MAX_PHRASES);
}

/** Materialised: the text of a query is parsed once, not for every product. */
const ASKED = `
  asked AS MATERIALIZED (
    SELECT $1::vector AS vector, coalesce(string_agg('(' || q::text || ')', ' | '), '')::tsquery AS words
    FROM unnest($3::text[]) AS phrase, LATERAL phraseto_tsquery('english', phrase) AS q WHERE numnode(q) > 0
  )`;
const SOLD = `p.is_active AND ${canHave("$4")}`;
const WITHIN_CONDITIONS = "p.price_minor BETWEEN $5 AND $6 AND p.rating >= $7";

/** Unit vectors: the inner product, which is one sum instead of three, is the cosine. `<#>` gives its negative. */
const DISTANCE = "(e.embedding <#> (SELECT vector FROM asked)) + 1 AS distance";
/** The words as a value, not a table to join: the full text index can be asked for it. */
const WORDED = `worded AS MATERIALIZED (
    SELECT p.id, ts_rank(p.words, (SELECT words FROM asked)) AS word_rank FROM products p
    WHERE p.words @@ (SELECT words FROM asked) AND ${SOLD}
  )`;
const FOUND = `SELECT ${PRODUCT_COLUMNS}, (1 - distance)::float8 AS similarity FROM chosen JOIN products p USING (id)`;

const EXACT_UNBOUNDED = `
  WITH ${ASKED}, sold AS MATERIALIZED (
    SELECT p.id, ${DISTANCE} FROM products p JOIN product_embeddings e ON e.product_id = p.id AND e.model = $2 WHERE ${SOLD}
  ), ${WORDED}, chosen AS (
    (SELECT id, distance FROM sold ORDER BY distance, id LIMIT $5)
    UNION (
      SELECT id, distance FROM worded JOIN sold USING (id) ORDER BY word_rank DESC, id LIMIT $5
    )
  )
  ${FOUND}`;

const EXACT = `
  WITH ${ASKED}, sold AS MATERIALIZED (
    SELECT p.id, ${DISTANCE}, ${WITHIN_CONDITIONS} AS is_within
    FROM products p JOIN product_embeddings e ON e.product_id = p.id AND e.model = $2 WHERE ${SOLD}
  ), ${WORDED}, chosen AS (
    (SELECT id, distance FROM sold WHERE is_within ORDER BY distance, id LIMIT $8)
    UNION (SELECT id, distance FROM sold WHERE NOT is_within ORDER BY distance, id LIMIT $9)
    UNION (SELECT id, distance FROM worded JOIN sold USING (id) WHERE is_within ORDER BY word_rank DESC, id LIMIT $8)
    UNION (SELECT id, distance FROM worded JOIN sold USING (id) WHERE NOT is_within ORDER BY word_rank DESC, id LIMIT $9)
  )
  ${FOUND}`;

/** The same from the two indexes. Nearest ones first, with the conditions and without, then the best in words. */
const APPROXIMATE = `
  WITH ${ASKED}, near AS MATERIALIZED (
    SELECT e.product_id AS id FROM product_embeddings e JOIN products p ON p.id = e.product_id
    WHERE e.model = $2 AND ${SOLD} AND ${WITHIN_CONDITIONS}
    ORDER BY e.embedding <=> $1::vector LIMIT $8
  ), nearest AS MATERIALIZED (
    SELECT e.product_id AS id FROM product_embeddings e JOIN products p ON p.id = e.product_id
    WHERE e.model = $2 AND ${SOLD}
    ORDER BY e.embedding <=> $1::vector LIMIT $9
  ), worded AS (
    SELECT p.id FROM asked, products p
    WHERE p.words @@ asked.words AND ${SOLD} AND ${WITHIN_CONDITIONS}
    ORDER BY ts_rank(p.words, asked.words) DESC, p.id LIMIT $8
  ), chosen AS (
    SELECT id, bool_or(is_near) AS is_near
    FROM (SELECT id, true AS is_near FROM near UNION ALL SELECT id, false FROM nearest UNION ALL SELECT id, false FROM worded) AS brought
    GROUP BY id
  )
  SELECT ${PRODUCT_COLUMNS}, (1 - (e.embedding <=> asked.vector))::float8 AS similarity, is_near AS "isNear"
  FROM asked, chosen JOIN products p USING (id) JOIN product_embeddings e ON e.product_id = p.id AND e.model = $2`;
