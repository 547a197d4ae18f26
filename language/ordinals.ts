/** Which of several: "the second one", "number three", "the last one". Pure. */
import { readNumber } from "./numbers.ts";
import { type Word, wordsOf } from "./words.ts";

/** A place in a list: 1 is the first, -1 the last, -2 the last but one; with its place in the utterance's text. */
type Ordinal = { readonly ordinal: number; readonly start: number; readonly end: number };

const names: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
  last: -1,
  final: -1,
  former: 1,
  latter: -1,
};
const things = new Set(
  "one ones option item product choice thing result pair model version offer suggestion listed you".split(" "),
);
const closing = new Set("please then thanks and or is was sounds looks for in to does instead too".split(" "));
/** "The last order", "first aid kit": not a place in a list. */
const notAPlace = new Set(
  "of time times order orders week month year night day aid name class thing things hand floor generation degree season purchase package delivery part half grade edition".split(
    " ",
  ),
);

function value(text: string): number | null {
  const numeral = /^(\d+)(st|nd|rd|th)$/.exec(text);
  return numeral === null ? (names[text] ?? null) : Number(numeral[1]);
}

function read(words: readonly Word[], at: number): { readonly ordinal: number; readonly to: number } | null {
  const text = words[at]?.text ?? "";
  const before = words[at - 1]?.text ?? "";
  const after = (words[at + 1]?.isAfterBreak ? "" : words[at + 1]?.text) ?? "";
  if (
    /^(number|option|item|choice)$/.test(text) &&
    !/^(order|phone|pin|card|tracking|house|the|account|reference)$/.test(before)
  ) {
    const number = readNumber(words, at + 1);
    const isRun = number !== null && readNumber(words, number.to) !== null;
    if (number !== null && !isRun && Number.isInteger(number.value) && number.value >= 1 && number.value <= 10)
      return { ordinal: number.value, to: number.to };
  }
  const ordinal = value(text);
  if (ordinal === null || ordinal > 20 || notAPlace.has(after) || /^(a|one|just|twenty|thirty)$/.test(before))
    return null;
  if (text === "last" && after === "but" && words[at + 2]?.text === "one") return { ordinal: -2, to: at + 3 };
  if (ordinal > 1 && /^(to|from)$/.test(after) && words[at + 2]?.text === "last")
    return { ordinal: -ordinal, to: at + 3 };
  if (text === "second" && after === "last") return { ordinal: -2, to: at + 2 };
  const isPointed = /^(the|that|this|your)$/.test(before);
  if (things.has(after)) return { ordinal, to: after === "one" || after === "ones" ? at + 2 : at + 1 };
  const isAlone = words.every((word, index) => index === at || fillers.has(word.text));
  if (isAlone) return { ordinal, to: at + 1 };
  return isPointed && (ordinal > 0 || after === "" || closing.has(after)) ? { ordinal, to: at + 1 } : null;
}

const fillers = new Set("um uh the please one yes yeah ok okay well so maybe".split(" "));

/** The place that an utterance names; the last one if it corrects itself, and never one that it denies ("not the first one"). Null when none is named. */
export function readOrdinal(utterance: string): Ordinal | null {
  return readOrdinals(utterance).at(-1) ?? null;
}

/** All places that an utterance names, in the order of naming: "the first and the third". */
export function readOrdinals(utterance: string): readonly Ordinal[] {
  const words = wordsOf(utterance);
  const found: Ordinal[] = [];
  for (let at = 0; at < words.length; ) {
    const ordinal = read(words, at);
    const word = words[at];
    if (ordinal === null || word === undefined) {
      at += 1;
      continue;
    }
    const isDenied = words.slice(Math.max(0, at - 2), at).some((earlier) => /^(not|n't|isn't)$/.test(earlier.text));
    if (!isDenied)
      found.push({ ordinal: ordinal.ordinal, start: word.start, end: words[ordinal.to - 1]?.end ?? word.end });
    at = ordinal.to;
  }
  return found;
}
