/** A real broker, registry and Redis for a test file, with topics and schemas prepared, and short ways to use them. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createKafkaClient, openKafkaLog } from "../../connectors/kafka/kafkajs.ts";
import { prepareLog } from "../../connectors/kafka/prepare.ts";
import { registeredIds, schemaSource } from "../../connectors/kafka/registry.ts";
import { openRedisSessions } from "../../connectors/session-store/redis.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { Codec } from "../../runtime/codec.ts";
import type { EventLog, LogRecord } from "../../runtime/log.ts";
import { createLogger } from "../../runtime/logger.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { type RunningStage, type RunOptions, runStage } from "../../runtime/run.ts";
import type { SessionStore } from "../../runtime/session-store.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";
import { type AnyRecord, deadLetters, type TopicKey, topics } from "../../schemas/topics.ts";

export const PARTITIONS = 4;
const logger = createLogger("test", process.env.LOG_LEVEL ?? "silent");

/** A worker in this process; `crash` abandons it as SIGKILL would: nothing is finished, saved or committed. */
export type TestWorker = {
  readonly running: RunningStage;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly fatal: Error[];
  crash(): Promise<void>;
  drain(): Promise<boolean>;
};

export class LogFixture {
  readonly stack: Stack;
  readonly log: EventLog;
  readonly codec: Codec;
  readonly sessions: SessionStore;
  /** Everything that lies on our topics, dead letters included, in arrival order. */
  readonly seen: { readonly topic: string; readonly raw: LogRecord; readonly record: AnyRecord | null }[] = [];
  readonly #byCall = new Map<string, Map<string, AnyRecord>>();
  readonly #undo: (() => Promise<unknown>)[] = [];

  private constructor(stack: Stack, log: EventLog, codec: Codec, sessions: SessionStore) {
    this.stack = stack;
    this.log = log;
    this.codec = codec;
    this.sessions = sessions;
  }

  static async open(): Promise<LogFixture> {
    const stack = await startStack();
    await prepareLog({
      brokers: [stack.kafka],
      registryUrl: stack.registry,
      partitions: PARTITIONS,
      replicationFactor: 1,
      logger,
    });
    const log = await LogFixture.#openLog(stack);
    const codec = new Codec(await registeredIds(stack.registry), schemaSource(stack.registry));
    const fixture = new LogFixture(stack, log, codec, openRedisSessions(stack.redis));
    const names = [...Object.values(topics).map((topic) => topic.name), deadLetters.name];
    await log.consume({
      group: `test-${randomUUID()}`,
      topics: names,
      reading: { kind: "shared" },
      onAssigned: () => undefined,
      onFatal: () => undefined,
      onRecords: (records) => {
        for (const raw of records) fixture.#note(raw);
      },
    });
    return fixture;
  }

  static #openLog(stack: Stack): Promise<EventLog> {
    const writesTo = [...Object.values(topics).map((topic) => topic.name), deadLetters.name];
    return openKafkaLog({
      clientId: "test",
      brokers: [stack.kafka],
      sessionTimeoutMs: 1_500,
      writesTo,
      partitions: PARTITIONS,
      logger,
    });
  }

  #note(raw: LogRecord): void {
    const record = this.#decode(raw);
    this.seen.push({ topic: raw.topic, raw, record });
    if (record === null) return;
    const key = `${record.type}/${record.callSid}`;
    const known = this.#byCall.get(key) ?? new Map<string, AnyRecord>();
    if (!known.has(record.eventId)) known.set(record.eventId, record);
    this.#byCall.set(key, known);
  }

  #decode(raw: LogRecord): AnyRecord | null {
    if (raw.value === null || raw.topic === deadLetters.name) return null;
    try {
      const decoded = this.codec.decode(raw.value);
      return "type" in decoded ? decoded : null;
    } catch {
      return null;
    }
  }

  /** Starts a stage's worker in this process, with connections of its own. `through` puts something between the worker and the log. */
  async work(
    stage: AnyStage,
    options: Partial<RunOptions> = {},
    through: (log: EventLog) => EventLog = (log) => log,
  ): Promise<TestWorker> {
    const log = await LogFixture.#openLog(this.stack);
    const sessions = openRedisSessions(this.stack.redis);
    const metrics = createMetrics(stage.name);
    const fatal: Error[] = [];
    const running = await runStage({
      stage,
      config: {},
      ports: {},
      workerId: randomUUID(),
      log: through(log),
      sessions,
      codec: this.codec,
      metrics,
      logger,
      onFatal: (error) => fatal.push(error),
      ...options,
    });
    let isOver = false;
    const over = async (): Promise<void> => {
      isOver = true;
      await log.close();
      await sessions.close();
    };
    this.#undo.push(async () => (isOver ? undefined : over()));
    return {
      running,
      metrics,
      fatal,
      crash: over,
      async drain() {
        const isFinished = await running.drain();
        await over();
        return isFinished;
      },
    };
  }

  /** Appends a record to a topic, to its call's partition. */
  send(key: TopicKey, record: AnyRecord): Promise<void> {
    return this.log.publish([
      {
        topic: topics[key].name,
        partition: partitionOf(record.callSid, PARTITIONS),
        key: record.callSid,
        value: this.codec.encode(record),
      },
    ]);
  }

  /** Appends raw bytes to a topic, to a call's partition. */
  sendRaw(key: TopicKey, callSid: string, value: Buffer | null): Promise<void> {
    return this.log.publish([
      { topic: topics[key].name, partition: partitionOf(callSid, PARTITIONS), key: callSid, value },
    ]);
  }

  /** Records of a type and call seen so far, each once: the log may hold a record twice, and every reader drops what it has seen. */
  recordsOf(type: AnyRecord["type"], callSid: string): AnyRecord[] {
    return [...(this.#byCall.get(`${type}/${callSid}`)?.values() ?? [])];
  }

  /** Committed next offset of a stage's group; null when there is none. */
  async committed(group: string, key: TopicKey, callSid: string): Promise<bigint | null> {
    const admin = createKafkaClient({ clientId: "test-admin", brokers: [this.stack.kafka], logger }).admin();
    await admin.connect();
    try {
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topics[key].name] });
      const offset =
        offsets?.partitions.find((entry) => entry.partition === partitionOf(callSid, PARTITIONS))?.offset ?? "-1";
      return offset === "-1" ? null : BigInt(offset);
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    for (const undo of this.#undo) await undo();
    await this.log.close();
    await this.sessions.close();
    await this.stack.stop();
  }
}

/** Call ids whose calls share a partition. */
export function neighbours(count: number, prefix: string): string[] {
  const wanted = partitionOf(`${prefix}0`, PARTITIONS);
  const found: string[] = [];
  for (let i = 0; found.length < count; i += 1)
    if (partitionOf(`${prefix}${i}`, PARTITIONS) === wanted) found.push(`${prefix}${i}`);
  return found;
}

/** Waits until something is so. Throws, saying what was waited for, after a bound. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(10);
  }
}
