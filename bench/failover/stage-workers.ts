/** The workers of one stage during a failover, and who of them holds which call. */
import { setTimeout as delay } from "node:timers/promises";
import type { WorkerLines } from "../../bench/call/worker-lines.ts";
import { freePort } from "../../local/free-port.ts";
import type { StageProcess } from "../../local/stage-process.ts";
import { DEFAULT_PARTITIONS, type System } from "../../local/system.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import type { Balancer } from "./balancer.ts";

/** One of the workers, by the label under which it writes its lines. */
export type Worker = { readonly label: string; readonly process: StageProcess };

export type StageWorkers = {
  readonly workers: readonly Worker[];
  /** The worker that holds the call now; undefined when none does. */
  ownerOf(callSid: string): Worker | undefined;
  /** Resolves when every worker is up and has its share of the calls to come. */
  settled(signal: AbortSignal): Promise<void>;
  /** Ends the workers that were started for this. */
  stop(): Promise<void>;
};

/** A rebalance of the stage's group, its second one when a worker comes back included, is over by then. */
const settleTimeoutMs = 40_000;
const recheckMs = 50;

export type StageWorkersOptions = {
  readonly system: System;
  readonly lines: WorkerLines;
  readonly stage: string;
  readonly count: number;
  /** Before the gateways, where there is one. */
  readonly balancer: Balancer | undefined;
  listen(onRecord: (record: AnyRecord) => void): () => void;
};

/** Starts further workers of a stage until there are `count`. */
export async function startStageWorkers(options: StageWorkersOptions): Promise<StageWorkers> {
  const { system, lines, stage, count, balancer } = options;
  const first = system.stages.get(stage);
  if (first === undefined) throw new Error(`the system does not run ${stage}`);
  const isGateway = stage === "answer";
  const workers: Worker[] = [{ label: stage, process: first }];
  const ports = [system.vendors.answerPort];
  const replyPartitions = new Map([[0, stage]]);
  const attachedTo = new Map<string, number>();
  const stopListening = options.listen((record) => {
    if (record.type === "StreamAttached") attachedTo.set(record.callSid, record.replyPartition);
  });
  const stop = async (): Promise<void> => {
    stopListening();
    balancer?.sendTo([system.vendors.answerPort]);
    await Promise.all(workers.slice(1).map(({ process }) => process.stop()));
  };
  try {
    for (let index = 1; index < count; index += 1) {
      const port = await freePort();
      const label = `${stage} ${index + 1}`;
      const environment: Record<string, string> = isGateway
        ? { PARTYLINE_ANSWER_PORT: String(port), PARTYLINE_ANSWER_REPLY_PARTITION: String(index) }
        : {};
      replyPartitions.set(index, label);
      ports.push(port);
      workers.push({ label, process: await system.addWorker(stage, label, environment) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  if (isGateway) balancer?.sendTo(ports);

  const labelOf = (callSid: string): string | undefined => {
    if (isGateway) return replyPartitions.get(attachedTo.get(callSid) ?? -1);
    const partition = partitionOf(callSid, DEFAULT_PARTITIONS);
    return workers.find(({ label }) => lines.partitions.get(label)?.has(partition) === true)?.label;
  };
  const isShared = (): boolean => {
    const held = workers.map(({ label }) => lines.partitions.get(label) ?? new Set<number>());
    const all = new Set(held.flatMap((partitions) => [...partitions]));
    const sum = held.reduce((total, { size }) => total + size, 0);
    return held.every(({ size }) => size > 0) && all.size === DEFAULT_PARTITIONS && sum === DEFAULT_PARTITIONS;
  };
  return {
    workers,
    ownerOf: (callSid) => workers.find(({ label }) => label === labelOf(callSid)),
    async settled(signal) {
      await Promise.all(workers.map(({ process }) => process.ready()));
      const deadline = performance.now() + settleTimeoutMs;
      while (!isGateway && !isShared()) {
        if (performance.now() > deadline) throw new Error(`the workers of ${stage} do not share its partitions`);
        await delay(recheckMs, undefined, { signal });
      }
    },
    stop,
  };
}
