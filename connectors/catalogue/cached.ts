/** A catalogue that remembers which products answered a question, and reads what they cost and how many there are each time. */
import { performance } from "node:perf_hooks";
import type pg from "pg";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import { rowsOf } from "../postgres/pool.ts";
import type { Catalogue, SearchProducts } from "./port.ts";
import { offersOf, versionedOffersOf } from "./product-rows.ts";
import type { SearchCache } from "./search-cache.ts";

/** Options of {@link withSearchCache}. */
export type CachedCatalogueOptions = { readonly pool: pg.Pool; readonly cache: SearchCache };

/**
 * Answers are kept with the catalogue's version (deploy/migrations/0005_search.sql), so a change of price, stock or text puts them aside. Even one that is kept is only a
 * list of products: each is read anew, and if a match keeps no longer to what was asked, the question is searched for.
 */
export function withSearchCache(inner: Catalogue, { pool, cache }: CachedCatalogueOptions): Catalogue {
  async function found(input: SearchProducts, context: Parameters<Catalogue["search"]>[1]) {
    let fresh: readonly ProductOffer[] | null = null;
    let offers: readonly ProductOffer[] | null = null;
    const { chosen } = await cache.answer(
      questionOf(input),
      async (kept) => {
        const current = await versionedOffersOf(pool, kept.chosen);
        if (current.version !== kept.version) return false;
        offers = current.offers;
        return true;
      },
      async () => {
        // From before the search: what changes meanwhile puts its answer aside.
        const version = await versionOf(pool);
        fresh = (await inner.search(input, context)).products;
        return { version, chosen: fresh.map(({ productId, isMatch }) => ({ productId, isMatch })) };
      },
    );
    if (fresh !== null) return fresh;
    // Who waited for another's search reads what it chose.
    offers ??= await offersOf(pool, chosen);
    const keeps = offers.length === chosen.length && offers.every((offer) => !offer.isMatch || isWithin(offer, input));
    return keeps ? offers : (await inner.search(input, context)).products;
  }

  return {
    async search(input, context) {
      const startedAt = performance.now();
      const products = await found(input, context);
      return { products, storeWaitMs: performance.now() - startedAt };
    },
    async prefetch(input, context) {
      await found(input, context);
    },
    details: (input, context) => inner.details(input, context),
  };
}

async function versionOf(pool: pg.Pool): Promise<number> {
  const [row] = await rowsOf<{ version: number }>(pool, "SELECT last_value AS version FROM catalogue_version");
  return row?.version ?? 0;
}

/** The same words in other letters are the same question. */
function questionOf({ query, priceMinMinor, priceMaxMinor, quantity, sort, limit, hasLooser }: SearchProducts) {
  const words = query.trim().toLowerCase().replace(/\s+/g, " ");
  return [words, priceMinMinor, priceMaxMinor, quantity, sort, limit ?? null, hasLooser ?? false] as const;
}

function isWithin(offer: ProductOffer, { priceMinMinor, priceMaxMinor, quantity }: SearchProducts) {
  const { priceMinor, stock, backorderDays } = offer;
  const isInPrice = priceMinor >= (priceMinMinor ?? 0) && priceMinor <= (priceMaxMinor ?? Number.MAX_SAFE_INTEGER);
  return isInPrice && (stock >= quantity || backorderDays !== null);
}
