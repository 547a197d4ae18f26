import type { EffectContext } from "../../runtime/effect.ts";

/** Where a recogniser takes up the caller's audio. */
export type OpenRecognition = {
  /** BCP 47 tag, e.g. `en-US`. */
  readonly languageCode: string;
  /** Position of the first byte that will be sent, in milliseconds of caller audio since the media stream began. */
  readonly startsAtMs: number;
};

/** A slice of the caller's audio: G.711 µ-law, 8000 Hz, mono, without header. */
export type RecogniseAudio = { readonly audio: Uint8Array };

/** What a recogniser says while a stream is open. Positions are milliseconds of caller audio since the media stream began. */
export type RecognitionEvent =
  | {
      readonly type: "heard";
      /** All that was heard in the segment now being spoken, from its beginning. */
      readonly text: string;
      /** The vendor will not change this segment any more. A segment is not a turn. */
      readonly isFinal: boolean;
      /** 0 to 1; 1 for finals and where the vendor gives none. */
      readonly stability: number;
      /** 0 to 1, for finals; 0 where the vendor gives none. */
      readonly confidence: number;
      /** End of the audio that this text covers. */
      readonly coversUntilMs: number;
      /** Time between the adapter handing over the audio at `coversUntilMs` and this result, measured on the adapter's clock. */
      readonly vendorWaitMs: number;
    }
  | {
      readonly type: "rotated" /** The segment that was open moved to a new vendor stream without loss. */;
      readonly atMs: number;
    }
  | {
      readonly type: "failed" /** The stream is gone; audio from the last final on must be sent again. */;
      readonly code: string;
      readonly isRetryable: boolean;
    };

/**
 * Streaming recognition, one stream a call. The adapter hides the vendor's stream limit: it opens the next stream before the limit, hands over
 * at a segment end (or re-sends the audio of the open segment), and never loses or doubles a word. Keep-alive silence while no audio
 * arrives is the adapter's matter, too.
 */
export type SpeechToText = {
  /** Opens (or re-opens) the call's recogniser; resolves once audio may be sent. Results arrive through `notify` until `close`. */
  open(input: OpenRecognition, context: EffectContext<RecognitionEvent>): Promise<void>;
  /** Hands over audio in order. Resolves when accepted; what is beyond the bound is refused with an error, never buffered without limit. */
  send(input: RecogniseAudio, context: EffectContext): Promise<void>;
  /** Asks for what is still in flight and closes. Idempotent. */
  close(input: Record<string, never>, context: EffectContext): Promise<void>;
};
