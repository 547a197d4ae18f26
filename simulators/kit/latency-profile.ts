import { createSeededRandom, drawStandardNormal } from "./seeded-random.ts";

/**
 * How long the simulated vendors take: `none` answers at once, `article` has the times that the project's speed claim is stated with,
 * `measured-2026` the times that were published for these vendors in 2026.
 */
export type ProfileName = "none" | "article" | "measured-2026";

/** What a vendor is waited for. */
export type LatencyName = "speech-final" | "speech-interim" | "language-model" | "speech-first-audio" | "payment";

/** Percentiles of one vendor's answer time in milliseconds. */
export type LatencyPercentiles = { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number };

const z95 = 1.644_853_627;
const z99 = 2.326_347_874;
/** Draws beyond this many standard deviations are cut off, so that one draw can never hang a run. */
const zLimit = 4;

const tables: Record<ProfileName, Record<LatencyName, LatencyPercentiles>> = {
  none: {
    "speech-final": { p50Ms: 0, p95Ms: 0, p99Ms: 0 },
    "speech-interim": { p50Ms: 0, p95Ms: 0, p99Ms: 0 },
    "language-model": { p50Ms: 0, p95Ms: 0, p99Ms: 0 },
    "speech-first-audio": { p50Ms: 0, p95Ms: 0, p99Ms: 0 },
    payment: { p50Ms: 0, p95Ms: 0, p99Ms: 0 },
  },
  article: {
    "speech-final": { p50Ms: 28, p95Ms: 45, p99Ms: 65 },
    "speech-interim": { p50Ms: 28, p95Ms: 45, p99Ms: 65 },
    "language-model": { p50Ms: 62, p95Ms: 90, p99Ms: 130 },
    "speech-first-audio": { p50Ms: 32, p95Ms: 48, p99Ms: 75 },
    payment: { p50Ms: 30, p95Ms: 60, p99Ms: 90 },
  },
  "measured-2026": {
    "speech-final": { p50Ms: 878, p95Ms: 1155, p99Ms: 1570 },
    "speech-interim": { p50Ms: 200, p95Ms: 260, p99Ms: 320 },
    "language-model": { p50Ms: 550, p95Ms: 850, p99Ms: 1200 },
    "speech-first-audio": { p50Ms: 200, p95Ms: 350, p99Ms: 500 },
    payment: { p50Ms: 300, p95Ms: 600, p99Ms: 900 },
  },
};

/** Reads a profile's name; throws `RangeError` for any other text. */
export function parseProfileName(text: string): ProfileName {
  if (text === "none" || text === "article" || text === "measured-2026") return text;
  throw new RangeError(`PROFILE must be none, article or measured-2026, not ${JSON.stringify(text)}`);
}

/**
 * The latency at `z` standard deviations. The curve is log-normal in two pieces, so that it passes exactly through all three given
 * percentiles (one log-normal has two parameters and would miss one of them).
 */
export function latencyAtMs(percentiles: LatencyPercentiles, z: number): number {
  const { p50Ms, p95Ms, p99Ms } = percentiles;
  if (p50Ms <= 0) return 0;
  const bounded = Math.max(-zLimit, Math.min(zLimit, z));
  const bodySigma = Math.log(p95Ms / p50Ms) / z95;
  if (bounded <= z95) return p50Ms * Math.exp(bodySigma * bounded);
  const tailSigma = Math.log(p99Ms / p95Ms) / (z99 - z95);
  return p95Ms * Math.exp(tailSigma * (bounded - z95));
}

/** Draws latencies of one profile; the same seed gives the same sequence. */
export type LatencyProfile = { readonly profile: ProfileName; drawMs(name: LatencyName): number };

/** A profile to draw from, see {@link latencyAtMs} for the distribution. */
export function createLatencyProfile(profile: ProfileName, seed: number): LatencyProfile {
  const random = createSeededRandom(seed);
  return { profile, drawMs: (name) => latencyAtMs(tables[profile][name], drawStandardNormal(random)) };
}
