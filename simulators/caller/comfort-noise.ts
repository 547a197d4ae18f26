import { createSeededRandom } from "../kit/seeded-random.ts";
import { readFrame } from "../speech-carrier/frame-codec.ts";
import { encodeMulawSample, frameBytes } from "../speech-carrier/g711.ts";

const poolFrames = 64;
/** Of 32,768: about -66 dB below full scale, the hiss of a quiet line. */
const amplitude = 16;

function makePool(): readonly Buffer[] {
  const random = createSeededRandom(8000);
  const pool: Buffer[] = [];
  while (pool.length < poolFrames) {
    const frame = Buffer.alloc(frameBytes);
    for (let index = 0; index < frameBytes; index += 1)
      frame[index] = encodeMulawSample((random() * 2 - 1) * amplitude);
    // Noise whose low bits look like carried text would be heard as damaged speech.
    if (readFrame(frame).kind === "plain") pool.push(frame);
  }
  return pool;
}

let pool: readonly Buffer[] | undefined;

/** A 20 ms frame of a silent caller's line: faint noise, repeatable. */
export function comfortNoise(frameNumber: number): Buffer {
  pool ??= makePool();
  return pool[frameNumber % poolFrames] as Buffer;
}
