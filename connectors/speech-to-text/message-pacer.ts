const bytesPerMs = 8;
/** Most bytes in one message; the vendor's smallest documented limit is 15 KB. */
const maxMessageBytes = 14_400;
/** Audio that may be sent at once; more is sent again at a multiple of real time, since the vendor refuses long bursts. */
const burstMs = 4000;
const paceMs = 50;
const timesFasterThanRealTime = 8;
const quietLoudness = 0.01;

/** Whether a stretch of µ-law audio is quiet all along: no stretch of 20 ms has more than one percent of full scale on average. */
export function isQuiet(audio: Uint8Array): boolean {
  const frameBytes = 160;
  for (let offset = 0; offset < audio.length; offset += frameBytes) {
    const frame = audio.subarray(offset, offset + frameBytes);
    let sum = 0;
    for (const byte of frame) sum += magnitudeOf(byte);
    if (sum / frame.length > quietLoudness * 32_768) return false;
  }
  return true;
}

function magnitudeOf(byte: number): number {
  const inverted = ~byte & 0x7f;
  return (((inverted & 0x0f) * 8 + 0x84) << (inverted >> 4)) - 0x84;
}

/**
 * Puts audio on a vendor stream in messages of allowed size: what is small at once, a long stretch that is sent again at a multiple of real time,
 * and what comes meanwhile after it.
 */
export class MessagePacer {
  readonly #send: (message: Uint8Array, onSent: () => void) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #inFlightBytes = 0;
  #budgetBytes = burstMs * bytesPerMs;
  #refilledAtMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #onEmpty: (() => void) | undefined;

  constructor(send: (message: Uint8Array, onSent: () => void) => void) {
    this.#send = send;
  }

  /** Audio that waits here or has not left this process yet. */
  get queuedMs(): number {
    return (this.#waitingBytes + this.#inFlightBytes) / bytesPerMs;
  }

  /** Takes audio of any length. */
  push(audio: Uint8Array): void {
    for (let offset = 0; offset < audio.length; offset += maxMessageBytes)
      this.#waiting.push(audio.subarray(offset, offset + maxMessageBytes));
    this.#waitingBytes += audio.length;
    if (this.#timer === undefined) this.#flush();
  }

  /** Calls back once nothing waits here any more. */
  whenEmpty(callback: () => void): void {
    this.#onEmpty = callback;
    if (this.#waiting.length === 0) this.#tellEmpty();
  }

  /** Forgets what waits. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #tellEmpty(): void {
    const callback = this.#onEmpty;
    this.#onEmpty = undefined;
    callback?.();
  }

  #refill(): void {
    const now = performance.now();
    const earnedBytes = (now - this.#refilledAtMs) * timesFasterThanRealTime * bytesPerMs;
    this.#budgetBytes = Math.min(burstMs * bytesPerMs, this.#budgetBytes + earnedBytes);
    this.#refilledAtMs = now;
  }

  #flush(): void {
    this.#timer = undefined;
    this.#refill();
    while (!this.#isStopped && this.#budgetBytes > 0) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      this.#waitingBytes -= message.length;
      this.#inFlightBytes += message.length;
      this.#budgetBytes -= message.length;
      this.#send(message, () => {
        this.#inFlightBytes -= message.length;
      });
    }
    if (this.#isStopped) return;
    if (this.#waiting.length === 0) this.#tellEmpty();
    else this.#timer = setTimeout(() => this.#flush(), paceMs);
  }
}
