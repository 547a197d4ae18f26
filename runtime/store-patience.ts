import type { Clock } from "./clock.ts";
import { toPartylineError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** Longest wait for the session store before a step goes on unsaved: talk goes on, money is fenced in the database. */
const PATIENCE_MS = 2_000;
const RETRY_PAUSE_MS = 50;
/** Pause between two tries whether a store that is away is back; one step at a time makes them. */
const TRY_AGAIN_AFTER_MS = 500;

export type StorePatienceOptions = {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "unsavedSteps">;
  readonly logger: Pick<Logger, "error" | "info">;
};

/**
 * How long a worker waits for the session store. A store that did not answer within the patience is away, and no other step waits for it until it has
 * answered again: callers would hear a pause at every step of theirs.
 */
export class StorePatience {
  readonly #options: StorePatienceOptions;
  /** When somebody may ask a store that is away; null as long as it answers. */
  #mayAskAt: number | null = null;

  constructor(options: StorePatienceOptions) {
    this.#options = options;
  }

  /** What the store answers, or `otherwise` when it is away; that is counted as an unsaved step. Never rejects. */
  async ask<T>(attempt: () => Promise<T>, otherwise: T): Promise<T> {
    const answer = this.#mayAskAt === null ? await this.#patiently(attempt) : await this.#once(attempt, this.#mayAskAt);
    if (answer !== null) {
      this.#answered();
      return answer.value;
    }
    this.#options.metrics.unsavedSteps.inc();
    return otherwise;
  }

  /** Tries until the patience is over, or somebody else's is. */
  async #patiently<T>(attempt: () => Promise<T>): Promise<{ readonly value: T } | null> {
    const { clock } = this.#options;
    const deadline = clock.now() + PATIENCE_MS;
    while (this.#mayAskAt === null) {
      try {
        return { value: await attempt() };
      } catch (error) {
        if (clock.now() >= deadline) this.#notAnswered(error);
        else await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      }
    }
    return null;
  }

  async #once<T>(attempt: () => Promise<T>, mayAskAt: number): Promise<{ readonly value: T } | null> {
    if (this.#options.clock.now() < mayAskAt) return null;
    this.#mayAskAt = Number.POSITIVE_INFINITY;
    try {
      return { value: await attempt() };
    } catch (error) {
      this.#notAnswered(error);
      return null;
    }
  }

  #answered(): void {
    if (this.#mayAskAt !== null) this.#options.logger.info({}, "session store answers again");
    this.#mayAskAt = null;
  }

  #notAnswered(error: unknown): void {
    const { clock, logger } = this.#options;
    const { code, message } = toPartylineError(error, "SESSION_STORE_FAILED");
    const isNews = this.#mayAskAt === null;
    this.#mayAskAt = clock.now() + TRY_AGAIN_AFTER_MS;
    if (isNews) logger.error({ code, error: message }, "session store does not answer: going on without it");
  }
}
