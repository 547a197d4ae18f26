/** Figures of peers as tables, side by side. */
import { quantilesOf } from "../quantiles.ts";
import { type Cell, column, type Row, type Table } from "../table.ts";
import { type PeerLoad, type PeerRest, sumOf } from "./measured-peer.ts";

/** What was measured of one peer. */
export type MeasuredPeer = {
  readonly name: string;
  /** How long it listens to silence before it takes a line for ended, in milliseconds. */
  readonly silenceWaitMs: number;
  readonly rest: PeerRest;
  readonly loads: readonly PeerLoad[];
};

/** What callers and the machine saw of one load. */
export type LoadFigures = {
  readonly turns: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Without the silence that the peer waited for. */
  readonly p50BeyondMs: number | null;
  readonly p95BeyondMs: number | null;
  readonly cpuPerMinute: number | null;
  /** Without what the peer takes when nobody calls. */
  readonly cpuPerMinuteBeyondIdle: number | null;
  readonly bytesPerCall: number | null;
};

const megabyte = 1_048_576;

/** The figures of one load. */
export function figuresOf(load: PeerLoad, { rest, silenceWaitMs }: Omit<MeasuredPeer, "loads" | "name">): LoadFigures {
  const replies = load.measured.calls.flatMap(({ turns }) => turns.flatMap(({ firstByteMs }) => firstByteMs ?? []));
  const { count, p50, p95 } = quantilesOf(replies);
  const minutes = callMinutes(load);
  const cpuSeconds = sumOf([...load.own.values()].map((taken) => taken.cpuSeconds));
  const idleSeconds = idleSecondsOf(sumOf([...rest.idlePercent.values()]), load);
  const resident = sumOf([...load.own.values()].map((taken) => taken.residentBytes));
  return {
    turns: count,
    p50Ms: p50,
    p95Ms: p95,
    p50BeyondMs: p50 === null ? null : p50 - silenceWaitMs,
    p95BeyondMs: p95 === null ? null : p95 - silenceWaitMs,
    cpuPerMinute: cpuSeconds === null ? null : cpuSeconds / minutes,
    cpuPerMinuteBeyondIdle: cpuSeconds === null || idleSeconds === null ? null : (cpuSeconds - idleSeconds) / minutes,
    bytesPerCall:
      resident === null || rest.residentBytes === null ? null : (resident - rest.residentBytes) / load.calls,
  };
}

/** When replies come. */
export function replyTable(peers: readonly MeasuredPeer[]): Table {
  return {
    title: "From the caller's last frame of speech to the first byte of the reply, at the caller's end of the socket",
    labels: ["peer", "calls"],
    columns: [
      column("turns"),
      column("P50", "ms", 1),
      column("P95", "ms", 1),
      column("silence waited for", "ms", 1),
      column("beyond it P50", "ms", 1),
      column("beyond it P95", "ms", 1),
      column("generator late P99", "ms", 1),
      column("others on the machine", "% of all cores"),
    ],
    rows: rowsOf(peers, (load, peer) => {
      const { turns, p50Ms, p95Ms, p50BeyondMs, p95BeyondMs } = figuresOf(load, peer);
      const late = load.measured.own.frameLateness.p99;
      const others = load.othersShare === null ? null : load.othersShare * 100;
      return [turns, p50Ms, p95Ms, peer.silenceWaitMs, p50BeyondMs, p95BeyondMs, late, others];
    }),
  };
}

/** What a call costs the machine. */
export function callCostTable(peers: readonly MeasuredPeer[]): Table {
  return {
    title: "What a call takes, without what stands in for vendors",
    labels: ["peer", "calls"],
    columns: [
      column("idle", "% of a core", 1),
      column("CPU", "s per call-minute", 3),
      column("of it beyond idle", "s per call-minute", 3),
      column("resident without calls", "MB"),
      column("more for each call", "MB", 1),
    ],
    rows: rowsOf(peers, (load, peer) => {
      const { rest } = peer;
      const { cpuPerMinute, cpuPerMinuteBeyondIdle, bytesPerCall } = figuresOf(load, peer);
      const idle = sumOf([...rest.idlePercent.values()]);
      return [idle, cpuPerMinute, cpuPerMinuteBeyondIdle, inMegabytes(rest.residentBytes), inMegabytes(bytesPerCall)];
    }),
  };
}

/** Which process takes it, at the largest load of the table above. */
export function processTable(peers: readonly MeasuredPeer[]): Table {
  return {
    title: "Which process takes it, with the most calls of the table above",
    labels: ["peer", "process"],
    columns: [
      column("idle", "% of a core", 1),
      column("CPU", "s per call-minute", 3),
      column("of it beyond idle", "s per call-minute", 3),
      column("resident", "MB"),
    ],
    rows: peers.flatMap(({ name, rest, loads }): Row[] => {
      const load = loads.at(-1);
      if (load === undefined) return [];
      const minutes = callMinutes(load);
      return [...load.own, ...load.vendors].map(([process, { cpuSeconds, residentBytes }]) => {
        const idle = rest.idlePercent.get(process) ?? null;
        const idleSeconds = idleSecondsOf(idle, load);
        return {
          labels: [name, process],
          cells: [
            idle,
            cpuSeconds === null ? null : cpuSeconds / minutes,
            cpuSeconds === null || idleSeconds === null ? null : (cpuSeconds - idleSeconds) / minutes,
            inMegabytes(residentBytes),
          ],
        };
      });
    }),
  };
}

/** How much of Pipecat's CPU ours takes, in words, for every load that both had. */
export function cpuCompared(peers: readonly MeasuredPeer[]): readonly string[] {
  const [ours, pipecat] = ["ours", "pipecat"].map((wanted) => peers.find(({ name }) => name === wanted));
  if (ours === undefined || pipecat === undefined) return [];
  return ours.loads.flatMap((own) => {
    const other = pipecat.loads.find(({ calls }) => calls === own.calls);
    if (other === undefined) return [];
    const [a, b] = [figuresOf(own, ours), figuresOf(other, pipecat)];
    const [all, beyondIdle] = [
      shareOf(a.cpuPerMinute, b.cpuPerMinute),
      shareOf(a.cpuPerMinuteBeyondIdle, b.cpuPerMinuteBeyondIdle),
    ];
    const calls = own.calls === 1 ? "1 call" : `${own.calls} calls`;
    return [`With ${calls}, ours takes ${all} Pipecat's CPU for each call-minute; beyond idle, ${beyondIdle} as much.`];
  });
}

function shareOf(part: number | null, whole: number | null): string {
  return part === null || whole === null || whole <= 0
    ? "an unknown number of times"
    : `${(part / whole).toFixed(2)} times`;
}

function rowsOf(
  peers: readonly MeasuredPeer[],
  cells: (load: PeerLoad, peer: MeasuredPeer) => readonly Cell[],
): readonly Row[] {
  return peers.flatMap((peer) =>
    peer.loads.map((load) => ({ labels: [peer.name, load.calls], cells: cells(load, peer) })),
  );
}

function inMegabytes(bytes: number | null): number | null {
  return bytes === null ? null : bytes / megabyte;
}

function idleSecondsOf(idlePercent: number | null, { elapsedMs }: PeerLoad): number | null {
  return idlePercent === null ? null : (idlePercent * elapsedMs) / 100_000;
}

function callMinutes({ measured }: PeerLoad): number {
  return measured.calls.reduce((sum, { durationMs }) => sum + durationMs, 0) / 60_000;
}
