/**
 * Asking before the turn's end: when the caller rests after words that may be all, or has said a whole sentence that the recogniser does not expect to change, the
 * reasoner is asked about them while the silence is still being listened to. The answer is used only if the turn's final words are the same. Pure.
 */
import type { ReasonAnswer } from "../../connectors/language-model/port.ts";
import type { TranscriptUpdated } from "../../schemas/generated/records.ts";
import { type Cost, withAnswer } from "./cost.ts";

/** A question that was asked early. Plain JSON. */
export type Guess = {
  readonly callSid: string;
  readonly turn: number;
  readonly text: string;
  /** Key of the question's effect. */
  readonly key: string;
  /** Questions that were asked early in this turn, this one included. */
  readonly tries: number;
  readonly answer: ReasonAnswer | null;
  /** What earlier questions of the turn cost that were asked in vain. */
  readonly spent: Cost;
};

/** Each costs what a question costs, and a turn of many sentences would ask about every one of them. */
const maxTries = 4;
/** Google: 0.9 for the stable head of a result, 0.1 for the tail that may change. */
const settledStability = 0.8;

/** Whether the words so far may be all that the caller says. */
export function mayBeAll(record: TranscriptUpdated, guess: Guess | null | undefined): boolean {
  const isSentence = record.stability >= settledStability && /[.?!]$/.test(record.text.trim());
  if (record.silenceMs === 0 && !isSentence) return false;
  if (guess?.turn !== record.turn) return true;
  return guess.tries < maxTries && !isSameWords(guess.text, record.text);
}

/** Whether two texts have the same words, whatever their case and punctuation. */
export function isSameWords(one: string, other: string): boolean {
  return wordsOf(one) === wordsOf(other);
}

/** What was spent in vain on a guess that is given up; nothing for an answer that never came. */
export function spentOn(guess: Guess): Cost {
  return guess.answer === null ? guess.spent : withAnswer(guess.spent, { ...guess.answer, vendorWaitMs: 0 });
}

/** A guess whose answer is not to be used: it fits no words, and keeps what it cost and that it was one of the turn's. */
export function setAside(guess: Guess): Guess {
  return { ...guess, text: "", answer: null, spent: spentOn(guess) };
}

function wordsOf(text: string): string {
  // A point between digits tells 9.99 from 999.
  return (text.toLowerCase().match(/\d+(?:[.,]\d+)+|[\p{L}\p{N}'%$€£#]+/gu) ?? []).join(" ");
}
