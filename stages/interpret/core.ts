/**
 * Finds out what a caller means by a turn.
 *
 * Screen, ask, validate, repair once, ask locally, or say that it was not understood: every turn ends in exactly one IntentRecognised, unless the caller speaks again
 * while the reasoner still thinks. Then the older question is called off, its words go into the history of the newer turn, and the newer turn alone is
 * answered: an answer to words that the caller has already added to would be said into their speech.
 */
import type {
  ConversationTurn,
  LanguageModel,
  ReasonAnswer,
  ReasonRequest,
} from "../../connectors/language-model/port.ts";
import { maskCardNumbers } from "../../language/card-mask.ts";
import { effectIdOf } from "../../runtime/identity.ts";
import type { Effect, Outcome, PortInput, Step } from "../../runtime/stage.ts";
import {
  type Intent,
  type IntentSource,
  noEntities,
  type ToolFailed,
  type ToolRefused,
  type ToolSucceeded,
  type TranscriptUpdated,
  type TurnEnded,
} from "../../schemas/generated/records.ts";
import { type Cost, noCost, withAnswer, withLostWait } from "./cost.ts";
import { type Facts, noFacts, withResult } from "./facts.ts";
import { isInjectionSuspected } from "./injection-screen.ts";
import { instruction } from "./instruction.ts";
import { type IntentAnswer, readIntentAnswer } from "./intent-answer.ts";
import { answerSchema } from "./intent-contract.ts";
import type { Config } from "./settings.ts";
import { type Guess, isSameWords, mayBeAll, setAside, spentOn } from "./speculation.ts";
import { withSpokenEntities } from "./spoken-entities.ts";

/** Both reasoners are the same role. */
export type InterpretPorts = { readonly languageModel: LanguageModel; readonly localReasoner: LanguageModel };

/** Who is being asked about the current turn, and why. */
type Phase = "localFirst" | "model" | "repair" | "local";

/** The turn that is being understood. */
export type Pending = {
  readonly turn: number;
  readonly turnEventId: string;
  readonly callSid: string;
  readonly text: string;
  /** The PIN or code that was said, as it was sealed where it was heard. */
  readonly sealedDigits: string | null;
  readonly phase: Phase;
  /** Key of the question that was asked before the turn's end and is waited for; null when it was asked after. */
  readonly guessKey: string | null;
  /** When the question under way was asked, and when the model's time is up; milliseconds since the epoch. */
  readonly askedAtMs: number;
  readonly modelDeadlineAtMs: number;
  readonly cost: Cost;
};

/** What the stage knows about a call. Plain JSON. */
export type State = {
  /** What was said before, oldest first. */
  readonly history: readonly ConversationTurn[];
  readonly facts: Facts;
  readonly pending: Pending | null;
  /** The question that was asked before the turn's end. */
  readonly guess: Guess | null;
};

type Out = Outcome<State, "intents", InterpretPorts>;
type Answered = PortInput<InterpretPorts>;

const maxHistory = 8;
const maxTurnLength = 1_000;
/** A repair with less time than this is not begun. */
const minRepairMs = 150;
const localDeadlineMs = 1_000;
const newState: State = { history: [], facts: noFacts, pending: null, guess: null };

/** Turns that need no language model where the local reasoner is sure. */
const trivialIntents: readonly Intent[] = [
  "confirm",
  "deny",
  "repeat",
  "help",
  "goBack",
  "goodbye",
  "talkToPerson",
  "provideDigits",
];
const trivialConfidence = 0.85;

export const step: Step<State, "transcripts" | "toolResults", "intents", InterpretPorts, Config> = (
  known,
  input,
  at,
  config,
) => {
  switch (input.from) {
    case "transcripts":
      return onTranscript(known, input.record, at, config);
    case "toolResults":
      return onToolResult(known, input.record);
    case "port":
      return known === null ? { state: null } : onReasoned(known, input, at, config);
    case "timer":
      return { state: known, save: false };
    case "restored":
      return known === null ? { state: null, save: false } : onRestored(known, at, config);
  }
};

function onTranscript(known: State | null, record: TranscriptUpdated | TurnEnded, at: number, config: Config): Out {
  if (record.type === "TurnEnded") return onTurnEnded(known ?? newState, record, at, config);
  const state = known ?? newState;
  if (!config.isSpeculative || state.pending !== null || !mayBeAll(record, state.guess))
    return { state: known, save: false };
  return askEarly(state, record, config);
}

