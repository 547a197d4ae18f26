/**
 * The only loop in the system: takes records of a stage's topics, gives each to its call's lane, commits what is finished, and ends cleanly.
 * What it promises is listed in docs/spec/runtime.md; every promise has a test in tests/runtime.
 */
import { type AnyRecord, deadLetters, type TopicKey, topics } from "../schemas/topics.ts";
import { CallLane } from "./call-lane.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Codec, MAX_BODY_BYTES } from "./codec.ts";
import { PartylineError } from "./errors.ts";
import { traceparentOf } from "./identity.ts";
import { Limiter } from "./limiter.ts";
import type { Consumption, EventLog, LogRecord, OutgoingRecord, TopicPartition } from "./log.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { OffsetTracker } from "./offset-tracker.ts";
import { partitionOf } from "./partition-of.ts";
import type { Outbound } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import { Settlement } from "./settlement.ts";
import type { AnyStage, StageHost } from "./stage-host.ts";
import { StorePatience } from "./store-patience.ts";

export type RunOptions = {
  readonly stage: AnyStage;
  readonly config: unknown;
  readonly ports: Readonly<Record<string, unknown>>;
  /** Identity of this process among the stage's workers. */
  readonly workerId: string;
  readonly log: EventLog;
  readonly sessions: SessionStore;
  readonly codec: Codec;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The gateway's own partition of audio-out; for stages that read their `own`. */
  readonly replyPartition?: number;
  readonly clock?: Clock;
  /** Longest time to finish what is in flight when asked to end. */
  readonly drainMs?: number;
  /** The worker cannot keep its promises: it must end with an error, so that its supervisor starts it anew. */
  readonly onFatal: (error: Error) => void;
};

export type RunningStage = {
  /** Feeds an event that a port noticed by itself. Never throws. */
  deliver(callSid: string, port: string, call: string, event: unknown): void;
  /** Calls this worker holds. */
  readonly liveCalls: number;
  /** Takes nothing more, finishes what is in flight within its deadline, commits, and leaves the group. True when all was finished. */
  drain(): Promise<boolean>;
};

const COMMIT_EVERY_MS = 200;
/** Longer than a group takes to share partitions out anew. */
const FENCED_PATIENCE_MS = 10_000;
/** Inputs that may wait in one partition's lanes before the partition is paused. */
const PARTITION_QUEUE_LIMIT = 1_000;
const MAX_REBUILDS = 2;
/** A call that nobody has heard of for so long is forgotten by the worker. */
const IDLE_LANE_MS = 3_600_000;
/** What still comes for a call that is over, or was never known, is passed over without asking the store each time. */
const FORGOTTEN_LANE_MS = 30_000;

