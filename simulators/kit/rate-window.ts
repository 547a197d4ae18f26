/** Counts requests in a sliding window, as vendors do for their quotas. */
export type RateWindow = {
  /** Takes one request in and gives 0; when the window is full it takes none, and gives how long until there is room, more than 0 ms. */
  take(): number;
  clear(): void;
};

/** At most `limit` requests in any `windowMs`, at least one. */
export function createRateWindow(limit: number, windowMs: number): RateWindow {
  let takenAtMs: number[] = [];
  return {
    take() {
      const nowMs = performance.now();
      takenAtMs = takenAtMs.filter((at) => at > nowMs - windowMs);
      const [oldest] = takenAtMs;
      if (takenAtMs.length >= limit && oldest !== undefined) return oldest + windowMs - nowMs;
      takenAtMs.push(nowMs);
      return 0;
    },
    clear() {
      takenAtMs = [];
    },
  };
}
