/** Percentiles of a list of durations, in milliseconds; null where there was nothing to measure. */
export type Percentiles = { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };

/** P50, P95 and P99 by the nearest rank: each is one of the values, rounded to a tenth. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | null => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    return value === undefined ? null : Math.round(value * 10) / 10;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