/** Runs a stage until drained. */
export async function runStage(options: RunOptions): Promise<RunningStage> {
  const { stage, log, codec, metrics, logger } = options;
  const clock = options.clock ?? systemClock;
  const { workerId } = options;
  const topicKeys = new Map<string, TopicKey>(stage.inputs.map((key: TopicKey) => [topics[key].name, key]));
  const lanes = new Map<string, CallLane>();
  const trackers = new Map<string, OffsetTracker>();
  /** Records that lay in a partition behind those taken last. */
  const untaken = new Map<string, number>();
  const pausedPartitions = new Map<string, TopicPartition>();
  let consumption: Consumption | null = null;
  let isDraining = false;
  let delivered = 0;
  let assignedPartitions: ReadonlySet<number> = new Set();
  const pendingChecks = new Set<() => void>();

  const host: StageHost = {
    stage,
    config: options.config,
    ports: options.ports,
    workerId,
    log,
    sessions: options.sessions,
    storePatience: new StorePatience({ clock, metrics, logger }),
    codec,
    clock,
    metrics,
    logger,
    rebuilds: new Limiter(MAX_REBUILDS),
    fatal: options.onFatal,
    encode: (callSid, partition, outbound) => toOutgoing(codec, callSid, partition, outbound),
    async publish(outgoing) {
      const startedAt = clock.now();
      await log.publish(outgoing);
      metrics.publishSeconds.observe((clock.now() - startedAt) / 1000);
      for (const { topic } of outgoing) metrics.emitted.inc({ topic });
    },
    async deadLetter(origin, code, message) {
      metrics.deadLetters.inc({ topic: origin.topic, code });
      logger.warn(
        { topic: origin.topic, partition: origin.partition, offset: origin.offset.toString(), code, error: message },
        "record put aside",
      );
      await log.publish([toDeadLetter(origin, stage.name, code, message)]);
    },
  };

  function laneOf(callSid: string, partition: number): CallLane {
    let lane = lanes.get(callSid);
    if (lane === undefined) {
      lane = new CallLane(host, callSid, partition, onFenced);
      lanes.set(callSid, lane);
    }
    return lane;
  }

  /**
   * Another worker owns a call of ours. Usually the partition is on its way to that worker; if it is still ours later, what the call had under way would never
   * be committed, so the worker ends and its inputs are read again. Until then the closed lane stays, and swallows what still comes: taking the call back would fence its owner.
   */
  function onFenced(fenced: CallLane): void {
    const cancel = clock.at(clock.now() + FENCED_PATIENCE_MS, () => {
      if (isDraining || !assignedPartitions.has(fenced.partition)) return;
      options.onFatal(
        new PartylineError(
          "SESSION_FENCED",
          `a call of partition ${fenced.partition} belongs to another worker, the partition does not`,
        ),
      );
    });
    pendingChecks.add(cancel);
  }

  function onRecords(records: readonly LogRecord[], remaining: number): void {
    const arrivedAt = clock.now();
    if (records[0] !== undefined) untaken.set(partitionId(records[0]), remaining);
    for (const raw of records) {
      // What was fetched before the partition was taken away belongs to its new owner.
      if (stage.reading === "shared" && !assignedPartitions.has(raw.partition)) continue;
      const id = partitionId(raw);
      const tracker = trackers.get(id) ?? new OffsetTracker();
      trackers.set(id, tracker);
      if (isDraining || !tracker.start(raw.offset)) continue;
      const topic = topicKeys.get(raw.topic);
      if (topic === undefined) continue;
      metrics.records.inc({ topic: raw.topic });
      const callSid = raw.key?.toString("utf8") ?? "";
      if (stage.reading === "own" && !lanes.has(callSid)) {
        tracker.finish(raw.offset);
        continue;
      }
      const settlement = new Settlement(() => tracker.finish(raw.offset));
      const partition = topic === "audioOut" ? partitionOf(callSid, log.partitions) : raw.partition;
      laneOf(callSid, partition).enqueue({ kind: "record", incoming: { raw, topic, arrivedAt }, settlement });
    }
    balance();
  }

  /** Pauses partitions whose calls have too much waiting, and resumes them when it is worked off. */
  function balance(): void {
    const depths = new Map<number, number>();
    let total = 0;
    for (const lane of lanes.values()) {
      if (lane.depth === 0) continue;
      total += lane.depth;
      depths.set(lane.partition, (depths.get(lane.partition) ?? 0) + lane.depth);
    }
    metrics.queueDepth.set(total);
    if (stage.reading === "own") return;
    for (const [partition, depth] of depths) {
      if (depth < PARTITION_QUEUE_LIMIT) continue;
      for (const topic of topicKeys.keys()) {
        const id = partitionId({ topic, partition });
        if (pausedPartitions.has(id)) continue;
        pausedPartitions.set(id, { topic, partition });
        consumption?.pause({ topic, partition });
        metrics.paused.inc();
      }
    }
    for (const [id, paused] of pausedPartitions) {
      if ((depths.get(paused.partition) ?? 0) > PARTITION_QUEUE_LIMIT / 2) continue;
      pausedPartitions.delete(id);
      consumption?.resume(paused);
    }
  }

  function onAssigned(assigned: readonly TopicPartition[]): void {
    if (stage.reading === "own") return;
    const partitions = new Set(assigned.map((entry) => entry.partition));
    const ids = new Set(assigned.map(partitionId));
    assignedPartitions = partitions;
    for (const id of [...trackers.keys()]) {
      if (ids.has(id)) continue;
      trackers.delete(id);
      untaken.delete(id);
    }
    for (const lane of [...lanes.values()]) {
      if (partitions.has(lane.partition) && !lane.isClosed) continue;
      lanes.delete(lane.callSid);
      lane.close();
    }
    logger.info({ partitions: [...partitions].sort((a, b) => a - b) }, "partitions assigned");
    if (stage.state === "session") void reviveCalls(partitions);
  }

  /** Takes over the calls that live in newly assigned partitions at once, since their timers and unfinished effects wait for nobody. */
  async function reviveCalls(partitions: ReadonlySet<number>): Promise<void> {
    for (const partition of partitions) {
      try {
        for (const callSid of await options.sessions.live(stage.name, partition))
          if (!isDraining && assignedPartitions.has(partition)) laneOf(callSid, partition).revive();
      } catch (error) {
        logger.warn(
          { partition, error: String(error) },
          "live calls of a partition could not be listed; they are taken up when they are next heard of",
        );
      }
    }
  }

  async function commit(): Promise<void> {
    if (consumption === null || stage.reading === "own") return;
    const pending = [...trackers].flatMap(([id, tracker]) => {
      const nextOffset = tracker.pending();
      return nextOffset === null ? [] : [{ tracker, nextOffset, ...toTopicPartition(id) }];
    });
    if (pending.length === 0) return;
    try {
      await consumption.commit(pending);
      for (const { tracker, nextOffset } of pending) tracker.markCommitted(nextOffset);
    } catch (error) {
      logger.warn(
        { error: String(error) },
        "commit failed; it is tried again, and what is delivered twice is passed over",
      );
    }
  }

  function observe(): void {
    const now = clock.now();
    let oldest = now;
    for (const lane of lanes.values()) {
      oldest = Math.min(oldest, lane.oldestQueuedAt ?? now);
      if (now - lane.lastActiveAt > (lane.isForgotten ? FORGOTTEN_LANE_MS : IDLE_LANE_MS) && lane.isIdle) {
        lanes.delete(lane.callSid);
        lane.letGo();
      }
    }
    metrics.queueAgeSeconds.set((now - oldest) / 1000);
    metrics.calls.set(lanes.size);
    const open = new Map<string, number>();
    for (const [id, tracker] of trackers) {
      const { topic } = toTopicPartition(id);
      open.set(topic, (open.get(topic) ?? 0) + tracker.openCount + (untaken.get(id) ?? 0));
    }
    for (const [topic, count] of open) metrics.lag.set({ topic }, count);
  }

  let isCommitting = false;
  const timer = setInterval(() => {
    balance();
    observe();
    if (isCommitting) return;
    isCommitting = true;
    void commit().finally(() => {
      isCommitting = false;
    });
  }, COMMIT_EVERY_MS);

  // The consumer keeps the process alive, not this.
  timer.unref();

  consumption = await log.consume({
    group: stage.reading === "own" ? `partyline-${stage.name}-${workerId}` : `partyline-${stage.name}`,
    topics: [...topicKeys.keys()],
    reading:
      stage.reading === "own"
        ? { kind: "own", reply: { topic: topics.audioOut.name, partition: options.replyPartition ?? 0 } }
        : { kind: "shared" },
    pace: stage.pace ?? "live",
    onRecords,
    onAssigned,
    onFatal: options.onFatal,
  });

  return {
    deliver(callSid, port, call, event) {
      if (isDraining) return;
      delivered += 1;
      laneOf(callSid, partitionOf(callSid, log.partitions)).deliver(port, call, event, `${workerId}/${delivered}`);
    },
    get liveCalls() {
      return lanes.size;
    },
    async drain() {
      isDraining = true;
      clearInterval(timer);
      for (const cancel of pendingChecks) cancel();
      await consumption?.stop();
      const deadline = clock.now() + (options.drainMs ?? 5_000);
      while (clock.now() < deadline && [...lanes.values()].some((lane) => !lane.isIdle))
        await new Promise((resolve) => setTimeout(resolve, 10));
      const isFinished = [...lanes.values()].every((lane) => lane.isIdle);
      await commit();
      for (const lane of lanes.values()) lane.close();
      await consumption?.leave();
      return isFinished;
    },
  };
}