/** Not saved: a question that is lost with the worker is asked at the turn's end. */
function askEarly(state: State, record: TranscriptUpdated, config: Config): Out {
  const text = withinBounds(record.text);
  if (isInjectionSuspected(text)) return { state, save: false };
  const former = state.guess?.turn === record.turn ? state.guess : null;
  const tries = (former?.tries ?? 0) + 1;
  const key = `turn/${record.turn}/early/${record.eventId}`;
  const spent = former === null ? noCost : spentOn(former);
  const guess: Guess = { callSid: record.callSid, turn: record.turn, text, key, tries, answer: null, spent };
  return {
    state: { ...state, guess },
    effects: [questionOf(state, firstPhase(config), key, text, config.deadlineMs)],
    cancel: givenUp(former),
    save: false,
  };
}

function givenUp(guess: Guess | null): readonly string[] {
  return guess === null || guess.answer !== null ? [] : [guess.key];
}

/** A question that was under way is asked again by the runtime, with the same key; one that was asked early is asked anew. */
function onRestored(known: State, at: number, config: Config): Out {
  const state = { ...known, guess: null };
  if (state.pending === null || state.pending.guessKey === null) return { state, save: false };
  return ask(state, { ...state.pending, guessKey: null }, at, config);
}

function withinBounds(text: string): string {
  return maskCardNumbers(text).trim().slice(0, maxTurnLength);
}

function firstPhase(config: Config): Phase {
  return config.reasoner === "local" ? "local" : config.isLocalFirst ? "localFirst" : "model";
}

function onToolResult(known: State | null, record: ToolSucceeded | ToolRefused | ToolFailed): Out {
  if (record.type !== "ToolSucceeded") return { state: known, save: false };
  const state = known ?? newState;
  // What was asked early was asked without knowing this.
  const facts = withResult(state.facts, record);
  const guess = state.guess === null ? null : setAside(state.guess);
  return { state: { ...state, facts, guess }, cancel: givenUp(state.guess) };
}

function remembered(state: State, text: string): readonly ConversationTurn[] {
  return text === "" ? state.history : [...state.history, { speaker: "caller" as const, text }].slice(-maxHistory);
}

function keyOf({ guessKey, turnEventId, phase }: Pending): string {
  return guessKey ?? `${turnEventId}/${phase}`;
}

function onTurnEnded(state: State, record: TurnEnded, at: number, config: Config): Out {
  const superseded = state.pending;
  const history = superseded === null ? state.history : remembered(state, superseded.text);
  const text = withinBounds(record.text);
  const guess = state.guess?.turn === record.turn ? state.guess : null;
  const early = guess !== null && superseded === null && isSameWords(guess.text, text) ? guess : null;
  const pending: Pending = {
    turn: record.turn,
    turnEventId: record.eventId,
    callSid: record.callSid,
    text,
    sealedDigits: record.sealedDigits,
    phase: firstPhase(config),
    guessKey: early?.key ?? null,
    askedAtMs: at,
    modelDeadlineAtMs: at + config.deadlineMs,
    cost: early?.spent ?? (guess === null ? noCost : spentOn(guess)),
  };
  const asking = { ...state, history, pending, guess: null };
  const outcome =
    text === ""
      ? recognised(asking, pending, { intent: "unclear", entities: noEntities, confidence: 0 }, "fallback")
      : isInjectionSuspected(text)
        ? recognised(asking, pending, { intent: "outOfScope", entities: noEntities, confidence: 1 }, "fallback")
        : early === null
          ? ask(asking, pending, at, config)
          : early.answer === null
            ? { state: asking }
            : onAnswer(asking, pending, early.answer, at, config);
  const cancel = [...(superseded === null ? [] : [keyOf(superseded)]), ...(early === null ? givenUp(guess) : [])];
  return cancel.length === 0 ? outcome : { ...outcome, cancel };
}

/** Puts the question of the pending turn's phase. */
function ask(state: State, asked: Pending, at: number, config: Config, repair?: ReasonRequest["repair"]): Out {
  const pending = { ...asked, askedAtMs: at };
  const remainingMs = Math.max(1, Math.round(pending.modelDeadlineAtMs - at));
  const question = questionOf(
    state,
    pending.phase,
    keyOf(pending),
    pending.text,
    Math.min(remainingMs, config.deadlineMs),
    repair,
  );
  return { state: { ...state, pending }, effects: [question] };
}

function questionOf(
  { facts, history }: State,
  phase: Phase,
  key: string,
  utterance: string,
  modelDeadlineMs: number,
  repair?: ReasonRequest["repair"],
): Effect<InterpretPorts> {
  const isLocal = phase === "local" || phase === "localFirst";
  return {
    port: isLocal ? "localReasoner" : "languageModel",
    call: "reason",
    key,
    input: {
      instruction,
      answerSchema,
      facts,
      history,
      utterance,
      ...(repair === undefined ? {} : { repair }),
      deadlineMs: isLocal ? localDeadlineMs : modelDeadlineMs,
    },
  };
}

