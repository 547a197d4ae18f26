import { type CarriedFrame, readFrame } from "./frame-codec.ts";
import { frameBytes, frameMs, loudnessOf } from "./g711.ts";

/** A word that was heard whole. Positions are milliseconds of audio given to the listener. */
export type HeardWord = {
  readonly text: string;
  readonly utterance: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
};

/** What was heard of one utterance. */
export type HeardUtterance = {
  readonly utterance: number;
  readonly words: readonly HeardWord[];
  /** First and last frame and all between were heard in order. */
  readonly isWhole: boolean;
  /** The last frame was heard. */
  readonly isEnded: boolean;
};

/** What one 20 ms frame brought. */
export type HeardFrame = {
  /** End of this frame in the audio given so far. */
  readonly endsAtMs: number;
  /** The frame sounds (it is loud enough for speech), whether or not it carries text. */
  readonly isVoiced: boolean;
  /** Words that are known with this frame. */
  readonly words: readonly HeardWord[];
  /** An utterance's last frame. */
  readonly endsUtterance: boolean;
};

/**
 * Hears words from carrying audio. It hears in the order of arrival, as an ear does: a frame that is lost, damaged, doubled or out of order
 * spoils the word around it, a repeated stretch is heard again, later words are heard well. Plain frames between (a pause) spoil nothing.
 */
export type CarrierListener = {
  /**
   * Takes audio in pieces of any size; frames are cut every 160 bytes from the first byte ever given, so a speaker's frames are only found while
   * all pieces before were whole frames. Returns what each finished frame brought.
   */
  hear(audio: Uint8Array): HeardFrame[];
  /** Utterances heard so far, oldest first; only the last 200 are kept. */
  utterances(): readonly HeardUtterance[];
  /** Audio heard so far, in milliseconds (whole frames). */
  heardMs(): number;
};

const voicedLoudness = 0.004;
const maxUtterances = 200;
const space = 0x20;

type OpenUtterance = {
  readonly utterance: number;
  readonly words: HeardWord[];
  isWhole: boolean;
  isEnded: boolean;
  nextSequence: number;
  /** Bytes of the word now being heard. */
  partial: number[];
  partialStartsAtMs: number;
  /** Part of the word now being heard is missing. */
  isSpoiled: boolean;
};

const decoder = new TextDecoder("utf-8", { fatal: true });

function decodeWord(bytes: readonly number[]): string | undefined {
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function finishWord(open: OpenUtterance, endsAtMs: number, heard: HeardWord[]): void {
  const text = open.isSpoiled || open.partial.length === 0 ? undefined : decodeWord(open.partial);
  open.partial = [];
  open.isSpoiled = false;
  if (text === undefined) return;
  const word = { text, utterance: open.utterance, startsAtMs: open.partialStartsAtMs, endsAtMs };
  open.words.push(word);
  heard.push(word);
}

function spoil(open: OpenUtterance): void {
  open.isSpoiled = true;
  open.isWhole = false;
}

/** A listener that has heard nothing yet. */
export function createCarrierListener(): CarrierListener {
  const utterances: OpenUtterance[] = [];
  let current: OpenUtterance | undefined;
  let rest = new Uint8Array(0);
  let heardMs = 0;

  function openFor(frame: CarriedFrame): OpenUtterance {
    if (current !== undefined && current.utterance === frame.utterance && !(current.isEnded && frame.isFirst))
      return current;
    const opened: OpenUtterance = {
      utterance: frame.utterance,
      words: [],
      isWhole: true,
      isEnded: false,
      nextSequence: 0,
      partial: [],
      partialStartsAtMs: heardMs,
      isSpoiled: false,
    };
    utterances.push(opened);
    if (utterances.length > maxUtterances) utterances.shift();
    current = opened;
    return opened;
  }

  function hearCarried(frame: CarriedFrame): HeardWord[] {
    const heard: HeardWord[] = [];
    const open = openFor(frame);
    if (frame.sequence !== open.nextSequence) spoil(open);
    open.nextSequence = frame.sequence + 1;
    for (const byte of frame.text) {
      if (byte === space) {
        finishWord(open, heardMs, heard);
        continue;
      }
      if (open.partial.length === 0) open.partialStartsAtMs = heardMs - frameMs;
      open.partial.push(byte);
    }
    if (frame.isLast) {
      finishWord(open, heardMs, heard);
      open.isEnded = true;
    }
    return heard;
  }

  function hearFrame(audio: Uint8Array): HeardFrame {
    heardMs += frameMs;
    const reading = readFrame(audio);
    const isVoiced = loudnessOf(audio) >= voicedLoudness;
    if (reading.kind === "damaged" && current !== undefined) spoil(current);
    const words = reading.kind === "carried" ? hearCarried(reading.frame) : [];
    return { endsAtMs: heardMs, isVoiced, words, endsUtterance: reading.kind === "carried" && reading.frame.isLast };
  }

  return {
    hear(audio) {
      const joined = new Uint8Array(rest.length + audio.length);
      joined.set(rest);
      joined.set(audio, rest.length);
      const frames: HeardFrame[] = [];
      let offset = 0;
      for (; offset + frameBytes <= joined.length; offset += frameBytes)
        frames.push(hearFrame(joined.subarray(offset, offset + frameBytes)));
      rest = joined.slice(offset);
      return frames;
    },
    utterances: () =>
      utterances.map(({ utterance, words, isWhole, isEnded }) => ({
        utterance,
        words: [...words],
        isWhole: isWhole && isEnded,
        isEnded,
      })),
    heardMs: () => heardMs,
  };
}
