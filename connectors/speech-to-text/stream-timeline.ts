const bytesPerMs = 8;

type Filler = { readonly fromMs: number; untilMs: number };

/**
 * Relates a vendor stream's clock (milliseconds since its first byte) to the caller's audio. They differ by where the stream took the audio up and
 * by the keep-alive silence that was put in.
 */
export class StreamTimeline {
  readonly #startsAtMs: number;
  #fillers: Filler[] = [];
  #vendorMs = 0;

  constructor(startsAtMs: number) {
    this.#startsAtMs = startsAtMs;
  }

  /** Audio of any kind given to the vendor's stream so far. */
  get vendorMs(): number {
    return this.#vendorMs;
  }

  /** Notes caller audio that was sent. */
  addAudio(bytes: number): void {
    this.#vendorMs += bytes / bytesPerMs;
  }

  /** Notes silence that was sent in the caller's stead. */
  addFiller(bytes: number): void {
    const fromMs = this.#vendorMs;
    this.#vendorMs += bytes / bytesPerMs;
    const last = this.#fillers.at(-1);
    if (last !== undefined && last.untilMs === fromMs) last.untilMs = this.#vendorMs;
    else this.#fillers.push({ fromMs, untilMs: this.#vendorMs });
  }

  /** The position in the caller's audio that the vendor means, never beyond what was sent. */
  callerPositionMs(vendorMs: number): number {
    const bounded = Math.min(vendorMs, this.#vendorMs);
    let fillerMs = 0;
    for (const filler of this.#fillers)
      fillerMs += Math.max(0, Math.min(bounded, filler.untilMs) - Math.min(bounded, filler.fromMs));
    return this.#startsAtMs + bounded - fillerMs;
  }
}
