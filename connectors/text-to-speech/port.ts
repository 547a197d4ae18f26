import type { EffectContext } from "../../runtime/effect.ts";

/** One sentence to say. */
export type SynthesiseSentence = {
  readonly text: string;
  readonly languageCode: string;
  readonly voice: string;
  /** Whether the audio may be kept and used again: a fixed phrase without anything of a caller's in it. Default false. */
  readonly isReusable?: boolean;
};

/** A chunk of synthesised speech: G.711 µ-law, 8000 Hz, mono, a whole number of 160-byte frames except at most the last of a sentence, which is padded with µ-law silence (0xFF). */
export type SynthesisedChunk = {
  readonly type: "audio";
  readonly audio: Uint8Array;
  /** Counts up from 0 within the sentence. */
  readonly sequence: number;
  readonly isLast: boolean;
  /** For the first chunk: from request to first audio, on the adapter's clock; 0 for the others. */
  readonly vendorWaitMs: number;
};

/** Streaming synthesis. */
export type TextToSpeech = {
  /** Speaks one sentence; chunks arrive through `notify` in order, and the promise resolves after the last. Aborting the signal ends it early without error. */
  synthesise(input: SynthesiseSentence, context: EffectContext<SynthesisedChunk>): Promise<void>;
};
