/** Says responses: one sentence after the other, first sentence first, to the gateway that holds the call. */
import type { SynthesisedChunk, TextToSpeech } from "../../connectors/text-to-speech/port.ts";
import { effectIdOf } from "../../runtime/identity.ts";
import type { Effect, Emit, Input, Outcome } from "../../runtime/stage.ts";
import type { Sentence } from "../../schemas/generated/records.ts";
import type { Config } from "./settings.ts";

export type Ports = { readonly textToSpeech: TextToSpeech };
type In = "responses" | "calls" | "playback";
type Out = "audioOut";

/** A response that is being said or waits to be said. */
type Response = {
  readonly responseId: string;
  readonly turn: number;
  readonly sentences: readonly Sentence[];
  readonly isInterruptible: boolean;
  readonly replacesCurrent: boolean;
  /** When the dialogue said it, milliseconds since the epoch. */
  readonly preparedAtMs: number;
  /** Counts up when it is begun anew for another stream. */
  readonly take: number;
};

/** The sentence whose audio is being made. */
type Speaking = {
  readonly response: Response;
  readonly sentenceIndex: number;
  readonly attempt: number;
  /** Number of the sentence's first chunk in the response. */
  readonly firstSequence: number;
  /** Chunks of the sentence that were sent on. */
  readonly chunks: number;
};

export type State = {
  readonly callSid: string;
  readonly stream: { readonly streamSid: string; readonly replyPartition: number } | null;
  readonly speaking: Speaking | null;
  /** The response that was said last. */
  readonly said: Response | null;
  readonly waiting: readonly Response[];
};

type Result = Outcome<State, Out, Ports>;

const MAX_WAITING = 16;

/** The stage's pure function; see runtime/stage.ts. */
export function step(known: State | null, input: Input<In, Ports>, _at: number, config: Config): Result {
  if (known === null && (input.from === "port" || input.from === "timer" || input.from === "restored"))
    return { state: null };
  const state: State = known ?? {
    callSid: "record" in input ? input.record.callSid : "",
    stream: null,
    speaking: null,
    said: null,
    waiting: [],
  };
  switch (input.from) {
    case "calls":
      switch (input.record.type) {
        case "StreamAttached": {
          const { streamSid, replyPartition, occurredAt } = input.record;
          const attached = { ...state, stream: { streamSid, replyPartition } };
          if (state.stream?.streamSid === streamSid) return { state: attached };
          return state.stream === null ? advance(attached, [], config) : beginAnew(attached, occurredAt, config);
        }
        case "CallEnded":
          return { state: null, cancel: cancelled(state) };
        case "CallStarted":
          return { state };
        case "StreamDetached":
        case "DigitPressed":
          return { state: known, save: false };
      }
      break;
    case "responses": {
      const { record } = input;
      if (record.type === "CallDirected") return { state: known, save: false };
      const { eventId: responseId, turn, sentences, isInterruptible, replacesCurrent, occurredAt } = record;
      const said = { responseId, turn, sentences, isInterruptible, replacesCurrent };
      const response: Response = { ...said, preparedAtMs: occurredAt, take: 0 };
      if (replacesCurrent) return advance({ ...state, speaking: null, waiting: [response] }, cancelled(state), config);
      const queued = { ...state, waiting: [...state.waiting, response].slice(-MAX_WAITING) };
      return state.speaking === null ? advance(queued, [], config) : { state: queued };
    }
    case "playback": {
      const { record } = input;
      if (record.type !== "PlaybackCleared") return { state: known, save: false };
      const isCurrent = state.speaking?.response.responseId === record.responseId;
      const waiting = state.waiting.filter((response) => response.responseId !== record.responseId);
      if (!isCurrent) return { state: { ...state, waiting }, save: waiting.length < state.waiting.length };
      return advance({ ...state, speaking: null, waiting }, cancelled(state), config);
    }
    case "port":
      // What still comes from a sentence that was called off is not of the one being said.
      if (state.speaking === null || input.effectId !== effectIdOf("speak", state.callSid, keyOf(state.speaking)))
        return { state, save: false };
      if (input.outcome === "event") return onChunk(state, state.speaking, input.event, config);
      if (input.outcome === "failure") return onFailure(state, state.speaking, config);
      return { state: known, save: false };
    case "timer":
      return { state: known, save: false };
    case "restored":
      // The runtime performs the sentence under way again; its chunks are numbered from the sentence's start and the gateway drops what it has.
      return {
        state: state.speaking === null ? state : { ...state, speaking: { ...state.speaking, chunks: 0 } },
        save: false,
      };
  }
}

