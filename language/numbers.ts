/** English cardinal numbers in words or digits. Pure. */
import type { Word } from "./words.ts";

/** A number and the words that it was read from: `from` inclusive, `to` exclusive. */
export type NumberSpan = {
  readonly value: number;
  readonly from: number;
  readonly to: number;
  /** The last named power ("two hundred": 100, "a grand": 1000), 1 when none was named. Ranges share it: "two to three hundred". */
  readonly magnitude: number;
  /** Whether it was written in digits. */
  readonly isNumeral: boolean;
};

export const unitValues: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
};
const teenValues: Readonly<Record<string, number>> = {
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
};
const tensValues: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fourty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const thousands: Readonly<Record<string, number>> = { thousand: 1000, grand: 1000, k: 1000, million: 1_000_000 };

type Part = { readonly value: number; readonly to: number };

/** The word at a place unless punctuation separates it from what came before. */
function next(words: readonly Word[], at: number): string {
  const word = words[at];
  return word === undefined || word.isAfterBreak ? "" : word.text;
}

/** A number below one hundred in words: "seven", "fifteen", "forty", "forty two". */
export function readBelowHundred(words: readonly Word[], at: number): Part | null {
  const text = words[at]?.text ?? "";
  const small = unitValues[text] ?? teenValues[text];
  if (small !== undefined) return { value: small, to: at + 1 };
  const tens = tensValues[text];
  if (tens === undefined) return null;
  const unit = unitValues[next(words, at + 1)];
  return unit === undefined || unit === 0 ? { value: tens, to: at + 1 } : { value: tens + unit, to: at + 2 };
}

