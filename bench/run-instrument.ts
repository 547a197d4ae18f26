/** Runs an instrument: prepares once, measures several times, undoes everything, and gives the figures with their spread. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instrument } from "./instrument.ts";
import { busyness, busyShare, describeMachine } from "./machine.ts";
import type { OptionsSpec, OptionValues } from "./options.ts";
import { type Result, resultSchema } from "./result.ts";
import { SharedThings } from "./shared-things.ts";
import { spreadTables, type Table } from "./table.ts";

export type RunOptions<Spec extends OptionsSpec> = {
  readonly options: OptionValues<Spec>;
  readonly isQuick: boolean;
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  /** Given when several instruments run; whoever gives it ends it. */
  readonly shared?: SharedThings;
};

/** Runs of an instrument that is not told how many. */
export function defaultRuns(instrument: Pick<Instrument, "defaultRuns">, isQuick: boolean): number {
  return isQuick ? 1 : (instrument.defaultRuns ?? 3);
}

/** Throws what the instrument throws, after everything that it started was ended. */
export async function runInstrument<Spec extends OptionsSpec>(
  instrument: Instrument<Spec>,
  { options, isQuick, runs, signal, progress, ...more }: RunOptions<Spec>,
): Promise<Result> {
  const startedAt = new Date();
  const before = busyness();
  const undo: (() => Promise<unknown> | unknown)[] = [];
  const shared = more.shared ?? new SharedThings();
  if (more.shared === undefined) undo.push(() => shared.stop());
  let result: Omit<Result, "machine" | "finishedAt">;
  try {
    const rig = await instrument.prepare({
      options,
      isQuick,
      progress,
      signal,
      shared,
      atEnd: (action) => void undo.push(action),
      async folder() {
        const folder = await mkdtemp(join(tmpdir(), `partyline-bench-${instrument.name}-`));
        undo.push(() => rm(folder, { recursive: true, force: true }));
        return folder;
      },
    });
    const measured: (readonly Table[])[] = [];
    for (let run = 1; run <= runs; run += 1) {
      signal.throwIfAborted();
      progress(runs === 1 ? "measuring" : `run ${run} of ${runs}`);
      measured.push(await rig.measure(run));
    }
    const tables = spreadTables(measured);
    result = {
      format: 1,
      instrument: instrument.name,
      summary: instrument.summary,
      isQuick,
      runs,
      startedAt: startedAt.toISOString(),
      options: { ...options },
      settings: { ...rig.settings },
      tables: tables as Result["tables"],
      notes: [...(rig.conclude?.(tables) ?? [])],
    };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    await undoAll(undo);
  }
  const after = busyness();
  return resultSchema.parse({
    ...result,
    finishedAt: new Date().toISOString(),
    machine: {
      ...describeMachine(),
      loadAverageAtStart: before.loadAverage,
      loadAverageAtEnd: after.loadAverage,
      busyShare: Math.round(busyShare(before, after) * 1000) / 1000,
    },
  });
}

/** Everything is tried, whatever fails; the first failure is thrown. */
async function undoAll(undo: (() => Promise<unknown> | unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const action of undo.reverse()) {
    try {
      await action();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
