/** Collects writes for a moment and does them together, in order, waiting out a store that is away. A batch that is too much at once is halved. */
import { PartylineError, toPartylineError } from "../../runtime/errors.ts";

export type WriteQueueOptions<T> = {
  /** Writes a batch whole or not at all. */
  readonly write: (batch: readonly T[]) => Promise<void>;
  /** Longest time that the first write of a batch waits for company, in milliseconds; a full batch does not wait. */
  readonly delayMs?: number;
  readonly maxBatch?: number;
  /** Writes that may wait; one more is an overflow, after which nothing can be promised. */
  readonly maxWaiting?: number;
  readonly onOverflow: (waiting: number) => void;
  /** Told of every failed attempt that will be repeated, with the pause before it. */
  readonly onRetry: (error: PartylineError, pauseMs: number) => void;
};

type Waiting<T> = {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: PartylineError) => void;
};

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** Failures of a write on its own, after which the next one shows whether it or the store is at fault. */
const FAILURES_ALONE = 5;

export class WriteQueue<T> {
  readonly #options: Required<WriteQueueOptions<T>>;
  readonly #waiting: Waiting<T>[] = [];
  readonly #closing = new AbortController();
  #isWriting = false;

  constructor(options: WriteQueueOptions<T>) {
    this.#options = { delayMs: 20, maxBatch: 200, maxWaiting: 20_000, ...options };
  }

  /** Writes that wait and are not under way. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when it is written; rejects when it alone is refused for good, or fails again and again while another is written. Stays open when the queue is closed first. */
  add(item: T): Promise<void> {
    if (this.#waiting.length >= this.#options.maxWaiting) this.#options.onOverflow(this.#waiting.length);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  /** Stops after the attempt under way. What is not written by then is left, and its promises stay open. */
  close(): void {
    this.#closing.abort();
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      if (this.#waiting.length < this.#options.maxBatch) await this.#pause(this.#options.delayMs);
      await this.#write(this.#waiting.splice(0, this.#options.maxBatch));
    }
    this.#isWriting = false;
  }

  async #write(first: readonly Waiting<T>[]): Promise<void> {
    let batch = first;
    let failuresAlone = 0;
    for (let attempt = 0; !this.#closing.signal.aborted; attempt += 1) {
      try {
        await this.#options.write(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
        return;
      } catch (thrown) {
        const error = toPartylineError(thrown, "DATABASE_FAILED");
        if (!error.isRetryable) return this.#writeSingly(batch, error);
        const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
        this.#options.onRetry(error, pauseMs);
        if (batch.length === 1) failuresAlone += 1;
        await this.#pause(pauseMs);
        if (failuresAlone >= FAILURES_ALONE && (await this.#isNextDone())) return batch[0]?.reject(atFault(error));
        // Perhaps it was more than the store can do in its time.
        const half = Math.ceil(batch.length / 2);
        this.#waiting.unshift(...batch.slice(half));
        batch = batch.slice(0, half);
      }
    }
  }

  /** Tries the next write, out of turn; true when the store took it or refused it for good, and so is not away. */
  async #isNextDone(): Promise<boolean> {
    const next = this.#waiting.shift();
    if (next === undefined) return false;
    try {
      await this.#options.write([next.item]);
      next.resolve();
      return true;
    } catch (thrown) {
      const error = toPartylineError(thrown, "DATABASE_FAILED");
      if (error.isRetryable) this.#waiting.unshift(next);
      else next.reject(error);
      return !error.isRetryable;
    }
  }

  /** One bad write must not take the others with it. */
  async #writeSingly(batch: readonly Waiting<T>[], error: PartylineError): Promise<void> {
    const [only] = batch;
    if (batch.length === 1) return only?.reject(error);
    for (const waiting of batch) await this.#write([waiting]);
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
    });
  }
}

function atFault(cause: PartylineError): PartylineError {
  return new PartylineError(
    cause.code,
    `${cause.message}, ${FAILURES_ALONE} times for this write, while another was done`,
    {
      cause,
    },
  );
}