/** "3.50", "$20", "1,200": the value, or null. */
export function numeralValue(text: string): number | null {
  const value = /^[$£€]?[\d,]+(?:\.\d+)?$/.test(text) ? Number(text.replaceAll(/[$£€,]/g, "")) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

function isPower(text: string): boolean {
  return text === "hundred" || thousands[text] !== undefined;
}

/** What the first factor of a number is: "two" in "two hundred", "a" in "a thousand", "a couple of" in "a couple of hundred", "half a" in "half a grand". */
function readFactor(words: readonly Word[], at: number): (Part & { readonly isNumeral: boolean }) | null {
  const text = words[at]?.text ?? "";
  if (text === "half" && (next(words, at + 1) === "a" || next(words, at + 1) === "of")) {
    return !isPower(next(words, at + 2)) ? null : { value: 0.5, to: at + 2, isNumeral: false };
  }
  if (text === "three" && /^quarters?$/.test(next(words, at + 1))) {
    const to = next(words, at + 2) === "of" && next(words, at + 3) === "a" ? at + 4 : at + 2;
    if (thousands[next(words, to)] !== undefined) return { value: 0.75, to, isNumeral: false };
  }
  const quarter = text === "quarter" ? at : text === "a" && next(words, at + 1) === "quarter" ? at + 1 : -1;
  if (quarter >= 0) {
    const to = next(words, quarter + 1) === "of" && next(words, quarter + 2) === "a" ? quarter + 3 : quarter + 1;
    return thousands[next(words, to)] === undefined ? null : { value: 0.25, to, isNumeral: false };
  }
  const couple = text === "couple" ? at : (text === "a" && next(words, at + 1)) === "couple" ? at + 1 : -1;
  if (couple >= 0) {
    const to = next(words, couple + 1) === "of" ? couple + 2 : couple + 1;
    return isPower(next(words, to)) ? { value: 2, to, isNumeral: false } : null;
  }
  if ((text === "a" || text === "an") && isPower(next(words, at + 1)))
    return { value: 1, to: at + 1, isNumeral: false };
  if (text === "hundred" || text === "thousand" || text === "grand") return { value: 1, to: at, isNumeral: false };
  const numeral = numeralValue(text);
  if (numeral !== null) return { value: numeral, to: at + 1, isNumeral: true };
  const spelled = readBelowHundred(words, at);
  return spelled === null ? null : { ...spelled, isNumeral: false };
}

/** Below one hundred after "hundred" or "thousand"; not if a further power follows, which then belongs to another number. */
function readTail(words: readonly Word[], at: number, mayAnd: boolean): Part | null {
  const from = mayAnd && next(words, at) === "and" ? at + 1 : at;
  if (next(words, from) === "") return null;
  const tail = readBelowHundred(words, from);
  return tail === null || isPower(next(words, tail.to)) ? null : tail;
}

function isAndAHalf(words: readonly Word[], at: number): boolean {
  return next(words, at) === "and" && next(words, at + 1) === "a" && next(words, at + 2) === "half";
}

/** "point five", "and a half"; null when there is none. */
function readFraction(words: readonly Word[], at: number): Part | null {
  if (isAndAHalf(words, at)) return { value: 0.5, to: at + 3 };
  if (next(words, at) !== "point") return null;
  let digits = "";
  let to = at + 1;
  for (; ; to += 1) {
    const text = next(words, to);
    const digit = unitValues[text] ?? (/^\d+$/.test(text) ? text : text === "oh" ? 0 : undefined);
    if (digit === undefined) break;
    digits += digit;
  }
  return digits === "" ? null : { value: Number(`0.${digits}`), to };
}

/**
 * Reads the longest number that begins at a word: "eleven hundred", "a thousand two hundred and five", "two and a half thousand", "1,200".
 * Without `mayAnd` an "and" ends it, as in "between a hundred and two hundred". Null when none begins there.
 */
export function readNumber(words: readonly Word[], at: number, mayAnd = true): NumberSpan | null {
  const factor = readFactor(words, at);
  if (factor === null) return null;
  let { value, to } = factor;
  let magnitude = 1;
  const half = readFraction(words, to);
  if (half !== null && Number.isInteger(value)) {
    value += half.value;
    to = half.to;
  }
  const isFirst = to === at;
  const power = (): string => (isFirst && to === at ? (words[at]?.text ?? "") : next(words, to));
  if (power() === "hundred") {
    value *= 100;
    magnitude = 100;
    to += 1;
    const tail = readTail(words, to, mayAnd);
    if (tail !== null) {
      value += tail.value;
      to = tail.to;
      magnitude = 1;
    } else if (isAndAHalf(words, to)) {
      value += 50;
      to += 3;
    }
  }
  const thousand = thousands[power()];
  if (thousand !== undefined) {
    value *= thousand;
    magnitude = thousand;
    to += 1;
    const rest = readAfterThousand(words, to, mayAnd);
    if (rest !== null) {
      value += rest.value;
      to = rest.to;
      magnitude = 1;
    } else if (isAndAHalf(words, to)) {
      value += thousand / 2;
      to += 3;
    }
  }
  return { value: Number(value.toFixed(4)), from: at, to, magnitude, isNumeral: factor.isNumeral && magnitude === 1 };
}

/** "two hundred and five" or "fifty" after "thousand". */
function readAfterThousand(words: readonly Word[], at: number, mayAnd: boolean): Part | null {
  const from = mayAnd && next(words, at) === "and" ? at + 1 : at;
  if (next(words, from) === "") return null;
  const group = readBelowHundred(words, from);
  if (group === null) return null;
  if (next(words, group.to) !== "hundred") return thousands[next(words, group.to)] === undefined ? group : null;
  const tail = readTail(words, group.to + 1, mayAnd);
  const value = group.value * 100 + (tail?.value ?? 0);
  return { value, to: tail?.to ?? group.to + 1 };
}

/** "Seven fifty" for 750 and "ten eighty" for 1080, as sizes are said; any other number as {@link readNumber} reads it. */
export function readSizeNumber(words: readonly Word[], at: number): NumberSpan | null {
  const first = readNumber(words, at);
  if (first === null || first.isNumeral || first.magnitude > 1 || first.to - at > 1) return first;
  if (!Number.isInteger(first.value) || first.value < 1 || first.value > 20 || next(words, first.to) === "")
    return first;
  const pair = readBelowHundred(words, first.to);
  if (pair === null || pair.value < 10 || isPower(next(words, pair.to))) return first;
  return { ...first, value: first.value * 100 + pair.value, to: pair.to };
}
