/** What the caller measured of one reply, in milliseconds from the end of its own speech; absent when it did not come. */
export type TurnTimes = { readonly firstSoundMs?: number; readonly firstWordMs?: number };

const tailMs = 300;

/**
 * Measures a reply from the caller's side: from the last frame of the caller's own speech (or its last key) to the first sound and the first word
 * of the agent. Speech of the agent that still runs from before is not a reply: it must end, or be cut, first.
 */
export class TurnClock {
  #endedAtMs: number | undefined;
  #isArmed = false;
  #lastVoicedAtMs: number | undefined;
  #firstSoundAtMs: number | undefined;
  #firstWordAtMs: number | undefined;

  /** The caller begins to speak: the turn that was measured is over. */
  start(): void {
    this.#endedAtMs = undefined;
    this.#firstSoundAtMs = undefined;
    this.#firstWordAtMs = undefined;
  }

  /** The caller's last frame left. */
  end(nowMs: number): void {
    this.start();
    this.#endedAtMs = nowMs;
    this.#isArmed = this.#lastVoicedAtMs === undefined || nowMs - this.#lastVoicedAtMs >= tailMs;
  }

  /** The agent's buffer was emptied: what sounds from now on is new. */
  cut(): void {
    this.#isArmed = true;
    this.#lastVoicedAtMs = undefined;
  }

  /** A frame of the agent arrived; `wordStartedAtMs` when it completed a word. */
  hear(nowMs: number, isVoiced: boolean, wordStartedAtMs: number | undefined): void {
    if (this.#lastVoicedAtMs !== undefined && nowMs - this.#lastVoicedAtMs >= tailMs) this.#isArmed = true;
    if (this.#endedAtMs !== undefined && this.#isArmed) {
      if (isVoiced) this.#firstSoundAtMs ??= nowMs;
      if (wordStartedAtMs !== undefined && wordStartedAtMs >= this.#endedAtMs) this.#firstWordAtMs ??= wordStartedAtMs;
    }
    if (isVoiced) this.#lastVoicedAtMs = nowMs;
  }

  /** Times of the turn so far. */
  times(): TurnTimes {
    const ended = this.#endedAtMs;
    if (ended === undefined) return {};
    return {
      ...(this.#firstSoundAtMs === undefined ? {} : { firstSoundMs: this.#firstSoundAtMs - ended }),
      ...(this.#firstWordAtMs === undefined ? {} : { firstWordMs: this.#firstWordAtMs - ended }),
    };
  }
}
