/** Spreads a load over generators, each a process of its own, and refuses figures of generators that were late themselves. */
import { type ForkedProgram, forkProgram } from "../forked-program.ts";
import { UnusableRun } from "../instrument.ts";
import type { LoadAnswer, LoadQuestion } from "./main.ts";
import type { Load, LoadReport } from "./plan.ts";

/** One process paces this many calls without being late itself. */
export const callsPerGenerator = 50;
/** Beyond this, what was measured may be the generator's own delay. */
export const maxLatenessP99Ms = 20;

const prepareTimeoutMs = 180_000;
/** The longest that one line and its reply may take. */
const maxTurnMs = 90_000;
/** Callers who are told that it is enough wait for the reply to what they said last. */
const maxFinishMs = 300_000;

/** What all generators measured; `own` is that of the latest one. */
export type Measured = LoadReport & { readonly generators: number };

/** A load whose speech is made. Either `begin` or `beginOpen` may be called, once. */
export type StartedLoad = {
  /** Every line is said. */
  begin(): Promise<Measured>;
  /** Callers talk until `finish` is called, or until they have nothing more to say; each hears its last reply to the end. */
  beginOpen(): Promise<{ finish(): Promise<Measured> }>;
  /** Ends the processes. */
  stop(): Promise<unknown>;
};

/** Makes the speech of a load in as many processes as it takes. */
export async function startLoad(load: Load, signal?: AbortSignal): Promise<StartedLoad> {
  const shares = Array.from({ length: Math.ceil(load.calls.length / callsPerGenerator) }, (_, index) =>
    load.calls.slice(index * callsPerGenerator, (index + 1) * callsPerGenerator),
  );
  const generators: ForkedProgram<LoadQuestion, LoadAnswer>[] = shares.map(() =>
    forkProgram<LoadQuestion, LoadAnswer>(new URL("./main.ts", import.meta.url), signal),
  );
  const stop = (): Promise<unknown> => Promise.all(generators.map((generator) => generator.stop()));
  try {
    await Promise.all(
      generators.map((generator, index) =>
        generator.ask({ kind: "prepare", load: { ...load, calls: shares[index] ?? [] } }, prepareTimeoutMs),
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const lines = Math.max(...load.calls.map((call) => call.lines.length));
  const lastStartMs = Math.max(...load.calls.map((call) => call.startsAfterMs));
  const askAll = async (kind: "run" | "begin" | "finish", timeoutMs: number): Promise<LoadReport[]> => {
    const reports = await Promise.all(generators.map((generator) => generator.ask({ kind }, timeoutMs)));
    return reports.filter((report) => report !== null);
  };
  return {
    stop,
    begin: async () => mergeReports(await askAll("run", lastStartMs + (lines + 1) * maxTurnMs)),
    async beginOpen() {
      await askAll("begin", prepareTimeoutMs);
      return { finish: async () => mergeReports(await askAll("finish", maxFinishMs)) };
    },
  };
}

/** All calls, the worst delay, and the sum of what the generators took. */
export function mergeReports(reports: readonly LoadReport[]): Measured {
  const [first, ...others] = reports.toSorted((a, b) => latenessOf(b) - latenessOf(a));
  if (first === undefined) throw new Error("no generator reported");
  const sum = (figure: (report: LoadReport) => number): number =>
    reports.reduce((total, report) => total + figure(report), 0);
  return {
    calls: reports.flatMap(({ calls }) => calls),
    own: {
      frameLateness: first.own.frameLateness,
      eventLoopP99Ms: Math.max(first.own.eventLoopP99Ms, ...others.map(({ own }) => own.eventLoopP99Ms)),
    },
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    residentBytes: sum(({ residentBytes }) => residentBytes),
    generators: reports.length,
  };
}

/**
 * Throws {@link UnusableRun} when the generators were late, or a call failed, or something that was said had no answer. Where no figure is published
 * (`--quick`), they may be late.
 */
export function refuseUnusable({ own, calls }: Pick<LoadReport, "own" | "calls">, mayBeLate = false): void {
  const lateMs = own.frameLateness.p99 ?? 0;
  if (lateMs > maxLatenessP99Ms && !mayBeLate)
    throw new UnusableRun(
      `the load generator was late itself: P99 of its frames ${lateMs.toFixed(1)} ms (of its event loop ${own.eventLoopP99Ms.toFixed(1)} ms), at most ${maxLatenessP99Ms} ms are allowed`,
    );
  const failed = calls.filter(({ failure }) => failure !== null);
  if (failed.length > 0)
    throw new UnusableRun(`${failed.length} of ${calls.length} calls failed: ${failed[0]?.failure}`);
  const turns = calls.flatMap((call) => call.turns);
  const silent = turns.filter(({ firstSoundMs }) => firstSoundMs === null);
  if (silent.length > 0) throw new UnusableRun(`${silent.length} of ${turns.length} turns had no reply`);
}

function latenessOf({ own }: LoadReport): number {
  return own.frameLateness.p99 ?? 0;
}
