/** Hears a call: keeps one recogniser fed with its audio, and decides when the caller's turn is over. */
import type { RecognitionEvent } from "../../connectors/speech-to-text/port.ts";
import { answering, maskTurn } from "../../language/card-mask.ts";
import { withoutProof } from "../../language/spoken-proof.ts";
import { sealDigits } from "../../runtime/sealed-digits.ts";
import type { Effect, Input } from "../../runtime/stage.ts";
import type {
  AudioCaptured,
  CallDirected,
  ResponsePrepared,
  SpeechEnded,
  TurnDecision,
} from "../../schemas/generated/records.ts";
import type { RecordOn } from "../../schemas/topics.ts";
import { completenessOf } from "./completeness.ts";
import { interimOf } from "./interim.ts";
import { look, type Pause } from "./pause.ts";
import { withRest } from "./rest.ts";
import type { Config } from "./settings.ts";
import {
  closedUntilMs,
  confidenceOf,
  coversUntilMs,
  endTurn,
  hear,
  isFinal,
  isSettled,
  silentTurn,
  textOf,
  withoutOpen,
} from "./spoken-turn.ts";
import { isAboutProof, newCall, type Ports, type Recent, type Result, type State } from "./state.ts";

type In = "audioIn" | "calls" | "playback" | "responses";

/** In silence this much audio is kept unfinished: a beginning of speech is reported later than its first frames. */
const KEPT_SILENCE_MS = 1_000;
/** Longest speech that is kept unfinished; beyond it the oldest audio is let go. */
const KEPT_SPEECH_MS = 60_000;
const LONGEST_FILL_MS = 5_000;
/** A call that is not known to have a stream, and of which nothing more comes for so long, is over. */
const STRAY_MS = 30_000;
/** Audio that is this late is not coming. */
const STALLED_AUDIO_MS = 1_000;
const REOPEN_AFTER_MS = 200;
const REOPEN_LATER_MS = 5_000;
const BYTES_PER_MS = 8;

/** The stage's pure function; see runtime/stage.ts. */
export function step(known: State | null, input: Input<In, Ports>, at: number, config: Config): Result {
  switch (input.from) {
    case "calls":
      return onCall(known, input.record, config);
    case "audioIn":
      return watched(withRest(onAudio(known ?? newCall(input.record.callSid), input.record, at, config), config), at);
    case "playback": {
      const { record } = input;
      const state = known ?? newCall(record.callSid);
      if (record.type === "SpeechStarted") return watched(onSpeechStarted(state, record.startsAtMs), at);
      if (record.type === "SpeechEnded") return watched(withRest(onSpeechEnded(state, record, at, config), config), at);
      return { state: record.type === "PlaybackReached" ? afterAgent(known) : known, save: false };
    }
    case "responses":
      return onResponse(known, input.record);
    case "port":
      if (known === null) return { state: null };
      if (input.outcome === "event") return withRest(onRecognition(known, input.event, at, config), config);
      return input.outcome === "failure" ? onFailure(known, input.isRetryable, at) : { state: known, save: false };
    case "timer":
      if (input.name === "stray") return over(known);
      return known === null ? { state: null } : decide(known, at, config, input.name);
    case "restored":
      return known === null ? { state: null, save: false } : onRestored(known, at, config);
  }
}

/** The recogniser and what it had heard of the turn are gone; the audio comes again from the log. */
function onRestored(state: State, at: number, config: Config): Result {
  const restored = { ...state, isOpen: false, fedUntilMs: state.doneUntilMs, words: silentTurn, recent: [] };
  if (state.pause === null) return { state: restored, save: false };
  const pause = { ...state.pause, coveredAt: null, vendorWaitMs: 0, seen: null, looks: 0 };
  return {
    state: { ...restored, pause },
    timers: { endpoint: null, patience: at + config.recogniserPatienceMs / 2 },
    save: false,
  };
}

function onCall(known: State | null, { type, callSid }: RecordOn<"calls">, config: Config): Result {
  if (type === "CallEnded") return over(known);
  // The recogniser is opened as soon as the call can be heard, so that the first words do not wait for the vendor's channel.
  if (type === "StreamAttached" && !known?.isOpen) {
    const state = { ...(known ?? newCall(callSid)), isOpen: true, isAttached: true };
    return { state, effects: [open(state.fedUntilMs, config)], timers: { stray: null }, save: false };
  }
  if (type === "StreamAttached")
    return { state: { ...(known ?? newCall(callSid)), isAttached: true }, timers: { stray: null }, save: false };
  return { state: known ?? newCall(callSid), save: false };
}

