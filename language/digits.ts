/** Digits that are spoken one by one or in groups: "four oh seven one", "double two", "twenty one eighty three". Pure. */
import { readBelowHundred, readNumber, unitValues } from "./numbers.ts";
import { type Word, wordsOf } from "./words.ts";

/** Digits and the words that they were read from, `from` inclusive, `to` exclusive, with their place in the utterance's text. */
export type DigitRun = {
  readonly digits: string;
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
};

const repeats: Readonly<Record<string, number>> = { double: 2, triple: 3, treble: 3 };
const zeros = new Set(["oh", "o", "zero", "nought"]);

function single(text: string): string | null {
  if (zeros.has(text)) return "0";
  const unit = unitValues[text];
  if (unit !== undefined) return String(unit);
  return /^\d$/.test(text) ? text : null;
}

function readGroup(words: readonly Word[], at: number): { readonly digits: string; readonly to: number } | null {
  const text = words[at]?.text ?? "";
  const repeat = repeats[text];
  if (repeat !== undefined) {
    const digit = single(words[at + 1]?.text ?? "");
    return digit === null ? null : { digits: digit.repeat(repeat), to: at + 2 };
  }
  if (zeros.has(text)) return { digits: "0", to: at + 1 };
  if (/^\d+$|^\d{1,3}(?:,\d{3})+$/.test(text)) return { digits: text.replaceAll(",", ""), to: at + 1 };
  const number = readNumber(words, at, false);
  if (
    number !== null &&
    number.to - at > 1 &&
    words.slice(at, number.to).some((word) => /^(hundred|thousand)$/.test(word.text))
  )
    return Number.isInteger(number.value) && text !== "a" ? { digits: String(number.value), to: number.to } : null;
  const spelled = readBelowHundred(words, at);
  return spelled === null ? null : { digits: String(spelled.value), to: spelled.to };
}

/** All runs of digits of an utterance. Commas and hyphens between digits do not end a run. */
export function readDigitRuns(utterance: string): readonly DigitRun[] {
  const words = wordsOf(utterance);
  const runs: DigitRun[] = [];
  for (let at = 0; at < words.length; ) {
    let digits = "";
    let to = at;
    for (let group = readGroup(words, to); group !== null; group = readGroup(words, to)) {
      digits += group.digits;
      to = group.to;
      while (words[to]?.text === "-") to += 1;
    }
    if (digits === "") {
      at += 1;
      continue;
    }
    runs.push({ digits, from: at, to, start: words[at]?.start ?? 0, end: words[to - 1]?.end ?? 0 });
    at = to;
  }
  return runs;
}

/** An order number that is named as one: "order number two one eight three five zero", "my order 218350". Digits only; null when none is named. */
export function readOrderNumber(utterance: string): DigitRun | null {
  const words = wordsOf(utterance);
  for (const run of readDigitRuns(utterance)) {
    if (run.digits.length < 3 || run.digits.length > 12) continue;
    const before = words.slice(Math.max(0, run.from - 5), run.from).map((word) => word.text);
    const isOrder = before.some((text) => /^(order|orders|confirmation|tracking|invoice|purchase)$/.test(text));
    const isNumbered = before.some((text) => /^(number|no|#|id)$/.test(text));
    if (isOrder && (isNumbered || run.digits.length >= 4)) return run;
    if (isNumbered && run.digits.length >= 5) return run;
  }
  return null;
}

const codeWords = new Set("pin code passcode password number digits".split(" "));
const fillers = new Set(
  "um uh er yes yeah ok okay sure it it's its is the my pin code passcode number digits that's that would be are please so well a here's i think".split(
    " ",
  ),
);

/** Whether words are nothing but what people say around a PIN or code: "um, my code is", "please". */
export function isAroundCode(words: readonly Word[]): boolean {
  return words.every(({ text }) => fillers.has(text) || codeWords.has(text));
}

/** A PIN or code: an utterance that is nothing but 3 to 12 digits and filling words, or one that names a PIN. Null otherwise. */
export function readSpokenCode(utterance: string): string | null {
  const words = wordsOf(utterance);
  const runs = readDigitRuns(utterance);
  const named = words.some((word) => /^(pin|passcode|password)$/.test(word.text));
  const run = runs.length === 1 ? runs[0] : runs.findLast((candidate) => candidate.digits.length >= 4);
  if (run === undefined || run.digits.length < 3 || run.digits.length > 12) return null;
  if (named) return run.digits.length >= 4 ? run.digits : null;
  const rest = words.filter((_, index) => index < run.from || index >= run.to);
  const said = words.slice(run.from, run.to).map((word) => word.text);
  const isCount =
    said.some((text) => text === "hundred" || text === "thousand") ||
    (said.length === 1 && run.digits.length <= 3 && !/^\d+$/.test(said[0] ?? ""));
  return isAroundCode(rest) && !isCount ? run.digits : null;
}
