/** What callers did before: facts by key and kind, counted in windows of event time. */
import type { EffectContext } from "../../runtime/effect.ts";

/** Something that happened, filed under whom it is remembered for. Nothing in it may be caller content: keys and values are keyed hashes. */
export type RiskFact = {
  /** Whom it is remembered for, e.g. the keyed hash of a caller's number. */
  readonly key: string;
  /** What happened, e.g. `call` or `decline`. */
  readonly kind: string;
  /** What tells facts of one kind apart where distinct ones are counted. */
  readonly value: string;
};

/** Asks for the facts of a key and kind in the `windowMs` milliseconds before the event. */
export type RiskWindowQuery = { readonly key: string; readonly kind: string; readonly windowMs: number };

/** What an event leaves behind and wants to know. */
export type RiskRecording = {
  /** Identity of the event: recording it again changes nothing. */
  readonly eventId: string;
  /** Event time, in milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly facts: readonly RiskFact[];
  /** By a name that the answer carries too. */
  readonly windows: { readonly [name: string]: RiskWindowQuery };
};

export type RiskEntry = { readonly value: string; readonly occurredAt: number };

/** Facts in a window. */
export type RiskWindow = {
  /** How many; exact up to {@link MAX_FACTS} a key and kind. */
  readonly count: number;
  /** The newest of them, oldest first, at most {@link MAX_ENTRIES}. */
  readonly entries: readonly RiskEntry[];
};

export type RiskWindows = { readonly [name: string]: RiskWindow };

/** What history knows, for the event that asked. */
export type RiskAnswer = {
  readonly eventId: string;
  /** By the names of the question; null when the store did not answer in time. */
  readonly windows: RiskWindows | null;
};

/**
 * Remembers facts and counts them.
 *
 * A window of w before an event at t is [t − w, t): the event itself is excluded, and of those at exactly t the ones with a smaller eventId count as
 * before it. Only event time counts, never a clock. Answers are equal for equal recordings in equal order.
 */
export type RiskHistory = {
  /** Records an event's facts and answers its windows. Never throws: whoever asks must go on without an answer. */
  record(input: RiskRecording, context: EffectContext): Promise<RiskAnswer>;
};

/** The widest window, in milliseconds; what is older than this before the newest fact of its key and kind is forgotten. */
export const WIDEST_WINDOW_MS = 24 * 3_600_000;
/** How much later than newer facts a fact may come and still find its whole window, in milliseconds. */
export const LATENESS_MS = 3_600_000;
/** Facts that are kept for a key and kind; of more, the newest. */
export const MAX_FACTS = 5_000;
/** Facts that are given back for a window. */
export const MAX_ENTRIES = 64;
