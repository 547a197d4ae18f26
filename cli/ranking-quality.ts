/** How good a ranking is. Pure. */
import type { PriceLimits } from "../shop/any-catalogue.ts";

/** How well a product answers a query: 2 exactly, 1 partly; a pair that is not judged is worth 0. */
export type Judgement = { readonly qid: string; readonly id: string; readonly rel: number };

const depth = 10;

/**
 * Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002): gain 2^rel - 1, discount log2(rank + 1), ideal from the judgements.
 * 0 to 1; null when nothing was judged to answer the query, so that it cannot be measured.
 */
export function ndcg10(ids: readonly string[], judged: ReadonlyMap<string, number>): number | null {
  const ideal = dcg([...judged.values()].toSorted((a, b) => b - a));
  if (ideal === 0) return null;
  // A product that is named twice counts once.
  return dcg([...new Set(ids)].map((id) => judged.get(id) ?? 0)) / ideal;
}

function dcg(gains: readonly number[]): number {
  return gains.slice(0, depth).reduce((sum, rel, index) => sum + (2 ** rel - 1) / Math.log2(index + 2), 0);
}

/** How many of the first five break the limits, and how many there were. */
export function violationsTop5(
  ids: readonly string[],
  limits: PriceLimits,
  priceMinorOf: (id: string) => number | undefined,
): { readonly broken: number; readonly shown: number } {
  const { priceMinMinor = 0, priceMaxMinor = Number.POSITIVE_INFINITY } = limits;
  const prices = ids.slice(0, 5).map((id) => priceMinorOf(id) ?? Number.NaN);
  const broken = prices.filter((price) => !(price >= priceMinMinor && price <= priceMaxMinor)).length;
  return { broken, shown: prices.length };
}
