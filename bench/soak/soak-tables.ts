/** Growth, drift and accounts of a soak as tables. */

import type { TurnFigures } from "../call/waterfall.ts";
import type { LogFault } from "../call/worker-lines.ts";
import { quantilesOf } from "../quantiles.ts";
import { type Cell, column, type Row, type Table } from "../table.ts";
import type { ProcessSample, Sample } from "./process-samples.ts";
import { leastSquares, type Slope } from "./slope.ts";

const megabyte = 1_048_576;
const hourMs = 3_600_000;

/** What every caller said and got, over all rounds. */
export type Accounts = {
  readonly calls: number;
  readonly lines: number;
  readonly wordsSaid: number;
  readonly wordsLost: number;
  readonly wordsDoubled: number;
  readonly unanswered: number;
  readonly failedCalls: number;
};

/** Of each process, from the samples after the warm-up; lag from all of them. */
export function growthTable(samples: readonly Sample[], warmUpMs: number): Table {
  const startsAtMs = (samples[0]?.atMs ?? 0) + warmUpMs;
  const warm = samples.filter(({ atMs }) => atMs >= startsAtMs);
  const names = [...(samples.at(-1)?.processes.keys() ?? [])];
  return {
    title: "What processes hold",
    labels: ["process"],
    columns: [
      column("resident at first", "MB"),
      column("at last", "MB"),
      column("growth", "MB/h", 1),
      column("±", "MB/h", 1),
      column("heap growth", "MB/h", 1),
      column("±", "MB/h", 1),
      column("descriptors at first"),
      column("at last"),
      column("lag at most", "records"),
      column("at last", "records"),
    ],
    rows: names.map((name) => growthRow(name, warm, samples)),
  };
}

function growthRow(name: string, warm: readonly Sample[], all: readonly Sample[]): Row {
  const figure = (sample: Sample | undefined, of: keyof ProcessSample): number | null =>
    sample?.processes.get(name)?.[of] ?? null;
  const inMegabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / megabyte);
  const slopeOf = (of: "residentBytes" | "heapBytes"): Slope =>
    leastSquares(
      warm.flatMap((sample) => {
        const bytes = figure(sample, of);
        return bytes === null ? [] : [{ x: sample.atMs / hourMs, y: bytes / megabyte }];
      }),
    );
  const resident = slopeOf("residentBytes");
  const heap = slopeOf("heapBytes");
  const lags = all.map((sample) => figure(sample, "lagRecords")).filter((lag) => lag !== null);
  const [first, last] = [warm[0], warm.at(-1)];
  return {
    labels: [name],
    cells: [
      inMegabytes(figure(first, "residentBytes")),
      inMegabytes(figure(last, "residentBytes")),
      resident.slope,
      resident.error,
      heap.slope,
      heap.error,
      figure(first, "openDescriptors"),
      figure(last, "openDescriptors"),
      lags.length === 0 ? null : Math.max(...lags),
      figure(all.at(-1), "lagRecords"),
    ],
  };
}

/** The first third of all turns against the last third; turns are in order of time. */
export function driftTable(turns: readonly TurnFigures[]): Table {
  const third = Math.max(1, Math.floor(turns.length / 3));
  const rowOf = (label: string, of: "overheadMs" | "firstSoundMs" | "voiceToVoiceMs"): Row => {
    const quantiles = (some: readonly TurnFigures[]) =>
      quantilesOf(some.map((turn) => turn[of]).filter((value) => value !== null));
    const [first, last] = [quantiles(turns.slice(0, third)), quantiles(turns.slice(-third))];
    const drift: Cell =
      first.p50 === null || last.p50 === null || first.p50 === 0 ? null : (100 * (last.p50 - first.p50)) / first.p50;
    return { labels: [label], cells: [first.count + last.count, first.p50, last.p50, drift, first.p95, last.p95] };
  };
  return {
    title: "Latency, the first third of the turns against the last",
    labels: ["number"],
    columns: [
      column("turns"),
      column("first P50", "ms", 1),
      column("last P50", "ms", 1),
      column("drift of P50", "%", 1),
      column("first P95", "ms", 1),
      column("last P95", "ms", 1),
    ],
    rows: [
      rowOf("A overhead", "overheadMs"),
      rowOf("B first sound", "firstSoundMs"),
      rowOf("C voice to voice", "voiceToVoiceMs"),
    ],
  };
}

/** Every caller's words, and what processes complained of. */
export function accountsTable(accounts: Accounts, faults: readonly LogFault[]): Table {
  const count = (level: LogFault["level"]): number => faults.filter((fault) => fault.level === level).length;
  const rows: readonly (readonly [string, number])[] = [
    ["calls", accounts.calls],
    ["lines said", accounts.lines],
    ["words said", accounts.wordsSaid],
    ["words lost", accounts.wordsLost],
    ["words doubled", accounts.wordsDoubled],
    ["lines without a reply", accounts.unanswered],
    ["calls that failed", accounts.failedCalls],
    ["warnings in logs", count("warn")],
    ["errors in logs", count("error")],
  ];
  return {
    title: "Accounts",
    labels: ["what"],
    columns: [column("count")],
    rows: rows.map(([label, value]) => ({ labels: [label], cells: [value] })),
  };
}

/** What was complained of, each kind once with how often, the most frequent first. */
export function faultSummary(faults: readonly LogFault[]): readonly string[] {
  const kinds = Map.groupBy(faults, ({ process, level, message }) => `${process}, ${level}: ${message}`);
  return [...kinds]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, 20)
    .map(([kind, its]) => `${its.length} × ${kind}`);
}
