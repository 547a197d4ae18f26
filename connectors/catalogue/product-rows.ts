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
  readonly backorderDays: number | null;
  readonly description: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly rating: number;
  readonly reviewCount: number;
  readonly position: number;
};

/** Columns of {@link ProductRow}, of a table `p`. */
export const PRODUCT_COLUMNS = `p.id AS "productId", p.title, p.spoken_name AS "spokenName", p.aliases, p.category, p.price_minor AS "priceMinor",
  p.currency, greatest(p.on_hand - p.reserved - p.backordered, 0) AS stock, p.backorder_days AS "backorderDays", p.description, p.attributes, p.rating::float8 AS rating,
  p.review_count AS "reviewCount", p.position`;

/** The chosen products as they are now, in order; what is sold no longer is left out. */
export async function offersOf(pool: pg.Pool, chosen: readonly Choice[]): Promise<readonly ProductOffer[]> {
  return chosen.length === 0 ? [] : (await versionedOffersOf(pool, chosen)).offers;
}

/** The same, and the version of the catalogue that they are read from (deploy/migrations/0005_search.sql). */
export async function versionedOffersOf(
  pool: pg.Pool,
  chosen: readonly Choice[],
): Promise<{ readonly version: number; readonly offers: readonly ProductOffer[] }> {
  const rows = await rowsOf<{ version: number } & (ProductRow | { productId: null })>(
    pool,
    `SELECT v.last_value AS version, ${PRODUCT_COLUMNS}
     FROM catalogue_version v LEFT JOIN products p ON p.id = ANY($1) AND p.is_active`,
    [chosen.map(({ productId }) => productId)],
  );
  const byId = new Map(rows.flatMap((row) => (row.productId === null ? [] : [[row.productId, row] as const])));
  const offers = chosen.flatMap(({ productId, isMatch }) => {
    const row = byId.get(productId);
    return row === undefined ? [] : [offerOf(row, isMatch)];
  });
  return { version: rows[0]?.version ?? 0, offers };
}

/** A product as a caller is told of it. */
export function offerOf(row: ProductRow, isMatch: boolean): ProductOffer {
  const { productId, title, spokenName, category, priceMinor, currency, stock, backorderDays, description, rating } =
    row;
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
    backorderDays,
  };
}
