/** Reads the records that `produce.ts` writes, and says how old each was; started by the instrument `hop`. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { EventLog } from "../../runtime/log.ts";
import { serveQuestions } from "../forked-program.ts";
import { type Quantiles, quantilesOf } from "../quantiles.ts";
import { sharedNowMs } from "../shared-clock.ts";
import { type LogAddress, type LogClientName, openLog } from "./log-clients.ts";
import { readStamp } from "./stamp.ts";

export type ConsumeQuestion =
  | { readonly kind: "open"; readonly client: LogClientName; readonly address: LogAddress }
  /** From now on only this batch counts. */
  | { readonly kind: "expect"; readonly batch: number }
  /** Waits until so many of the batch have come, for at most `patienceMs`. */
  | { readonly kind: "collect"; readonly count: number; readonly patienceMs: number }
  | { readonly kind: "cpu" };

export type ConsumeAnswer = {
  /** CPU time since `expect`; for `cpu` since the process started. */
  readonly cpuSeconds: number;
  /** From handing over to the client, in the other process, to the callback here, in milliseconds. */
  readonly latency: Quantiles;
  /** Records that came more than once. */
  readonly repeated: number;
};

let log: EventLog | undefined;
let batch = -1;
let cpuBefore = process.cpuUsage();
let latencies: number[] = [];
let seen = new Set<number>();
let repeated = 0;

async function open(client: LogClientName, address: LogAddress): Promise<void> {
  await log?.close();
  log = await openLog(client, address, "partyline-bench-consumer");
  await log.consume({
    group: `partyline-bench-${randomUUID()}`,
    topics: [address.topic],
    reading: { kind: "shared" },
    pace: "live",
    onAssigned: () => undefined,
    onFatal: (error) => {
      throw error;
    },
    onRecords(records) {
      const nowMs = sharedNowMs();
      for (const { value } of records) {
        if (value === null) continue;
        const stamp = readStamp(value);
        if (stamp.batch !== batch) continue;
        if (seen.has(stamp.sequence)) {
          repeated += 1;
          continue;
        }
        seen.add(stamp.sequence);
        latencies.push(nowMs - stamp.sentAtMs);
      }
    },
  });
}

serveQuestions<ConsumeQuestion, ConsumeAnswer>(async (question) => {
  switch (question.kind) {
    case "open":
      await open(question.client, question.address);
      break;
    case "expect":
      batch = question.batch;
      [latencies, seen, repeated] = [[], new Set(), 0];
      cpuBefore = process.cpuUsage();
      break;
    case "collect": {
      const deadlineMs = sharedNowMs() + question.patienceMs;
      while (seen.size < question.count && sharedNowMs() < deadlineMs) await delay(5);
      break;
    }
    case "cpu":
      break;
  }
  const { user, system } = question.kind === "cpu" ? process.cpuUsage() : process.cpuUsage(cpuBefore);
  return { cpuSeconds: (user + system) / 1e6, latency: quantilesOf(latencies), repeated };
});
