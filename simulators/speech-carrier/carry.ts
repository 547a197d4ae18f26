import { maxFrameTextBytes, writeFrame } from "./frame-codec.ts";
import { frameBytes, loudnessOf, silenceByte } from "./g711.ts";

/** Speech faster than this is not believable; audio that is too short for its text is lengthened with silence. */
const maxCharactersPerSecond = 40;
const framesPerSecond = 50;
/** Frames below this share of full scale are pauses. */
const voicedLoudness = 0.005;

type Span = { readonly first: number; readonly last: number };

function voicedSpan(audio: Uint8Array, frameCount: number): Span {
  let first = -1;
  let last = -1;
  for (let index = 0; index < frameCount; index += 1) {
    if (loudnessOf(audio.subarray(index * frameBytes, (index + 1) * frameBytes)) < voicedLoudness) continue;
    if (first < 0) first = index;
    last = index;
  }
  return first < 0 ? { first: 0, last: frameCount - 1 } : { first, last };
}

/** Repeatable text for tests and captions: whitespace runs become one space, none at the ends. */
export function normaliseSpokenText(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}

/**
 * Puts an utterance's text into its audio, frame by frame, spread evenly over the part that sounds, so that each word lies about where it is
 * spoken. Returns new audio: whole 20 ms frames, lengthened with µ-law silence where the audio is too short for the text.
 * Every frame carries a sequence number, the pauses too. Throws `RangeError` when the utterance would need more than 65536 frames.
 */
export function carry(text: string, audio: Uint8Array, utterance: number): Uint8Array {
  const spoken = normaliseSpokenText(text);
  const bytes = new TextEncoder().encode(spoken);
  const audioFrames = Math.ceil(audio.length / frameBytes);
  const neededFrames = Math.max(
    Math.ceil(([...spoken].length / maxCharactersPerSecond) * framesPerSecond),
    Math.ceil(bytes.length / maxFrameTextBytes),
    1,
  );
  const frameCount = Math.max(audioFrames, neededFrames);
  if (frameCount > 0x10000) throw new RangeError("an utterance has at most 65536 frames (about 21 minutes)");
  const carried = new Uint8Array(frameCount * frameBytes).fill(silenceByte);
  carried.set(audio);

  let span = voicedSpan(carried, frameCount);
  if (span.last - span.first + 1 < neededFrames) span = { first: 0, last: frameCount - 1 };
  const spanFrames = span.last - span.first + 1;
  let written = 0;
  for (let index = 0; index < frameCount; index += 1) {
    const spanDone = Math.min(Math.max(index - span.first + 1, 0), spanFrames);
    const target = Math.floor((spanDone * bytes.length) / spanFrames);
    writeFrame(carried.subarray(index * frameBytes, (index + 1) * frameBytes), {
      isFirst: index === 0,
      isLast: index === frameCount - 1,
      utterance: utterance & 0xffff,
      sequence: index,
      text: bytes.subarray(written, target),
    });
    written = target;
  }
  return carried;
}
