/** The whole system for failure tests: with every record that passes, the world's books, and the vendors' fault scripts at hand. */
import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "pg";
import { openTap, type Tap } from "../../connectors/kafka/tap.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import type { StageProcess } from "../../local/stage-process.ts";
import { DEFAULT_PARTITIONS, type RunningFile, type System, startSystem } from "../../local/system.ts";
import type { LogRecord } from "../../runtime/log.ts";
import { createLogger } from "../../runtime/logger.ts";
import type { RecordByName, RecordName } from "../../schemas/generated/records.ts";
import { type AnyRecord, type TopicKey, topics } from "../../schemas/topics.ts";
import type { FaultRule } from "../../simulators/kit/fault-script.ts";

const faultyVendors = ["gemini", "google-speech", "google-text-to-speech", "stripe", "twilio"] as const;

/** Vendors that take a fault script. */
export type FaultyVendor = (typeof faultyVendors)[number];

/** A charge as the simulated payment provider keeps it. */
export type ProviderCharge = {
  readonly payment_intent: string;
  readonly amount: number;
  readonly amount_refunded: number;
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
};

const keptLines = 400;

/** A running system under failure tests. */
export class FailureSystem {
  readonly system: System;
  readonly where: RunningFile;
  /** For questions about orders, payments and analytics; survives a database that goes away. */
  readonly pool: Pool;
  readonly deadLetters: LogRecord[] = [];
  /** Stages that were started again and how they had ended, in order. */
  readonly restarted: string[];
  readonly #tap: Tap;
  readonly #records: Map<string, AnyRecord>;
  readonly #lines: string[];

  private constructor(
    system: System,
    opened: {
      tap: Tap;
      records: Map<string, AnyRecord>;
      deadLetters: LogRecord[];
      lines: string[];
      restarted: string[];
    },
  ) {
    this.system = system;
    this.where = system.describe();
    this.deadLetters = opened.deadLetters;
    this.restarted = opened.restarted;
    this.#tap = opened.tap;
    this.#records = opened.records;
    this.#lines = opened.lines;
    this.pool = createPool({
      postgresUrl: system.stack.postgres,
      postgresStatementTimeoutMs: 10_000,
      applicationName: "partyline failure tests",
      maxConnections: 1,
    });
    this.pool.on("error", () => undefined);
  }

  /** Starts everything. With one gateway only, the simulated exchange needs longer to notice a lost stream than the gateway to come back. */
  static async open(environment: Readonly<Record<string, string>> = {}): Promise<FailureSystem> {
    process.env.CLOSE_DETECTION_MS ??= "8000";
    const lines: string[] = [];
    const restarted: string[] = [];
    const system = await startSystem({
      environment,
      partitions: DEFAULT_PARTITIONS,
      onProgress: (line) => {
        if (line.endsWith("; starting it again")) restarted.push(line.slice(0, -"; starting it again".length));
      },
      onLine: (name, line) => {
        lines.push(`${name} ${line}`);
        if (lines.length > keptLines) lines.shift();
      },
    });
    try {
      const records = new Map<string, AnyRecord>();
      const deadLetters: LogRecord[] = [];
      const keys = (Object.keys(topics) as TopicKey[]).filter((key) => key !== "callState");
      const tap = await openTap({
        brokers: [system.stack.kafka],
        registryUrl: system.stack.registry,
        partitions: DEFAULT_PARTITIONS,
        logger: createLogger("test", "silent"),
        topics: keys,
        onRecord: (record) => {
          if (!records.has(record.eventId)) records.set(record.eventId, record);
        },
        onDeadLetter: (raw) => deadLetters.push(raw),
      });
      return new FailureSystem(system, { tap, records, deadLetters, lines, restarted });
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  stage(name: string): StageProcess {
    const stage = this.system.stages.get(name);
    if (stage === undefined) throw new Error(`there is no stage ${name}`);
    return stage;
  }

  /** One more gateway, beside the first on its port, with a reply partition of its own. */
  addGateway(replyPartition: number): Promise<StageProcess> {
    const environment = { PARTYLINE_ANSWER_REPLY_PARTITION: String(replyPartition) };
    return this.system.addWorker("answer", `answer ${replyPartition + 1}`, environment);
  }

  /** Resolves when every stage is up, e.g. between two tests. */
  async ready(): Promise<void> {
    await Promise.all([...this.system.stages.values()].map((stage) => stage.ready()));
  }

  /** Records of a type and call so far, each once, in the order of their time. */
  recordsOf<N extends RecordName>(type: N, callSid: string): readonly RecordByName[N][] {
    const found: RecordByName[N][] = [];
    for (const record of this.#records.values())
      if (record.type === type && record.callSid === callSid) found.push(record as RecordByName[N]);
    return found.sort((a, b) => a.occurredAt - b.occurredAt);
  }

  /** Resolves with the first record of a type and call that satisfies the condition, once there is one. */
  async record<N extends RecordName>(
    type: N,
    callSid: string,
    isWanted: (record: RecordByName[N]) => boolean = () => true,
    withinMs = 60_000,
  ): Promise<RecordByName[N]> {
    let found: RecordByName[N] | undefined;
    await until(
      `a ${type} of the call`,
      () => {
        found = this.recordsOf(type, callSid).find(isWanted);
        return found !== undefined;
      },
      withinMs,
    );
    return found as RecordByName[N];
  }

  /** Replaces a vendor's fault script; no rules end its faults. */
  async faults(vendor: FaultyVendor, rules: readonly FaultRule[]): Promise<void> {
    await this.control(vendor, "faults", rules);
  }

  /** Ends all vendors' faults. */
  async clearFaults(): Promise<void> {
    await Promise.all(faultyVendors.map((vendor) => this.faults(vendor, [])));
  }

  /** Requests that a simulated vendor has seen, by operation. */
  async requests(vendor: FaultyVendor): Promise<Readonly<Record<string, number>>> {
    return ((await this.control(vendor, "requests")) as { counts: Record<string, number> }).counts;
  }

  /** Charges at the simulated payment provider. */
  async charges(): Promise<readonly ProviderCharge[]> {
    return ((await this.control("stripe", "charges")) as { charges: ProviderCharge[] }).charges;
  }

  /** Asks a simulator's control endpoint; with a body, tells it. Throws when it refuses. */
  async control(vendor: FaultyVendor, route: string, body?: unknown): Promise<unknown> {
    const simulator = this.system.vendors.simulators.get(vendor);
    if (simulator === undefined) throw new Error(`${vendor} is not simulated`);
    const response = await fetch(`${simulator.controlUrl}/_control/${route}`, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`${vendor} refused ${route}: ${await response.text()}`);
    return response.json();
  }

  /** Sum of a stage's metric over the samples whose labels contain the text; 0 when there is none. */
  async metric(stage: string, name: string, label = ""): Promise<number> {
    const response = await fetch(this.stage(stage).metricsUrl(), { signal: AbortSignal.timeout(10_000) });
    const lines = (await response.text()).split("\n");
    return lines
      .filter((line) => line.startsWith(`${name}{`) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  }

  /** The last lines that stages and simulators wrote, for a failure's message. */
  tail(count = 30): string {
    return this.#lines.slice(-count).join("\n");
  }

  async close(): Promise<void> {
    await this.pool.end();
    await Promise.race([this.#tap.close().catch(() => undefined), delay(5_000, undefined, { ref: false })]);
    await this.system.stop();
  }
}

/** Waits until something is so. Throws, saying what was waited for, after a bound. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(25);
  }
}
