/** Products as the database tells them, and as a caller is told of them. */
import type pg from "pg";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import { rowsOf } from "../postgres/pool.ts";
import type { Choice } from "./ranking.ts";

/** A product as the database tells it. */
export type ProductRow = {
  readonly productId: string;
  readonly title: string;
  readonly spokenName: string;
  readonly aliases: string;
  readonly category: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly stock: number;
  readonly description: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly rating: number;
  readonly reviewCount: number;
  readonly position: number;
};

/** Columns of {@link ProductRow}, of a table `p`. */
export const PRODUCT_COLUMNS = `p.id AS "productId", p.title, p.spoken_name AS "spokenName", p.aliases, p.category, p.price_minor AS "priceMinor",
  p.currency, greatest(p.on_hand - p.reserved, 0) AS stock, p.description, p.attributes, p.rating::float8 AS rating,
  p.review_count AS "reviewCount", p.position`;

/** The chosen products as they are now, in order; what is sold no longer is left out. */
export async function offersOf(pool: pg.Pool, chosen: readonly Choice[]): Promise<readonly ProductOffer[]> {
  if (chosen.length === 0) return [];
  const rows = await rowsOf<ProductRow>(
    pool,
    `SELECT ${PRODUCT_COLUMNS} FROM products p WHERE p.id = ANY($1) AND p.is_active`,
    [chosen.map(({ productId }) => productId)],
  );
  const byId = new Map(rows.map((row) => [row.productId, row]));
  return chosen.flatMap(({ productId, isMatch }) => {
    const row = byId.get(productId);
    return row === undefined ? [] : [offerOf(row, isMatch)];
  });
}

/** A product as a caller is told of it. */
export function offerOf(row: ProductRow, isMatch: boolean): ProductOffer {
  const { productId, title, spokenName, category, priceMinor, currency, stock, description, rating } = row;
  const attributes = Object.entries(row.attributes).map(([name, value]) => ({ name, value: String(value) }));
  return {
    productId,
    title,
    spokenName,
    category,
    priceMinor,
    currency,
    stock,
    description,
    attributes,
    rating,
    isMatch,
  };
}
