/** What the callers say: searches of the project's own shop, and what each means. */
import { createSeededRandom } from "../../simulators/kit/seeded-random.ts";
import type { PlannedCall } from "../load/plan.ts";

/** Words and their meaning, as the simulated model's control endpoint takes them. */
export type Meaning = { readonly text: string; readonly answer: Readonly<Record<string, unknown>> };

const searches: readonly (readonly [text: string, query: string, priceMaxMinor?: number])[] = [
  ["I'm looking for wireless headphones.", "wireless headphones"],
  ["Show me a desk lamp under sixty dollars.", "desk lamp", 6_000],
  ["Do you have dog beds?", "dog beds"],
  ["I need a warm winter jacket.", "warm winter jacket"],
  ["Show me yoga mats under fifty dollars.", "yoga mat", 5_000],
  ["Do you have a French press?", "French press"],
  ["I'm looking for a small suitcase.", "small suitcase"],
  ["Show me garden gloves.", "garden gloves"],
  ["Do you sell wooden puzzles?", "wooden puzzle"],
  ["I need running shoes under one hundred dollars.", "running shoes", 10_000],
  ["Show me a cast iron pan.", "cast iron pan"],
  ["I'm looking for a camping lantern.", "camping lantern"],
];

/**
 * Calls begin at random within this time, since callers do not know of each other: a turn takes about as long, so that as many end a line in one second as in another.
 * All talk at once when the last has begun.
 */
const startWithinMs = 10_000;
const seed = 1;

/** Meanings of everything that is said. */
export const meanings: readonly Meaning[] = searches.map(([text, query, priceMaxMinor]) => ({
  text,
  answer: {
    intent: "searchProducts",
    entities: { query, ...(priceMaxMinor === undefined ? {} : { priceMaxMinor }) },
    confidence: 0.95,
  },
}));

/** How replies to these lines end: with a question. */
export const endsOfReplies = ["?"];

/**
 * So many calls at once; each caller begins at another place of the list, and has a number of its own (555-01xx is reserved for fiction). `firstCaller` tells the callers of one load
 * from those of another: who calls again and again is suspicious.
 */
export function plannedCalls(calls: number, turns: number, firstCaller = 0): readonly PlannedCall[] {
  const random = createSeededRandom(seed);
  return Array.from({ length: calls }, (_, index) => {
    const call = firstCaller + index;
    return {
      from: `+1${301 + ((call * 7) % 600)}55501${String(20 + (Math.floor(call / 600) % 80)).padStart(2, "0")}`,
      lines: Array.from({ length: turns }, (_, turn) => searches[(call + turn) % searches.length]?.[0] ?? ""),
      startsAfterMs: calls === 1 ? 0 : random() * startWithinMs,
    };
  });
}
