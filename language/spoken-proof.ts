/** PINs and codes that callers say: taken out of the words, and told from other numbers by what is asked for and what they are called. Pure. */
import { digitsCalled } from "./called-digits.ts";
import { readPostalCode } from "./claimed-identity.ts";
import { type DigitRun, isAroundCode, readDigitRuns, readSpokenCode } from "./digits.ts";
import { type Word, wordsOf } from "./words.ts";

/** No PIN and no code is shorter; so many digits that nothing names may be one. */
const shortest = 4;
/** What comes before an amount without a unit: "under 1500". */
const limiting = /^(?:under|over|below|above|than|around|about)$/;

/** Words without the PIN or code that was said in them. */
export type WithoutProof = {
  /** The words, with '*' for each digit that is, or may be a part of, a PIN or code. */
  readonly text: string;
  /** The PIN or code; null when none was said, or it is not clear which digits are one. */
  readonly digits: string | null;
};

function othersThan(runs: readonly DigitRun[], words: readonly Word[]): readonly Word[] {
  return words.filter((_, index) => runs.every(({ from, to }) => index < from || index >= to));
}

function mayBeProof(utterance: string, words: readonly Word[], run: DigitRun, isAwaited: boolean): boolean {
  const called = digitsCalled(words, run);
  if (called === "pin") {
    const nameAt = words.slice(0, run.from).findLastIndex(({ text }) => /^(?:pin|passcode|password)$/.test(text));
    return run.digits.length >= shortest - 1 || isAroundCode(words.slice(nameAt, run.from));
  }
  if (!isAwaited) return false;
  if (called === "code") return run.digits.length >= shortest - 1;
  const isPostalCode = readPostalCode(utterance)?.start === run.start;
  const isLimit = limiting.test(words[run.from - 1]?.text ?? "");
  return called === null && run.digits.length >= shortest && !isPostalCode && !isLimit;
}

/**
 * Takes PINs and codes out of words. `isAwaited` while one is asked for: then all digits of an utterance that says nothing else are masked, and any that may be one.
 * Otherwise only those that are called a PIN are. Order numbers, postal codes, telephones and amounts stay, where they are called so.
 */
export function withoutProof(utterance: string, isAwaited: boolean): WithoutProof {
  const words = wordsOf(utterance);
  const runs = readDigitRuns(utterance);
  const isOnlyDigits = isAwaited && isAroundCode(othersThan(runs, words));
  const masked = runs.filter((run) => isOnlyDigits || mayBeProof(utterance, words, run, isAwaited));
  const code = readSpokenCode(utterance);
  let text = "";
  let from = 0;
  for (const run of masked) {
    text += utterance.slice(from, run.start) + "*".repeat(run.digits.length);
    from = run.end;
  }
  return {
    text: text + utterance.slice(from),
    digits: masked.some(({ digits }) => digits === code) ? code : null,
  };
}

/** Whether words from which a PIN or code was taken say nothing else. */
export function saysOnlyProof(text: string): boolean {
  return text.includes("*") && isAroundCode(wordsOf(text.replaceAll("*", " ")));
}
