/** Whether two turns say the same, judged on keyed hashes of their words so that the words themselves need not be kept. */

/** Turns shorter than this say nothing about repetition: everybody says "yes, please" often. */
export const MIN_WORDS = 4;
/** Words of a turn that are compared. */
const MAX_WORDS = 24;
const ALIKE_ABOVE = 0.9;

/** A turn's words in order, as hashes joined by dots; empty for turns of fewer than {@link MIN_WORDS} words. */
export function wordPrint(text: string, hash: (word: string) => string): string {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}']+/gu) ?? [];
  if (words.length < MIN_WORDS) return "";
  return words
    .slice(0, MAX_WORDS)
    .map((word) => hash(word))
    .join(".");
}

/** Whether more than 0.9 of the longer print agrees: 1 − edit distance in words / words. Symmetric; an empty print is like no other. */
export function areAlike(one: string, other: string): boolean {
  if (one === "" || other === "") return false;
  if (one === other) return true;
  const [a, b] = [one.split("."), other.split(".")];
  return 1 - editDistance(a, b) / Math.max(a.length, b.length) > ALIKE_ABOVE;
}

/** Levenshtein distance in words. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, word] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries()) {
      const substituted = (previous[column] as number) + (word === other ? 0 : 1);
      current.push(Math.min(substituted, (previous[column + 1] as number) + 1, (current[column] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
