/** One request that a simulator received. */
export type RecordedRequest = {
  /** Number of the request since start or reset, from 1. */
  readonly number: number;
  readonly operation: string;
  readonly atMs: number;
  /** What a test may want to look at; plain JSON. */
  readonly details: Readonly<Record<string, unknown>>;
};

/** Counts and recent requests, for assertions. */
export type RequestLog = {
  /** Notes a request; the oldest are forgotten beyond the bound. */
  record(operation: string, details?: Readonly<Record<string, unknown>>): void;
  /** Requests of one operation since start or reset. */
  count(operation: string): number;
  snapshot(): { readonly counts: Readonly<Record<string, number>>; readonly recent: readonly RecordedRequest[] };
  reset(): void;
};

const maxRecent = 1000;

/** A bounded log of what a simulator received (the last 1000 requests; counts cover all). */
export function createRequestLog(): RequestLog {
  const counts = new Map<string, number>();
  let recent: RecordedRequest[] = [];
  let total = 0;
  return {
    record(operation, details = {}) {
      total += 1;
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      recent.push({ number: total, operation, atMs: Date.now(), details });
      if (recent.length > maxRecent) recent = recent.slice(-maxRecent);
    },
    count: (operation) => counts.get(operation) ?? 0,
    snapshot: () => ({ counts: Object.fromEntries(counts), recent: [...recent] }),
    reset() {
      counts.clear();
      recent = [];
      total = 0;
    },
  };
}