function partitionId({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`;
}

function toTopicPartition(id: string): TopicPartition {
  const at = id.lastIndexOf("#");
  return { topic: id.slice(0, at), partition: Number(id.slice(at + 1)) };
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#32-binary-content-mode */
function headersOf(record: AnyRecord): Record<string, string> {
  return {
    ce_specversion: "1.0",
    ce_id: record.eventId,
    ce_source: "/partyline",
    ce_type: `partyline.voice.${record.type}`,
    ce_subject: record.callSid,
    ce_time: new Date(record.occurredAt).toISOString(),
    "content-type": "application/avro",
    traceparent: traceparentOf(record.callSid, record.turn, record.eventId),
  };
}

function toOutgoing(codec: Codec, callSid: string, partition: number, item: Outbound): OutgoingRecord {
  const topic = topics[item.to];
  let value: Buffer;
  try {
    value = codec.encode(item.record);
  } catch (cause) {
    throw new PartylineError("STEP_FAILED", cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return {
    topic: topic.name,
    partition: item.partition ?? partition,
    key: callSid,
    value,
    ...(topic.hasHeaders ? { headers: headersOf(item.record) } : {}),
  };
}

/** What a record may take in the dead letters, so that the broker takes it with all that stands beside it: a record that cannot be put aside would end every worker that reads it. */
const LETTER_VALUE_BYTES = MAX_BODY_BYTES - 64 * 1024;
const LETTER_KEY_CHARACTERS = 1_000;

function toDeadLetter(origin: LogRecord, stage: string, code: string, message: string): OutgoingRecord {
  const length = origin.value?.length ?? 0;
  return {
    topic: deadLetters.name,
    partition: origin.partition,
    key: origin.key?.toString("utf8").slice(0, LETTER_KEY_CHARACTERS) ?? "",
    value: origin.value?.subarray(0, LETTER_VALUE_BYTES) ?? null,
    headers: {
      ...(length > LETTER_VALUE_BYTES ? { cutFromBytes: String(length) } : {}),
      topic: origin.topic,
      partition: String(origin.partition),
      offset: origin.offset.toString(),
      stage,
      code,
      reason: message.slice(0, 500),
    },
  };
}
