/** The part of an English word that stays the same in plural, past and adjective forms. Pure. */

/**
 * Makes "shelves", "wooden" and "woven" comparable with "shelf", "wood" and "wove": two words of one stem are taken for one another. Lighter than Porter's
 * algorithm: products are told apart by nouns, and an ending too many ("universal", "university") costs more than one too few.
 */
export function stemOf(word: string): string {
  let stem = singular(word);
  if (stem.length > 5 && /(?:[^aeiou]en|ing)$/.test(stem)) stem = stem.replace(/(?:en|ing)$/, "");
  else if (stem.length > 4 && stem.endsWith("ed")) stem = stem.slice(0, -2);
  // "Bagged" loses the letter that its ending doubled, "ball" keeps its own.
  const isShortened = stem.length < singular(word).length;
  if (/([bdgklmnprt])\1$/.test(stem) && stem.length > (isShortened ? 3 : 4)) stem = stem.slice(0, -1);
  return stem.length > 3 && /[^aeiou]e$/.test(stem) ? stem.slice(0, -1) : stem;
}

const irregular: Readonly<Record<string, string>> = {
  feet: "foot",
  men: "man",
  women: "woman",
  children: "child",
  kids: "kid",
  knives: "knife",
  mice: "mouse",
  geese: "goose",
  teeth: "tooth",
  people: "person",
};

function singular(word: string): string {
  const known = irregular[word];
  if (known !== undefined) return known;
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 5 && word.endsWith("lves")) return `${word.slice(0, -3)}f`;
  if (word.length > 4 && /(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}
