import type { EffectContext } from "../../runtime/effect.ts";
import type { Attestation, CardEntry, DetachReason } from "../../schemas/generated/records.ts";

/** What the carrier says about a call when it arrives. Numbers are E.164, empty when withheld. */
export type CallFacts = {
  readonly callSid: string;
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly attestation: Attestation;
  /** When the call's first webhook was accepted, milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Gateway that accepted it. */
  readonly answeredBy: string;
};

/** What happens to a call without having been asked for. */
export type CallEvent =
  /** The line rang and the call was accepted. Comes once for a call, on the gateway that took the webhook. */
  | { readonly type: "callArrived"; readonly facts: CallFacts }
  /** The call's media stream is open here, for the first time or after a resume; from here on this gateway hears and speaks. */
  | {
      readonly type: "streamAttached";
      readonly streamSid: string;
      /** 0 for the first stream of the call. */
      readonly attachment: number;
      /** This gateway. */
      readonly gatewayId: string;
      readonly facts: CallFacts;
      /** When the call's first stream was attached, on whichever gateway; milliseconds since the epoch. */
      readonly firstAttachedAtMs: number;
      /** What was withheld of the caller's input when the stream before this one ended. */
      readonly withheld: Withheld;
      /** How the newest card entry of the call ended, if there was one; the same on every stream until another is begun. */
      readonly cardEntry: CardEntry | null;
    }
  /** Caller audio in order: whole 20 ms frames of G.711 µ-law, 160 bytes each. */
  | {
      readonly type: "frames";
      readonly streamSid: string;
      readonly audio: Uint8Array;
      /** Voice activity, one entry a frame. */
      readonly voiced: readonly boolean[];
      /** How many of the frames were missing and are silence instead. */
      readonly concealedFrames: number;
      /** When the last of these frames came in, milliseconds since the epoch. */
      readonly receivedAtMs: number;
    }
  /** This gateway was told to end: the call shall go on at another one, from a moment of the core's choice. */
  | { readonly type: "gatewayLeaves" }
  /** A key, one of 0-9, *, #, A-D. */
  | { readonly type: "digit"; readonly streamSid: string; readonly digit: string }
  /** What was sent before this mark has been played, or was emptied by `clear`. */
  | { readonly type: "markReturned"; readonly streamSid: string; readonly markName: string }
  | { readonly type: "streamClosed"; readonly streamSid: string; readonly reason: DetachReason }
  /** The carrier says that the call is over. `facts` where the call is on record, so that any gateway can close the books. */
  | {
      readonly type: "callOver";
      readonly hasFailed: boolean;
      readonly ending: CallEnding | null;
      readonly facts: CallFacts | null;
    };

/** What does not leave as it is heard: digits and audio while a card is keyed in, the value of digits while a PIN or code is asked for. */
export type Withheld = { readonly isMasked: boolean; readonly isProofAwaited: boolean };

/** How the call was told to end, on whichever gateway. */
export type CallEnding = "agentHungUp" | "transferred";

/** Audio for the caller: G.711 µ-law, 8000 Hz, without header, any length. */
export type PlayAudio = { readonly streamSid: string; readonly audio: Uint8Array };
export type PlaceMark = { readonly streamSid: string; readonly markName: string };
/** Things that a core drops, by name; counted as a metric. */
export type Dropped =
  | "staleAudio"
  | "duplicateAudio"
  | "overflowingAudio"
  | "unknownMark"
  | "overdueMark"
  | "stalledReply";

/**
 * A telephone line: calls that arrive, audio both ways, and what may be done with a call. Whatever the caller or the carrier does comes as
 * {@link CallEvent} of `listen`, without an effect.
 *
 * Actions on a stream that is gone are counted and do nothing: the core learns of the end by `streamClosed`. All are idempotent by effectId or by nature.
 */
export type Telephony = {
  /** Never performed: it names the events that come unasked. */
  listen(input: Record<string, never>, context: EffectContext<CallEvent>): Promise<void>;
  /** Queues audio behind what is already queued at the carrier. */
  play(input: PlayAudio, context: EffectContext): Promise<void>;
  /** Asks for `markReturned` once what was played before is over. */
  mark(input: PlaceMark, context: EffectContext): Promise<void>;
  /** Empties the carrier's queue at once. Pending marks return all the same. */
  clear(input: { readonly streamSid: string }, context: EffectContext): Promise<void>;
  /** Ends the call. Resolves also when it is over already. Throws VENDOR_UNAVAILABLE, VENDOR_REFUSED or CREDENTIALS_REFUSED. */
  hangUp(input: Record<string, never>, context: EffectContext): Promise<{ readonly wasOver: boolean }>;
  /** Connects the caller with another number (E.164); the media stream ends. Errors as `hangUp`. */
  transfer(input: { readonly toNumber: string }, context: EffectContext): Promise<{ readonly wasOver: boolean }>;
  /**
   * Has the carrier ask the caller to key a card in: the stream ends, nothing of the keys is heard here, and the stream that comes back brings how it ended.
   * `attachment` is that of the stream that ends. Errors as `hangUp`.
   */
  collectCard(input: { readonly attachment: number }, context: EffectContext): Promise<{ readonly wasOver: boolean }>;
  /** Connects a call that has no stream with a new one; whatever the carrier was doing with it ends. Errors as `hangUp`. */
  reconnect(input: { readonly attachment: number }, context: EffectContext): Promise<{ readonly wasOver: boolean }>;
  /** Closes the media stream; the carrier then asks how the call shall go on. */
  closeStream(input: { readonly streamSid: string }, context: EffectContext): Promise<void>;
  /** Closes the media stream so that the call goes on at another gateway. It does not count among the times that a call may come back. */
  handOver(input: { readonly streamSid: string }, context: EffectContext): Promise<void>;
  /** Keeps for a resume on any gateway what is withheld; what is not given stays. */
  rememberWithheld(input: Partial<Withheld>, context: EffectContext): Promise<void>;
  /** The call is over: its stream is closed and nothing may come back. */
  release(input: Record<string, never>, context: EffectContext): Promise<void>;
  /** Whether the call's newest stream is on another gateway. */
  locate(input: { readonly attachment: number }, context: EffectContext): Promise<{ readonly isElsewhere: boolean }>;
  /** Counts what a core dropped. */
  count(input: { readonly dropped: Dropped; readonly times: number }, context: EffectContext): Promise<void>;
};
