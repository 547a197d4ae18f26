/** Writes records at a steady pace, in a process of its own; started by the instrument `hop`. */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { EventLog } from "../../runtime/log.ts";
import { serveQuestions } from "../forked-program.ts";
import { type Quantiles, quantilesOf } from "../quantiles.ts";
import { sharedNowMs } from "../shared-clock.ts";
import { type LogAddress, type LogClientName, openLog } from "./log-clients.ts";
import { writeStamp } from "./stamp.ts";

export type ProduceQuestion =
  | { readonly kind: "open"; readonly client: LogClientName; readonly address: LogAddress }
  | {
      readonly kind: "send";
      readonly batch: number;
      readonly recordBytes: number;
      readonly recordsPerSecond: number;
      readonly count: number;
    }
  | { readonly kind: "cpu" };

export type ProduceAnswer = {
  /** CPU time of this process for what was asked; for `cpu` since it started. */
  readonly cpuSeconds: number;
  readonly elapsedMs: number;
  /** How much later than its time each record was handed over. */
  readonly lateness: Quantiles;
  /** From handing over to the broker's acknowledgement. */
  readonly acknowledgement: Quantiles;
};

const TICK_MS = 1;
let log: EventLog | undefined;
let address: LogAddress | undefined;

/** Records leave in groups of those whose time has come; the plan is fixed before the first leaves, so that a stall is made up for, not forgotten. */
async function send({
  batch,
  recordBytes,
  recordsPerSecond,
  count,
}: Extract<ProduceQuestion, { kind: "send" }>): Promise<ProduceAnswer> {
  if (log === undefined || address === undefined) throw new Error("the log is not open");
  const open = log;
  const { topic, partitions } = address;
  const filler = randomBytes(recordBytes);
  const lateness: number[] = [];
  const acknowledgement: number[] = [];
  const published: Promise<void>[] = [];
  const cpuBefore = process.cpuUsage();
  const startsAtMs = sharedNowMs();
  let sequence = 0;
  while (sequence < count) {
    const dueAtMs = startsAtMs + (sequence * 1000) / recordsPerSecond;
    const nowMs = sharedNowMs();
    if (nowMs < dueAtMs) {
      await delay(Math.max(TICK_MS, Math.floor(dueAtMs - nowMs)));
      continue;
    }
    const value = Buffer.from(filler);
    writeStamp(value, nowMs, batch, sequence);
    lateness.push(nowMs - dueAtMs);
    const partition = sequence % partitions;
    published.push(
      open
        .publish([{ topic, partition, key: `call-${partition}`, value }])
        .then(() => void acknowledgement.push(sharedNowMs() - nowMs)),
    );
    sequence += 1;
  }
  await Promise.all(published);
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    cpuSeconds: (user + system) / 1e6,
    elapsedMs: sharedNowMs() - startsAtMs,
    lateness: quantilesOf(lateness),
    acknowledgement: quantilesOf(acknowledgement),
  };
}

serveQuestions<ProduceQuestion, ProduceAnswer>(async (question) => {
  if (question.kind === "send") return send(question);
  if (question.kind === "open") {
    await log?.close();
    address = question.address;
    log = await openLog(question.client, question.address, "partyline-bench-producer");
  }
  const { user, system } = process.cpuUsage();
  const none = quantilesOf([]);
  return { cpuSeconds: (user + system) / 1e6, elapsedMs: 0, lateness: none, acknowledgement: none };
});
