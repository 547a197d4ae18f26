/** µ-law silence. */
export const muLawSilence = 0xff;
/** A 20 ms frame at 8 kHz. */
export const frameBytes = 160;

/** What the caller's side hears in one tick. */
export type PlayedFrame = { readonly frame: Buffer; readonly isAudio: boolean };

const silentFrame = Buffer.alloc(frameBytes, muLawSilence);

/**
 * Twilio's buffer for audio towards the caller: media is played in order in real time, a mark is due when the audio before it has finished
 * playing (at once when there is none), `clear` drops what is left and makes all pending marks due. Pure: time comes from `takeFrame`, which
 * is called every 20 ms. Source: Twilio, "Media Streams - WebSocket Messages".
 */
export class PlaybackBuffer {
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  /** Bytes handed to the caller so far, and those whose 20 ms are over. */
  #takenBytes = 0;
  #finishedBytes = 0;
  #marks: { readonly name: string; readonly atBytes: number }[] = [];

  /** Audio that has not been played yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** True while audio or marks are waiting, or the last frame still sounds. */
  get isPlaying(): boolean {
    return this.#bufferedBytes > 0 || this.#marks.length > 0 || this.#finishedBytes < this.#takenBytes;
  }

  addAudio(audio: Buffer): void {
    if (audio.length === 0) return;
    this.#chunks.push(audio);
    this.#bufferedBytes += audio.length;
  }

  /** Adds a mark behind the audio buffered so far; returns the names of the marks that are due now. */
  addMark(name: string): readonly string[] {
    this.#marks.push({ name, atBytes: this.#takenBytes + this.#bufferedBytes });
    return this.#dueMarks();
  }

  /** Empties the buffer; returns what it dropped and the marks that were waiting. */
  clear(): { readonly droppedBytes: number; readonly marks: readonly string[] } {
    const droppedBytes = this.#bufferedBytes;
    const marks = this.#marks.map((mark) => mark.name);
    this.#chunks = [];
    this.#bufferedBytes = 0;
    this.#marks = [];
    return { droppedBytes, marks };
  }

  /** The next 20 ms, padded with silence, and the marks that became due because the frame before it is over. */
  takeFrame(): PlayedFrame & { readonly marks: readonly string[] } {
    this.#finishedBytes = this.#takenBytes;
    const marks = this.#dueMarks();
    if (this.#bufferedBytes === 0) return { frame: silentFrame, isAudio: false, marks };
    const frame = Buffer.alloc(frameBytes, muLawSilence);
    let filled = 0;
    while (filled < frameBytes) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      const taken = chunk.copy(frame, filled);
      filled += taken;
      if (taken === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(taken);
    }
    this.#bufferedBytes -= filled;
    this.#takenBytes += filled;
    return { frame, isAudio: true, marks };
  }

  #dueMarks(): readonly string[] {
    const due: string[] = [];
    while (this.#marks[0] !== undefined && this.#marks[0].atBytes <= this.#finishedBytes) {
      due.push(this.#marks[0].name);
      this.#marks.shift();
    }
    return due;
  }
}
