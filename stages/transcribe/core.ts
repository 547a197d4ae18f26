/** Hears a call: keeps one recogniser fed with its audio, and decides when the caller's turn is over. */
import type { RecognitionEvent, SpeechToText } from "../../connectors/speech-to-text/port.ts";
import type { Effect, Emit, Input, Outcome } from "../../runtime/stage.ts";
import type { AudioCaptured, SpeechEnded, TurnDecision } from "../../schemas/generated/records.ts";
import { maskCardNumbers } from "./card-masking.ts";
import { completenessOf } from "./completeness.ts";
import type { Config } from "./settings.ts";
import {
  confidenceOf,
  coversUntilMs,
  endTurn,
  hear,
  isFinal,
  isSettled,
  type SpokenTurn,
  silentTurn,
  textOf,
} from "./spoken-turn.ts";

export type Ports = { readonly speechToText: SpeechToText };
type In = "audioIn" | "calls" | "playback";
type Out = "transcripts";

/** The end of the caller's speech, as the gateway reported it, until the turn is decided. */
type Pause = {
  readonly endsAtMs: number;
  readonly lastByteAt: number;
  readonly silenceMs: number;
  readonly reportedAt: number;
  /** When the words were complete up to the pause; null while the recogniser is behind. */
  readonly coveredAt: number | null;
  readonly vendorWaitMs: number;
};

export type State = {
  /** Turns that have ended. */
  readonly turn: number;
  /** Position up to which audio was handed to the recogniser. */
  readonly fedUntilMs: number;
  /** Position up to which turns have ended: audio before it is never needed again. */
  readonly doneUntilMs: number;
  readonly isOpen: boolean;
  /** Where the turn being spoken began; null while nobody speaks. */
  readonly turnStartsAtMs: number | null;
  readonly isSpeaking: boolean;
  readonly pause: Pause | null;
  readonly words: SpokenTurn;
  /** Lengths of the audio inputs that are held unfinished, oldest first, so that a new worker hears again what has not led to a turn. */
  readonly heldMs: readonly number[];
};

type Result = Outcome<State, Out, Ports>;

const NEW_CALL: State = {
  turn: 0,
  fedUntilMs: 0,
  doneUntilMs: 0,
  isOpen: false,
  turnStartsAtMs: null,
  isSpeaking: false,
  pause: null,
  words: silentTurn,
  heldMs: [],
};
/** In silence this much audio is kept unfinished: a beginning of speech is reported later than its first frames. */
const KEPT_SILENCE_MS = 1_000;
/** Longest speech that is kept unfinished; beyond it the oldest audio is let go. */
const KEPT_SPEECH_MS = 60_000;
const LONGEST_FILL_MS = 5_000;
const BYTES_PER_MS = 8;

/** The stage's pure function; see runtime/stage.ts. */
export function step(known: State | null, input: Input<In, Ports>, at: number, config: Config): Result {
  switch (input.from) {
    case "calls":
      return onCall(known, input.record.type, config);
    case "audioIn":
      return onAudio(known ?? NEW_CALL, input.record, config);
    case "playback": {
      const state = known ?? NEW_CALL;
      const { record } = input;
      if (record.type === "SpeechStarted") return onSpeechStarted(state, record.startsAtMs);
      if (record.type === "SpeechEnded") return onSpeechEnded(state, record, at, config);
      return { state: known, save: false };
    }
    case "port":
      if (known === null) return { state: null };
      if (input.outcome === "event") return onRecognition(known, input.event, at, config);
      return input.outcome === "failure"
        ? { state: { ...known, isOpen: false }, save: false }
        : { state: known, save: false };
    case "timer":
      return known === null ? { state: null } : decide(known, at, config, input.name === "patience");
    case "restored":
      return { state: known === null ? null : onRestored(known), save: false };
  }
}

/** The recogniser and what it had heard of the turn are gone; the audio comes again from the log. */
function onRestored(state: State): State {
  const pause = state.pause === null ? null : { ...state.pause, coveredAt: null, vendorWaitMs: 0 };
  return { ...state, isOpen: false, fedUntilMs: state.doneUntilMs, words: silentTurn, heldMs: [], pause };
}

