/** Figures of loads as tables. Rows are the same in every run, whatever was measured. */

import type { Measured } from "../load/start-load.ts";
import { quantilesOf } from "../quantiles.ts";
import { type Cell, column, type Row, type Table } from "../table.ts";
import type { SystemUsage } from "./system-usage.ts";
import { cuts, type TurnFigures } from "./waterfall.ts";

/** What was played: the vendors' profile and how many calls at once. */
export type Played = { readonly profile: string; readonly calls: number };

const partNames: Readonly<Record<(typeof cuts)[number], string>> = {
  SpeechEnded: "last voiced byte → SpeechEnded (answer)",
  TurnEnded: "→ TurnEnded (transcribe)",
  IntentRecognised: "→ IntentRecognised (interpret)",
  ToolCalled: "→ ToolCalled (converse)",
  ToolSucceeded: "→ ToolSucceeded (act)",
  ResponsePrepared: "→ ResponsePrepared (converse)",
  SpeechSynthesised: "→ SpeechSynthesised (speak)",
  PlaybackStarted: "→ PlaybackStarted (answer)",
};
const megabyte = 1_048_576;
const spread = ["P50", "P95", "P99", "max"].map((name) => column(name, "ms", 1));

function spreadCells(values: readonly (number | null)[]): readonly Cell[] {
  const { count, p50, p95, p99, max } = quantilesOf(values.filter((value) => value !== null));
  return [count, p50, p95, p99, max];
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A, B and C. */
export function numbersTable(played: readonly (Played & { readonly turns: readonly TurnFigures[] })[]): Table {
  return {
    title: "The three numbers, from the records",
    labels: ["vendors", "calls", "number"],
    columns: [column("turns"), ...spread],
    rows: played.flatMap(({ profile, calls, turns }) => [
      row([profile, calls, "A overhead"], spreadCells(turns.map(({ overheadMs }) => overheadMs))),
      row([profile, calls, "B first sound"], spreadCells(turns.map(({ firstSoundMs }) => firstSoundMs))),
      row([profile, calls, "C voice to voice"], spreadCells(turns.map(({ voiceToVoiceMs }) => voiceToVoiceMs))),
    ]),
  };
}

/** What callers measured at their end of the socket. */
export function socketTable(played: readonly (Played & { readonly measured: Measured })[]): Table {
  return {
    title: "At the caller's end of the socket, from the last frame of speech",
    labels: ["vendors", "calls", "until"],
    columns: [column("turns"), ...spread],
    rows: played.flatMap(({ profile, calls, measured }) => {
      const turns = measured.calls.flatMap((call) => call.turns);
      return [
        row([profile, calls, "first byte"], spreadCells(turns.map(({ firstByteMs }) => firstByteMs))),
        row([profile, calls, "first sound"], spreadCells(turns.map(({ firstSoundMs }) => firstSoundMs))),
        row([profile, calls, "first word heard"], spreadCells(turns.map(({ firstWordMs }) => firstWordMs))),
      ];
    }),
  };
}

/** The generator's own delays: how far the figures can be trusted. */
export function generatorTable(played: readonly (Played & { readonly measured: Measured })[]): Table {
  return {
    title: "The load generator itself",
    labels: ["vendors", "calls"],
    columns: [
      column("processes"),
      column("frames late P50", "ms", 1),
      column("frames late P99", "ms", 1),
      column("event loop P99", "ms", 1),
      column("CPU", "s per call-minute", 3),
    ],
    rows: played.map(({ profile, calls, measured: { generators, own, cpuSeconds, calls: made } }) =>
      row(
        [profile, calls],
        [generators, own.frameLateness.p50, own.frameLateness.p99, own.eventLoopP99Ms, cpuSeconds / callMinutes(made)],
      ),
    ),
  };
}

/** Where the time goes: means add up exactly, medians do not. */
export function waterfallTable({ profile, calls }: Played, turns: readonly TurnFigures[]): Table {
  const whole = turns.filter(({ parts }) => parts !== null);
  const rows = cuts.map((cut): Row => {
    const parts = whole.flatMap((turn) => turn.parts?.filter(({ until }) => until === cut) ?? []);
    return row([partNames[cut]], partCells(parts));
  });
  const totals = whole.map(({ parts }) => ({
    ms: (parts ?? []).reduce((sum, { ms }) => sum + ms, 0),
    waitMs: (parts ?? []).reduce((sum, { waitMs }) => sum + waitMs, 0),
  }));
  return {
    title: `Where the time goes: vendors ${profile}, calls at once: ${calls}, turns whose reply came from a tool`,
    labels: ["part"],
    columns: [
      column("mean", "ms", 2),
      column("of it waiting", "ms", 2),
      column("ours", "ms", 2),
      column("P50", "ms", 1),
      column("P95", "ms", 1),
      column("ours P50", "ms", 1),
      column("ours P95", "ms", 1),
    ],
    rows: [...rows, row([`all of it (${whole.length === 0 ? "no turn" : "C"})`], partCells(totals))],
  };
}

function partCells(parts: readonly { readonly ms: number; readonly waitMs: number }[]): readonly Cell[] {
  const took = quantilesOf(parts.map(({ ms }) => ms));
  const ours = quantilesOf(parts.map(({ ms, waitMs }) => ms - waitMs));
  return [
    mean(parts.map(({ ms }) => ms)),
    mean(parts.map(({ waitMs }) => waitMs)),
    mean(parts.map(({ ms, waitMs }) => ms - waitMs)),
    took.p50,
    took.p95,
    ours.p50,
    ours.p95,
  ];
}

/** CPU, memory and event loop of every process. */
export function usageTable(
  { profile, calls }: Played,
  measured: Measured,
  before: SystemUsage,
  after: SystemUsage,
  idle: ReadonlyMap<string, number>,
  listenerCpuSeconds: number,
): Table {
  const minutes = callMinutes(measured.calls);
  const rows = [...after].map(([name, usage]) => {
    const start = before.get(name)?.cpuSeconds ?? null;
    const cpu = start === null || usage.cpuSeconds === null ? null : (usage.cpuSeconds - start) / minutes;
    return {
      name,
      cells: [
        idle.get(name) ?? null,
        cpu,
        usage.residentBytes === null ? null : usage.residentBytes / megabyte,
        usage.loopDelayP99Ms,
      ],
    };
  });
  const sum = (index: number): Cell => rows.reduce((total, { cells }) => total + (cells[index] ?? 0), 0);
  return {
    title: `What each process takes: vendors ${profile}, calls at once: ${calls}`,
    labels: ["process"],
    columns: [
      column("idle", "% of a core", 1),
      column("CPU", "s per call-minute", 3),
      column("resident", "MB"),
      column("event loop P99", "ms", 1),
    ],
    rows: [
      ...rows.map(({ name, cells }) => row([name], cells)),
      row(["all of the system"], [sum(0), sum(1), sum(2), null]),
      row(
        ["load generator"],
        [null, measured.cpuSeconds / minutes, measured.residentBytes / megabyte, measured.own.eventLoopP99Ms],
      ),
      row(["this instrument, which listens to the topics"], [null, listenerCpuSeconds / minutes, null, null]),
    ],
  };
}

function callMinutes(calls: Measured["calls"]): number {
  return calls.reduce((sum, { durationMs }) => sum + durationMs, 0) / 60_000;
}

function row(labels: Row["labels"], cells: readonly Cell[]): Row {
  return { labels, cells };
}
