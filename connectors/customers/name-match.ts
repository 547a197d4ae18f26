/** Names as they are heard. Pure. */

/** Letters that do not come apart into a letter and an accent. */
const written: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  þ: "th",
  ı: "i",
};
const longestName = 80;

/** A name without case, accents, hyphens, apostrophes and titles, word by word. */
function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, longestName)
    .toLowerCase()
    .replace(/[ßæœøđðłþı]/gu, (letter) => written[letter] ?? letter)
    .normalize("NFD")
    .replace(/[\p{M}'’.-]/gu, "")
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "" && !/^(?:mr|mrs|ms|miss|dr|prof|jr|sr|ii|iii)$/.test(word));
}

/** The whole name, and the first and the last word of it: middle names are said or not. */
function formsOf(name: string): readonly string[] {
  const words = wordsOf(name);
  const whole = words.join("");
  return words.length > 2 ? [whole, `${words[0]}${words.at(-1)}`] : [whole];
}

/** Whether one letter more, less or other, or two that changed places, make one word the other. */
function isOneLetterOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from += 1;
  let back = 0;
  while (back < Math.min(a.length, b.length) - from && a.at(-1 - back) === b.at(-1 - back)) back += 1;
  const restA = a.slice(from, a.length - back);
  const restB = b.slice(from, b.length - back);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}

/** How well a name that was heard fits one that is known: case, accents and hyphens do not matter; `near` is one misheard letter. Null: it is another name. */
export function fitOfNames(heard: string, known: string): "same" | "near" | null {
  if (wordsOf(heard).length < 2) return null;
  const pairs = formsOf(heard).flatMap((a) => formsOf(known).map((b) => [a, b] as const));
  if (pairs.some(([a, b]) => a === b)) return "same";
  return pairs.some(([a, b]) => isOneLetterOff(a, b)) ? "near" : null;
}
