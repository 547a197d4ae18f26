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
import type {
  Intent,
  IntentSource,
  ToolFailed,
  ToolRefused,
  ToolSucceeded,
  TranscriptUpdated,
  TurnEnded,
} from "../../schemas/generated/records.ts";
import { type Cost, noCost, withAnswer, withLostWait } from "./cost.ts";
import { type Facts, noFacts, withResult } from "./facts.ts";
import { isInjectionSuspected } from "./injection-screen.ts";
import { instruction } from "./instruction.ts";
import { type IntentAnswer, readIntentAnswer } from "./intent-answer.ts";
import { answerSchema, noEntities } from "./intent-contract.ts";
import type { Config } from "./settings.ts";
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
  readonly phase: Phase;
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
};

type Out = Outcome<State, "intents", InterpretPorts>;
type Answered = PortInput<InterpretPorts>;

const maxHistory = 8;
const maxTurnLength = 1_000;
/** A repair with less time than this is not begun. */
const minRepairMs = 150;
const localDeadlineMs = 1_000;
const newState: State = { history: [], facts: noFacts, pending: null };

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
    case "restored":
      // A question that was under way is asked again by the runtime, with the same key.
      return { state: known, save: false };
  }
};

function onTranscript(known: State | null, record: TranscriptUpdated | TurnEnded, at: number, config: Config): Out {
  if (record.type === "TranscriptUpdated") return { state: known, save: false };
  return onTurnEnded(known ?? newState, record, at, config);
}

function onToolResult(known: State | null, record: ToolSucceeded | ToolRefused | ToolFailed): Out {
  if (record.type !== "ToolSucceeded") return { state: known, save: false };
  const state = known ?? newState;
  return { state: { ...state, facts: withResult(state.facts, record) } };
}

function remembered(state: State, text: string): readonly ConversationTurn[] {
  return text === "" ? state.history : [...state.history, { speaker: "caller" as const, text }].slice(-maxHistory);
}

function keyOf({ turnEventId, phase }: Pick<Pending, "turnEventId" | "phase">): string {
  return `${turnEventId}/${phase}`;
}

function onTurnEnded(state: State, record: TurnEnded, at: number, config: Config): Out {
  const superseded = state.pending;
  const history = superseded === null ? state.history : remembered(state, superseded.text);
  const text = maskCardNumbers(record.text).trim().slice(0, maxTurnLength);
  const pending: Pending = {
    turn: record.turn,
    turnEventId: record.eventId,
    callSid: record.callSid,
    text,
    phase: config.reasoner === "local" ? "local" : config.isLocalFirst ? "localFirst" : "model",
    askedAtMs: at,
    modelDeadlineAtMs: at + config.deadlineMs,
    cost: noCost,
  };
  const asking = { ...state, history, pending };
  const outcome =
    text === ""
      ? recognised(asking, pending, { intent: "unclear", entities: noEntities, confidence: 0 }, "fallback")
      : isInjectionSuspected(text)
        ? recognised(asking, pending, { intent: "outOfScope", entities: noEntities, confidence: 1 }, "fallback")
        : ask(asking, pending, at, config);
  return superseded === null ? outcome : { ...outcome, cancel: [keyOf(superseded)] };
}

/** Puts the question of the pending turn's phase. */
function ask(state: State, asked: Pending, at: number, config: Config, repair?: ReasonRequest["repair"]): Out {
  const pending = { ...asked, askedAtMs: at };
  const isLocal = pending.phase === "local" || pending.phase === "localFirst";
  const remainingMs = Math.max(1, Math.round(pending.modelDeadlineAtMs - at));
  const effect: Effect<InterpretPorts> = {
    port: isLocal ? "localReasoner" : "languageModel",
    call: "reason",
    key: keyOf(pending),
    input: {
      instruction,
      answerSchema,
      facts: state.facts,
      history: state.history,
      utterance: pending.text,
      ...(repair === undefined ? {} : { repair }),
      deadlineMs: isLocal ? localDeadlineMs : Math.min(remainingMs, config.deadlineMs),
    },
  };
  return { state: { ...state, pending }, effects: [effect] };
}

function onReasoned(state: State, input: Answered, at: number, config: Config): Out {
  const { pending } = state;
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
  const pending = isModelAsked(asked) ? { ...asked, cost: withAnswer(asked.cost, answered) } : asked;
  const read = readIntentAnswer(answered.text);
  if ("problem" in read) {
    const hasTime = pending.modelDeadlineAtMs - at >= minRepairMs;
    if (pending.phase !== "model" || !hasTime) return onFailure(state, pending, at, config);
    const repair = { answer: answered.text.slice(0, maxTurnLength), problem: read.problem };
    return ask(state, { ...pending, phase: "repair" }, at, config, repair);
  }
  const answer = withSpokenEntities(read.answer, pending.text);
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
          entities: answer.entities,
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
