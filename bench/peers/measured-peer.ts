/** One peer under one load after the other: what callers hear, and what it takes. */
import { setTimeout as delay } from "node:timers/promises";
import { plannedCalls } from "../call/script.ts";
import { type Measured, startLoad } from "../load/start-load.ts";
import { type Busyness, busyness } from "../machine.ts";
import type { Peer, PeerProcesses, PeerUsage } from "./peer.ts";

/** What a load took of one process. */
export type Taken = {
  readonly cpuSeconds: number | null;
  /** The most that was seen while calls were held. */
  readonly residentBytes: number | null;
};

export type PeerLoad = {
  readonly calls: number;
  readonly measured: Measured;
  readonly elapsedMs: number;
  readonly own: ReadonlyMap<string, Taken>;
  readonly vendors: ReadonlyMap<string, Taken>;
  /** Share of all cores that was taken by what has no part in this, from 0 to 1. */
  readonly othersShare: number | null;
};

/** A peer that nobody calls. */
export type PeerRest = {
  /** Of each process, in percent of a core. */
  readonly idlePercent: ReadonlyMap<string, number | null>;
  readonly residentBytes: number | null;
};

const settleMs = 2_000;
const idleMs = 5_000;
const quickIdleMs = 200;
const lookEveryMs = 2_000;
/** Nothing that any peer says has a pause this long; in a quick run callers may interrupt. */
const replySilenceMs = 1_200;
const quickReplySilenceMs = 400;
const replyTimeoutMs = 10_000;

/** One call that is not measured, then a look at the peer while nobody calls. A quick run only looks, and not for long. */
export async function restOf(peer: Peer, isQuick: boolean, signal: AbortSignal): Promise<PeerRest> {
  if (!isQuick) {
    await playLoad(peer, { calls: 1, turns: 2, isQuick, signal });
    await delay(settleMs, undefined, { signal });
  }
  const before = await peer.processes();
  const startedAtMs = performance.now();
  await delay(isQuick ? quickIdleMs : idleMs, undefined, { signal });
  const after = await peer.processes();
  const elapsedMs = performance.now() - startedAtMs;
  const idlePercent = [...after.own].map(([name, usage]) => {
    const cpuSeconds = secondsBetween(before.own.get(name), usage);
    return [name, cpuSeconds === null ? null : (cpuSeconds * 100_000) / elapsedMs] as const;
  });
  return {
    idlePercent: new Map(idlePercent),
    residentBytes: sumOf([...after.own.values()].map(({ residentBytes }) => residentBytes)),
  };
}

export type PlayOptions = {
  readonly calls: number;
  readonly turns: number;
  readonly isQuick: boolean;
  readonly signal: AbortSignal;
};

/** The same callers, lines and audio for every peer. */
export async function playLoad(peer: Peer, { calls, turns, isQuick, signal }: PlayOptions): Promise<PeerLoad> {
  const load = await startLoad(
    {
      ...peer.line,
      calls: plannedCalls(calls, turns),
      audio: "speech",
      replySilenceMs: isQuick ? quickReplySilenceMs : replySilenceMs,
      replyTimeoutMs,
    },
    signal,
  );
  try {
    const before = await peer.processes();
    const looks: PeerProcesses[] = [];
    const over = new AbortController();
    const looking = lookUntil(over.signal, async () => void looks.push(await peer.processes()));
    const machineBefore = busyness();
    const benchBefore = process.cpuUsage();
    const startedAtMs = performance.now();
    try {
      const measured = await load.begin();
      const elapsedMs = performance.now() - startedAtMs;
      looks.push(await peer.processes());
      const machine = busyness();
      const { user, system } = process.cpuUsage(benchBefore);
      const own = takenBetween(
        before.own,
        looks.map((look) => look.own),
      );
      const vendors = takenBetween(
        before.vendors,
        looks.map((look) => look.vendors),
      );
      const known = sumOf([
        ...[...own.values(), ...vendors.values()].map(({ cpuSeconds }) => cpuSeconds),
        measured.cpuSeconds,
        (user + system) / 1e6,
      ]);
      const othersShare = known === null ? null : shareBeyond(known, machineBefore, machine);
      return { calls, measured, elapsedMs, own, vendors, othersShare };
    } finally {
      over.abort();
      await looking;
    }
  } finally {
    await load.stop();
  }
}

/** The sum; null when a part of it is not known. */
export function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

/** What was busy between two moments beyond the seconds that are accounted for. */
function shareBeyond(knownSeconds: number, from: Busyness, to: Busyness): number {
  const busyMs = to.busyMs - from.busyMs;
  const allMs = busyMs + to.idleMs - from.idleMs;
  return allMs <= 0 ? 0 : Math.max(0, (busyMs - knownSeconds * 1_000) / allMs);
}

async function lookUntil(signal: AbortSignal, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
    // A peer that is too busy to be looked at is looked at again; at the end it must say what it took.
    if (!signal.aborted) await look().catch(() => undefined);
  }
}

function secondsBetween(before: PeerUsage | undefined, after: PeerUsage | undefined): number | null {
  const [from, to] = [before?.cpuSeconds ?? null, after?.cpuSeconds ?? null];
  return from === null || to === null ? null : to - from;
}

function takenBetween(
  before: ReadonlyMap<string, PeerUsage>,
  looks: readonly ReadonlyMap<string, PeerUsage>[],
): ReadonlyMap<string, Taken> {
  return new Map(
    [...(looks.at(-1) ?? [])].map(([name, after]) => {
      const resident = looks.flatMap((look) => look.get(name)?.residentBytes ?? []);
      const residentBytes = resident.length === 0 ? null : Math.max(...resident);
      return [name, { cpuSeconds: secondsBetween(before.get(name), after), residentBytes }];
    }),
  );
}
