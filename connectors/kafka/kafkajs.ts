/** The log on kafkajs, tuned for latency: every setting that differs from kafkajs' default has its reason beside it. */
import { randomUUID } from "node:crypto";
import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import kafkajs, { type Consumer, type ConsumerConfig, type Kafka, type KafkaConfig } from "kafkajs";
import { PartylineError } from "../../runtime/errors.ts";
import type { ConsumeOptions, Consumption, EventLog, LogRecord, TopicPartition } from "../../runtime/log.ts";
import type { Logger } from "../../runtime/logger.ts";
import { topics } from "../../schemas/topics.ts";
import { toAccessError } from "./access-error.ts";
import { assignerFor, fixed } from "./assigners.ts";
import type { BrokerAccess } from "./broker-access.ts";
import { CoalescingProducer } from "./coalescing-producer.ts";
import { patchIdleTimer } from "./idle-timer-patch.ts";

export type KafkaLogOptions = BrokerAccess & {
  readonly clientId: string;
  readonly sessionTimeoutMs: number;
  /** Topics that will be written to: their metadata is fetched before the first call, not during it. */
  readonly writesTo: readonly string[];
  readonly partitions: number;
  readonly logger: Logger;
};

/** A kafkajs client with our connection settings. */
export function createKafkaClient(options: Pick<KafkaLogOptions, "clientId" | "logger"> & BrokerAccess): Kafka {
  patchIdleTimer();
  const config: KafkaConfig = {
    clientId: options.clientId,
    brokers: [...options.brokers],
    ...options.security,
    connectionTimeout: 1_000,
    requestTimeout: 2_500,
    // The first retry after 300 ms would be heard by a caller.
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 8, factor: 0.2, multiplier: 1.7 },
    // Without TCP_NODELAY small requests can wait 40 ms on a real network.
    socketFactory: ({ host, port, ssl, onConnect }) => {
      // Clusters behind one address tell brokers apart by the name that is asked for, which may not be an IP address (RFC 6066).
      const name = isIP(host) === 0 ? { servername: host } : {};
      const socket = ssl ? connectTls({ host, port, ...name, ...ssl }, onConnect) : connect({ host, port }, onConnect);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 60_000);
      return socket;
    },
    logLevel: kafkajs.logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, level, log }) => {
        const fields = { namespace, error: String(log.error ?? ""), broker: String(log.broker ?? "") };
        if (level <= kafkajs.logLevel.ERROR) options.logger.warn(fields, `kafkajs: ${log.message}`);
        else options.logger.info(fields, `kafkajs: ${log.message}`);
      },
  };
  return new kafkajs.Kafka(config);
}

/** Opens the log. Producer and consumers have connections of their own: a fetch that waits at the broker holds up everything behind it on its connection. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const kafka = createKafkaClient(options);
  const lines = await openLines(kafka, options.writesTo);
  const consumers = new Set<Consumer>();

  function consumerConfig(groupId: string, pace: ConsumeOptions["pace"] = "live"): ConsumerConfig {
    return {
      groupId,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: Math.floor(options.sessionTimeoutMs / 5),
      rebalanceTimeout: 4_000,
      readUncommitted: true,
      minBytes: pace === "live" ? 1 : 64 << 10,
      // Also bounds how late a heartbeat, a commit or a rebalance can be: they share the connection with the waiting fetch.
      maxWaitTimeInMs: pace === "live" ? 100 : 250,
      maxBytes: 4 << 20,
      maxBytesPerPartition: 512 << 10,
      allowAutoTopicCreation: false,
      // Longer than a broker's restart, so that a worker outlives it.
      retry: {
        initialRetryTime: 50,
        maxRetryTime: 1_000,
        retries: 60,
        factor: 0.2,
        multiplier: 1.7,
        restartOnFailure: async () => true,
      },
    };
  }

  return {
    partitions: options.partitions,
    async publish(records) {
      if (records.length === 1 && records[0] !== undefined) return lines[lineOf(records[0].topic)].publish(records);
      const byLine = Map.groupBy(records, ({ topic }) => lineOf(topic));
      await Promise.all([...byLine].map(([line, its]) => lines[line].publish(its)));
    },

    async consume(consume: ConsumeOptions): Promise<Consumption> {
      const consumer = kafka.consumer({
        ...consumerConfig(consume.group, consume.pace),
        partitionAssigners: [assignerFor(consume.reading)],
      });
      consumers.add(consumer);
      await consumer.connect();
      await consumer.subscribe({ topics: [...consume.topics], fromBeginning: consume.reading.kind === "shared" });
      const joined = new Promise<void>((resolve) => {
        consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
          consume.onAssigned(
            Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
              partitions.map((partition) => ({ topic, partition })),
            ),
          );
          resolve();
        });
      });
      const fetched = new Promise<void>((resolve) => {
        const off = consumer.on(consumer.events.FETCH, () => {
          off();
          resolve();
        });
      });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) consume.onFatal(toAccessError(payload.error));
      });
      await consumer.run({
        // Auto-commit would wait for a commit after every batch.
        autoCommit: false,
        partitionsConsumedConcurrently: options.partitions * consume.topics.length,
        eachBatch: async ({ batch }) => {
          const remaining = Number(BigInt(batch.highWatermark) - 1n - BigInt(batch.lastOffset()));
          consume.onRecords(
            batch.messages.map((message) => toLogRecord(batch.topic, batch.partition, message)),
            Math.max(0, remaining),
          );
        },
      });
      // "From now on" is settled with the first fetch, not with joining.
      await Promise.all([joined, consume.reading.kind === "own" ? fetched : undefined]);
      return {
        async commit(offsets) {
          await consumer.commitOffsets(
            offsets.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: nextOffset.toString() })),
          );
        },
        pause: ({ topic, partition }) => consumer.pause([{ topic, partitions: [partition] }]),
        resume: ({ topic, partition }) => consumer.resume([{ topic, partitions: [partition] }]),
        async stop() {
          consumer.pause(consume.topics.map((topic) => ({ topic })));
        },
        async leave() {
          consumers.delete(consumer);
          await consumer.disconnect();
        },
      };
    },

    newest: (partition, key, sinceMs) =>
      readNewest(kafka, consumerConfig(`partyline-reader-${randomUUID()}`), partition, key, sinceMs),

    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.disconnect()));
      await Promise.all(Object.values(lines).map((line) => line.close()));
    },
  };
}

type Line = "facts" | "audio" | "snapshots";

/**
 * What has a connection and requests of its own: audio and snapshots, so that neither a fact waits behind them nor a sentence behind a snapshot. A broker answers
 * the requests of one connection one after another.
 */