/** Each response says where the dialogue stands: as long as it wants to know who the caller is, digits are a PIN or a code. */
function onResponse(known: State | null, record: ResponsePrepared | CallDirected): Result {
  if (known === null || record.type !== "ResponsePrepared") return { state: known, save: false };
  const isProofAwaited = record.state === "authentication";
  // Saved: this input is not held, so a new worker must know of it from the session.
  const wasProofAwaited = known.turnStartsAtMs !== null && isAboutProof(known);
  return { state: { ...known, isProofAwaited, wasProofAwaited }, save: isProofAwaited !== known.isProofAwaited };
}

function over(known: State | null): Result {
  return { state: null, effects: known?.isOpen ? [close] : [], releases: Number.POSITIVE_INFINITY, timers: quiet };
}

/** What nobody ended must end by itself. */
function watched(result: Result, at: number): Result {
  if (result.state === null || result.state.isAttached) return result;
  return { ...result, timers: { ...result.timers, stray: at + STRAY_MS } };
}

const close: Effect<Ports> = { port: "speechToText", call: "close", input: {} };
const quiet = { endpoint: null, patience: null };

function open(startsAtMs: number, config: Config): Effect<Ports> {
  return { port: "speechToText", call: "open", input: { languageCode: config.languageCode, startsAtMs } };
}

function onAudio(state: State, record: AudioCaptured, at: number, config: Config): Result {
  const endsAtMs = record.startsAtMs + record.audio.length / BYTES_PER_MS;
  if (endsAtMs <= state.fedUntilMs) return { state, save: false };
  const { recent, releases } = keep(
    [...state.recent, { startsAtMs: record.startsAtMs, audio: record.audio }],
    state.turnStartsAtMs === null ? KEPT_SILENCE_MS : KEPT_SPEECH_MS,
  );
  const lullSinceMs = record.silenceMs > 0 ? endsAtMs - record.silenceMs : null;
  const restsSinceMs = state.isSpeaking ? lullSinceMs : state.restsSinceMs;
  if (state.isOpen) {
    const effects = feed(state.fedUntilMs, [{ startsAtMs: record.startsAtMs, audio: record.audio }]);
    return listen({ ...state, fedUntilMs: endsAtMs, restsSinceMs, recent }, effects, releases, at, config);
  }
  if (at < state.reopenAt) return { state: { ...state, recent }, settles: "later", releases, save: false };
  // A new recogniser hears again what the one before had not made final.
  const oldest = recent[0]?.startsAtMs ?? record.startsAtMs;
  const startsAtMs = Math.max(oldest, state.doneUntilMs, closedUntilMs(state.words));
  const effects = [open(startsAtMs, config), ...feed(startsAtMs, recent)];
  return listen({ ...state, isOpen: true, fedUntilMs: endsAtMs, recent }, effects, releases, at, config);
}

/** After audio was handed on: in a pause, the silence in it may be what ends the turn. */
function listen(state: State, effects: readonly Effect<Ports>[], releases: number, at: number, config: Config): Result {
  if (state.pause === null) return { state, effects, settles: "later", releases, save: false };
  const decided = decide(state, at, config, null);
  if (decided.state?.pause === null) return { ...decided, effects };
  return { ...decided, effects, settles: "later", releases, save: false };
}

/** The caller has heard a sentence to its end, and not spoken meanwhile: digits that they say next answer it, and continue no number. */
function afterAgent(state: State | null): State | null {
  return state === null || state.turnStartsAtMs !== null ? state : { ...state, card: answering(state.card) };
}

/** Hands audio to the recogniser from a position on, in order: what lies before is left out, and what is missing is silence, so that its positions stay in step with ours. */
function feed(fromMs: number, pieces: readonly Recent[]): Effect<Ports>[] {
  const effects: Effect<Ports>[] = [];
  let fedUntilMs = fromMs;
  for (const { startsAtMs, audio } of pieces) {
    const endsAtMs = startsAtMs + audio.length / BYTES_PER_MS;
    if (endsAtMs <= fedUntilMs) continue;
    const missingMs = Math.min(LONGEST_FILL_MS, startsAtMs - fedUntilMs);
    if (missingMs > 0) effects.push(send(new Uint8Array(missingMs * BYTES_PER_MS).fill(0xff)));
    effects.push(send(startsAtMs >= fedUntilMs ? audio : audio.subarray((fedUntilMs - startsAtMs) * BYTES_PER_MS)));
    fedUntilMs = endsAtMs;
  }
  return effects;
}

