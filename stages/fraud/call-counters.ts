/** What is counted within one call. */
import type { AssessedRecord } from "./assessed-record.ts";
import { areAlike, wordPrint } from "./similarity.ts";

export type CallCounters = {
  /** Prints of the latest turns of four words or more, oldest first. */
  readonly prints: readonly string[];
  /** Print of the first of them: what the call opened with. Empty before. */
  readonly opening: string;
  /** eventId of that turn. */
  readonly openedBy: string;
  readonly similarTurns: number;
  readonly discountRequests: number;
};

export const noCounters: CallCounters = { prints: [], opening: "", openedBy: "", similarTurns: 0, discountRequests: 0 };

/** Turns that are compared with the newest. */
const MAX_PRINTS = 30;
/** Digits of a word's hash that are kept: enough to tell the words of a few calls apart. */
const WORD_HASH_LENGTH = 8;

/** The counters after a record. */
export function counted(counters: CallCounters, record: AssessedRecord, hash: (text: string) => string): CallCounters {
  if (record.type === "IntentRecognised" && record.intent === "applyDiscount")
    return { ...counters, discountRequests: counters.discountRequests + 1 };
  if (record.type !== "TurnEnded") return counters;
  const print = wordPrint(record.text, (word) => hash(`word/${word}`).slice(0, WORD_HASH_LENGTH));
  if (print === "") return counters;
  const alike = 1 + counters.prints.filter((other) => areAlike(print, other)).length;
  return {
    ...counters,
    prints: [...counters.prints, print].slice(-MAX_PRINTS),
    ...(counters.opening === "" ? { opening: print, openedBy: record.eventId } : {}),
    similarTurns: Math.max(counters.similarTurns, alike),
  };
}
