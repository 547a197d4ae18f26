/**
 * kafkajs sends one request for every `send`. This groups everything that arrives while requests are under way into the next request: no wait when idle, batches under load.
 * One request is under way at a time: with two, a retry after a broker's restart would put older audio behind newer.
 */
import type { Message, Producer } from "kafkajs";
import { PartylineError } from "../../runtime/errors.ts";
import type { OutgoingRecord } from "../../runtime/log.ts";

export type CoalescingOptions = {
  /** Of records with the same key that wait together, only the newest is sent: for topics that are compacted by key. */
  readonly isNewestOnly?: boolean;
};

type Waiting = {
  readonly records: readonly OutgoingRecord[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

const MAX_IN_FLIGHT = 1;
const MAX_WAITING_RECORDS = 20_000;
/** Half of what a broker takes for one partition by default (`max.message.bytes`). */
const MAX_REQUEST_BYTES = 512 * 1024;
/** Answers of the broker that a repetition does not change. https://kafka.apache.org/protocol.html#protocol_error_codes */
const FINAL_ERRORS = new Set([
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_TOPIC_EXCEPTION",
  "TOPIC_AUTHORIZATION_FAILED",
  "CLUSTER_AUTHORIZATION_FAILED",
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
]);
/** Longest time to try a request again; longer than a broker's restart. */
const RETRY_FOR_MS = 30_000;
const RETRY_EVERY_MS = 100;

export class CoalescingProducer {
  readonly #producer: Producer;
  readonly #isNewestOnly: boolean;
  readonly #waiting: Waiting[] = [];
  #waitingRecords = 0;
  #inFlight = 0;
  #isScheduled = false;
  #idle: (() => void)[] = [];

  constructor(producer: Producer, { isNewestOnly = false }: CoalescingOptions = {}) {
    this.#producer = producer;
    this.#isNewestOnly = isNewestOnly;
  }

  /** Appends; resolves with the broker's acknowledgement. Rejects with QUEUE_FULL or PUBLISH_FAILED. */
  publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#waitingRecords + records.length > MAX_WAITING_RECORDS)
      return Promise.reject(
        new PartylineError("QUEUE_FULL", `${this.#waitingRecords} records wait for the broker`, { isRetryable: true }),
      );
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#waitingRecords += records.length;
      this.#schedule();
    });
  }

  /** Resolves when nothing is waiting or under way, and the connection is closed. */
  async close(): Promise<void> {
    if (this.#inFlight > 0 || this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#producer.disconnect();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#fitting());
    if (batch.length === 0) return;
    this.#inFlight += 1;
    if (this.#waiting.length > 0) this.#schedule();
    const waited = batch.flatMap((waiting) => waiting.records);
    this.#waitingRecords -= waited.length;
    const records = this.#isNewestOnly ? newestOfEachKey(waited) : waited;
    try {
      await this.#sendWithRetry(records);
      for (const waiting of batch) waiting.resolve();
    } catch (cause) {
      const error = new PartylineError("PUBLISH_FAILED", `the broker did not take ${records.length} records`, {
        cause,
      });
      for (const waiting of batch) waiting.reject(error);
    }
    this.#inFlight -= 1;
    if (this.#waiting.length > 0) this.#schedule();
    else if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** How many of those that wait fit into one request; at least one. */
  #fitting(): number {
    let bytes = 0;
    const full = this.#waiting.findIndex(({ records }) => {
      for (const { value } of records) bytes += value?.length ?? 0;
      return bytes > MAX_REQUEST_BYTES;
    });
    return full < 0 ? this.#waiting.length : Math.max(1, full);
  }

  async #sendWithRetry(records: readonly OutgoingRecord[]): Promise<void> {
    const byTopic = new Map<string, Message[]>();
    for (const { topic, partition, key, value, headers } of records) {
      const messages = byTopic.get(topic) ?? [];
      messages.push({ partition, key, value, ...(headers === undefined ? {} : { headers }) });
      byTopic.set(topic, messages);
    }
    const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
    const deadline = Date.now() + RETRY_FOR_MS;
    for (;;) {
      try {
        await this.#producer.sendBatch({ acks: -1, topicMessages });
        return;
      } catch (error) {
        if (Date.now() > deadline || isFinal(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY_MS));
      }
    }
  }
}

function newestOfEachKey(records: readonly OutgoingRecord[]): readonly OutgoingRecord[] {
  return [...new Map(records.map((record) => [`${record.topic}#${record.partition}#${record.key}`, record])).values()];
}

function isFinal(error: unknown): boolean {
  const { type = "", originalError } = error as { type?: string; originalError?: { type?: string } };
  return FINAL_ERRORS.has(type) || FINAL_ERRORS.has(originalError?.type ?? "");
}