function send(audio: Uint8Array): Effect<Ports> {
  return { port: "speechToText", call: "send", input: { audio } };
}

/** Lets go of the oldest audio beyond a length. The newest is never let go: its own step is still under way. */
function keep(recent: readonly Recent[], lengthMs: number): { recent: readonly Recent[]; releases: number } {
  let total = recent.reduce((sum, { audio }) => sum + audio.length / BYTES_PER_MS, 0);
  let releases = 0;
  while (releases < recent.length - 1 && total > lengthMs) {
    total -= (recent[releases]?.audio.length ?? 0) / BYTES_PER_MS;
    releases += 1;
  }
  return { recent: recent.slice(releases), releases };
}

/** The recogniser is gone; the next audio opens a new one, which hears again what was not final. */
function onFailure(state: State, isRetryable: boolean, at: number): Result {
  const reopenAt = at + (isRetryable ? REOPEN_AFTER_MS : REOPEN_LATER_MS);
  const pause = state.pause === null ? null : { ...state.pause, coveredAt: null, seen: null };
  return { state: { ...state, isOpen: false, reopenAt, pause, words: withoutOpen(state.words) }, save: false };
}

function onSpeechStarted(state: State, startsAtMs: number): Result {
  const turnStartsAtMs = state.turnStartsAtMs ?? startsAtMs;
  return { state: { ...state, turnStartsAtMs, isSpeaking: true, pause: null, restsSinceMs: null }, timers: quiet };
}

function onSpeechEnded(state: State, record: SpeechEnded, at: number, config: Config): Result {
  const pause: Pause = {
    endsAtMs: record.endsAtMs,
    lastByteAt: record.lastByteAt,
    silenceMs: record.silenceMs,
    reportedAt: at,
    coveredAt: null,
    vendorWaitMs: 0,
    seen: null,
    looks: 0,
  };
  const restsSinceMs = record.endsAtMs;
  const turnStartsAtMs = state.turnStartsAtMs ?? record.startsAtMs;
  const paused = { ...state, turnStartsAtMs, isSpeaking: false, pause, restsSinceMs };
  // Saved in any case: this input is not held, so a new worker must know of the pause from the session.
  return { ...decide(paused, at, config, null), save: true };
}

function onRecognition(state: State, event: RecognitionEvent, at: number, config: Config): Result {
  switch (event.type) {
    case "rotated":
      return { state, save: false };
    case "failed":
      return onFailure(state, event.isRetryable, at);
    case "heard": {
      const before = textOf(state.words);
      const words = hear(state.words, event);
      const text = textOf(words);
      const next = decide({ ...state, words }, at, config, null, event.vendorWaitMs);
      if (text === before || text === "") return next;
      return { ...next, emit: [interimOf({ ...state, words }, 0), ...(next.emit ?? [])] };
    }
  }
}

/**
 * Ends the turn when its words are there and the silence is long enough for how they sound. Silence is measured in the audio, not by the clock: audio that is
 * late on a stalled line is no silence. The timers are for audio or words that do not come at all.
 */
function decide(state: State, at: number, config: Config, timer: string | null, vendorWaitMs = 0): Result {
  const { pause, words, isSpeaking } = state;
  if (isSpeaking) return { state, save: false };
  if (pause === null) return decideUnannounced(state, at, timer, config);
  const coveredAt = pause.coveredAt ?? (isCovered(state, pause, config) ? at : null);
  const waited: Pause =
    coveredAt === pause.coveredAt
      ? pause
      : { ...pause, coveredAt, vendorWaitMs: Math.min(at - pause.reportedAt, vendorWaitMs) };
  if (coveredAt === null) return awaitWords(state, pause, at, timer, config);
  if (isFinal(words)) return end(state, waited, at, "final", config);
  const completeness = completenessOf(textOf(words), isSettled(words));
  if (completeness === "complete") return end(state, waited, at, "complete", config);
  const wantedMs = completeness === "open" ? config.openSilenceMs : config.longSilenceMs;
  if (timer === "endpoint" || silenceHeardMs(state, pause) >= wantedMs)
    return end(state, waited, at, "silence", config);
  const endpoint = pause.lastByteAt + wantedMs + STALLED_AUDIO_MS;
  return { state: { ...state, pause: waited }, timers: { endpoint, patience: null }, save: false };
}

