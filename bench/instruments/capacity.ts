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
    from: { kind: "number", summary: "calls of the first try", fallback: 20, quick: 1, min: 1, max: 1000 },
    most: { kind: "number", summary: "calls that are enough", fallback: 400, quick: 1, min: 1, max: 2000 },
    within: { kind: "number", summary: "calls by which the answer may be too low", fallback: 10, min: 1, max: 100 },
    overheadMs: { kind: "number", summary: "limit of overhead P95", fallback: 40, quick: 10_000, min: 1, max: 10_000 },
    turns: { kind: "number", summary: "turns of each call", fallback: 3, quick: 1, min: 1, max: 100 },
  },
  defaultRuns: 1,
  async prepare(bench) {
    const { from, most, within, overheadMs, turns } = bench.options;
    const line = await lineFor(bench, { profile: "none" });
    const said: string[] = [];
    return {
      async measure() {
        let busiest: readonly (readonly [string, number])[] = [];
        const { held } = await searchCapacity({ from: Math.floor(from), most, within }, async (calls) => {
          bench.signal.throwIfAborted();
          bench.progress(`calls at once: ${calls}`);
          const load = await line.play(calls, turns);
          const { fault, words } = judge(load, overheadMs);
          if (fault !== "" || busiest.length === 0) busiest = fullest(load);
          said.push(`${calls} calls: ${fault === "" ? "held" : fault}; ${words}`);
          bench.progress(said.at(-1) ?? "");
          return fault === "";
        });
        return [
          { title: "Held", labels: [""], columns: [column("calls at once")], rows: [row("the most", held)] },
          {
            title: "What was busiest in the last load that was not held, or in the first",
            labels: ["place"],
            columns: [column("process"), column("CPU", "% of a core", 1)],
            rows: busiest.map((process, index) => row(`${index + 1}`, ...process)),
          },
        ];
      },
      conclude: () => said,
    };
  },
});

function row(label: string, ...cells: Row["cells"]): Row {
  return { labels: [label], cells };
}

/** Why a load was not held, empty when it was, and its figures in words. */
function judge(load: PlayedLoad, limitMs: number): { readonly fault: string; readonly words: string } {
  const turns = turnsOf(load);
  const p95 = (name: "overheadMs" | "firstSoundMs" | "voiceToVoiceMs"): number =>
    quantilesOf(turns.map((turn) => turn[name]).filter((value) => value !== null)).p95 ?? Number.POSITIVE_INFINITY;
  const lost = lostWordsOf(load);
  const late = load.measured.own.frameLateness.p99 ?? 0;
  const figures = [p95("overheadMs"), p95("firstSoundMs"), p95("voiceToVoiceMs"), late].map((ms) => ms.toFixed(1));
  const words = `A, B, C P95 ${figures.slice(0, 3).join(", ")} ms, ${lost} words lost, generator late P99 ${figures[3]} ms`;
  try {
    refuseUnusable(load.measured);
  } catch (error) {
    if (!(error instanceof UnusableRun)) throw error;
    return { fault: error.message, words };
  }
  if (lost > 0) return { fault: "words were lost", words };
  return { fault: p95("overheadMs") > limitMs ? "too slow" : "", words };
}

/** The five busiest processes. */
function fullest({ before, after, elapsedMs, measured }: PlayedLoad): readonly (readonly [string, number])[] {
  const generator: readonly [string, number] = ["load generator", (measured.cpuSeconds * 100_000) / elapsedMs];
  return [...busyOf(before, after, elapsedMs), generator].toSorted(([, a], [, b]) => b - a).slice(0, 5);
}
