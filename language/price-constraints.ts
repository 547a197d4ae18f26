/**
 * Bounds on a price, from the words alone: "under a hundred", "between thirty and fifty dollars", "two fifty tops", "no less than sixty". Pure.
 *
 * A number is a price when a currency is named, or when a bounding phrase stands beside it and nothing says that it measures or counts
 * something. What is not said is null; vague words ("cheap", "affordable") never become numbers.
 */
import { type Amount, readAmount } from "./amounts.ts";
import { numeralValue, readBelowHundred, readNumber } from "./numbers.ts";
import {
  type Bound,
  corrections,
  followers,
  hesitations,
  labels,
  leadingBounds,
  measures,
  negationLinks,
  negations,
  promises,
  trailingBounds,
} from "./price-phrases.ts";
import { readRelative } from "./relative-price.ts";
import { readRatingWish } from "./sort-order.ts";
import { startsWith, type Word, wordsOf } from "./words.ts";

/** Bounds in minor units (cents); null where not said. */
type PriceConstraints = {
  readonly priceMinMinor: number | null;
  readonly priceMaxMinor: number | null;
  /** A price named with "around", "exactly", or without a bound. */
  readonly priceTargetMinor: number | null;
  /** Whether that price was named without a word about it: "a lamp for thirty dollars". */
  readonly isPlainTarget: boolean;
  /** Words that the bounds were read from, as ranges of the utterance's text. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
};

type Found = {
  readonly minMinor?: number;
  readonly maxMinor?: number;
  readonly targetMinor?: number;
  readonly isPlain?: boolean;
  /** The power that its amount named, see {@link Amount}. */
  readonly magnitude?: number;
  /** Told by the price before: "twice that". */
  readonly isRelative?: boolean;
  readonly from: number;
  readonly to: number;
};
type Phrase = { readonly bound: Bound; readonly to: number };

type ByFirst<B> = ReadonlyMap<string, readonly { readonly bound: B; readonly phrase: readonly string[] }[]>;

function byFirstWord<B extends string>(table: { readonly [K in B]: readonly (readonly string[])[] }): ByFirst<B> {
  const entries = Object.entries(table) as [B, readonly (readonly string[])[]][];
  return Map.groupBy(
    entries.flatMap(([bound, phrases]) => phrases.map((phrase) => ({ bound, phrase }))),
    ({ phrase }) => phrase[0] ?? "",
  );
}
const leading = byFirstWord(leadingBounds);
const following = byFirstWord(trailingBounds);

function longest<B>(
  table: ByFirst<B>,
  words: readonly Word[],
  at: number,
): { readonly bound: B; readonly to: number } | null {
  let best: { readonly bound: B; readonly to: number } | null = null;
  for (const { bound, phrase } of table.get(words[at]?.text ?? "") ?? []) {
    if (startsWith(words, at, phrase) && at + phrase.length > (best?.to ?? 0)) best = { bound, to: at + phrase.length };
  }
  return best;
}

