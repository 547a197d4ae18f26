/**
 * Whether words sound finished. A short silence is enough after a complete sentence; after a word that wants another one the caller is only thinking.
 */
const DANGLING = new Set(
  "a an the and or but with for to of in on at from by under over about around between than is are was my your our their this that these those some any i i'm i'd it's as if because so like very um uh er hmm".split(
    " ",
  ),
);

/** True when the text ends a sentence, or at least does not end in a word that wants another one. Automatic punctuation decides where there is any. */
export function soundsComplete(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "" || /(,|\.\.\.|…|-)$/.test(trimmed)) return false;
  const lastWord = (trimmed.toLowerCase().match(/[\p{L}\p{N}']+(?=[^\p{L}\p{N}']*$)/u) ?? [""])[0];
  if (/[.?!]$/.test(trimmed)) return true;
  return !DANGLING.has(lastWord);
}
