/** What a caller measures of the reply to one line. Pure: times are given, in milliseconds of one monotonic clock. */
import type { MeasuredTurn } from "./plan.ts";

/** Starts when the line's last frame of speech left. */
export class ReplyClock {
  readonly #text: string;
  readonly #endedAtMs: number;
  #firstByteAtMs: number | undefined;
  #firstSoundAtMs: number | undefined;
  #firstWordAtMs: number | undefined;
  #lastPlayedAtMs: number | undefined;

  constructor(text: string, endedAtMs: number) {
    this.#text = text;
    this.#endedAtMs = endedAtMs;
  }

  /** Audio arrived at the socket. */
  arrived(atMs: number, isVoiced: boolean): void {
    this.#firstByteAtMs ??= atMs;
    if (isVoiced) this.#firstSoundAtMs ??= atMs;
  }

  /** True until the first frame that is not silence has arrived: what comes after it need not be looked at. */
  get isAwaitingSound(): boolean {
    return this.#firstSoundAtMs === undefined;
  }

  /** A frame of audio was played. */
  played(atMs: number): void {
    this.#lastPlayedAtMs = atMs;
  }

  /** A word began to sound; one that began before the caller had finished belongs to what was said before. */
  word(startedAtMs: number): void {
    if (startedAtMs >= this.#endedAtMs) this.#firstWordAtMs ??= startedAtMs;
  }

  /** Whether the reply is over: it sounded, and nothing was played for `silenceMs`. */
  isOver(nowMs: number, silenceMs: number): boolean {
    const last = this.#lastPlayedAtMs;
    return this.#firstByteAtMs !== undefined && last !== undefined && nowMs - last >= silenceMs;
  }

  /** Whether no reply at all came within `timeoutMs`, or it does not end within ten times that. */
  isGivenUp(nowMs: number, timeoutMs: number): boolean {
    return nowMs - this.#endedAtMs >= (this.#firstByteAtMs === undefined ? timeoutMs : 10 * timeoutMs);
  }

  /** The times so far. */
  turn(): MeasuredTurn {
    const since = (atMs: number | undefined): number | null => (atMs === undefined ? null : atMs - this.#endedAtMs);
    return {
      text: this.#text,
      firstByteMs: since(this.#firstByteAtMs),
      firstSoundMs: since(this.#firstSoundAtMs),
      firstWordMs: since(this.#firstWordAtMs),
    };
  }
}
