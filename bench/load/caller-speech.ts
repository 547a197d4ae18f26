/** What a caller says, made before the call: speaking must cost nothing while it is measured. */
import { createSeededRandom } from "../../simulators/kit/seeded-random.ts";
import { carry } from "../../simulators/speech-carrier/carry.ts";
import { frameBytes, loudnessOf } from "../../simulators/speech-carrier/g711.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import type { CallerAudio } from "./plan.ts";

/** A line as frames of 20 ms; speech ends with `lastVoiced`, what follows is silence. */
export type SpokenLine = { readonly text: string; readonly frames: readonly Buffer[]; readonly lastVoiced: number };

/** Below this share of full scale a frame is no speech. */
const voicedLoudness = 0.004;
const signBit = 0x80;

/** `utterance` counts the lines of a call, from 1. */
export function spokenLine(text: string, utterance: number, audio: CallerAudio): SpokenLine {
  const bytes = soundOf(text, utterance, audio);
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += frameBytes) {
    const frame = Buffer.alloc(frameBytes, 0xff);
    frame.set(bytes.subarray(at, at + frameBytes));
    frames.push(frame);
  }
  const lastVoiced = frames.findLastIndex((frame) => isVoiced(frame));
  return { text, frames, lastVoiced: Math.max(0, lastVoiced) };
}

/** Loud enough for speech. */
export function isVoiced(frame: Uint8Array): boolean {
  return loudnessOf(frame) >= voicedLoudness;
}

function soundOf(text: string, utterance: number, audio: CallerAudio): Uint8Array {
  const voice = speak(text);
  if (audio === "speech") return carry(text, voice, utterance);
  if (audio === "voice") return voice;
  // Signs at random make noise with the loudness of speech from moment to moment (Schroeder 1968).
  const random = createSeededRandom(utterance);
  return voice.map((byte) => (random() < 0.5 ? byte ^ signBit : byte));
}
