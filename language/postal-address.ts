/** A postal address in the United States, as people say it: "nine Foundry Square, Albany, New York, one two two one oh". Pure. */
import { type DigitRun, readDigitRuns } from "./digits.ts";

/** What was said of an address; null for what was not. */
export type SpokenAddress = {
  readonly line1: string | null;
  /** Flat, floor or suite. */
  readonly line2: string | null;
  readonly city: string | null;
  /** Two letters. */
  readonly state: string | null;
  readonly postalCode: string | null;
};

const stateNames =
  "AL alabama|AK alaska|AZ arizona|AR arkansas|CA california|CO colorado|CT connecticut|DE delaware|FL florida|GA georgia|HI hawaii|ID idaho|IL illinois|IN indiana|IA iowa|KS kansas|KY kentucky|LA louisiana|ME maine|MD maryland|MA massachusetts|MI michigan|MN minnesota|MS mississippi|MO missouri|MT montana|NE nebraska|NV nevada|NH new hampshire|NJ new jersey|NM new mexico|NY new york|NC north carolina|ND north dakota|OH ohio|OK oklahoma|OR oregon|PA pennsylvania|RI rhode island|SC south carolina|SD south dakota|TN tennessee|TX texas|UT utah|VT vermont|VA virginia|WA washington|WV west virginia|WI wisconsin|WY wyoming|DC district of columbia";
const states: readonly { readonly code: string; readonly name: string }[] = stateNames
  .split("|")
  .map((entry) => ({ code: entry.slice(0, 2), name: entry.slice(3) }))
  // "West Virginia" before "Virginia".
  .sort((a, b) => b.name.length - a.name.length);

const street =
  /\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|square|court|ct|place|pl|boulevard|blvd|way|terrace|circle|trail|parkway|highway|alley|row|crescent|plaza|loop|path|pike|turnpike|wharf|quay)\b(?: (?:north|south|east|west|northeast|northwest|southeast|southwest)\b)?/;
const unit = /\b(?:apartment|apt|unit|suite|floor|flat|room)\b\.? (?:number )?\p{L}?\d+(?: ?[a-z]\b)?/u;
const leadIn =
  /^.*?\b(?:(?:send|ship|deliver|mail|bring|forward|redirect|change|go|goes|move|update)(?:ed)? (?:\w+ ){0,5}?to|address (?:is|to|should be|would be)|(?:it's|it is|that's|that is|i live at|i'm at|i am at|we live at|living at|to)) (?=(?:the )?\d)/;

/** The name of a state as it is said; the letters themselves where they are of none. */
export function stateName(code: string): string {
  const name = states.find((state) => state.code === code.toUpperCase())?.name;
  return name === undefined ? code : titled(name);
}

/** What an utterance says of an address; null when it says nothing of one. */
export function readPostalAddress(utterance: string): SpokenAddress | null {
  const digits = withDigits(utterance.replace(/\b(hundred|thousand) and (?=\p{L})/giu, "$1 "));
  let text = digits
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[!?;:]+/g, ",")
    .replace(/\.(?=\s|$)/g, ",");
  const postalCode = [...text.matchAll(/\b(\d{5})(?:-\d{4})?\b/g)].at(-1);
  const code = postalCode?.[1] ?? null;
  if (postalCode !== undefined) {
    // Politeness behind the code, and the code itself.
    text = text.slice(0, postalCode.index).replace(/\b(?:zip|postal)(?: ?code)?(?: is)?[ ,]*$/, "");
  }
  text = text.replace(/\b(?:please|thanks|thank you)\b[ ,]*$/, "").trim();
  const state = stateIn(text, code !== null);
  if (state !== null) text = text.slice(0, state.at);
  text = text.replace(leadIn, "").replace(/[ ,]+$/, "");
  const found = streetIn(text);
  const rest = found === null ? text : text.slice(found.end);
  const flat = unit.exec(found === null ? "" : rest);
  const afterFlat = flat === null ? rest : `${rest.slice(0, flat.index)} ${rest.slice(flat.index + flat[0].length)}`;
  const city = found !== null || code !== null || state !== null ? cityIn(afterFlat, found !== null) : null;
  if (found === null && code === null && (state === null || city === null)) return null;
  return {
    line1: found === null ? null : titled(found.text),
    line2:
      flat === null
        ? null
        : titled(flat[0].replace(/(\d) ([a-z])$/, (_, number, letter) => number + letter.toUpperCase())),
    city,
    state: state?.code ?? null,
    postalCode: code,
  };
}

/** Spoken digits as digits: "one two two one oh" is 12210. A single small number in front of a street counts, too. */
function withDigits(utterance: string): string {
  let text = "";
  let from = 0;
  for (const { digits, start, end } of readDigitRuns(utterance) satisfies readonly DigitRun[]) {
    text += `${utterance.slice(from, start)}${digits}`;
    from = end;
  }
  return text + utterance.slice(from);
}

function stateIn(text: string, hasCode: boolean): { readonly code: string; readonly at: number } | null {
  for (const { code, name } of states) {
    const at = text.lastIndexOf(name);
    // At the end: "Washington Street" is no state.
    if (at >= 0 && /^[ ,]*(?:usa|united states)?[ ,]*$/.test(text.slice(at + name.length))) return { code, at };
  }
  const letters = /[ ,]([a-z]{2})[ ,]*$/.exec(text);
  const known = states.find((state) => state.code.toLowerCase() === letters?.[1]);
  return letters !== null && known !== undefined && hasCode ? { code: known.code, at: letters.index } : null;
}

function streetIn(text: string): { readonly text: string; readonly end: number } | null {
  const house = /\b\d{1,6}[a-z]?\b/.exec(text);
  if (house === null) return null;
  const behind = text.slice(house.index);
  const suffix = street.exec(behind);
  const comma = behind.indexOf(",");
  if (suffix !== null && (comma === -1 || suffix.index < comma)) {
    const length = suffix.index + suffix[0].length;
    return { text: behind.slice(0, length), end: house.index + length };
  }
  // A street without a word for it ends where the caller paused: "12 Broadway, New York".
  if (comma <= 0 || !/\p{L}{3}/u.test(behind.slice(0, comma))) return null;
  return { text: behind.slice(0, comma), end: house.index + comma };
}

function cityIn(text: string, isBehindStreet: boolean): string | null {
  const parts = text.split(",").map((part) => part.trim());
  const last = parts.findLast((part) => /\p{L}{2}/u.test(part)) ?? "";
  const words = last
    .replace(/^(?:and |in |it's |that's |is |at |the city of |city of |um |uh |well )+/, "")
    .replace(/\b(?:in|and)$/, "")
    .trim();
  if (/\b(?:the|zip|code|address|order|my|it|please)\b/.test(words)) return null;
  const isName = /^[\p{L}' .-]{2,40}$/u.test(words) && words.split(" ").length <= 4;
  return isName && (isBehindStreet || words !== "") ? titled(words) : null;
}

function titled(text: string): string {
  return text.trim().replace(/(?<=^|[ -])\p{L}/gu, (letter) => letter.toUpperCase());
}
