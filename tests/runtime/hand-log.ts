/** A log and a session store in memory that a test moves by hand: which partitions a worker has, which records it gets, what the broker takes and when. */

import type { Clock } from "../../runtime/clock.ts";
import { Codec } from "../../runtime/codec.ts";
import type { ConsumeOptions, EventLog, LogRecord, OutgoingRecord } from "../../runtime/log.ts";
import { createLogger } from "../../runtime/logger.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { type RunningStage, runStage } from "../../runtime/run.ts";
import type { SessionStore } from "../../runtime/session-store.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";
import { type RecordName, recordFiles } from "../../schemas/generated/records.ts";
import { type AnyRecord, type TopicKey, topics } from "../../schemas/topics.ts";

export const HAND_PARTITIONS = 2;

/** Every record of ours with an id that needs no registry. */
export const handCodec = new Codec(
  new Map((Object.keys(recordFiles) as RecordName[]).map((name, index) => [name, index + 1])),
  { schemaById: () => Promise.reject(new Error("no registry here")) },
);

/** Sessions as Redis keeps them, shared by the workers of a test. */
export class HandSessions implements SessionStore {
  readonly kept = new Map<string, { epoch: number; session: string | null; partition: number }>();

  async acquire(stage: string, callSid: string): Promise<{ epoch: number; session: string | null }> {
    const known = this.kept.get(`${stage}/${callSid}`);
    const taken = { session: null, partition: -1, ...known, epoch: (known?.epoch ?? 0) + 1 };
    this.kept.set(`${stage}/${callSid}`, taken);
    return { epoch: taken.epoch, session: taken.session };
  }
  async save(stage: string, callSid: string, partition: number, epoch: number, session: string): Promise<boolean> {
    return this.#write(stage, callSid, { epoch, session, partition });
  }
  async forget(stage: string, callSid: string, partition: number, epoch: number): Promise<boolean> {
    return this.#write(stage, callSid, { epoch, session: null, partition });
  }
  async live(stage: string, partition: number): Promise<readonly string[]> {
    return [...this.kept]
      .filter(([key, entry]) => key.startsWith(`${stage}/`) && entry.partition === partition && entry.session !== null)
      .map(([key]) => key.slice(stage.length + 1));
  }
  async close(): Promise<void> {}

  #write(stage: string, callSid: string, entry: { epoch: number; session: string | null; partition: number }): boolean {
    if ((this.kept.get(`${stage}/${callSid}`)?.epoch ?? 0) > entry.epoch) return false;
    this.kept.set(`${stage}/${callSid}`, entry);
    return true;
  }
}

/** A worker whose log is moved by hand. */
export class HandWorker {
  readonly published: OutgoingRecord[] = [];
  readonly committed: bigint[] = [];
  readonly fatal: Error[] = [];
  readonly metrics;
  running: RunningStage | null = null;
  #consume: ConsumeOptions | null = null;
  #offset = 0n;

  /** `takes`: whether the broker acknowledges what is published to a topic; what it does not take waits for good. */
  static async start(
    stage: AnyStage,
    options: {
      readonly sessions: SessionStore;
      readonly ports?: Readonly<Record<string, unknown>>;
      readonly takes?: (record: OutgoingRecord) => boolean;
      readonly newest?: EventLog["newest"];
      readonly clock?: Clock;
    },
  ): Promise<HandWorker> {
    const worker = new HandWorker(stage.name);
    const log: EventLog = {
      partitions: HAND_PARTITIONS,
      publish(records) {
        if (options.takes !== undefined && !records.every(options.takes)) return new Promise(() => undefined);
        worker.published.push(...records);
        return Promise.resolve();
      },
      async consume(consume) {
        worker.#consume = consume;
        return {
          commit: async (offsets) => void worker.committed.push(...offsets.map(({ nextOffset }) => nextOffset)),
          pause: () => undefined,
          resume: () => undefined,
          stop: async () => undefined,
          leave: async () => undefined,
        };
      },
      newest: options.newest ?? (async () => null),
      close: async () => undefined,
    };
    worker.running = await runStage({
      stage,
      config: {},
      ports: options.ports ?? {},
      workerId: "hand",
      log,
      sessions: options.sessions,
      codec: handCodec,
      metrics: worker.metrics,
      logger: createLogger("test", "silent"),
      drainMs: 100,
      onFatal: (error) => worker.fatal.push(error),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    });
    return worker;
  }

  private constructor(stage: string) {
    this.metrics = createMetrics(stage);
  }

  /** The group gives the worker these partitions of every topic, and takes all others from it. */
  assign(partitions: readonly number[]): void {
    const { topics: names = [], onAssigned } = this.#consume ?? {};
    onAssigned?.(names.flatMap((topic) => partitions.map((partition) => ({ topic, partition }))));
  }

  /** A record comes out of its call's partition. */
  feed(key: TopicKey, record: AnyRecord): void {
    this.feedRaw(key, record.callSid, handCodec.encode(record));
  }

  /** Bytes come out of a call's partition. */
  feedRaw(key: TopicKey, callSid: string, value: Buffer): void {
    const raw: LogRecord = {
      topic: topics[key].name,
      partition: partitionOf(callSid, HAND_PARTITIONS),
      offset: this.#offset,
      key: Buffer.from(callSid),
      value,
      headers: {},
    };
    this.#offset += 1n;
    this.#consume?.onRecords([raw], 0);
  }

  /** Records of a type that the broker took. */
  recordsOf(type: AnyRecord["type"]): AnyRecord[] {
    return this.published.flatMap(({ value }) => {
      if (value === null || value[0] !== 0) return [];
      const decoded = handCodec.decode(value);
      return "type" in decoded && decoded.type === type ? [decoded] : [];
    });
  }
}
