/**
 * Whether words sound finished. A short silence is enough after a sentence that the recogniser has punctuated; after a word that wants another one the caller is
 * only thinking; in between, a middling silence tells.
 */
const DANGLING = new Set(
  "a an the and or but with for to of in on at from by under over about around between than is are was my your our their this that these those some any i i'm i'd it's as if because so like very um uh er hmm".split(
    " ",
  ),
);

/** How finished the words sound: `complete` when a settled text ends a sentence, `dangling` when its last word or comma wants another word, `open` otherwise. */
export type Completeness = "complete" | "open" | "dangling";

/** Judges a text; `isSettled` says that the recogniser does not expect to change it, so that its punctuation counts. */
export function completenessOf(text: string, isSettled: boolean): Completeness {
  const trimmed = text.trim();
  if (trimmed === "" || /(,|\.\.\.|…|-)$/.test(trimmed)) return "dangling";
  if (/[.?!]$/.test(trimmed)) return isSettled ? "complete" : "open";
  const lastWord = (trimmed.toLowerCase().match(/[\p{L}\p{N}']+$/u) ?? [""])[0];
  return DANGLING.has(lastWord) ? "dangling" : "open";
}
