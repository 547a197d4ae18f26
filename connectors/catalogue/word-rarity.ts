/** How rare words are in the shop: "black" tells few products apart, "ukulele" all of them. */
import type pg from "pg";
import { rowsOf } from "../postgres/pool.ts";

/** Rarity of a phrase, at least 0 (inverse document frequency as in BM25, Robertson and Spärck Jones), at most {@link MAX_RARITY}. */
export type WordRarity = {
  /** Rarities of phrases, in order. Counted in the database when it was not in the last minutes. */
  of(phrases: readonly string[]): Promise<readonly number[]>;
};

/** A word that no product has says no more than one that few have. */
const MAX_RARITY = 6;
const KEPT_PHRASES = 5_000;
const KEPT_MS = 300_000;
/** Counting stops here: a word of so many products is common, whatever the number. */
const COUNTED = 5_000;

/** Looks rarities up in the database and keeps them for a while: they change slowly. */
export function createWordRarity(pool: pg.Pool): WordRarity {
  const kept = new Map<string, { readonly rarity: number; readonly until: number }>();

  let shop = { products: 0, until: 0 };

  async function countedShop(): Promise<number> {
    if (shop.until > performance.now()) return shop.products;
    const [row] = await rowsOf<{ products: number }>(
      pool,
      "SELECT count(*)::int AS products FROM products WHERE is_active",
    );
    shop = { products: row?.products ?? 0, until: performance.now() + KEPT_MS };
    return shop.products;
  }

  async function look(phrases: readonly string[]): Promise<void> {
    const total = await countedShop();
    const rows = await rowsOf<{ phrase: string; products: number }>(
      pool,
      `SELECT phrase, (
         SELECT count(*)::int FROM (
           SELECT 1 FROM products p WHERE p.words @@ phraseto_tsquery('english', phrase) AND p.is_active LIMIT ${COUNTED}
         ) AS counted
       ) AS products
       FROM unnest($1::text[]) AS phrase`,
      [phrases],
    );
    for (const { phrase, products } of rows) {
      const rarity = Math.log(1 + (Math.max(total, products) - products + 0.5) / (products + 0.5));
      kept.set(phrase, { rarity: Math.min(MAX_RARITY, rarity), until: performance.now() + KEPT_MS });
    }
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_PHRASES) break;
      kept.delete(oldest);
    }
  }

  return {
    async of(phrases) {
      const now = performance.now();
      const missing = [...new Set(phrases)].filter((phrase) => (kept.get(phrase)?.until ?? 0) <= now);
      if (missing.length > 0) await look(missing);
      return phrases.map((phrase) => kept.get(phrase)?.rarity ?? MAX_RARITY);
    },
  };
}
