/** The order in which a caller wants to hear products, and the rating and availability that they demand. Pure. */
import { readNumber } from "./numbers.ts";
import { wordsOf } from "./words.ts";

/** Orders that can be asked for. */
type SpokenSort = "priceAscending" | "priceDescending" | "ratingDescending" | "newest" | "popularity";

const patterns: readonly (readonly [SpokenSort, RegExp])[] = [
  [
    "priceAscending",
    /\b(cheapest|least expensive|lowest[- ]priced?|lowest in price|most affordable|least costly|inexpensive first|low(est)? to high(est)?|lowest first|cheap ones first|most economical|lowest cost)\b/,
  ],
  [
    "priceDescending",
    /\b(most expensive|priciest|costliest|dearest|highest[- ]priced?|high(est)? to low(est)?|most costly|highest cost|expensive ones first)\b/,
  ],
  [
    "ratingDescending",
    /\b((best|top|highest)[- ](rated|reviewed|rating|ratings|reviews?)|most highly rated|best customer reviews?|rated (the )?(best|highest))\b/,
  ],
  [
    "newest",
    /\b(newest|latest (one|ones|model|models|arrival|arrivals|products?|items?)|most recent(ly added)?|new arrivals)\b/,
  ],
  ["popularity", /\b(most popular|what(?:'s| is) popular|best[- ]?sell(ing|ers?)|top sell(ing|ers?)|most sold)\b/],
];

/** What was said about order, and where; null when nothing was. A negated superlative ("not the cheapest") is no order. */
export function readSortOrder(
  utterance: string,
): { readonly sort: SpokenSort; readonly start: number; readonly end: number } | null {
  const text = utterance.toLowerCase();
  let first: { readonly sort: SpokenSort; readonly start: number; readonly end: number } | null = null;
  for (const [sort, pattern] of patterns) {
    const match = pattern.exec(text);
    if (match === null || /\b(not|n't|than)( \w+)? $/.test(text.slice(0, match.index))) continue;
    const isRating = /rating|review/.test(text) && /high(est)? to low/.test(match[0]);
    // "From most to least expensive" begins with what is wanted first.
    if (first === null || match.index < first.start)
      first = { sort: isRating ? "ratingDescending" : sort, start: match.index, end: match.index + match[0].length };
  }
  return first;
}

/** "At least four stars": the lowest rating wanted, 1 to 5; null when none was named. */
export function readMinRating(utterance: string): number | null {
  const words = wordsOf(utterance);
  for (let at = 0; at < words.length; at += 1) {
    const number = readNumber(words, at);
    if (number === null) continue;
    const after = words[number.to]?.text === "plus" ? words[number.to + 1] : words[number.to];
    const isStars = after !== undefined && /^stars?$/.test(after.text);
    const isRated = words.slice(Math.max(0, at - 4), at).some((word) => /^(rated|rating)$/.test(word.text));
    if ((isStars || isRated) && number.value >= 1 && number.value <= 5 && (isStars || after?.text === "or" || !after))
      return number.value;
    at = number.to - 1;
  }
  return null;
}

/** Whether only what is in stock is wanted. */
export function demandsStock(utterance: string): boolean {
  return /\bin stock\b|\bavailable (now|today|right now)\b/.test(utterance.toLowerCase());
}
