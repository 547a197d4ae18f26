/** A piece of audio as it came in. `chunk` counts media messages from 1, `timestampMs` is the position of its first byte in the stream. */
export type MediaChunk = { readonly chunk: number; readonly timestampMs: number; readonly audio: Uint8Array };

/** What came of the chunks so far. */
export type OrderCounts = { concealed: number; duplicate: number; reordered: number; jumped: number };

const frameBytes = 160;
const frameMs = 20;
const bytesPerMs = 8;
const silenceByte = 0xff;
/** Chunks that wait for a missing one: about 60 ms. */
const maxHeld = 3;
/** A longer gap is not filled: 2 s. */
const maxConcealedFrames = 100;
/** One minute. */
const maxChunkJump = 3000;

/**
 * Puts a stream's audio into order: chunks that overtook others wait shortly, doubles are dropped, what is missing becomes silence, and
 * whatever the chunks' sizes, whole 20 ms frames come out. Source: Twilio, "Media Streams - WebSocket Messages" (chunk, timestamp).
 */
export class FrameOrder {
  readonly counts: OrderCounts = { concealed: 0, duplicate: 0, reordered: 0, jumped: 0 };
  readonly #take: (frame: Uint8Array, isConcealed: boolean) => void;
  readonly #held = new Map<number, MediaChunk>();
  #next: number | undefined;
  #expectedMs = 0;
  #rest: Uint8Array = new Uint8Array(0);

  /** `take` gets each frame, in order; it may keep the bytes. */
  constructor(take: (frame: Uint8Array, isConcealed: boolean) => void) {
    this.#take = take;
  }

  /** Takes a chunk. False when its number cannot be right: following it would make the stream deaf. */
  push(chunk: MediaChunk): boolean {
    if (this.#next === undefined) {
      this.#next = chunk.chunk;
      this.#expectedMs = chunk.timestampMs;
    }
    if (chunk.chunk < this.#next || this.#held.has(chunk.chunk)) {
      this.counts.duplicate += 1;
      return true;
    }
    if (chunk.chunk - this.#next > maxChunkJump) return false;
    if (chunk.chunk > this.#next) {
      this.#held.set(chunk.chunk, chunk);
      if (this.#held.size > maxHeld) this.#skip();
      return true;
    }
    if (this.#held.size > 0) this.counts.reordered += 1;
    this.#release(chunk);
    this.#drain();
    return true;
  }

  /** Gives out what waits, as at the end of a stream. */
  flush(): void {
    while (this.#held.size > 0) this.#skip();
    if (this.#rest.length > 0) this.#pad();
  }

  #skip(): void {
    this.#next = Math.min(...this.#held.keys());
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      const chunk = this.#next === undefined ? undefined : this.#held.get(this.#next);
      if (chunk === undefined) return;
      this.#held.delete(chunk.chunk);
      this.#release(chunk);
    }
  }

  #release({ chunk, timestampMs, audio }: MediaChunk): void {
    const missingFrames = Math.floor((timestampMs - this.#expectedMs) / frameMs);
    if (missingFrames > maxConcealedFrames) this.counts.jumped += 1;
    if (missingFrames > 0) this.#conceal(Math.min(missingFrames, maxConcealedFrames));
    this.#next = chunk + 1;
    this.#expectedMs = Math.max(timestampMs, missingFrames > 0 ? 0 : this.#expectedMs) + audio.length / bytesPerMs;
    if (this.#rest.length === 0 && audio.length === frameBytes) {
      this.#take(audio, false);
      return;
    }
    this.#reframe(audio);
  }

  #conceal(frames: number): void {
    if (this.#rest.length > 0) this.#pad();
    for (let index = 0; index < frames; index += 1) {
      this.counts.concealed += 1;
      this.#take(new Uint8Array(frameBytes).fill(silenceByte), true);
    }
  }

  #reframe(audio: Uint8Array): void {
    const joined = new Uint8Array(this.#rest.length + audio.length);
    joined.set(this.#rest);
    joined.set(audio, this.#rest.length);
    const wholeBytes = joined.length - (joined.length % frameBytes);
    for (let offset = 0; offset < wholeBytes; offset += frameBytes) {
      this.#take(joined.subarray(offset, offset + frameBytes), false);
    }
    this.#rest = joined.slice(wholeBytes);
  }

  #pad(): void {
    const frame = new Uint8Array(frameBytes).fill(silenceByte);
    frame.set(this.#rest);
    this.#rest = new Uint8Array(0);
    this.#take(frame, false);
  }
}
