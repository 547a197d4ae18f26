/** The timers of one call: each name has at most one, and a new time takes the place of the old. */
import type { Clock } from "./clock.ts";

export class LaneTimers {
  readonly #clock: Clock;
  readonly #onDue: (name: string, dueAt: number) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, onDue: (name: string, dueAt: number) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Sets a timer (milliseconds since the epoch), or takes it off (null). */
  set(name: string, dueAt: number | null): void {
    this.#cancels.get(name)?.();
    this.#cancels.delete(name);
    if (dueAt === null) return;
    const cancel = this.#clock.at(dueAt, () => {
      this.#cancels.delete(name);
      this.#onDue(name, dueAt);
    });
    this.#cancels.set(name, cancel);
  }

  /** Takes all off. */
  clear(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
