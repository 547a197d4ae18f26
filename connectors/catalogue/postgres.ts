import { performance } from "node:perf_hooks";
import type pg from "pg";
import { readSearchTerms } from "../../language/search-terms.ts";
import { readRatingWish, readSortOrder } from "../../language/sort-order.ts";
import { PartylineError } from "../../runtime/errors.ts";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import type { Embeddings } from "../embeddings/port.ts";
import { rowsOf } from "../postgres/pool.ts";
import { findCandidates, phrasesOf } from "./candidates.ts";
import { withNearWords } from "./near-words.ts";
import type { Catalogue, SearchProducts } from "./port.ts";
import { offerOf, offersOf } from "./product-rows.ts";
import { choose } from "./ranking.ts";
import { relevanceTo, stemsOf } from "./relevance.ts";
import { createWordRarity } from "./word-rarity.ts";

/** Options of {@link createPostgresCatalogue}. */
export type PostgresCatalogueOptions = { readonly pool: pg.Pool; readonly embeddings: Embeddings };

const RESULTS = 5;
const MAX_RESULTS = 50;

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

/** The catalogue in PostgreSQL with pgvector and full text; tables in deploy/migrations/0001_catalogue.sql. README.md says how products are found and ranked. */
export function createPostgresCatalogue({ pool, embeddings }: PostgresCatalogueOptions): PostgresCatalogue {
  const rarity = createWordRarity(pool);

  async function found(input: SearchProducts): Promise<readonly ProductOffer[]> {
    const { quantity, priceMinMinor, priceMaxMinor } = input;
    const { query, minRating, sort } = spokenWishes(input);
    const asked = readSearchTerms(query);
    // The model and the database work at the same time.
    const [[vector], rarities] = await Promise.all([
      embeddings.embed([query], "query"),
      rarity.of(asked.terms.map(({ said }) => said)),
    ]);
    if (vector === undefined) return [];
    const limits = { priceMinMinor, priceMaxMinor, minRating };
    const rarityByStems = new Map(asked.terms.map(({ stems }, index) => [stems, rarities[index] ?? 0]));
    const rarityOf = (stems: string): number => rarityByStems.get(stems) ?? 0;
    const phrases = phrasesOf(asked, rarityOf);
    const rows = await findCandidates(pool, { vector, model: embeddings.model, phrases, quantity, ...limits });
    if (rows.length === 0) await requireVectors(pool, embeddings.model);
    const relevance = relevanceTo(withNearWords(asked, stemsOf(rows)), rarityOf);
    const byId = new Map(rows.map((row) => [row.productId, row]));
    const limit = Math.min(Math.max(1, input.limit ?? RESULTS), MAX_RESULTS);
    const chosen = choose(
      rows.map((row) => ({ ...row, ...relevance(row) })),
      { ...limits, sort, limit, hasLooser: input.hasLooser ?? false, model: embeddings.model },
    );
    return chosen.flatMap(({ productId, isMatch }) => {
      const row = byId.get(productId);
      return row === undefined ? [] : [offerOf(row, isMatch)];
    });
  }

  return {
    async search(input) {
      const startedAt = performance.now();
      const products = await found(input);
      return { products, storeWaitMs: performance.now() - startedAt };
    },

    async prewarm() {
      const wish = { priceMinMinor: null, priceMaxMinor: null, quantity: 1, sort: "relevance" } as const;
      try {
        for (const query of WARM_UP_QUERIES) await found({ query, ...wish });
      } catch {
        return;
      }
    },

    // Nothing is kept here.
    prefetch: () => Promise.resolve(),

    async details({ productId }) {
      const startedAt = performance.now();
      const [product = null] = await offersOf(pool, [{ productId, isMatch: true }]);
      return { product, storeWaitMs: performance.now() - startedAt };
    },
  };
}

/** Vectors of different models are never compared, so products that were embedded by another one would simply not be there. Throws SETTINGS_INVALID. */
async function requireVectors(pool: pg.Pool, model: string): Promise<void> {
  const [row] = await rowsOf<{ isForeign: boolean }>(
    pool,
    `SELECT EXISTS (SELECT 1 FROM product_embeddings) AND NOT EXISTS (SELECT 1 FROM product_embeddings WHERE model = $1) AS "isForeign"`,
    [model],
  );
  if (row?.isForeign === true)
    throw new PartylineError("SETTINGS_INVALID", `no product is embedded with ${model}: load the catalogue with it`);
}

/** Wishes that a search's own fields cannot tell, from its words. */
function spokenWishes({ query, sort }: SearchProducts) {
  const rating = readRatingWish(query);
  const rest = rating === null ? query : `${query.slice(0, rating.start)} ${query.slice(rating.end)}`;
  const spoken = sort === "relevance" ? readSortOrder(rest) : null;
  const isPopular = spoken?.sort === "popularity";
  return {
    query: isPopular && spoken !== null ? `${rest.slice(0, spoken.start)} ${rest.slice(spoken.end)}` : rest,
    minRating: rating?.minRating ?? 0,
    sort: isPopular ? ("popularity" as const) : sort,
  };
}
