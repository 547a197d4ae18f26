/** Sizes of things with a unit: "at least a hundred gigs", "28-inch", "twenty hours of battery". Pure. */
import { numeralValue, readSizeNumber } from "./numbers.ts";
import { startsWith, type Word, wordsOf } from "./words.ts";

/** What is measured; values of one dimension can be compared. */
export type Dimension =
  | "storage"
  | "length"
  | "volume"
  | "mass"
  | "time"
  | "power"
  | "charge"
  | "pieces"
  | "resolution"
  | "angle"
  | "pressure"
  | "voltage"
  | "light";

/** A size, in the base unit of its dimension. */
export type Measure = {
  readonly dimension: Dimension;
  readonly value: number;
  /** How the size bounds what is wanted; `equal` where nothing was said. */
  readonly bound: "atLeast" | "atMost" | "equal";
  /** Words it was read from, of {@link wordsOf}. */
  readonly from: number;
  readonly to: number;
};

const units: Readonly<Record<string, readonly [Dimension, number]>> = Object.fromEntries(
  (
    [
      ["storage", 1, "gb gig gigs gigabyte gigabytes"],
      ["storage", 1000, "tb terabyte terabytes"],
      ["storage", 0.001, "mb megabyte megabytes"],
      ["length", 25.4, "inch inches in"],
      ["length", 304.8, "foot feet ft"],
      ["length", 914.4, "yard yards yd"],
      ["length", 10, "cm centimeter centimeters centimetre centimetres"],
      ["length", 1, "mm millimeter millimeters millimetre millimetres"],
      ["length", 1000, "meter meters metre metres"],
      ["volume", 1000, "l liter liters litre litres"],
      ["volume", 1, "ml mil mils milliliter milliliters millilitre millilitres"],
      ["volume", 946.35, "quart quarts qt"],
      ["volume", 3785.4, "gallon gallons"],
      ["mass", 1000, "kg kilo kilos kilogram kilograms"],
      ["mass", 1, "g gram grams"],
      ["mass", 453.6, "lb lbs pound pounds"],
      ["mass", 28.35, "oz ounce ounces"],
      ["time", 60, "hour hours hr hrs"],
      ["time", 1, "minute minutes min mins"],
      ["power", 1, "w watt watts"],
      ["charge", 1, "mah milliamp milliamps"],
      ["charge", 1000, "ah"],
      ["angle", 1, "degree degrees deg"],
      ["pressure", 1, "bar bars"],
      ["voltage", 1, "v volt volts"],
      ["light", 1, "lumen lumens lm"],
      ["pieces", 1, "piece pieces pc pcs"],
      ["resolution", 1, "mp megapixel megapixels"],
    ] as const
  ).flatMap(([dimension, factor, names]) => names.split(" ").map((name) => [name, [dimension, factor]])),
);

const phrases = (list: string): readonly (readonly string[])[] => list.split("|").map((phrase) => phrase.split(" "));
const leading = {
  atLeast: phrases(
    "at least|more than|over|above|no less than|not less than|minimum|a minimum of|minimum of|upwards of",
  ),
  atMost: phrases(
    "at most|less than|under|below|up to|no more than|not more than|no longer than|no bigger than|maximum|smaller than",
  ),
} as const;
const trailing = {
  atLeast: phrases("or more|or bigger|or larger|or longer|or up|and up|plus|minimum|at least"),
  atMost: phrases("or less|or smaller|or shorter|max|maximum|tops|at most"),
} as const;

function boundBefore(
  words: readonly Word[],
  at: number,
): { readonly bound: "atLeast" | "atMost"; readonly from: number } | null {
  for (const bound of ["atLeast", "atMost"] as const) {
    for (const phrase of leading[bound].toSorted((a, b) => b.length - a.length)) {
      const from = at - phrase.length;
      if (from >= 0 && startsWith(words, from, phrase)) return { bound, from };
    }
  }
  return null;
}

function boundAfter(
  words: readonly Word[],
  at: number,
): { readonly bound: "atLeast" | "atMost"; readonly to: number } | null {
  for (const bound of ["atLeast", "atMost"] as const) {
    for (const phrase of trailing[bound]) if (startsWith(words, at, phrase)) return { bound, to: at + phrase.length };
  }
  return null;
}