function onCall(known: State | null, type: string, config: Config): Result {
  if (type === "CallEnded")
    return { state: null, effects: known?.isOpen ? [close] : [], releases: Number.POSITIVE_INFINITY, timers: quiet };
  // The recogniser is opened as soon as the call can be heard, so that the first words do not wait for the vendor's channel.
  if (type === "StreamAttached" && !known?.isOpen) {
    const state = known ?? NEW_CALL;
    return { state: { ...state, isOpen: true }, effects: [open(state.fedUntilMs, config)], save: false };
  }
  return { state: known ?? NEW_CALL, save: false };
}

const close: Effect<Ports> = { port: "speechToText", call: "close", input: {} };
const quiet = { endpoint: null, patience: null };

function open(startsAtMs: number, config: Config): Effect<Ports> {
  return { port: "speechToText", call: "open", input: { languageCode: config.languageCode, startsAtMs } };
}

function onAudio(state: State, record: AudioCaptured, config: Config): Result {
  const lengthMs = record.audio.length / BYTES_PER_MS;
  const endsAtMs = record.startsAtMs + lengthMs;
  if (endsAtMs <= state.fedUntilMs) return { state, save: false };
  const effects: Effect<Ports>[] = [];
  let fedUntilMs = state.fedUntilMs;
  if (!state.isOpen) {
    fedUntilMs = Math.max(fedUntilMs, record.startsAtMs);
    effects.push(open(fedUntilMs, config));
  }
  const missingMs = Math.min(LONGEST_FILL_MS, record.startsAtMs - fedUntilMs);
  // µ-law silence keeps the vendor's positions in step with ours where audio was dropped.
  if (missingMs > 0) effects.push(send(new Uint8Array(missingMs * BYTES_PER_MS).fill(0xff)));
  const known = Math.max(0, fedUntilMs - record.startsAtMs);
  effects.push(send(known === 0 ? record.audio : record.audio.subarray(known * BYTES_PER_MS)));
  const { heldMs, releases } = keep(
    [...state.heldMs, lengthMs],
    state.turnStartsAtMs === null ? KEPT_SILENCE_MS : KEPT_SPEECH_MS,
  );
  return {
    state: { ...state, isOpen: true, fedUntilMs: endsAtMs, heldMs },
    effects,
    settles: "later",
    releases,
    save: false,
  };
}

function send(audio: Uint8Array): Effect<Ports> {
  return { port: "speechToText", call: "send", input: { audio } };
}

/** Lets go of the oldest held audio beyond a length. The newest is never let go: its own step is still under way. */
function keep(heldMs: readonly number[], lengthMs: number): { heldMs: number[]; releases: number } {
  let total = heldMs.reduce((sum, length) => sum + length, 0);
  let releases = 0;
  while (releases < heldMs.length - 1 && total > lengthMs) {
    total -= heldMs[releases] ?? 0;
    releases += 1;
  }
  return { heldMs: heldMs.slice(releases), releases };
}

function onSpeechStarted(state: State, startsAtMs: number): Result {
  const turnStartsAtMs = state.turnStartsAtMs ?? startsAtMs;
  return { state: { ...state, turnStartsAtMs, isSpeaking: true, pause: null }, timers: quiet };
}

function onSpeechEnded(state: State, record: SpeechEnded, at: number, config: Config): Result {
  const pause: Pause = {
    endsAtMs: record.endsAtMs,
    lastByteAt: record.lastByteAt,
    silenceMs: record.silenceMs,
    reportedAt: at,
    coveredAt: null,
    vendorWaitMs: 0,
  };
  const paused = { ...state, turnStartsAtMs: state.turnStartsAtMs ?? record.startsAtMs, isSpeaking: false, pause };
  // Saved in any case: this input is not held, so a new worker must know of the pause from the session.
  return { ...decide(paused, at, config, false), save: true };
}