function onReasoned(state: State, input: Answered, at: number, config: Config): Out {
  const { pending, guess } = state;
  if (guess !== null && input.effectId === effectIdOf("interpret", guess.callSid, guess.key))
    return onEarlyAnswer(state, guess, input, config);
  // An answer to a turn that was superseded, or that is answered already.
  if (pending === null || input.effectId !== effectIdOf("interpret", pending.callSid, keyOf(pending)))
    return { state, save: false };
  switch (input.outcome) {
    case "event":
      return { state, save: false };
    case "failure":
      return onFailure(
        state,
        isModelAsked(pending) ? { ...pending, cost: withLostWait(pending.cost, at - pending.askedAtMs) } : pending,
        at,
        config,
      );
    case "result":
      return onAnswer(state, pending, input.result, at, config);
  }
}

/** An answer that came before the turn's end is kept, and what it says is told as foreseen, so that others can look things up ahead. */
function onEarlyAnswer(state: State, guess: Guess, input: Answered, config: Config): Out {
  if (input.outcome !== "result") return { state: { ...state, guess: setAside(guess) }, save: false };
  const known = { ...state, guess: { ...guess, answer: input.result } };
  const read = readIntentAnswer(input.result.text);
  if ("problem" in read) return { state: known, save: false };
  const { intent, entities, confidence } = withSpokenEntities(read.answer, guess.text, config.currency);
  const record = { type: "IntentForeseen", turn: guess.turn, intent, entities, text: guess.text, confidence } as const;
  return { state: known, save: false, emit: [{ to: "intents", record }] };
}

function isModelAsked({ phase }: Pending): boolean {
  return phase === "model" || phase === "repair";
}

function onFailure(state: State, pending: Pending, at: number, config: Config): Out {
  switch (pending.phase) {
    case "localFirst":
      return ask(state, { ...pending, phase: "model" }, at, config);
    case "model":
    case "repair":
      return ask(state, { ...pending, phase: "local" }, at, config);
    case "local":
      return notUnderstood(state, pending);
  }
}

function onAnswer(state: State, asked: Pending, answered: ReasonAnswer, at: number, config: Config): Out {
  // Of an answer to an early question only what was waited since the turn's end held the caller up.
  const heldUpMs = asked.guessKey === null ? answered.vendorWaitMs : at - asked.askedAtMs;
  const vendorWaitMs = Math.min(answered.vendorWaitMs, heldUpMs);
  const pending = isModelAsked(asked)
    ? { ...asked, cost: withAnswer(asked.cost, { ...answered, vendorWaitMs }) }
    : asked;
  const read = readIntentAnswer(answered.text);
  if ("problem" in read) {
    const hasTime = pending.modelDeadlineAtMs - at >= minRepairMs;
    if (pending.phase !== "model" || !hasTime) return onFailure(state, pending, at, config);
    const repair = { answer: answered.text.slice(0, maxTurnLength), problem: read.problem };
    return ask(state, { ...pending, phase: "repair" }, at, config, repair);
  }
  const answer = withSpokenEntities(read.answer, pending.text, config.currency);
  switch (pending.phase) {
    case "model":
      return recognised(state, pending, answer, "model");
    case "repair":
      return recognised(state, pending, answer, "repairedModel");
    case "localFirst":
      return trivialIntents.includes(answer.intent) && answer.confidence >= trivialConfidence
        ? recognised(state, pending, answer, "localReasoner")
        : ask(state, { ...pending, phase: "model" }, at, config);
    case "local":
      return answer.confidence >= config.localConfidence
        ? recognised(state, pending, answer, "localReasoner")
        : notUnderstood(state, pending, answer.confidence);
  }
}

function notUnderstood(state: State, pending: Pending, confidence = 0): Out {
  return recognised(state, pending, { intent: "unclear", entities: noEntities, confidence }, "fallback");
}

function recognised(state: State, pending: Pending, answer: IntentAnswer, source: IntentSource): Out {
  return {
    state: { ...state, history: remembered(state, pending.text), pending: null },
    emit: [
      {
        to: "intents",
        key: `turn/${pending.turnEventId}`,
        causeId: pending.turnEventId,
        record: {
          type: "IntentRecognised",
          turn: pending.turn,
          intent: answer.intent,
          entities: { ...answer.entities, digits: pending.sealedDigits },
          text: pending.text,
          confidence: answer.confidence,
          source,
          isInjectionSuspected: isInjectionSuspected(pending.text),
          ...pending.cost,
        },
      },
    ],
  };
}
