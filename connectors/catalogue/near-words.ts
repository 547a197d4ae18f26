/** Words that no product has, taken for the word of a product that they are nearly the same as: what was misheard or is spelled otherwise. Pure. */
import type { SearchTerms } from "../../language/search-terms.ts";

/** Letters that may be missing, too many, wrong or swapped, by the length of a word: short words are too easily other words. */
const mistakesIn = (length: number): number => (length < 5 ? 0 : length < 8 ? 1 : 2);

/** Least number of letters to add, drop, change or swap with the next (optimal string alignment distance); `most` + 1 where it is more than `most`. */
export function distanceBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) > most) return most + 1;
    before = row;
    row = next;
  }
  return Math.min(row[b.length] ?? most + 1, most + 1);
}

/** The one known word that a word is nearly the same as; null where none is, or several are as near. The first letter is nearly always heard right. */
function nearest(word: string, known: ReadonlySet<string>): string | null {
  const most = mistakesIn(word.length);
  let best: string | null = null;
  let least = most;
  for (const candidate of most === 0 ? [] : known) {
    if (candidate[0] !== word[0] || candidate.length < 4) continue;
    const distance = distanceBetween(word, candidate, least);
    if (distance > least) continue;
    if (distance === least && best !== null) best = "";
    else best = candidate;
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best === "" ? null : best;
}

/** The terms, and beside each that none of the known words is, the word that it is nearly the same as. Other names of a term count as known. */
export function withNearWords({ terms, measures }: SearchTerms, known: ReadonlySet<string>): SearchTerms {
  const isKnown = (stems: string): boolean => stems.split(" ").every((stem) => known.has(stem));
  return {
    measures,
    terms: terms.map((term) => {
      const names = [term.stems, ...term.alternatives.map(({ stems }) => stems)];
      if (term.demand === "excluded" || term.stems.includes(" ") || names.some(isKnown)) return term;
      const near = nearest(term.stems, known);
      if (near === null) return term;
      return { ...term, alternatives: [...term.alternatives, { phrase: near, stems: near, isNarrower: true }] };
    }),
  };
}
