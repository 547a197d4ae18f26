import type pg from "pg";
import { isIndexed } from "../connectors/catalogue/vector-index.ts";
import { rowsOf } from "../connectors/postgres/pool.ts";
import { amountText } from "./amount-text.ts";

type Totals = {
  readonly sold: number;
  readonly retired: number;
  readonly inStock: number;
  readonly pieces: number;
  readonly reserved: number;
  readonly awaited: number;
  readonly rated: number;
  readonly cheapestMinor: number | null;
  readonly medianMinor: number | null;
  readonly dearestMinor: number | null;
  readonly currencies: string | null;
};

/** What the catalogue holds, for a person to read. */
export async function catalogueStats(pool: pg.Pool): Promise<string> {
  const [totals] = await rowsOf<Totals>(pool, TOTALS);
  const categories = await rowsOf<{ category: string; products: number }>(pool, CATEGORIES);
  const attributes = await rowsOf<{ name: string; products: number }>(pool, ATTRIBUTES);
  const models = await rowsOf<{ model: string; products: number }>(pool, MODELS);
  if (totals === undefined || totals.sold === 0) return "The catalogue is empty.\n";
  const currency = totals.currencies?.slice(0, 3) ?? "USD";
  const price = (minor: number | null) => (minor === null ? "-" : amountText(Math.round(minor), currency));
  const list = (rows: readonly string[]) => rows.map((row) => `  ${row}\n`).join("");
  const vectors = models.map(({ model, products }) => `${model}: ${products}, ${totals.sold - products} missing`);
  return [
    `products     ${totals.sold} sold, ${totals.retired} sold no longer, ${totals.rated} with a rating\n`,
    `stock        ${totals.inStock} products in stock, ${totals.pieces} pieces in the house, ${totals.reserved} of them reserved, ${totals.awaited} more awaited by orders\n`,
    `prices       ${price(totals.cheapestMinor)} to ${price(totals.dearestMinor)}, median ${price(totals.medianMinor)}\n`,
    `vectors      ${vectors.join("; ") || "none"}; index ${(await isIndexed(pool)) ? "built" : "none: every vector is compared"}\n`,
    `categories   ${categories.length} told\n`,
    list(categories.map(({ category, products }) => `${String(products).padStart(6)}  ${category}`)),
    `attributes   ${attributes.length} told\n`,
    list(attributes.map(({ name, products }) => `${String(products).padStart(6)}  ${name}`)),
  ].join("");
}

const TOTALS = `SELECT count(*) FILTER (WHERE is_active)::int AS sold, count(*) FILTER (WHERE NOT is_active)::int AS retired,
    count(*) FILTER (WHERE is_active AND on_hand > reserved + backordered)::int AS "inStock", coalesce(sum(on_hand) FILTER (WHERE is_active), 0)::int AS pieces,
    coalesce(sum(reserved) FILTER (WHERE is_active), 0)::int AS reserved, coalesce(sum(backordered), 0)::int AS awaited,
    count(*) FILTER (WHERE is_active AND rating > 0)::int AS rated,
    min(price_minor) FILTER (WHERE is_active) AS "cheapestMinor", max(price_minor) FILTER (WHERE is_active) AS "dearestMinor",
    percentile_cont(0.5) WITHIN GROUP (ORDER BY price_minor) FILTER (WHERE is_active) AS "medianMinor",
    string_agg(DISTINCT currency, ', ') FILTER (WHERE is_active) AS currencies FROM products`;
const CATEGORIES = `SELECT category, count(*)::int AS products FROM products WHERE is_active GROUP BY category ORDER BY products DESC, category LIMIT 20`;
const ATTRIBUTES = `SELECT name, count(*)::int AS products FROM products, json_object_keys(attributes) AS name WHERE is_active
  GROUP BY name ORDER BY products DESC, name LIMIT 20`;
const MODELS = `SELECT model, count(*)::int AS products FROM product_embeddings e JOIN products p ON p.id = e.product_id WHERE p.is_active
  GROUP BY model ORDER BY model`;