function onRecognition(state: State, event: RecognitionEvent, at: number, config: Config): Result {
  switch (event.type) {
    case "rotated":
      return { state, save: false };
    case "failed":
      // The next audio opens it again; the pause's patience bounds the wait for words that are gone.
      return { state: { ...state, isOpen: false }, save: false };
    case "heard": {
      const before = textOf(state.words);
      const words = hear(state.words, event);
      const text = textOf(words);
      const vendorWaitMs = event.vendorWaitMs;
      const next = decide({ ...state, words }, at, config, false, vendorWaitMs);
      if (text === before || text === "") return next;
      const update: Emit<Out> = {
        to: "transcripts",
        record: {
          type: "TranscriptUpdated",
          turn: state.turn + 1,
          text: maskCardNumbers(text),
          stability: event.isFinal ? 1 : event.stability,
        },
      };
      return { ...next, emit: [update, ...(next.emit ?? [])] };
    }
  }
}

/** Ends the turn when its words are there and the silence is long enough for how they sound; else sets the timer after which to look again. */
function decide(state: State, at: number, config: Config, isPatienceOver: boolean, vendorWaitMs = 0): Result {
  const { pause, words } = state;
  if (pause === null || state.isSpeaking) return { state, save: false };
  const text = textOf(words);
  const isCovered = text !== "" && coversUntilMs(words) + config.coverageToleranceMs >= pause.endsAtMs;
  const coveredAt = pause.coveredAt ?? (isCovered ? at : null);
  const waited: Pause =
    coveredAt === pause.coveredAt
      ? pause
      : { ...pause, coveredAt, vendorWaitMs: Math.min(at - pause.reportedAt, vendorWaitMs) };
  if (coveredAt === null) {
    if (isPatienceOver) return text === "" ? drop(state) : end(state, waited, at, "timeout", config);
    return { state, timers: { patience: pause.lastByteAt + config.recogniserPatienceMs }, save: false };
  }
  if (isFinal(words)) return end(state, waited, at, "final", config);
  const completeness = completenessOf(text, isSettled(words));
  if (completeness === "complete") return end(state, waited, at, "complete", config);
  const silenceEndsAt = pause.lastByteAt + (completeness === "open" ? config.openSilenceMs : config.longSilenceMs);
  if (at >= silenceEndsAt) return end(state, waited, at, "silence", config);
  return { state: { ...state, pause: waited }, timers: { endpoint: silenceEndsAt, patience: null }, save: false };
}

function end(state: State, pause: Pause, at: number, decidedBy: TurnDecision, config: Config): Result {
  const turn = state.turn + 1;
  const startsAtMs = state.turnStartsAtMs ?? pause.endsAtMs;
  const waitedOnPurposeMs =
    decidedBy === "silence" ? Math.max(0, at - Math.max(pause.reportedAt, pause.coveredAt ?? at)) : 0;
  const record = {
    type: "TurnEnded",
    turn,
    text: maskCardNumbers(textOf(state.words)),
    confidence: confidenceOf(state.words),
    startsAtMs: Math.round(startsAtMs),
    endsAtMs: Math.round(pause.endsAtMs),
    lastByteAt: pause.lastByteAt,
    decidedBy,
    endpointWaitMs: pause.silenceMs + waitedOnPurposeMs,
    vendorWaitMs: decidedBy === "timeout" ? config.recogniserPatienceMs : pause.vendorWaitMs,
  } as const;
  return {
    state: {
      ...state,
      turn,
      doneUntilMs: Math.max(state.doneUntilMs, pause.endsAtMs),
      turnStartsAtMs: null,
      pause: null,
      words: endTurn(state.words),
      heldMs: [],
    },
    // The position, not the number, identifies a turn: a worker that hears the same audio again comes to the same turn.
    emit: [{ to: "transcripts", key: `turn@${record.startsAtMs}`, record }],
    timers: quiet,
    releases: Number.POSITIVE_INFINITY,
  };
}

/** Sound without words: no turn. */
function drop(state: State): Result {
  return {
    state: { ...state, turnStartsAtMs: null, pause: null, heldMs: [] },
    timers: quiet,
    releases: Number.POSITIVE_INFINITY,
    save: false,
  };
}
