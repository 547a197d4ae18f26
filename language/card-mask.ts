import { digitsCalled } from "./called-digits.ts";
import { type DigitRun, readDigitRuns } from "./digits.ts";
import { wordsOf } from "./words.ts";

/** Shortest and longest card number. ISO/IEC 7812-1. */
const shortest = 13;
const longest = 19;

const written = /\d(?:[\s.,\-–—_/]{0,3}\d){12,}/g;
/** What a caller says between groups of digits. */
const pause =
  /^(?:[\s.,;:!?\-–—]|\b(?:um|uh|er|erm|hm|and|then|dash|space|hyphen|comma|point|dot|slash|okay|ok|yes|yeah|yep|right|so|now|next|again|like|to|followed|by|that's|it's|is)\b)*$/i;

/** Runs that only pauses separate, as one. */
function joined(utterance: string, runs: readonly DigitRun[]): readonly DigitRun[] {
  const all: DigitRun[] = [];
  for (const run of runs) {
    const previous = all.at(-1);
    if (previous !== undefined && pause.test(utterance.slice(previous.end, run.start)))
      all[all.length - 1] = { ...previous, digits: previous.digits + run.digits, to: run.to, end: run.end };
    else all.push(run);
  }
  return all;
}

const securityCode = String.raw`(?:c\W?v\W?v|c\W?v\W?c|csc)2?`;
const behindSecurityCode = new RegExp(String.raw`\b${securityCode}(?:\W+\p{L}+){0,3}\W*$`, "iu");
const beforeSecurityCode = new RegExp(String.raw`^\W*is\W+(?:\p{L}+\W+){0,2}${securityCode}\b`, "iu");

/** Whether digits are called a card's security code, which must be kept nowhere at all (PCI DSS 3.3). "Security code" alone may mean the PIN. */
function isSecurityCode(text: string, { digits, start, end }: DigitRun): boolean {
  if (digits.length < 3 || digits.length > 4) return false;
  return behindSecurityCode.test(text.slice(0, start)) || beforeSecurityCode.test(text.slice(end));
}

/**
 * Replaces runs of 13 to 19 digits, spoken or written, by '#', one for each digit. Longer runs hold a card number as well as not, so they are replaced too, by 19.
 * Pauses, signs and filling words inside a run do not hide it. So are the digits of a card's security code.
 */
export function maskCardNumbers(utterance: string): string {
  const text = utterance.replace(written, (run) => "#".repeat(Math.min(run.replace(/\D/g, "").length, longest)));
  let masked = "";
  let from = 0;
  for (const run of joined(text, readDigitRuns(text))) {
    if (run.digits.length < shortest && !isSecurityCode(text, run)) continue;
    masked += text.slice(from, run.start) + "#".repeat(Math.min(run.digits.length, longest));
    from = run.end;
  }
  return masked + text.slice(from);
}

/** So many digits and no end may become a card number; codes and order numbers of the shop are shorter. */
const shortestUnfinished = 7;
/** Of a number that nothing names, so many digits may stand: what is left of a card number is not one (PCI SSC FAQ 1091), and PINs, codes and order numbers are no longer. */
const mostUnnamed = 8;

/** How much of what may be a card number was said when a turn ended: how many digits, never which. */
export type CardProgress = {
  readonly digits: number;
  /** Whether it was called a card, or is too long for anything else that is said on the line. */
  readonly isLikely: boolean;
};

/** Nothing was said of a card number. */
export const noCard: CardProgress = { digits: 0, isLikely: false };

/** What remains when the agent has said something: digits are an answer to it then, and continue nothing, but many of them are still likely to be the card's. */
export function answering({ isLikely }: CardProgress): CardProgress {
  return { digits: 0, isLikely };
}

/** What a caller says who is not done with a number. */
const hesitation =
  /\b(?:wait|hold|on|hang|sorry|just|a|one|sec|second|moment|minute|please|let|me|see|look|the|rest)\b/gi;
function isPause(text: string, mayHesitate: boolean): boolean {
  return pause.test(mayHesitate ? text.replace(hesitation, "") : text);
}

/**
 * {@link maskCardNumbers} for a turn that may hold a part of a card number: digits that go on where the turn before left off, digits that are called a card, and more
 * than 8 that the turn ends with. Amounts, and what is called an order, a postcode, a telephone or a PIN, stay. `after` is what the next turn's `before` is; once the
 * agent has said something, {@link answering} of it.
 */
export function maskTurn(
  utterance: string,
  before: CardProgress = noCard,
): { readonly text: string; readonly after: CardProgress } {
  const text = maskCardNumbers(utterance);
  const runs = joined(text, readDigitRuns(text));
  if (runs.length === 0 && isPause(text, true)) return { text, after: before };
  const whole: CardProgress = { digits: longest, isLikely: true };
  let after = /#{13,}/.test(text) ? whole : noCard;
  let masked = "";
  let from = 0;
  const words = wordsOf(text);
  for (const [index, run] of runs.entries()) {
    const called = digitsCalled(words, run);
    if (called !== null && called !== "card") continue;
    const isContinued = index === 0 && isPause(text.slice(0, run.start), true);
    const isLast = index === runs.length - 1 && isPause(text.slice(run.end), true);
    const digits = Math.min(longest, run.digits.length + (isContinued ? before.digits : 0));
    const isNamed = called === "card" || (isContinued && before.isLikely);
    const isLikely = isNamed || (digits > mostUnnamed && (isLast || (isContinued && before.digits > 0)));
    if (isLikely || isLast) after = { digits, isLikely };
    if (!isLikely || digits < shortestUnfinished) continue;
    masked += text.slice(from, run.start) + "#".repeat(run.digits.length);
    from = run.end;
  }
  return { text: masked + text.slice(from), after };
}

/**
 * {@link maskTurn} for words that go on: digits that they end with, 7 or more, are replaced, too, since they may be the beginning of a card number. What was
 * meant otherwise stands in the finished words.
 */
export function maskUnfinishedCard(utterance: string, before: CardProgress = noCard): string {
  const { text } = maskTurn(utterance, before);
  const last = joined(text, readDigitRuns(text)).at(-1);
  if (last === undefined || last.digits.length < shortestUnfinished || !pause.test(text.slice(last.end))) return text;
  return text.slice(0, last.start) + "#".repeat(last.digits.length);
}
