/** How many calls the whole system holds at once, and what is full first. */
import { lostWordsOf, turnsOf } from "../call/judge.ts";
import { lineFor, type PlayedLoad } from "../call/measured-line.ts";
import { busyOf } from "../call/system-usage.ts";
import { searchCapacity } from "../capacity/search-capacity.ts";
import { defineInstrument, UnusableRun } from "../instrument.ts";
import { refuseUnusable } from "../load/start-load.ts";
import { quantilesOf } from "../quantiles.ts";
import { column, type Row } from "../table.ts";

export const instrument = defineInstrument({
  name: "capacity",
  summary: "the largest number of calls held with overhead P95 within a limit and no word lost, and what is full first",
  options: {
    from: { kind: "number", summary: "calls of the first try", fallback: 10, quick: 1, min: 1, max: 1000 },
    most: { kind: "number", summary: "calls that are enough", fallback: 400, quick: 1, min: 1, max: 2000 },
    within: { kind: "number", summary: "calls by which the answer may be too low", fallback: 5, min: 1, max: 100 },
    overheadMs: {
      kind: "numbers",
      summary: "limits of overhead P95; each has an answer of its own",
      fallback: [40, 100, 250, 500],
      quick: [10_000],
      min: 1,
      max: 10_000,
    },
    turns: { kind: "number", summary: "turns of each call", fallback: 3, quick: 1, min: 1, max: 100 },
  },
  defaultRuns: 1,
  async prepare(bench) {
    const { from, most, within, overheadMs, turns } = bench.options;
    const line = await lineFor(bench, { profile: "none" });
    const said: string[] = [];
    return {
      async measure() {
        const tried = new Map<number, Tried>();
        const attempt = async (calls: number): Promise<Tried> => {
          bench.signal.throwIfAborted();
          bench.progress(`calls at once: ${calls}`);
          const result = judge(calls, await line.play(calls, turns));
          said.push(`${calls} calls: ${result.words}${result.fault === "" ? "" : `; ${result.fault}`}`);
          bench.progress(said.at(-1) ?? "");
          tried.set(calls, result);
          return result;
        };
        const rows: Row[] = [];
        // What the strictest limit lets through, the next one need not try again.
        let first = Math.floor(from);
        for (const limitMs of overheadMs.toSorted((a, b) => a - b)) {
          const { held } = await searchCapacity({ from: first, most, within }, async (calls) => {
            const { fault, overheadP95Ms } = tried.get(calls) ?? (await attempt(calls));
            return fault === "" && overheadP95Ms <= limitMs;
          });
          rows.push({ labels: [limitMs], cells: [held] });
          first = Math.max(first, held);
        }
        const largest = [...tried.values()].toSorted((a, b) => b.calls - a.calls)[0];
        return [
          { title: "Held", labels: ["A P95 at most (ms)"], columns: [column("calls at once")], rows },
          {
            title: "What was busiest in the largest load",
            labels: ["place"],
            columns: [column("process"), column("CPU", "% of a core", 1)],
            rows: (largest?.busiest ?? []).map((process, index) => ({ labels: [index + 1], cells: process })),
          },
        ];
      },
      conclude: () => said,
    };
  },
});

/** What came of one load. `fault` says why it was not held at any limit, and is empty when there is no reason but time. */
type Tried = {
  readonly calls: number;
  readonly overheadP95Ms: number;
  readonly fault: string;
  readonly words: string;
  readonly busiest: readonly (readonly [process: string, percentOfCore: number])[];
};

function judge(calls: number, load: PlayedLoad): Tried {
  const turns = turnsOf(load);
  const p95 = (name: "overheadMs" | "firstSoundMs" | "voiceToVoiceMs"): number =>
    quantilesOf(turns.map((turn) => turn[name]).filter((value) => value !== null)).p95 ?? Number.POSITIVE_INFINITY;
  const lost = lostWordsOf(load);
  const late = load.measured.own.frameLateness.p99 ?? 0;
  const overheadP95Ms = p95("overheadMs");
  const [a, b, c, own] = [overheadP95Ms, p95("firstSoundMs"), p95("voiceToVoiceMs"), late].map((ms) => ms.toFixed(1));
  const words = `A, B, C P95 ${a}, ${b}, ${c} ms, ${lost} words lost, generator late P99 ${own} ms`;
  return { calls, overheadP95Ms, fault: faultOf(load, lost), words, busiest: fullest(load) };
}

function faultOf({ measured }: PlayedLoad, lostWords: number): string {
  try {
    refuseUnusable(measured);
  } catch (error) {
    if (!(error instanceof UnusableRun)) throw error;
    return error.message;
  }
  return lostWords > 0 ? "words were lost" : "";
}

/** The five busiest processes. */
function fullest({ before, after, elapsedMs, measured }: PlayedLoad): readonly (readonly [string, number])[] {
  const generator: readonly [string, number] = ["load generator", (measured.cpuSeconds * 100_000) / elapsedMs];
  return [...busyOf(before, after, elapsedMs), generator].toSorted(([, a], [, b]) => b - a).slice(0, 5);
}
