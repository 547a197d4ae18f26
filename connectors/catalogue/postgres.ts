import { performance } from "node:perf_hooks";
import type pg from "pg";
import { toSql } from "pgvector";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import type { Embeddings } from "../embeddings/port.ts";
import { rowsOf } from "../postgres/pool.ts";
import type { Catalogue, SearchProducts } from "./port.ts";
import { type Candidate, choose } from "./ranking.ts";

/** Options of {@link createPostgresCatalogue}. */
export type PostgresCatalogueOptions = { readonly pool: pg.Pool; readonly embeddings: Embeddings };

const RESULTS = 5;
/** Candidates of each kind: nearest in meaning, and best in words. */
const CANDIDATES = 60;

/** Wishes that go through model and database before the first caller's does: the first ones of a process take several times as long. */
const WARM_UP_QUERIES = [
  "a kettle",
  "blue running shoes",
  "something for the garden",
  "a warm jacket",
  "a quiet speaker",
];

/** The catalogue, and what its owner needs beside it. */
export type PostgresCatalogue = Catalogue & {
  /** Searches a few times for nothing. A failure is no reason not to start; the first caller's search would tell. */
  prewarm(): Promise<void>;
};

/**
 * The catalogue in PostgreSQL with pgvector; tables in deploy/migrations/0001_catalogue.sql. Vectors are compared one by one: a few thousand take milliseconds, and
 * nothing is lost to a filter, as it is with an approximate index.
 */
export function createPostgresCatalogue({ pool, embeddings }: PostgresCatalogueOptions): PostgresCatalogue {
  async function search({ query, quantity, ...wish }: SearchProducts): ReturnType<Catalogue["search"]> {
    const startedAt = performance.now();
    const [vector] = await embeddings.embed([query], "query");
    if (vector === undefined) return { products: [], storeWaitMs: performance.now() - startedAt };
    const candidates = await rowsOf<Candidate>(pool, CANDIDATE_ROWS, [
      toSql(Array.from(vector)),
      embeddings.model,
      plainWords(query),
      quantity,
      CANDIDATES,
    ]);
    if (candidates.length === 0) return { products: [], storeWaitMs: performance.now() - startedAt };
    const { productIds, isMatch } = choose(candidates, { ...wish, limit: RESULTS });
    const rows = await rowsOf<OfferRow>(pool, `${OFFER} WHERE id = ANY($1)`, [productIds]);
    const byId = new Map(rows.map((row) => [row.productId, row]));
    const products = productIds.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined ? [] : [offerOf(row, isMatch)];
    });
    return { products, storeWaitMs: performance.now() - startedAt };
  }

  return {
    search,

    async prewarm() {
      const wish = { priceMinMinor: null, priceMaxMinor: null, quantity: 1, sort: "relevance" } as const;
      try {
        for (const query of WARM_UP_QUERIES) await search({ query, ...wish });
      } catch {
        return;
      }
    },

    async details({ productId }) {
      const startedAt = performance.now();
      const [row] = await rowsOf<OfferRow>(pool, `${OFFER} WHERE id = $1 AND is_active`, [productId]);
      const product = row === undefined ? null : offerOf(row, true);
      return { product, storeWaitMs: performance.now() - startedAt };
    },
  };
}

/** Any of the question's content words counts; all of them together are asked of no product. Words come without operators, so their text is a query. */
const CANDIDATE_ROWS = `
  WITH asked AS (
    SELECT $1::vector AS vector,
      array_to_string(tsvector_to_array(to_tsvector('english', $3)), ' | ')::tsquery AS words
  ), scored AS (
    SELECT p.id, p.price_minor, p.rating, p.position, 1 - (e.embedding <=> asked.vector) AS similarity,
      CASE WHEN p.words @@ asked.words THEN ts_rank_cd(p.words, asked.words) ELSE 0 END AS word_rank
    FROM asked, products p JOIN product_embeddings e ON e.product_id = p.id AND e.model = $2
    WHERE p.is_active AND p.on_hand - p.reserved >= $4
  ), ranked AS (
    SELECT *, row_number() OVER (ORDER BY similarity DESC, id) AS by_meaning,
      row_number() OVER (ORDER BY word_rank DESC, id) AS by_words
    FROM scored
  )
  SELECT id AS "productId", similarity::float8 AS similarity, word_rank::float8 AS "wordRank", price_minor AS "priceMinor",
    rating::float8 AS rating, position
  FROM ranked WHERE by_meaning <= $5 OR (by_words <= $5 AND word_rank > 0)`;

type OfferRow = Omit<ProductOffer, "attributes" | "isMatch"> & { readonly attributes: Record<string, string | number> };

const OFFER = `SELECT id AS "productId", title, spoken_name AS "spokenName", category, price_minor AS "priceMinor", currency,
  greatest(on_hand - reserved, 0) AS stock, description, attributes, rating::float8 AS rating FROM products`;

function offerOf({ attributes, ...row }: OfferRow, isMatch: boolean): ProductOffer {
  const named = Object.entries(attributes).map(([name, value]) => ({ name, value: String(value) }));
  return { ...row, attributes: named, isMatch };
}

function plainWords(query: string): string {
  return query.replace(/[^\p{L}\p{N}]+/gu, " ");
}
