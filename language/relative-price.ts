/** Prices that are told by another price: "twice that", "half of that", "a third of that". Pure. */
import { startsWith, type Word, wordsOf } from "./words.ts";

const phrases = (list: string): readonly (readonly string[])[] => list.split("|").map((phrase) => phrase.split(" "));

/** What the other price is multiplied by. Data only. */
const factors: readonly (readonly [number, readonly (readonly string[])[]])[] = [
  [0.25, phrases("a quarter of|one quarter of|a fourth of")],
  [1 / 3, phrases("a third of|one third of")],
  [0.5, phrases("half|half of|one half of|a half of|fifty percent of")],
  [2 / 3, phrases("two thirds of")],
  [0.75, phrases("three quarters of|three fourths of")],
  [1.5, phrases("one and a half times|half again")],
  [2, phrases("twice|double|two times")],
  [3, phrases("three times|triple|thrice")],
  [4, phrases("four times|quadruple")],
  [10, phrases("ten times")],
];
const references = phrases(
  "that|that much|that price|that amount|as much|the price|the amount|that budget|my budget|what i said|it|of that|the cost",
);

/** How many times another price, and the word behind it; null where none begins at the word. */
export function readRelative(
  words: readonly Word[],
  at: number,
): { readonly factor: number; readonly to: number } | null {
  for (const [factor, ways] of factors) {
    for (const way of ways) {
      if (!startsWith(words, at, way)) continue;
      const from = at + way.length;
      const lengths = references.filter((phrase) => startsWith(words, from, phrase)).map(({ length }) => length);
      if (lengths.length > 0 && words[from]?.isAfterBreak !== true) return { factor, to: from + Math.max(...lengths) };
    }
  }
  return null;
}

/** A price that is told by one of before: how many times it, and what the words make of it. */
export type RelativePrice = { readonly factor: number; readonly bound: "max" | "min" | "target" };

const atLeast = /\b(?:at least|more than|over|above|minimum|or more|and up|no less than)\b/;
const nearly = /\b(?:around|about|roughly|approximately|or so)\b/;

/** "I could go up to twice that", "at least double that", "something for half that"; null when nothing of the kind was said. */
export function readRelativePrice(utterance: string): RelativePrice | null {
  const words = wordsOf(utterance);
  for (let at = 0; at < words.length; at += 1) {
    const found = readRelative(words, at);
    if (found === null) continue;
    const text = utterance.toLowerCase();
    return { factor: found.factor, bound: atLeast.test(text) ? "min" : nearly.test(text) ? "target" : "max" };
  }
  return null;
}

/** Words before and behind "twice that" that belong to it: "I could go up to twice that". */
const lead =
  /(?:\b(?:well|ok|okay|no|yes|actually|maybe|i|we|i'd|we'd|i'll|we'll|i'm|could|can|would|will|be|go|goes|went|spend|pay|stretch|afford|happy|willing|prepared|it|its|it's|make|my|budget|is|limit|up|to|with|for|about|around|something|anything|one|at|least|most|more|less|under|over|than|only|just|have|got|do|you|is|there|in|range|of|around|not|even|or|have)\b[ ,]*)+$/i;

/** Where the words about another price stand, with those that lead up to them; null when there are none. */
export function relativePriceSpan(utterance: string): { readonly start: number; readonly end: number } | null {
  const words = wordsOf(utterance);
  for (let at = 0; at < words.length; at += 1) {
    const found = readRelative(words, at);
    const first = words[at];
    if (found === null || first === undefined) continue;
    const before = lead.exec(utterance.slice(0, first.start))?.[0] ?? "";
    return { start: first.start - before.length, end: words[found.to - 1]?.end ?? first.end };
  }
  return null;
}
