import { type DigitRun, readDigitRuns } from "./digits.ts";

/** Shortest and longest card number. ISO/IEC 7812-1. */
const shortest = 13;
const longest = 19;

const written = /\d(?:[\s.,\-–—_/]{0,3}\d){12,}/g;
/** What a caller says between groups of digits. */
const pause = /^(?:[\s.,;:!?\-–—]|\b(?:um|uh|er|erm|hm|and|then|dash|space|hyphen|okay|ok|so|next|it's|is)\b)*$/i;

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

/**
 * Replaces runs of 13 to 19 digits, spoken or written, by '#', one for each digit. Longer runs hold a card number as well as not, so they are replaced too, by 19.
 * Pauses, signs and filling words inside a run do not hide it.
 */
export function maskCardNumbers(utterance: string): string {
  const text = utterance.replace(written, (run) => "#".repeat(Math.min(run.replace(/\D/g, "").length, longest)));
  let masked = "";
  let from = 0;
  for (const run of joined(text, readDigitRuns(text))) {
    if (run.digits.length < shortest) continue;
    masked += text.slice(from, run.start) + "#".repeat(Math.min(run.digits.length, longest));
    from = run.end;
  }
  return masked + text.slice(from);
}

/** So many digits and no end may become a card number; codes and order numbers of the shop are shorter. */
const shortestUnfinished = 7;

/**
 * {@link maskCardNumbers} for words that go on: digits that they end with, 7 or more, are replaced, too, since they may be the beginning of a card number. What was
 * meant otherwise stands in the finished words.
 */
export function maskUnfinishedCard(utterance: string): string {
  const text = maskCardNumbers(utterance);
  const last = joined(text, readDigitRuns(text)).at(-1);
  if (last === undefined || last.digits.length < shortestUnfinished || !pause.test(text.slice(last.end))) return text;
  return text.slice(0, last.start) + "#".repeat(last.digits.length);
}
