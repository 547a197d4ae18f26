import { carry } from "../speech-carrier/carry.ts";
import { silentFrames } from "../speech-carrier/g711.ts";
import { speak } from "../speech-carrier/voice.ts";
import type { SpeechSettings } from "./speech-request.ts";

const pauseFrames = 8;
const sentenceEnd = /(?<=[.!?…])\s+/u;

/** Speaks text sentence by sentence; each sentence is an utterance of its own and carries its text. */
export type SentenceSpeaker = {
  /** The audio of a whole text. */
  speakAll(text: string, settings: SpeechSettings): Uint8Array;
  /** Whole sentences of a growing text, and what is not yet one. */
  splitReady(text: string): { readonly ready: string; readonly rest: string };
};

/** A speaker whose utterance numbers count up from 0 and wrap at 65536. */
export function createSentenceSpeaker(): SentenceSpeaker {
  let utterance = 0;
  return {
    speakAll(text, settings) {
      const pieces: Uint8Array[] = [];
      for (const sentence of text.split(sentenceEnd)) {
        if (sentence.trim() === "") continue;
        if (pieces.length > 0) pieces.push(silentFrames(pauseFrames));
        pieces.push(carry(sentence, speak(sentence, settings), utterance));
        utterance = (utterance + 1) & 0xffff;
      }
      return Buffer.concat(pieces);
    },
    splitReady(text) {
      const sentences = text.split(sentenceEnd);
      const rest = sentences.pop() ?? "";
      return { ready: text.slice(0, text.length - rest.length), rest };
    },
  };
}

/** The text with its words in reverse: what a faulty synthesiser says. */
export function garble(text: string): string {
  return text.trim().split(/\s+/u).reverse().join(" ");
}

/** A WAV file around µ-law audio, as the vendor's whole-sentence answers have it. */
export function wrapInWave(audio: Uint8Array): Uint8Array {
  const header = Buffer.alloc(46);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(38 + audio.length, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(7, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.writeUInt16LE(0, 36);
  header.write("data", 38, "latin1");
  header.writeUInt32LE(audio.length, 42);
  return Buffer.concat([header, audio]);
}
