/** Percentiles of a list of durations, in milliseconds; null where there was nothing to measure. */
export type Percentiles = { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };

/**
 * What every report of the project calls a percentile: the nearest rank, the smallest value that at least this share (0 to 1) of the values does not
 * exceed. It is always one of the values, never something between two. Takes the values sorted from the smallest; null if there are none.
 */
export function nearestRank(sorted: ArrayLike<number>, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** P50, P95 and P99, each rounded to a tenth. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | null => {
    const value = nearestRank(sorted, share);
    return value === null ? null : Math.round(value * 10) / 10;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
