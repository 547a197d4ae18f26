import type { CallEnding, CallFacts } from "../../connectors/telephony/port.ts";
import { type Acknowledgement, noAcknowledgement } from "./acknowledgement.ts";
import { type Capture, captureFrom } from "./audio-grouping.ts";
import { noPlayback, type Playback } from "./playback.ts";
import { noSpeech, type Speech } from "./speech-detection.ts";

/** The media stream that the call has here. */
export type Stream = { readonly streamSid: string; readonly attachment: number };

/** A hang-up or a transfer that waits for a response to be heard. */
export type Departure = {
  readonly direction: "hangUp" | "transfer";
  readonly toNumber: string | null;
  /** Response to wait for; null for whichever is heard to its end next. */
  readonly afterResponseId: string | null;
  /** Whether the caller may change it by speaking on. */
  readonly isFinal: boolean;
  readonly dueAtMs: number;
  /** No later than this, whatever is playing. */
  readonly latestAtMs: number;
};

/** The carrier has been told to end the call or to connect it elsewhere. */
export type Ending = {
  readonly reason: CallEnding;
  readonly toNumber: string | null;
  readonly tries: number;
};

/** What the gateway knows about a call. Lives in the process that holds its stream. */
export type State = {
  readonly facts: CallFacts;
  readonly stream: Stream | null;
  /** Newest attachment that was here. */
  readonly attachment: number;
  /** Latest time seen; records carry the clocks of other machines and must not turn it back. */
  readonly nowMs: number;
  readonly capture: Capture;
  readonly speech: Speech;
  readonly playback: Playback;
  readonly acknowledgement: Acknowledgement;
  /** Responses that were heard to their end, newest last; bounded. */
  readonly heardResponses: readonly string[];
  readonly departure: Departure | null;
  readonly ending: Ending | null;
  readonly isMasked: boolean;
  readonly hasSpoken: boolean;
  /** Highest turn that a reply answered. */
  readonly repliedTurn: number;
  readonly digits: number;
  readonly playbackDueAtMs: number | null;
  readonly hasBeenStopped: boolean;
};

/** A call of which nothing has been heard yet. */
export function newCall(facts: CallFacts, nowMs: number): State {
  return {
    facts,
    stream: null,
    attachment: -1,
    nowMs,
    capture: captureFrom(0),
    speech: noSpeech,
    playback: noPlayback,
    acknowledgement: noAcknowledgement,
    heardResponses: [],
    departure: null,
    ending: null,
    isMasked: false,
    hasSpoken: false,
    repliedTurn: 0,
    digits: 0,
    playbackDueAtMs: null,
    hasBeenStopped: false,
  };
}
