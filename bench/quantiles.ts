import { nearestRank } from "../cli/percentiles.ts";

/** What many measurements of one run come to, by the nearest rank and unrounded. */
export type Quantiles = {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
};

/** Null where there was nothing to measure. */
export function quantilesOf(values: ArrayLike<number>): Quantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number | null => nearestRank(sorted, share);
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
