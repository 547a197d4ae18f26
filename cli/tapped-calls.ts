/** What was said on the party line: the records of every topic but audio, by call. */
import { setTimeout as delay } from "node:timers/promises";
import { createKafkaClient } from "../connectors/kafka/kafkajs.ts";
import { openTap, type Tap } from "../connectors/kafka/tap.ts";
import { createLogger } from "../runtime/logger.ts";
import { type AnyRecord, deadLetters, type TopicKey, topics } from "../schemas/topics.ts";

/** Where the log is. */
export type TappedLog = { readonly kafka: string; readonly registry: string; readonly partitions: number };

/** A call that is over is quiet when nothing was added for so long. */
const quietMs = 700;
const logger = createLogger("tap", process.env.LOG_LEVEL ?? "silent");
const listened: readonly TopicKey[] = (Object.keys(topics) as TopicKey[]).filter(
  (key) => !["audioIn", "audioOut", "callState"].includes(key),
);

/** Listens to all calls until it is closed. */
export class TappedCalls {
  readonly #log: TappedLog;
  readonly #calls = new Map<string, { records: AnyRecord[]; newestAtMs: number }>();
  #tap: Tap | undefined;

  private constructor(log: TappedLog) {
    this.#log = log;
  }

  /** `onRecord` is told every record as it comes; records of one call and topic come in order. */
  static async open(log: TappedLog, onRecord: (record: AnyRecord) => void = () => undefined): Promise<TappedCalls> {
    const calls = new TappedCalls(log);
    calls.#tap = await openTap({
      brokers: [log.kafka],
      registryUrl: log.registry,
      partitions: log.partitions,
      logger,
      topics: listened,
      onRecord(record) {
        const call = calls.#calls.get(record.callSid) ?? { records: [], newestAtMs: 0 };
        call.records.push(record);
        call.newestAtMs = performance.now();
        calls.#calls.set(record.callSid, call);
        onRecord(record);
      },
    });
    return calls;
  }

  /** The call's records so far, in order of arrival. */
  recordsOf(callSid: string): readonly AnyRecord[] {
    return this.#calls.get(callSid)?.records ?? [];
  }

  /** Resolves when the call has ended, every tool call has its result, and nothing more comes; or when the time is up. */
  async untilQuiet(callSid: string, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      const call = this.#calls.get(callSid);
      if (call !== undefined && performance.now() - call.newestAtMs >= quietMs && isSettled(call.records)) return;
      await delay(100);
    }
  }

  /** How many records each topic of the log holds, dead letters apart. */
  async count(): Promise<{ readonly topics: Readonly<Record<string, number>>; readonly deadLetters: number }> {
    const admin = createKafkaClient({ clientId: "partyline-count", brokers: [this.#log.kafka], logger }).admin();
    await admin.connect();
    try {
      const recordsOn = async (topic: string): Promise<number> => {
        const offsets = await admin.fetchTopicOffsets(topic);
        return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
      };
      const counts: Record<string, number> = {};
      for (const { name } of Object.values(topics)) counts[name] = await recordsOn(name);
      return { topics: counts, deadLetters: await recordsOn(deadLetters.name) };
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    await this.#tap?.close();
  }
}

function isSettled(records: readonly AnyRecord[]): boolean {
  const answered = new Set(
    records.flatMap((record) =>
      record.type === "ToolSucceeded" || record.type === "ToolRefused" || record.type === "ToolFailed"
        ? [record.callId]
        : [],
    ),
  );
  const hasEnded = records.some(({ type }) => type === "CallEnded");
  return hasEnded && records.every((record) => record.type !== "ToolCalled" || answered.has(record.eventId));
}
