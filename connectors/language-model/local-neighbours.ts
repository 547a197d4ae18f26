/** Recognises an intent by its nearest labelled examples. */
import type { Intent } from "../../schemas/generated/records.ts";

/** A labelled example as a unit vector. */
export type LabelledVector = { readonly intent: Intent; readonly vector: Float32Array };

/** The intent that the nearest examples vote for. */
export type Vote = {
  readonly intent: Intent;
  /** 0 to 1: how near the examples are, and how far they agree. */
  readonly confidence: number;
  /** Share of the vote of every intent that got any, 0 to 1. */
  readonly shares: Readonly<Partial<Record<Intent, number>>>;
  /** Similarity of the nearest example. */
  readonly nearest: number;
};

const neighbourCount = 8;
/** How fast a vote fades with distance from the nearest example. */
const sharpness = 22;
/** Similarities of this model lie high: strangers are at about 0.6, paraphrases above 0.8. */
const strangerSimilarity = 0.58;
const paraphraseSimilarity = 0.8;

function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

/** Votes among the nearest examples; `examples` must not be empty. */
export function voteOfNeighbours(query: Float32Array, examples: readonly LabelledVector[]): Vote {
  const ranked = examples
    .map(({ intent, vector }) => ({ intent, similarity: similarity(query, vector) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, neighbourCount);
  const nearest = ranked[0]?.similarity ?? 0;
  const weights = new Map<Intent, number>();
  let total = 0;
  for (const neighbour of ranked) {
    const weight = Math.exp((neighbour.similarity - nearest) * sharpness);
    weights.set(neighbour.intent, (weights.get(neighbour.intent) ?? 0) + weight);
    total += weight;
  }
  const [best] = [...weights].sort((a, b) => b[1] - a[1]);
  const intent = best?.[0] ?? "unclear";
  const closeness = (nearest - strangerSimilarity) / (paraphraseSimilarity - strangerSimilarity);
  const shares = Object.fromEntries([...weights].map(([name, weight]) => [name, weight / total]));
  const confidence = ((best?.[1] ?? 0) / total) ** 0.5 * Math.min(1, Math.max(0, closeness));
  return { intent, confidence, shares, nearest };
}
