/** Everything that a spoken sentence says of price, rating, stock, count and order, in units of the currency: the form of the files of an evaluation. Pure. */
import { readQuantity } from "./quantities.ts";
import { demandsStock, readMinRating, readSortOrder } from "./sort-order.ts";
import { readWishedPrices } from "./wished-prices.ts";

/** Constraints in units of the currency; what was not said is left out. */
export type SpokenConstraints = {
  readonly price_max?: number;
  readonly price_min?: number;
  /** "Around" or "exactly" a price. */
  readonly price_target?: number;
  readonly sort?: "price_asc" | "price_desc" | "rating_desc" | "newest" | "popularity";
  readonly min_rating?: number;
  readonly in_stock?: boolean;
  readonly quantity?: number;
};

const sortNames = {
  priceAscending: "price_asc",
  priceDescending: "price_desc",
  ratingDescending: "rating_desc",
  newest: "newest",
  popularity: "popularity",
} as const;

/** Reads a sentence with the grammars that the line itself uses. */
export function readConstraints(text: string): SpokenConstraints {
  const { priceMinMinor, priceMaxMinor, priceTargetMinor } = readWishedPrices(text);
  const sort = readSortOrder(text)?.sort;
  const rating = readMinRating(text);
  const quantity = readQuantity(text)?.quantity;
  return {
    ...(priceMinMinor === null ? {} : { price_min: priceMinMinor / 100 }),
    ...(priceMaxMinor === null ? {} : { price_max: priceMaxMinor / 100 }),
    ...(priceTargetMinor === null ? {} : { price_target: priceTargetMinor / 100 }),
    ...(sort === undefined ? {} : { sort: sortNames[sort] }),
    ...(rating === null ? {} : { min_rating: rating }),
    ...(demandsStock(text) ? { in_stock: true } : {}),
    ...(quantity === undefined ? {} : { quantity }),
  };
}

/** Whether exactly what was expected was read. A target is also met by a range that holds it. */
export function isExact(read: SpokenConstraints, expected: SpokenConstraints): boolean {
  const { price_target: target, ...others } = expected;
  const { price_target: readTarget, ...rest } = read;
  if (target === undefined) return readTarget === undefined && isSame(rest, others);
  if (readTarget !== undefined) return readTarget === target && isSame(rest, others);
  const { price_min: low = 0, price_max: high = Number.POSITIVE_INFINITY, ...unpriced } = rest;
  const isRange = rest.price_min !== undefined || rest.price_max !== undefined;
  return isRange && low <= target && target <= high && isSame(unpriced, others);
}

function isSame(read: SpokenConstraints, expected: SpokenConstraints): boolean {
  const keys = new Set([...Object.keys(read), ...Object.keys(expected)] as (keyof SpokenConstraints)[]);
  return [...keys].every((key) => read[key] === expected[key]);
}
