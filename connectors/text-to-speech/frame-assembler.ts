import type { SynthesisedChunk } from "./port.ts";

const frameBytes = 160;
const silenceByte = 0xff;

/**
 * Cuts a vendor's chunks, which have any length, into chunks of whole 20 ms frames. One to two frames are always held back, since only the end of
 * the stream tells which chunk is the last; everything else goes out at once.
 */
export class FrameAssembler {
  readonly #maxChunkBytes: number;
  #held: Uint8Array = new Uint8Array(0);
  #sequence = 0;

  /** `maxChunkBytes` is a multiple of 160. */
  constructor(maxChunkBytes: number) {
    if (maxChunkBytes <= 0 || maxChunkBytes % frameBytes !== 0)
      throw new RangeError("a chunk must be a positive whole number of 160-byte frames");
    this.#maxChunkBytes = maxChunkBytes;
  }

  /** Whether any whole frame came out yet. */
  get hasStarted(): boolean {
    return this.#sequence > 0;
  }

  /** Takes vendor audio and gives the chunks that may go out now. `vendorWaitMs` is put on the first. */
  push(audio: Uint8Array, vendorWaitMs: number): SynthesisedChunk[] {
    this.#held = Buffer.concat([this.#held, audio]);
    const chunks: SynthesisedChunk[] = [];
    // At least one whole frame stays for the chunk that will be marked as last.
    for (;;) {
      const spare = this.#held.length - frameBytes;
      const bytes = Math.min(this.#maxChunkBytes, spare - (spare % frameBytes));
      if (bytes <= 0) return chunks;
      chunks.push(this.#cut(bytes, false, vendorWaitMs));
    }
  }

  /** The sentence's last chunk, padded to a whole frame; none where there was no audio at all. */
  finish(vendorWaitMs: number): SynthesisedChunk | undefined {
    if (this.#held.length === 0) return undefined;
    const padded = new Uint8Array(Math.ceil(this.#held.length / frameBytes) * frameBytes).fill(silenceByte);
    padded.set(this.#held);
    this.#held = padded;
    return this.#cut(padded.length, true, vendorWaitMs);
  }

  #cut(bytes: number, isLast: boolean, vendorWaitMs: number): SynthesisedChunk {
    const audio = Uint8Array.from(this.#held.subarray(0, bytes));
    this.#held = this.#held.subarray(bytes);
    const sequence = this.#sequence;
    this.#sequence += 1;
    return { type: "audio", audio, sequence, isLast, vendorWaitMs: sequence === 0 ? vendorWaitMs : 0 };
  }
}
