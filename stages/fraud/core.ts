/**
 * Watches every call: one assessment for each record that matters, in the order in which they came.
 *
 * A record adds to what is known of the call and asks history about its caller; history's answers may come in any order, and assessments go out in the
 * order of the records. Times are event times only, so that the same records give the same assessments at any speed.
 */
import type {
  RiskAnswer,
  RiskFact,
  RiskHistory,
  RiskWindowQuery,
  RiskWindows,
} from "../../connectors/risk-history/port.ts";
import { keyedHash } from "../../runtime/keyed-hash.ts";
import type { Effect, Outcome, Step } from "../../runtime/stage.ts";
import type { RiskAction } from "../../schemas/generated/records.ts";
import { type AssessedRecord, isAssessed } from "./assessed-record.ts";
import { type CallCounters, counted, noCounters } from "./call-counters.ts";
import { type CallerKeys, callerKeysOf } from "./caller-keys.ts";
import { actionOf, scoreOf, stricter } from "./score.ts";
import type { Config } from "./settings.ts";
import { factsOf, featuresOf, windowsOf } from "./signals.ts";

export type InputTopic = "calls" | "transcripts" | "intents" | "toolCalls" | "toolResults";
export type Ports = { readonly riskHistory: RiskHistory };

/** A record that waits for its turn to be assessed. */
type Pending = {
  readonly eventId: string;
  readonly turn: number;
  readonly occurredAt: number;
  readonly facts: readonly RiskFact[];
  readonly queries: { readonly [name: string]: RiskWindowQuery };
  readonly counters: CallCounters;
  /** History's answer; null until it came. */
  readonly answer: RiskAnswer | null;
};

/** What is known of a call. */
export type State = {
  readonly keys: CallerKeys;
  readonly counters: CallCounters;
  /** The strictest action so far: within a call it never falls. */
  readonly action: RiskAction;
  readonly pending: readonly Pending[];
  readonly isEnded: boolean;
  /** The windows that history answered last. */
  readonly lastWindows: RiskWindows;
};

type Result = Outcome<State, "risk", Ports>;

/** Digits of hashed values. */
const VALUE_LENGTH = 16;

export const step: Step<State, InputTopic, "risk", Ports, Config> = (known, input, _at, config) => {
  switch (input.from) {
    case "calls":
    case "transcripts":
    case "intents":
    case "toolCalls":
    case "toolResults":
      if (!isAssessed(input.record)) return { state: known, save: false };
      return take(known, input.record, config);
    case "port":
      if (known === null) return { state: null };
      return input.outcome === "result"
        ? assess(known, input.result, config)
        : assess(known, { eventId: known.pending.find(isUnanswered)?.eventId ?? "", windows: null }, config);
    case "restored":
      return { state: known, save: false, effects: (known?.pending ?? []).filter(isUnanswered).map(ask) };
    case "timer":
      return { state: known };
  }
};

/** A record comes in: it is counted, and history is asked. Nothing is saved before the answer: a worker that dies in between gets the record again. */
function take(known: State | null, record: AssessedRecord, config: Config): Result {
  const before = known ?? newState(record, config);
  const keys =
    record.type === "CallStarted" ? callerKeysOf(record.fromNumber, record.callSid, config.riskKey) : before.keys;
  const hash = (text: string): string => keyedHash(config.riskKey, text, VALUE_LENGTH);
  const counters = counted(before.counters, record, hash);
  const pending: Pending = {
    eventId: record.eventId,
    turn: record.turn,
    occurredAt: record.occurredAt,
    facts: factsOf(record, { keys, counters, hash }),
    queries: windowsOf(keys),
    counters,
    answer: null,
  };
  const state: State = {
    ...before,
    keys,
    counters,
    pending: [...before.pending, pending],
    isEnded: before.isEnded || record.type === "CallEnded",
  };
  return { state, save: false, effects: [ask(pending)] };
}

/** A call is known from its first record on, whichever topic brought it; until CallStarted came its caller counts as withheld. */
function newState(record: AssessedRecord, config: Config): State {
  return {
    keys: callerKeysOf("", record.callSid, config.riskKey),
    counters: noCounters,
    action: "allow",
    pending: [],
    isEnded: false,
    lastWindows: {},
  };
}

function isUnanswered(pending: Pending): boolean {
  return pending.answer === null;
}

function ask({ eventId, occurredAt, facts, queries }: Pending): Effect<Ports> {
  const input = { eventId, occurredAt, facts, windows: queries };
  return { port: "riskHistory", call: "record", input, key: `history/${eventId}` };
}

/** History answered: whatever is now answered without a gap is assessed, in the order of the records. */
function assess(known: State, answer: RiskAnswer, config: Config): Result {
  const pending = known.pending.map((waiting) =>
    waiting.eventId === answer.eventId && waiting.answer === null ? { ...waiting, answer } : waiting,
  );
  const gap = pending.findIndex(isUnanswered);
  const ready = gap < 0 ? pending : pending.slice(0, gap);
  let { action, lastWindows } = known;
  const emit: NonNullable<Result["emit"]>[number][] = [];
  for (const waiting of ready) {
    const windows = waiting.answer?.windows ?? null;
    lastWindows = windows ?? lastWindows;
    const features = featuresOf({ ...waiting, windows: lastWindows });
    const signals = config.rules.signalsOf(features);
    const score = scoreOf(signals);
    // Without history money needs a yes; the score itself says only what is known.
    const called = stricter(actionOf(score, config.rules.thresholds), windows === null ? "confirm" : "allow");
    action = stricter(action, called);
    emit.push({
      to: "risk",
      key: `risk/${waiting.eventId}`,
      causeId: waiting.eventId,
      record: {
        type: "RiskAssessed",
        turn: waiting.turn,
        assessedEventId: waiting.eventId,
        score,
        action,
        signals,
        ruleSetVersion: config.rules.version,
      },
    });
  }
  const left = pending.slice(ready.length);
  if (known.isEnded && left.length === 0) return { state: null, emit };
  return { state: { ...known, action, lastWindows, pending: left }, emit, save: ready.length > 0 };
}
