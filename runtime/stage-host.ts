/** What the lanes of a worker share. */
import type { TopicKey } from "../schemas/topics.ts";
import type { Clock } from "./clock.ts";
import type { Codec } from "./codec.ts";
import type { Limiter } from "./limiter.ts";
import type { EventLog, LogRecord, OutgoingRecord } from "./log.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Outbound } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import type { Outcome, Stage } from "./stage.ts";
import type { StorePatience } from "./store-patience.ts";

/** A stage of any kind, as the runtime and the pipeline's list see it. */
// biome-ignore lint/suspicious/noExplicitAny: stages differ in every parameter; the runtime treats their values as opaque.
export type AnyStage = Omit<Stage<any, any, any, any, any>, "step" | "durable"> & {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly durable?: (state: any) => any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly step: (state: any, input: any, at: number, config: any) => Outcome<any, any, any>;
};

export type StageHost = {
  readonly stage: AnyStage;
  readonly config: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the declaration names the ports; their methods are called by name.
  readonly ports: Readonly<Record<string, any>>;
  readonly workerId: string;
  readonly log: EventLog;
  readonly sessions: SessionStore;
  /** How long a step waits for them. */
  readonly storePatience: StorePatience;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Sessions that are rebuilt from the log, a few at a time: each reads a part of a partition. */
  readonly rebuilds: Limiter;
  /** A record as it goes into the log. Throws STEP_FAILED when it does not fit its schema. */
  encode(callSid: string, partition: number, outbound: Outbound): OutgoingRecord;
  /** Appends; resolves when the log has them. */
  publish(outgoing: readonly OutgoingRecord[]): Promise<void>;
  /** Puts a record aside with its place and reason; resolves when the log has it. */
  deadLetter(origin: LogRecord, code: string, message: string): Promise<void>;
  /** The worker cannot keep its promises and must end. */
  fatal(error: Error): void;
};

/** A record that waits for its call's turn. */
export type IncomingRecord = { readonly raw: LogRecord; readonly topic: TopicKey; readonly arrivedAt: number };