/** "A terabyte": one of a unit that is nothing else. */
function readSingle(words: readonly Word[], at: number): { readonly value: number; readonly to: number } | null {
  const isUnit = /^(?:terabyte|gigabyte|litre|liter|gallon|quart|kilo|kilogram|metre|meter)$/.test(
    words[at + 1]?.text ?? "",
  );
  return words[at]?.text === "a" && isUnit ? { value: 1, to: at + 1 } : null;
}

/** The last of some letters that spell a unit: "m a h", "g b". */
function spelledUnit(words: readonly Word[], at: number): number | null {
  for (let last = at + 2; last > at; last -= 1) {
    const letters = words.slice(at, last + 1);
    if (
      letters.length === last + 1 - at &&
      letters.every(({ text }) => /^\p{L}$/u.test(text)) &&
      textOf(words, at, last) in units
    )
      return last;
  }
  return null;
}

const textOf = (words: readonly Word[], from: number, last: number): string =>
  words
    .slice(from, last + 1)
    .map(({ text }) => text)
    .join("");

/** All sizes with a unit that an utterance names. */
export function readMeasures(utterance: string): readonly Measure[] {
  const words = wordsOf(utterance);
  const measures: Measure[] = [];
  for (let at = 0; at < words.length; ) {
    const number = readSizeNumber(words, at) ?? readSingle(words, at);
    if (number === null) {
      at += 1;
      continue;
    }
    const first = words[number.to]?.text === "-" ? number.to + 1 : number.to;
    const spelled = spelledUnit(words, first);
    const name = spelled ?? first;
    const unit = words[first]?.isAfterBreak === true ? undefined : units[textOf(words, first, name)];
    // "In" is a unit only where it cannot be the preposition.
    const isUnit = unit !== undefined && (words[name]?.text !== "in" || words[name + 1] === undefined);
    if (!isUnit || unit === undefined) {
      at = number.to;
      continue;
    }
    const before = boundBefore(words, at);
    // "Ten thousand milliamp hours" and "a litre and a half".
    const isMilliamp = /^milliamps?$/.test(words[name]?.text ?? "") && /^hours?$/.test(words[name + 1]?.text ?? "");
    const isAndHalf = startsWith(words, name + 1, ["and", "a", "half"]);
    const next = name + (isMilliamp ? 2 : isAndHalf ? 4 : 1);
    const after = before === null ? boundAfter(words, next) : null;
    measures.push({
      dimension: unit[0],
      value: (number.value + (isAndHalf ? 0.5 : 0)) * unit[1],
      bound: before?.bound ?? after?.bound ?? "equal",
      from: before?.from ?? at,
      to: after?.to ?? next,
    });
    at = after?.to ?? next;
  }
  return measures;
}

/** A size of a thing. */
export type Size = Pick<Measure, "dimension" | "value">;

/** Sizes that a written text names, in digits: "28-inch", "128GB", "1.5 L". Much quicker than {@link readMeasures}. */
export function sizesIn(written: string): readonly Size[] {
  const sizes: Size[] = [];
  for (const [, digits = "", name = ""] of written.matchAll(/(\d[\d,]*(?:\.\d+)?)[\s-]?([a-z]+)\b/gi)) {
    const unit = units[name.toLowerCase()];
    const value = numeralValue(digits);
    if (unit !== undefined && value !== null && name.toLowerCase() !== "in")
      sizes.push({ dimension: unit[0], value: value * unit[1] });
  }
  return sizes;
}

/** The size that an attribute's name and value tell: "batteryHours" and 38, "piece count" and 1000; null when they tell none. */
export function sizeOf(name: string, value: string | number): Size | null {
  const number = typeof value === "number" ? value : numeralValue(value.trim());
  if (number === null) return null;
  for (const part of name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[\s_-]+/)) {
    const unit = units[part];
    if (unit !== undefined && part !== "in") return { dimension: unit[0], value: number * unit[1] };
  }
  return null;
}

/** How well sizes meet a wish: `met`, `broken` when a size of the kind is told and is another, `unknown` when none is told. */
export function meets(measure: Measure, sizes: readonly Size[]): "met" | "broken" | "unknown" {
  const comparable = sizes.filter(({ dimension }) => dimension === measure.dimension);
  if (comparable.length === 0) return "unknown";
  const isMet = comparable.some(({ value }) => {
    if (measure.bound === "atLeast") return value >= measure.value * 0.999;
    if (measure.bound === "atMost") return value <= measure.value * 1.001;
    return Math.abs(value - measure.value) <= measure.value * 0.03;
  });
  return isMet ? "met" : "broken";
}
