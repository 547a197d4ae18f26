import { readDigitRuns } from "./digits.ts";

/** Shortest and longest card number. ISO/IEC 7812-1. */
const shortest = 13;
const longest = 19;

/**
 * Replaces runs of 13 to 19 digits, spoken or written, by '#', one for each digit. Longer runs hold a card number as well as not, so they are replaced too.
 * Pauses and commas inside a run do not hide it.
 */
export function maskCardNumbers(utterance: string): string {
  let masked = "";
  let from = 0;
  for (const run of readDigitRuns(utterance)) {
    if (run.digits.length < shortest) continue;
    masked += utterance.slice(from, run.start) + "#".repeat(Math.min(run.digits.length, longest));
    from = run.end;
  }
  return masked + utterance.slice(from);
}
