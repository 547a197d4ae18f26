const bytesPerMs = 8;

type Piece = { readonly startsAtMs: number; readonly audio: Uint8Array; readonly handedOverAtMs: number };

/**
 * The caller's audio that the vendor has not yet made final, so that it can be sent again to the vendor's next stream. Positions are milliseconds
 * of caller audio; audio is µ-law at 8000 Hz. What is older than the bound is forgotten.
 */
export class RetainedAudio {
  readonly #maxMs: number;
  #pieces: Piece[] = [];
  #endsAtMs: number;

  constructor(startsAtMs: number, maxMs: number) {
    this.#endsAtMs = startsAtMs;
    this.#maxMs = maxMs;
  }

  /** End of the audio appended so far. */
  get endsAtMs(): number {
    return this.#endsAtMs;
  }

  /** Start of the audio that is still held. */
  get startsAtMs(): number {
    return this.#pieces[0]?.startsAtMs ?? this.#endsAtMs;
  }

  /** Appends audio that was handed over at the given clock time. */
  append(audio: Uint8Array, handedOverAtMs: number): void {
    this.#pieces.push({ startsAtMs: this.#endsAtMs, audio, handedOverAtMs });
    this.#endsAtMs += audio.length / bytesPerMs;
    this.forgetBefore(this.#endsAtMs - this.#maxMs);
  }

  /** Forgets all pieces that end at or before the position and, where a clock time is given, were handed over before it. */
  forgetBefore(positionMs: number, handedOverBeforeMs = Number.POSITIVE_INFINITY): void {
    let count = 0;
    for (const piece of this.#pieces) {
      if (piece.startsAtMs + piece.audio.length / bytesPerMs > positionMs) break;
      if (piece.handedOverAtMs >= handedOverBeforeMs) break;
      count += 1;
    }
    if (count > 0) this.#pieces = this.#pieces.slice(count);
  }

  /** The audio from a position on; from the oldest held where the position is older. */
  from(positionMs: number): Uint8Array {
    const parts = this.#pieces
      .filter((piece) => piece.startsAtMs + piece.audio.length / bytesPerMs > positionMs)
      .map((piece) => piece.audio.subarray(Math.max(0, Math.round((positionMs - piece.startsAtMs) * bytesPerMs))));
    return Buffer.concat(parts);
  }

  /** When the audio that ends at a position was handed over; undefined where it is no longer held. */
  handedOverAtMs(positionMs: number): number | undefined {
    return this.#pieces.find((piece) => piece.startsAtMs + piece.audio.length / bytesPerMs >= positionMs - 0.001)
      ?.handedOverAtMs;
  }
}