function isCovered({ words }: State, pause: Pause, config: Config): boolean {
  return textOf(words) !== "" && coversUntilMs(words) + config.coverageToleranceMs >= pause.endsAtMs;
}

/** The words of a pause are not there: looks again for as long as audio or words come nearer to it. */
function awaitWords(state: State, pause: Pause, at: number, timer: string | null, config: Config): Result {
  const lookAfterMs = config.recogniserPatienceMs / 2;
  if (timer !== "patience") {
    // A timer that was set by an earlier look goes on.
    if (pause.seen !== null) return { state, save: false };
    return { state, timers: { patience: pause.lastByteAt + lookAfterMs }, save: false };
  }
  const looked = look(pause, state.fedUntilMs, coversUntilMs(state.words));
  if (looked !== null)
    return { state: { ...state, pause: looked }, timers: { patience: at + lookAfterMs }, save: false };
  return textOf(state.words) === "" ? drop(state) : end(state, pause, at, "timeout", config);
}

/** Words of speech that the gateway has not announced, or of a turn that was given up before they came: they are a turn of their own, once nothing more comes. */
function decideUnannounced(state: State, at: number, timer: string | null, config: Config): Result {
  if (textOf(state.words) === "") return { state, save: false };
  if (timer !== "patience") return { state, timers: { patience: at + config.recogniserPatienceMs }, save: false };
  const pause: Pause = {
    endsAtMs: coversUntilMs(state.words),
    lastByteAt: at - config.recogniserPatienceMs,
    silenceMs: 0,
    reportedAt: at,
    coveredAt: at,
    vendorWaitMs: 0,
    seen: null,
    looks: 0,
  };
  return end(state, pause, at, "timeout", config);
}

/** Silence since the end of the speech, in milliseconds of audio. */
function silenceHeardMs(state: State, pause: Pause): number {
  return Math.max(pause.silenceMs, state.fedUntilMs - pause.endsAtMs);
}

function end(state: State, pause: Pause, at: number, decidedBy: TurnDecision, config: Config): Result {
  const turn = state.turn + 1;
  const startsAtMs = state.turnStartsAtMs ?? pause.endsAtMs;
  const sinceSpeechMs = Math.max(pause.silenceMs, at - pause.lastByteAt);
  const endpointWaitMs = Math.min(silenceHeardMs(state, pause), sinceSpeechMs);
  const vendorWaitMs = decidedBy === "timeout" ? sinceSpeechMs - endpointWaitMs : pause.vendorWaitMs;
  const withoutCard = maskTurn(textOf(state.words), state.card);
  const { text, digits } = withoutProof(withoutCard.text, isAboutProof(state));
  // The position, not the number, identifies a turn: a worker that hears the same audio again comes to the same turn.
  const key = `turn@${Math.round(startsAtMs)}`;
  const record = {
    type: "TurnEnded",
    turn,
    text,
    confidence: confidenceOf(state.words),
    startsAtMs: Math.round(startsAtMs),
    endsAtMs: Math.round(pause.endsAtMs),
    lastByteAt: pause.lastByteAt,
    decidedBy,
    endpointWaitMs,
    vendorWaitMs: Math.min(vendorWaitMs, sinceSpeechMs - endpointWaitMs),
    sealedDigits: digits === null ? null : sealDigits(config.proofKey, state.callSid, key, digits),
  } as const;
  return {
    state: {
      ...state,
      turn,
      doneUntilMs: Math.max(state.doneUntilMs, pause.endsAtMs),
      turnStartsAtMs: null,
      restsSinceMs: null,
      toldText: "",
      pause: null,
      card: withoutCard.after,
      wasProofAwaited: false,
      words: endTurn(state.words, pause.coveredAt === null ? coversUntilMs(state.words) : pause.endsAtMs),
      recent: [],
    },
    emit: [{ to: "transcripts", key, record }],
    timers: quiet,
    releases: Number.POSITIVE_INFINITY,
  };
}

/** Sound without words: no turn. */
function drop(state: State): Result {
  return {
    state: {
      ...state,
      turnStartsAtMs: null,
      pause: null,
      restsSinceMs: null,
      toldText: "",
      wasProofAwaited: false,
      recent: [],
    },
    timers: quiet,
    releases: Number.POSITIVE_INFINITY,
    save: false,
  };
}
