/** Who a caller says they are: "it's Maria Lopez, nine four one oh seven". Pure. */
import { readDigitRuns } from "./digits.ts";

/** A name and a postal code that were said together. The code has digits and capital letters only. */
export type SpokenIdentity = { readonly personName: string; readonly postalCode: string };

type SpokenCode = { readonly postalCode: string; readonly start: number; readonly end: number };

const zipWords = /\b(?:zip(?: ?code)?|post ?code|postal ?code)\b/i;
/** Great Britain's and Canada's codes; the United States' are five digits. */
const letterCode = /^(?:[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}|[A-Z]\d[A-Z]\d[A-Z]\d)$/;
const longestLetterCode = 7;

/** The digits and letters that a word of a code stands for; null for any other word. */
function codePart(word: string): string | null {
  const text = word.toLowerCase();
  if (/^\p{L}$/u.test(text) || /^(?=[a-z]*\d)[a-z\d]{1,4}$/.test(text)) return text.toUpperCase();
  const digits = /^\p{L}+$/u.test(text) ? readDigitRuns(text)[0]?.digits : undefined;
  return digits !== undefined && digits.length <= 2 ? digits : null;
}

/** A code of letters and digits, from the words that spell it: "S W one A one A A", "SW1A 1AA". */
function readLetterCode(utterance: string): SpokenCode | null {
  const words = [...utterance.matchAll(/[\p{L}\p{N}]+/gu)];
  for (const [from, first] of words.entries()) {
    let code = "";
    let found: SpokenCode | null = null;
    for (const word of words.slice(from)) {
      const part = codePart(word[0]);
      if (part === null || code.length + part.length > longestLetterCode) break;
      code += part;
      if (letterCode.test(code)) found = { postalCode: code, start: first.index, end: word.index + word[0].length };
    }
    if (found !== null) return found;
  }
  return null;
}

/** A postal code: five digits (nine with the delivery point, which is left out), or letters and digits. Null when none was said. */
export function readPostalCode(utterance: string): SpokenCode | null {
  const runs = readDigitRuns(utterance).filter(({ digits }) => digits.length === 5 || digits.length === 9);
  const named = zipWords.exec(utterance);
  const run = runs.find(({ start }) => named !== null && start > named.index) ?? runs.at(-1);
  if (run !== undefined) return { postalCode: run.digits.slice(0, 5), start: run.start, end: run.end };
  return readLetterCode(utterance);
}

const introduction =
  /(?:^|[\s,.;])(?:my (?:full )?name is|my name's|the name is|name's|the name's|name is|it's|it is|this is|i'm|i am|that's)\s+/giu;
const nameWord = /^\p{L}[\p{L}\p{M}'’.-]*$/u;
/** What ends a name, or is none. */
const noName = new Set(
  "a an the and or at in on from of for with to my your his her our their zip zipcode postcode postal code number pin order orders is are was be calling here speaking please that this it i you we they me not just still looking trying interested about only very so sorry about thing one two three four five six seven eight nine zero oh".split(
    " ",
  ),
);
const maxNameWords = 5;

/** The words of a name at a text's beginning; null when there are not two of them. */
function nameAtStart(text: string): string | null {
  const name: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const bare = word.replace(/[,.;:!?]+$/u, "");
    if (!nameWord.test(bare) || noName.has(bare.toLowerCase())) break;
    name.push(bare);
    if (bare !== word || name.length > maxNameWords) break;
  }
  return name.length < 2 || name.length > maxNameWords ? null : name.join(" ");
}

/** Before the code, apart from the name: what is said of it and what is said to be polite. */
const fillers =
  /\b(?:um|uh|er|yes|yeah|hi|hello|hey|well|so|okay|ok|sure|and|my|the|is|it's|its|it|at|in|from|with|zip|zipcode|post|postcode|postal|code|please|thanks|thank you|calling|speaking|here|from)\b/giu;

function isFilling(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text.replaceAll("’", "'").replace(fillers, ""));
}

/**
 * Who the caller says they are: a first and a last name and a postal code, and nothing else. The name is introduced ("it's …", "my name is …"), or stands alone in
 * capitals before the code, as recognisers write names. Null otherwise.
 */
export function readClaimedIdentity(utterance: string): SpokenIdentity | null {
  const text = utterance.replaceAll("’", "'");
  const code = readPostalCode(text);
  if (code === null) return null;
  const rest = `${text.slice(0, code.start)} | ${text.slice(code.end)}`;
  for (const match of rest.matchAll(introduction)) {
    const from = match.index + match[0].length;
    const personName = nameAtStart(rest.slice(from));
    if (personName === null) continue;
    const around = rest.slice(0, match.index) + rest.slice(from).replace(personName, " ");
    if (isFilling(around)) return { personName, postalCode: code.postalCode };
  }
  const bare = text
    .slice(0, code.start)
    .replace(/^(?:(?:um|uh|er|yes|yeah|hi|hello|hey|well|so|okay|ok|sure)\b[,.]?\s*)+/iu, "");
  const personName = nameAtStart(bare);
  const isWritten =
    personName?.split(" ").every((word) => /^(?:\p{Lu}|d[aei]\b|van\b|von\b|le\b|la\b)/u.test(word)) ?? false;
  if (personName === null || !isWritten) return null;
  return isFilling(bare.replace(personName, " ") + text.slice(code.end))
    ? { personName, postalCode: code.postalCode }
    : null;
}
