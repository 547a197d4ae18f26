/** Words that a caller said and the system did not hear. */

/** Without case and punctuation: a recogniser sets them as it likes. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

/** How many of the words said are missing from what was heard, in order. What was heard beyond them does not make up for one that is missing. */
export function lostWords(said: readonly string[], heard: readonly string[]): number {
  const wanted = said.flatMap(wordsOf);
  const found = heard.flatMap(wordsOf);
  // The longest common subsequence, row by row.
  let row = new Uint32Array(found.length + 1);
  for (const word of wanted) {
    const next = new Uint32Array(found.length + 1);
    for (let at = 1; at <= found.length; at += 1)
      next[at] = found[at - 1] === word ? (row[at - 1] ?? 0) + 1 : Math.max(row[at] ?? 0, next[at - 1] ?? 0);
    row = next;
  }
  return wanted.length - (row[found.length] ?? 0);
}
