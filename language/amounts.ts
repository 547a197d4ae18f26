/** Amounts of money as they are said: "twenty nine ninety nine", "two fifty", "five dollars and ten cents", "a grand". Pure. */
import { type NumberSpan, readBelowHundred, readNumber } from "./numbers.ts";
import type { Word } from "./words.ts";

/** An amount in minor units (cents) and its words: `from` inclusive, `to` exclusive. */
export type Amount = {
  readonly amountMinor: number;
  readonly from: number;
  readonly to: number;
  /** Whether a currency was named; a bare number may be anything. */
  readonly isMoney: boolean;
  /** See {@link NumberSpan}; the hundreds of "two fifty" count as named. */
  readonly magnitude: number;
};

/** Words for money. */
export const currencies: ReadonlySet<string> = new Set(
  (
    "dollar dollars buck bucks usd euro euros eur quid sterling gbp yen jpy yuan renminbi rmb won krw rupee rupees peso pesos franc francs krona kronor krone kroner zloty zlotys " +
    "dinar dinars kwd dirham dirhams riyal riyals rand reais lira liras shekel shekels baht ringgit"
  ).split(" "),
);
/** Names of notes: "a tenner". */
const notes: Readonly<Record<string, number>> = { fiver: 5, tenner: 10, benjamin: 100 };
/** Words that make "pounds" money. */
const paying = new Set(
  "pay paying spend spending cost costs costing budget price prices priced cheaper pricier dearer expensive afford higher lower".split(
    " ",
  ),
);
const maxAmount = 1_000_000;

function textAt(words: readonly Word[], at: number): string {
  const word = words[at];
  return word === undefined || word.isAfterBreak ? "" : word.text;
}

/** "ninety nine" or "oh five" after a number: what may stand for cents, or for what follows the hundreds. */
function readPair(words: readonly Word[], at: number): { readonly value: number; readonly to: number } | null {
  const text = textAt(words, at);
  if (text === "oh" || text === "o" || text === "zero") {
    const unit = textAt(words, at + 1) === "" ? null : readBelowHundred(words, at + 1);
    return unit !== null && unit.value > 0 && unit.value < 10 ? unit : null;
  }
  if (text === "") return null;
  const pair = readBelowHundred(words, at);
  return pair !== null && pair.value >= 10 ? pair : null;
}

type Joined = { readonly value: number; readonly to: number; readonly magnitude?: number };

function readJoined(words: readonly Word[], first: NumberSpan): Joined {
  const alone = { value: first.value, to: first.to };
  if (first.isNumeral || first.magnitude > 1 || !Number.isInteger(first.value)) return alone;
  const pair = readPair(words, first.to);
  if (pair === null || ["hundred", "thousand", "grand", "k"].includes(textAt(words, pair.to))) return alone;
  if (first.value < 1) return alone;
  // "One twenty nine ninety nine" is 129.99.
  const cents = first.value < 10 ? readPair(words, pair.to) : null;
  const isFollowed = cents !== null && readNumber(words, cents.to, false) !== null && textAt(words, cents.to) !== "";
  if (cents !== null && !isFollowed) return { value: first.value * 100 + pair.value + cents.value / 100, to: cents.to };
  // "Two fifty" is 250; "twenty nine ninety nine" is 29.99.
  return first.value < 10
    ? { value: first.value * 100 + pair.value, to: pair.to, magnitude: 100 }
    : { value: first.value + pair.value / 100, to: pair.to };
}

/** "and ninety nine cents", "fifty" after "five dollars". */
function readCents(words: readonly Word[], at: number): { readonly value: number; readonly to: number } | null {
  const from = textAt(words, at) === "and" ? at + 1 : at;
  if (textAt(words, from) === "") return null;
  const cents = readNumber(words, from, false);
  if (cents === null || cents.value >= 100 || !Number.isInteger(cents.value)) return null;
  if (/^cents?$/.test(textAt(words, cents.to))) return { value: cents.value, to: cents.to + 1 };
  return from === at && cents.value >= 10 && cents.magnitude === 1 ? { value: cents.value, to: cents.to } : null;
}

/** "and a half", "and a quarter" after a currency: a part of it in cents; 0 where there is none. */
function readPart(words: readonly Word[], at: number): number {
  if (textAt(words, at) !== "and" || textAt(words, at + 1) !== "a") return 0;
  return { half: 0.5, quarter: 0.25 }[textAt(words, at + 2)] ?? 0;
}

/** Reads an amount that begins at a word; null when no number begins there. Amounts above a million are none. */
export function readAmount(words: readonly Word[], at: number, mayAnd = true): Amount | null {
  const note = notes[/^(?:a|one)$/.test(words[at]?.text ?? "") ? textAt(words, at + 1) : (words[at]?.text ?? "")];
  if (note !== undefined) {
    const to = notes[words[at]?.text ?? ""] === undefined ? at + 2 : at + 1;
    return { amountMinor: note * 100, from: at, to, isMoney: true, magnitude: 1 };
  }
  const isSingle = /^(a|one)$/.test(words[at]?.text ?? "") && /^(buck|dollar|euro)$/.test(textAt(words, at + 1));
  const first = isSingle
    ? { value: 1, from: at, to: at + 1, magnitude: 1, isNumeral: false }
    : readNumber(words, at, mayAnd);
  if (first === null) return null;
  const hasSign = /^[$£€]/.test(words[at]?.text ?? "");
  const joined = readJoined(words, first);
  const magnitude = joined.magnitude ?? first.magnitude;
  if (/^cents?$/.test(textAt(words, joined.to)))
    return { amountMinor: Math.round(joined.value), from: at, to: joined.to + 1, isMoney: true, magnitude };
  let { value, to } = joined;
  const isPounds = textAt(words, to) === "pounds";
  if (isPounds && textAt(words, to + 1) === "sterling") to += 1;
  // Pounds weigh, unless the sentence is of money.
  const isNamed = currencies.has(textAt(words, to)) || (isPounds && words.some(({ text }) => paying.has(text)));
  if (isNamed) {
    to += 1;
    const cents = Number.isInteger(value) ? readCents(words, to) : null;
    if (cents !== null) {
      value += cents.value / 100;
      to = cents.to;
    } else if (readPart(words, to) > 0) {
      value += readPart(words, to);
      to += 3;
    }
  }
  // "Thirty nine and ninety nine cents" leaves the dollars out.
  const cents = isNamed || textAt(words, to) !== "and" || !Number.isInteger(value) ? null : readCents(words, to);
  if (cents !== null) {
    value += cents.value / 100;
    to = cents.to;
  }
  if (value > maxAmount) return null;
  const isGrand = words.slice(at, to).some((word) => word.text === "grand");
  return {
    amountMinor: Math.round(value * 100),
    from: at,
    to,
    isMoney: hasSign || isNamed || isGrand || cents !== null,
    magnitude,
  };
}
