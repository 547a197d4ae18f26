import { writeFile } from "node:fs/promises";
import { decodeMulaw, frameBytes } from "../speech-carrier/g711.ts";

const sampleRate = 8000;
const bytesPerSample = 2;
const channels = 2;
const headerBytes = 44;
/** One hour; longer calls keep their first hour. */
const maxFrames = 180_000;

/** Keeps both sides of a call, frame by frame: the caller left, the agent right. */
export class StereoRecording {
  readonly #caller: Buffer[] = [];
  readonly #agent: Buffer[] = [];

  /** Adds the 20 ms in which the caller sent one frame and heard the other. */
  add(callerFrame: Buffer, agentFrame: Buffer): void {
    if (this.#caller.length >= maxFrames) return;
    this.#caller.push(callerFrame);
    this.#agent.push(agentFrame);
  }

  /** The recording as a WAV file: 8000 Hz, 16 bit, two channels. */
  toWav(): Buffer {
    const dataBytes = this.#caller.length * frameBytes * channels * bytesPerSample;
    const wav = Buffer.alloc(headerBytes + dataBytes);
    wav.write("RIFF", 0, "latin1");
    wav.writeUInt32LE(36 + dataBytes, 4);
    wav.write("WAVEfmt ", 8, "latin1");
    wav.writeUInt32LE(16, 16);
    wav.writeUInt16LE(1, 20);
    wav.writeUInt16LE(channels, 22);
    wav.writeUInt32LE(sampleRate, 24);
    wav.writeUInt32LE(sampleRate * channels * bytesPerSample, 28);
    wav.writeUInt16LE(channels * bytesPerSample, 32);
    wav.writeUInt16LE(8 * bytesPerSample, 34);
    wav.write("data", 36, "latin1");
    wav.writeUInt32LE(dataBytes, 40);
    let offset = headerBytes;
    for (const [index, callerFrame] of this.#caller.entries()) {
      const left = decodeMulaw(callerFrame);
      const right = decodeMulaw(this.#agent[index] ?? Buffer.alloc(0));
      for (let sample = 0; sample < frameBytes; sample += 1) {
        wav.writeInt16LE(left[sample] ?? 0, offset);
        wav.writeInt16LE(right[sample] ?? 0, offset + bytesPerSample);
        offset += channels * bytesPerSample;
      }
    }
    return wav;
  }

  /** Writes the WAV file. */
  async write(path: string): Promise<void> {
    await writeFile(path, this.toWav());
  }
}
