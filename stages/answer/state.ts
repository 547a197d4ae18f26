import type { CallEnding, CallFacts } from "../../connectors/telephony/port.ts";
import { type Acknowledgement, noAcknowledgement } from "./acknowledgement.ts";
import { type Capture, captureFrom } from "./audio-grouping.ts";
import { noPlayback, type Playback } from "./playback.ts";
import { noSpeech, type Speech } from "./speech-detection.ts";

/** The media stream that the call has here. */
export type Stream = { readonly streamSid: string; readonly attachment: number; readonly attachedAtMs: number };

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

/** The gateway was told to end: the call goes on elsewhere, from a good moment on, and no later than this. */
export type Leaving = {
  readonly latestAtMs: number;
  readonly isHandedOver: boolean;
  /** Responses of several sentences, newest last, bounded: such a one may begin here, since it can be handed over behind its first sentence. */
  readonly divisible: readonly string[];
};

/** A card entry: waits for the response that tells the caller how, then for the stream that comes back. */
export type CardEntryUnderWay = {
  readonly afterResponseId: string | null;
  /** The carrier is being told, or was told, to collect the card. */
  readonly isUnderWay: boolean;
  /** Whether the carrier has answered to that: until then a stream that comes back by itself may still be ended for it. */
  readonly isSettled: boolean;
  /** Asked for no later than this, whatever is playing. */
  readonly latestAtMs: number;
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
  readonly leaving: Leaving | null;
  readonly isMasked: boolean;
  /** Whether a PIN or code is asked for: the value of digits is sealed. */
  readonly isProofAwaited: boolean;
  /** Response after which masking ends; null when none is waited for. */
  readonly unmaskAfter: string | null;
  /** A card that is to be keyed in, or is being keyed in. */
  readonly cardEntry: CardEntryUnderWay | null;
  readonly hasSpoken: boolean;
  /** Highest turn that a reply answered. */
  readonly repliedTurn: number;
  readonly digits: number;
  /** When the last key came, milliseconds since the epoch. */
  readonly keyedAtMs: number;
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
    leaving: null,
    isMasked: false,
    isProofAwaited: false,
    unmaskAfter: null,
    cardEntry: null,
    hasSpoken: false,
    repliedTurn: 0,
    digits: 0,
    keyedAtMs: 0,
    playbackDueAtMs: null,
    hasBeenStopped: false,
  };
}