async function openLines(kafka: Kafka, writesTo: readonly string[]): Promise<Record<Line, CoalescingProducer>> {
  const open = async (line: Line): Promise<CoalescingProducer> => {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      metadataMaxAge: 30_000,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const topicMessages = writesTo.filter((topic) => lineOf(topic) === line).map((topic) => ({ topic, messages: [] }));
    if (topicMessages.length > 0) await producer.sendBatch({ topicMessages });
    return new CoalescingProducer(producer, { isNewestOnly: line === "snapshots" });
  };
  const [facts, audio, snapshots] = await Promise.all([open("facts"), open("audio"), open("snapshots")]);
  return { facts, audio, snapshots };
}

const lineOfTopic = new Map<string, Line>([
  [topics.audioIn.name, "audio"],
  [topics.audioOut.name, "audio"],
  [topics.callState.name, "snapshots"],
]);

function lineOf(topic: string): Line {
  return lineOfTopic.get(topic) ?? "facts";
}

const READ_BACK_MS = 5_000;

async function readNewest(
  kafka: Kafka,
  config: ConsumerConfig,
  { topic, partition }: TopicPartition,
  key: string,
  sinceMs: number,
): Promise<LogRecord | null> {
  const { start, end } = await boundsSince(kafka, { topic, partition }, sinceMs);
  if (start < 0n || start >= end) return null;
  const last = end - 1n;
  const consumer = kafka.consumer({ ...config, partitionAssigners: [fixed(new Map([[topic, partition]]))] });
  let newest: LogRecord | null = null;
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(
        () =>
          reject(
            new PartylineError(
              "DEADLINE_EXCEEDED",
              `${topic}/${partition} could not be read back in ${READ_BACK_MS} ms`,
              { isRetryable: true },
            ),
          ),
        READ_BACK_MS,
      );
      const done = (): void => {
        clearTimeout(timeout);
        resolve();
      };
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            for (const message of batch.messages)
              if (message.key?.toString("utf8") === key) newest = toLogRecord(topic, partition, message);
            if (BigInt(batch.lastOffset()) >= last) done();
          },
        })
        .catch(reject);
      consumer.seek({ topic, partition, offset: start.toString() });
    });
  } finally {
    await consumer.disconnect();
  }
  return newest;
}

/** Offset of the first record that is not older, and the offset behind the last record; a start below 0 says that all are older. */
async function boundsSince(
  kafka: Kafka,
  { topic, partition }: TopicPartition,
  sinceMs: number,
): Promise<{ start: bigint; end: bigint }> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const starts = await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, Math.floor(sinceMs)));
    return {
      start: BigInt(starts.find((entry) => entry.partition === partition)?.offset ?? -1),
      end: BigInt(ends.find((entry) => entry.partition === partition)?.high ?? 0),
    };
  } finally {
    await admin.disconnect();
  }
}

type KafkaMessage = {
  key: Buffer | null;
  value: Buffer | null;
  offset: string;
  headers?: Record<string, unknown> | undefined;
};

function toLogRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: toHeaders(message.headers),
  };
}

const noHeaders: Readonly<Record<string, string>> = {};

function toHeaders(headers: Record<string, unknown> | undefined): Readonly<Record<string, string>> {
  if (headers === undefined) return noHeaders;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Buffer.isBuffer(value) ? value.toString("utf8") : String(value),
    ]),
  );
}
