/** Which silence a caller heard: stretches without sound from the end of their own words to the end of the reply. Pure: times are given. */
import type { Silence } from "./plan.ts";

/** What is shorter is a pause between words, or the moment that any reply takes. */
export const shortestSilenceMs = 100;

/** Of one call. */
export class SilenceClock {
  readonly #silences: Silence[] = [];
  #sinceMs: number | undefined;
  #hasReplied = false;

  get silences(): readonly Silence[] {
    return this.#silences;
  }

  /** The caller's last word ended: from now on a reply is awaited. */
  awaits(atMs: number): void {
    this.#sinceMs = atMs;
    this.#hasReplied = false;
  }

  /** A frame was played that is not silence. */
  sounded(atMs: number): void {
    if (this.#sinceMs === undefined) return;
    this.#note(atMs);
    this.#sinceMs = atMs;
    this.#hasReplied = true;
  }

  /** The caller goes on by themselves. What was silent last counts when the reply had not come, or not to its end; `isWhole` is null when its end cannot be told. */
  goesOn(atMs: number, isWhole: boolean | null): void {
    if (!(isWhole ?? this.#hasReplied)) this.#note(atMs);
    this.#sinceMs = undefined;
  }

  #note(atMs: number): void {
    const fromMs = this.#sinceMs;
    if (fromMs !== undefined && atMs - fromMs >= shortestSilenceMs) this.#silences.push({ fromMs, toMs: atMs });
  }
}