function onChunk(state: State, speaking: Speaking, chunk: SynthesisedChunk, config: Config): Result {
  if (state.stream === null) return { state, save: false };
  const next = { ...speaking, chunks: chunk.sequence + 1 };
  const emit = [audio(state.stream, speaking, chunk)];
  if (!chunk.isLast) return { state: { ...state, speaking: next }, emit, save: false };
  return { ...advance(afterSentence(state, next), [], config), emit };
}

function onFailure(state: State, speaking: Speaking, config: Config): Result {
  if (speaking.attempt + 1 < config.maxAttempts) {
    const again = { ...speaking, attempt: speaking.attempt + 1 };
    return { state: { ...state, speaking: again }, effects: [synthesise(again, config)] };
  }
  if (state.stream === null) return advance(afterSentence(state, speaking), [], config);
  // An empty chunk tells the gateway that the sentence is over, so that the call goes on without it.
  const silent: SynthesisedChunk = {
    type: "audio",
    audio: new Uint8Array(0),
    sequence: speaking.chunks,
    isLast: true,
    vendorWaitMs: 0,
  };
  const result = advance(afterSentence(state, { ...speaking, chunks: speaking.chunks + 1 }), [], config);
  return { ...result, emit: [audio(state.stream, speaking, silent)] };
}

function audio(
  stream: { streamSid: string; replyPartition: number },
  speaking: Speaking,
  chunk: SynthesisedChunk,
): Emit<Out> {
  const { response, sentenceIndex } = speaking;
  const sequence = speaking.firstSequence + chunk.sequence;
  return {
    to: "audioOut",
    partition: stream.replyPartition,
    key: `${response.responseId}/${sequence}`,
    causeId: response.responseId,
    record: {
      type: "SpeechSynthesised",
      turn: response.turn,
      responseId: response.responseId,
      streamSid: stream.streamSid,
      sentenceIndex,
      sequence,
      audio: chunk.audio,
      sentenceText: response.sentences[sentenceIndex]?.text ?? "",
      isSentenceEnd: chunk.isLast,
      isResponseEnd: chunk.isLast && sentenceIndex === response.sentences.length - 1,
      isInterruptible: response.isInterruptible,
      replacesCurrent: response.replacesCurrent,
      vendorWaitMs: chunk.vendorWaitMs,
    },
  };
}

/** The state once a sentence is over: the response's next sentence, or nothing. */
function afterSentence(state: State, speaking: Speaking): State {
  const { response, sentenceIndex, firstSequence, chunks } = speaking;
  if (sentenceIndex + 1 >= response.sentences.length) return { ...state, speaking: null, said: response };
  const next = {
    response,
    sentenceIndex: sentenceIndex + 1,
    attempt: 0,
    firstSequence: firstSequence + chunks,
    chunks: 0,
  };
  return { ...state, speaking: next };
}

/**
 * The call has another stream: what was made for the one before is of no use to it. What the dialogue prepared after this stream was there is said anew, since
 * the news of the stream came here later than that; of what it prepared before, it says again by itself what was not heard.
 */
function beginAnew(state: State, attachedAtMs: number, config: Config): Result {
  const newest = state.speaking?.response ?? state.said;
  const isForThisStream = newest !== null && newest.preparedAtMs >= attachedAtMs;
  const again = isForThisStream ? [{ ...newest, take: newest.take + 1 }] : [];
  const next = { ...state, speaking: null, said: null, waiting: [...again, ...state.waiting] };
  return advance(next, cancelled(state), config);
}

/** Starts what is next: the current response's sentence, or the response that waits longest. Called only when no sentence is being made. */
function advance(state: State, cancel: readonly string[], config: Config): Result {
  if (state.stream === null) return { state, cancel };
  if (state.speaking !== null) return { state, cancel, effects: [synthesise(state.speaking, config)] };
  const [response, ...waiting] = state.waiting;
  if (response === undefined) return { state, cancel };
  if (response.sentences.length === 0) return advance({ ...state, waiting }, cancel, config);
  const speaking = { response, sentenceIndex: 0, attempt: 0, firstSequence: 0, chunks: 0 };
  return { state: { ...state, speaking, waiting }, cancel, effects: [synthesise(speaking, config)] };
}

function keyOf({ response, sentenceIndex, attempt }: Speaking): string {
  const key = `${response.responseId}/${sentenceIndex}/${attempt}`;
  return response.take === 0 ? key : `${key}/${response.take}`;
}

function synthesise(speaking: Speaking, config: Config): Effect<Ports> {
  const sentence = speaking.response.sentences[speaking.sentenceIndex];
  return {
    port: "textToSpeech",
    call: "synthesise",
    key: keyOf(speaking),
    input: {
      text: sentence?.text ?? "",
      languageCode: config.languageCode,
      voice: config.voice,
      isReusable: sentence?.phraseId !== null,
    },
  };
}

function cancelled(state: State): readonly string[] {
  return state.speaking === null ? [] : [keyOf(state.speaking)];
}
