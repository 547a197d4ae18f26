/** How Twilio calls a webhook; the defaults can be overridden in the URL's fragment. */
export type ConnectionOverrides = {
  /** Retries after the first try (`rc`). */
  readonly retryCount: number;
  /** What is retried (`rp`): answers of 4xx or 5xx, a failed or slow connection (`ct`), a slow answer (`rt`). */
  readonly retryOn: ReadonlySet<"4xx" | "5xx" | "ct" | "rt">;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly totalTimeoutMs: number;
};

const kinds = ["4xx", "5xx", "ct", "rt"] as const;

function readBounded(text: string | null, fallback: number, min: number, max: number): number {
  if (text === null) return fallback;
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : fallback;
}

/**
 * Reads overrides from the fragment, e.g. `#rc=2&rp=all&ct=1000`. Defaults: one retry, after connection failures only, 5 s to connect, 15 s in
 * all. Values out of range are ignored, as Twilio does. Source: Twilio, "Webhooks: connection overrides".
 */
export function readConnectionOverrides(url: string): ConnectionOverrides {
  const fragment = new URLSearchParams(new URL(url).hash.slice(1));
  const policy = (fragment.get("rp") ?? "ct").split(",");
  const retryOn = policy.includes("all") ? kinds : kinds.filter((kind) => policy.includes(kind));
  return {
    retryCount: readBounded(fragment.get("rc"), 1, 0, 5),
    retryOn: new Set(retryOn),
    connectTimeoutMs: readBounded(fragment.get("ct"), 5000, 100, 10_000),
    readTimeoutMs: readBounded(fragment.get("rt"), 15_000, 100, 15_000),
    totalTimeoutMs: readBounded(fragment.get("tt"), 15_000, 1000, 15_000),
  };
}
