/** Time as the runtime sees it; tests bring one that they move by hand. */
export type Clock = {
  /** Milliseconds since the Unix epoch, with a fraction: latencies of less than a millisecond matter here. */
  now(): number;
  /** Calls back once at or after `atMs`; returns the way to call it off. */
  at(atMs: number, run: () => void): () => void;
};

/** The machine's clock, monotonic within the process. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  at(atMs, run) {
    const longestMs = 2 ** 31 - 1;
    const timer = setTimeout(run, Math.min(longestMs, Math.max(0, Math.ceil(atMs - systemClock.now()))));
    return () => clearTimeout(timer);
  },
};
