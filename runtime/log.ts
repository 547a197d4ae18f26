/**
 * The log as the runtime sees it: an ordered, partitioned, durable list of keyed records. kafkajs stands behind this port; another client can,
 * when it passes the same contract suite (connectors/kafka/contract.ts).
 */

/** A record as it lies in the log. */
export type LogRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** A record on its way into the log. */
export type OutgoingRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  /** Null is a tombstone: compaction removes the key. */
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A partition of a topic. */
export type TopicPartition = { readonly topic: string; readonly partition: number };

export type ConsumeOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  /** `shared`: partition p of every topic goes to the same member of the group. `own`: all partitions, but of `reply.topic` only `reply.partition`, from the end of the log. */
  readonly reading: { readonly kind: "shared" } | { readonly kind: "own"; readonly reply: TopicPartition };
  /** `live` unless told otherwise; `batched` fetches less often, for whom a quarter of a second is early enough. */
  readonly pace?: "live" | "batched";
  /**
   * Takes records of one partition in order, at once, without waiting: what takes time is queued by the receiver. `remaining` is how many more the partition
   * held when they were fetched.
   */
  readonly onRecords: (records: readonly LogRecord[], remaining: number) => void;
  /** The partitions held from now on. Records of a kept partition may be delivered again from the last commit on. */
  readonly onAssigned: (partitions: readonly TopicPartition[]) => void;
  /** The consumer cannot go on; the worker must end so that its supervisor starts it anew. */
  readonly onFatal: (error: Error) => void;
};

/** A running consumer. */
export type Consumption = {
  /** Commits the next offset to read, per partition. */
  commit(offsets: readonly (TopicPartition & { readonly nextOffset: bigint })[]): Promise<void>;
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** Takes nothing more; commits are still possible. */
  stop(): Promise<void>;
  /** Leaves the group at once, so that others take over without waiting for a time-out. */
  leave(): Promise<void>;
};

export type EventLog = {
  /** Number of partitions of every topic. */
  readonly partitions: number;
  /** Appends; resolves when the log has it. Records of one partition keep their order; of snapshots of a key that come close together only the newest is kept. Rejects with PUBLISH_FAILED after bounded retries. */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** The newest record of a key in a partition that is not older than `sinceMs` (milliseconds since the epoch); null when there is none. */
  newest(partition: TopicPartition, key: string, sinceMs: number): Promise<LogRecord | null>;
  close(): Promise<void>;
};
