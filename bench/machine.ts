/** What a measurement was made on: figures of another machine, or of a busy one, are other figures. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Partyline, and the packages that it pins. */
  readonly versions: Readonly<Record<string, string>>;
};

type Manifest = { readonly version: string; readonly dependencies: Readonly<Record<string, string>> };

/** This machine and the versions of what runs on it. */
export function describeMachine(): Machine {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Manifest;
  return {
    cpu: (cpus()[0]?.model ?? "unknown").trim(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    versions: { partyline: manifest.version, ...manifest.dependencies },
  };
}

/** How busy the machine is at a moment. */
export type Busyness = {
  /** Runnable processes over the last 1, 5 and 15 minutes; zeros where the system does not say. */
  readonly loadAverage: readonly number[];
  /** CPU time of all cores since the machine started, in milliseconds. */
  readonly busyMs: number;
  readonly idleMs: number;
};

export function busyness(): Busyness {
  let [busyMs, idleMs] = [0, 0];
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { loadAverage: loadavg().map((load) => Math.round(load * 100) / 100), busyMs, idleMs };
}

/** Share of all cores that was busy between two moments, by whomever; 0 to 1. */
export function busyShare(from: Busyness, to: Busyness): number {
  const busyMs = to.busyMs - from.busyMs;
  const allMs = busyMs + to.idleMs - from.idleMs;
  return allMs <= 0 ? 0 : busyMs / allMs;
}