/** Words that tell the price of one piece, between an amount and what bounds it: "ten dollars each at most". */
const decades = /^(?:(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ies|hundreds)$/;
/** After an amount of money these make it a difference between two prices: "ten dollars cheaper". */
const differences = new Set("more less cheaper extra dearer pricier lower higher too".split(" "));
const apiece = new Set(["each", "apiece", "total", "altogether"]);

/** The bound that follows an amount, if what follows it is not another amount: "over fifty and under eighty" are two bounds. */
function trailingBound(
  words: readonly Word[],
  amount: Amount,
): { readonly bound: "max" | "min" | "target"; readonly to: number } | null {
  const at = apiece.has(textAt(words, amount.to)) ? amount.to + 1 : amount.to;
  const tolerance = toleranceEnd(words, at);
  if (tolerance !== null) return { bound: "target", to: tolerance };
  const found = longest(following, words, at);
  if (found === null || textAt(words, found.to) === "than") return null;
  const isLeading = longest(leading, words, at + (words[at]?.text === "and" ? 1 : 0)) !== null;
  if (!isLeading || words[found.to]?.isAfterBreak === true) return found;
  // "Min fifty max eighty" leads, "two hundred minimum three hundred maximum" follows.
  const next = readAmount(words, skipHesitations(words, found.to));
  return next === null || longest(following, words, next.to) !== null ? found : null;
}

function textAt(words: readonly Word[], at: number): string {
  const word = words[at];
  return word === undefined || word.isAfterBreak ? "" : word.text;
}

function isPlausible(words: readonly Word[], amount: Amount, isStrict: boolean): boolean {
  const after = textAt(words, amount.to);
  if (after === "off" || (after === "in" && textAt(words, amount.to + 1) === "stock" && !amount.isMoney)) return false;
  if (amount.isMoney) return true;
  if (measures.has(after) || labels.has(words[amount.from - 1]?.text ?? "")) return false;
  // Number after number is a run of digits, not an amount.
  if (after !== "" && readNumber(words, amount.to) !== null && after !== "a") return false;
  if (after === "of" || (after === "point" && !isStrict)) return false;
  if (decades.test(after)) return false;
  // "More than fifty, less than a hundred" without its comma.
  if (/^(?:more|less)$/.test(after) && textAt(words, amount.to + 1) === "than") return true;
  return isStrict || after === "" || followers.has(after) || after === "-";
}

/** Makes more than of "no more than", and the reverse of "no less than". */
function negated(words: readonly Word[], at: number, bound: "max" | "min"): boolean {
  const reach = 6;
  for (let back = 1; back <= reach && at - back >= 0; back += 1) {
    if (words[at - back + 1]?.isAfterBreak) return false;
    const text = words[at - back]?.text ?? "";
    if (text === "but" || text === "and") return false;
    if (negations.has(text) || text.endsWith("n't")) {
      const denied = words[at - back + 1]?.text ?? "";
      // "Not blue, under twenty five" and "no, wait, under seventy" deny something else.
      const isOther = bound === "max" && back > 1 && /^(?:not?|without)$/.test(text) && !negationLinks.has(denied);
      return !isOther && !/^(you|there|it|we)$/.test(denied);
    }
    // "I don't need a big one under fifty" wants one under fifty.
    if (bound === "max" && back >= 2 && !negationLinks.has(text)) return false;
  }
  return false;
}

/** The lower end of a range takes over the named power of the upper: "two to three hundred". */
function scaledLow(low: Amount, high: Amount): number {
  const factor = high.magnitude;
  if (low.magnitude > 1 || factor === 1 || low.isMoney) return low.amountMinor;
  const scaled = low.amountMinor * factor;
  return scaled < high.amountMinor ? scaled : low.amountMinor;
}

/** The upper end takes over the power of the lower where it would lie below it: "between three hundred and five". */
function scaledHigh(lowMinor: number, lowMagnitude: number, highMinor: number): number {
  return highMinor < lowMinor && highMinor * lowMagnitude > lowMinor ? highMinor * lowMagnitude : highMinor;
}

function range(low: Amount, high: Amount, from: number): Found {
  const lower = scaledLow(low, high);
  const upper = high.isMoney ? high.amountMinor : scaledHigh(lower, low.magnitude, high.amountMinor);
  return {
    minMinor: Math.min(lower, upper),
    maxMinor: Math.max(lower, upper),
    from,
    to: high.to,
  };
}

function skipHesitations(words: readonly Word[], from: number): number {
  let at = from;
  while (at - from < 5 && hesitations.has(words[at]?.text ?? "") && readAmount(words, at) === null) at += 1;
  return at;
}

/** "Fifteen twenty dollars", "two three hundred bucks": neighbouring round numbers in a row are a range, if they are money for certain. */
function readNeighbours(words: readonly Word[], at: number, from: number): Found | null {
  const low = readBelowHundred(words, at);
  if (low === null || words[low.to]?.isAfterBreak === true || numeralValue(words[at]?.text ?? "") !== null) return null;
  const next = readBelowHundred(words, low.to);
  const high = next === null ? null : readAmount(words, low.to);
  if (next === null || high === null || !high.isMoney || high.amountMinor !== next.value * 100 * high.magnitude)
    return null;
  const step = next.value - low.value;
  const isTens = high.magnitude === 1 && low.value >= 10 && low.value % 5 === 0 && next.value % 5 === 0 && step <= 10;
  const isUnits = high.magnitude > 1 && next.value < 10 && step <= 2;
  if (step <= 0 || !(isTens || isUnits)) return null;
  return { minMinor: low.value * 100 * high.magnitude, maxMinor: high.amountMinor, from, to: high.to };
}

/** "X to Y", "X - Y", and with `joint` "and" "between X and Y". */
function readRange(words: readonly Word[], at: number, from: number, joint: "and" | "to"): Found | null {
  const near = joint === "to" ? readNeighbours(words, at, from) : null;
  if (near !== null) return near;
  for (const mayAnd of [true, false]) {
    const low = readAmount(words, at, mayAnd);
    if (low === null) return null;
    const isUpTo = textAt(words, low.to) === "up" && textAt(words, low.to + 1) === "to";
    const join = isUpTo ? "to" : textAt(words, low.to);
    const isJoint = joint === "and" ? /^(?:and|to|-)$/.test(join) : /^(?:to|-|until|till|through)$/.test(join);
    // "Ten or fifteen dollars" is a range too, if it is money for certain.
    const isChoice = joint === "to" && join === "or";
    if (!isJoint && !isChoice) continue;
    const high = readAmount(words, skipHesitations(words, low.to + (isUpTo ? 2 : 1)));
    if (high === null || (isChoice && !(high.isMoney && low.amountMinor < high.amountMinor))) continue;
    const isBare = joint === "to" && !low.isMoney && !high.isMoney;
    if (isBare && (low.amountMinor >= high.amountMinor || high.amountMinor < 1000)) return null;
    if (!isPlausible(words, high, false) || (labels.has(words[at - 1]?.text ?? "") && !high.isMoney)) return null;
    return range(low, high, from);
  }
  return null;
}

function single(bound: "max" | "min" | "target", amount: Amount, from: number, to: number): Found {
  const { amountMinor, magnitude } = amount;
  if (bound === "max") return { maxMinor: amountMinor, magnitude, from, to };
  return bound === "min" ? { minMinor: amountMinor, magnitude, from, to } : { targetMinor: amountMinor, from, to };
}

/** The bound that a phrase before the amount makes. */
function readLed(words: readonly Word[], at: number, phrase: Phrase): Found | null {
  const start = skipHesitations(words, phrase.to);
  if (phrase.bound === "between") return readRange(words, start, at, "and");
  if (phrase.bound === "from" || phrase.bound === "target" || words[at]?.text === "within") {
    const found = readRange(words, start, at, "to");
    if (found !== null) return found;
  }
  const amount = readAmount(words, start);
  if (amount === null) return null;
  const isPromise = phrase.bound === "min" && [1, 2].some((back) => promises.has(words[at - back]?.text ?? ""));
  if (isPromise) return null;
  const isStrict = phrase.bound === "max" && words[at]?.text !== "up" && words[at]?.text !== "within";
  if (!isPlausible(words, amount, isStrict)) return null;
  const trailing = trailingBound(words, amount);
  const to = trailing?.to ?? amount.to;
  if (phrase.bound === "fund" || phrase.bound === "from") {
    // "I only have fifty."
    const isAll =
      /^(?:only|just|all)$/.test(words[at + 1]?.text ?? "") && textAt(words, to) === "" && amount.amountMinor >= 1000;
    if (!amount.isMoney && !isAll) return null;
    return single(phrase.bound === "fund" ? "max" : "min", amount, at, to);
  }
  if (phrase.bound === "target") return single(trailing?.bound ?? "target", amount, at, to);
  // "Spend around fifty" names about what it may cost; a budget of around fifty is still a budget.
  if (words[at]?.text === "spend" && /^(?:about|around|roughly|approximately)$/.test(words[start - 1]?.text ?? ""))
    return single(trailing?.bound ?? "target", amount, at, to);
  const isNegated = negated(words, at, phrase.bound);
  const bound = isNegated ? (phrase.bound === "max" ? "min" : "max") : phrase.bound;
  return single(bound, amount, at, to);
}

/** An amount without a phrase before it: a range, a bound by what follows, or money that was simply named. */
function readBare(words: readonly Word[], at: number): Found | null {
  if (/^(?:over|above)$/.test(words[at - 1]?.text ?? "") && promises.has(words[at - 2]?.text ?? "")) return null;
  const found = readRange(words, at, at, "to");
  // "Ten dollars more or less" is about ten dollars, "fifty dollars more than that" a difference.
  const isDifference = (to: number): boolean =>
    differences.has(textAt(words, to)) && !/^(?:than|or)$/.test(textAt(words, to + 1));
  if (found !== null) return isDifference(found.to) ? null : found;
  const amount = readAmount(words, at);
  if (amount === null || (amount.isMoney && isDifference(amount.to))) return null;
  const label = words[at - 1]?.text ?? "";
  // "A two door model, one fifty or less" names no model one hundred fifty.
  if (labels.has(label) && !(label === "model" && trailingBound(words, amount) !== null)) return null;
  // "Whichever one is the most expensive".
  const isPronoun = amount.to === at + 1 && words[at]?.text === "one" && textAt(words, amount.to) === "is";
  const trailing = isPronoun ? null : trailingBound(words, amount);
  if (trailing !== null && (amount.isMoney || !measures.has(textAt(words, amount.to))))
    return single(trailing.bound, amount, at, trailing.to);
  const isOff = /^(?:off|discounts?|coupons?|vouchers?|rebates?|credit)$/.test(textAt(words, amount.to));
  return amount.isMoney && !isOff ? { ...single("target", amount, at, amount.to), isPlain: true } : null;
}

/** After "actually make it": an amount without a bound takes the bound of the one that it corrects. */
function readCorrected(words: readonly Word[], at: number, earlier: Found | undefined): Found | null {
  if (earlier === undefined) return null;
  const start = skipHesitations(words, at);
  // "Between twenty and forty, no, thirty and fifty".
  const isRange = earlier.minMinor !== undefined && earlier.maxMinor !== undefined;
  const again = isRange ? readRange(words, start, start, "and") : null;
  if (again !== null) return again;
  const amount = readAmount(words, start);
  if (amount === null || !isPlausible(words, amount, false)) return null;
  const bound = earlier.maxMinor !== undefined ? "max" : earlier.minMinor !== undefined ? "min" : "target";
  const { minMinor, maxMinor, isPlain = false } = earlier;
  // "Between thirty and forty, make that fifty" moves the upper end.
  if (minMinor !== undefined && maxMinor !== undefined && amount.amountMinor > minMinor)
    return { minMinor, maxMinor: amount.amountMinor, from: start, to: amount.to };
  return trailingBound(words, amount) === null ? { ...single(bound, amount, start, amount.to), isPlain } : null;
}

/** "Twice that" after a price keeps the kind of bound, and takes the place of the price. */
function readTimes(words: readonly Word[], at: number, earlier: Found | undefined): Found | null {
  const relative = readRelative(words, at);
  if (relative === null || earlier === undefined) return null;
  const base = earlier.maxMinor ?? earlier.targetMinor ?? earlier.minMinor ?? 0;
  const bound = earlier.maxMinor !== undefined ? "max" : earlier.minMinor !== undefined ? "min" : "target";
  const amountMinor = Math.round(base * relative.factor);
  const found = single(bound, { amountMinor, from: at, to: relative.to, isMoney: true, magnitude: 1 }, at, relative.to);
  return { ...found, isRelative: true };
}

/** What "give or take ten" after an amount of money ends with: how far from it is no price. */
function toleranceEnd(words: readonly Word[], at: number): number | null {
  const isTolerance = [
    ["give", "or", "take"],
    ["plus", "or", "minus"],
  ].some((phrase) => startsWith(words, at, phrase));
  return isTolerance ? (readAmount(words, skipHesitations(words, at + 3))?.to ?? null) : null;
}

function correctionEnd(words: readonly Word[], at: number): number | null {
  let to: number | null = null;
  for (const phrase of corrections) {
    if (startsWith(words, at, phrase) && at + phrase.length > (to ?? 0)) to = at + phrase.length;
  }
  // "No more than" is a bound, not a correction.
  return to !== null && words[at]?.text === "no" && longest(leading, words, at + 1) !== null ? null : to;
}

/** Reads the price bounds of an utterance. A later bound of a kind replaces an earlier one; after a correction the earlier ones are dropped. */
export function readPriceConstraints(utterance: string): PriceConstraints {
  const rating = readRatingWish(utterance);
  const all = wordsOf(utterance);
  // Stars are no price. What names them is taken out, and a break put in its place.
  const words =
    rating === null
      ? all
      : all
          .filter(({ start }) => start < rating.start || start >= rating.end)
          .map((word, at, rest) =>
            (rest[at - 1]?.end ?? 0) <= rating.start && word.start >= rating.end
              ? { ...word, isAfterBreak: true }
              : word,
          );
  let founds: Found[] = [];
  const read: Found[] = [];
  let isCorrecting = false;
  for (let at = 0; at < words.length; ) {
    const corrected = founds.length === 0 ? null : correctionEnd(words, at);
    if (corrected !== null) {
      isCorrecting = true;
      at = corrected;
      continue;
    }
    const phrase = longest(leading, words, at);
    const led = phrase === null ? null : readLed(words, at, phrase);
    const found =
      led ??
      readTimes(words, at, founds.at(-1)) ??
      (isCorrecting ? readCorrected(words, at, founds.at(-1)) : null) ??
      readBare(words, at);
    if (found === null) {
      const skipped = readNumber(words, at);
      at = skipped === null ? at + 1 : Math.max(skipped.to, at + 1);
      continue;
    }
    if (isCorrecting || found.isRelative === true) founds = [];
    isCorrecting = false;
    founds.push(found);
    read.push(found);
    at = found.to;
  }
  let minMinor: number | null = null;
  let maxMinor: number | null = null;
  let targetMinor: number | null = null;
  let isPlainTarget = false;
  let minMagnitude = 1;
  for (const found of founds) {
    // "From nothing to fifty" has no lower end.
    minMinor = found.minMinor === 0 ? minMinor : (found.minMinor ?? minMinor);
    minMagnitude = found.minMinor === undefined ? minMagnitude : (found.magnitude ?? 1);
    maxMinor = found.maxMinor ?? maxMinor;
    targetMinor = found.targetMinor ?? targetMinor;
    isPlainTarget = found.targetMinor === undefined ? isPlainTarget : found.isPlain === true;
  }
  // "No less than three hundred and no more than five".
  if (minMinor !== null && maxMinor !== null) maxMinor = scaledHigh(minMinor, minMagnitude, maxMinor);
  if (minMinor !== null || maxMinor !== null) targetMinor = null;
  isPlainTarget &&= targetMinor !== null;
  const spans = read.map(({ from, to }) => ({ start: words[from]?.start ?? 0, end: words[to - 1]?.end ?? 0 }));
  return { priceMinMinor: minMinor, priceMaxMinor: maxMinor, priceTargetMinor: targetMinor, isPlainTarget, spans };
}
