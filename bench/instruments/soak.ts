/** The whole system under calls for a long time: what grows, what waits, what slows down, and whether every word is accounted for. */
import { setTimeout as delay } from "node:timers/promises";
import { heardLines, lostWordsOf, turnsOf } from "../call/judge.ts";
import { lostWords } from "../call/lost-words.ts";
import { lineFor, type PlayedLoad } from "../call/measured-line.ts";
import type { TurnFigures } from "../call/waterfall.ts";
import { defineInstrument, UnusableRun } from "../instrument.ts";
import { sampleEvery } from "../soak/process-samples.ts";
import { type Accounts, accountsTable, driftTable, faultSummary, growthTable } from "../soak/soak-tables.ts";

const minuteMs = 60_000;
/** Memory that is taken once, when something is done for the first time, is no growth. */
const warmUpShare = 0.2;
/** What is still on its way when the last call has ended comes to rest. */
const restMs = 3_000;

const nothing: Accounts = {
  calls: 0,
  lines: 0,
  wordsSaid: 0,
  wordsLost: 0,
  wordsDoubled: 0,
  unanswered: 0,
  failedCalls: 0,
};

export const instrument = defineInstrument({
  name: "soak",
  summary: "calls for a long time: growth of memory, descriptors and lag, drift of latency, every word accounted for",
  options: {
    minutes: { kind: "number", summary: "how long", fallback: 30, quick: 0.1, min: 0.1, max: 100_000 },
    calls: { kind: "number", summary: "calls at once", fallback: 10, quick: 2, min: 1, max: 1000 },
    turns: {
      kind: "number",
      summary: "turns of each call, before the caller calls again",
      fallback: 4,
      quick: 1,
      min: 1,
      max: 100,
    },
    every: {
      kind: "number",
      summary: "seconds between two looks at the processes",
      fallback: 5,
      quick: 1,
      min: 1,
      max: 600,
    },
  },
  defaultRuns: 1,
  async prepare(bench) {
    const { minutes, calls, turns, every } = bench.options;
    const line = await lineFor(bench, { profile: "none", isWarmedUp: false });
    const said: string[] = [];
    return {
      async measure() {
        const lengthMs = minutes * minuteMs;
        const startedAtMs = performance.now();
        const faultsBefore = line.lines.faults.length;
        const stopSampling = sampleEvery(line.system, every * 1000);
        const figures: TurnFigures[] = [];
        let accounts = nothing;
        try {
          for (let round = 1; round === 1 || performance.now() - startedAtMs < lengthMs; round += 1) {
            bench.signal.throwIfAborted();
            const passedMs = performance.now() - startedAtMs;
            bench.progress(`round ${round}, ${(passedMs / minuteMs).toFixed(1)} of ${minutes} minutes`);
            const load = await line.play(Math.floor(calls), Math.floor(turns));
            figures.push(...turnsOf(load));
            accounts = add(accounts, load);
          }
          await delay(restMs, undefined, { signal: bench.signal });
        } catch (error) {
          // The round's error is told, not that of a look at what had ended.
          await stopSampling().catch(() => []);
          throw error;
        }
        const samples = await stopSampling();
        const faults = line.lines.faults.slice(faultsBefore);
        said.push(...faultSummary(faults));
        if (accounts.wordsLost > 0)
          throw new UnusableRun(`${accounts.wordsLost} of ${accounts.wordsSaid} words that were said were not heard`);
        return [growthTable(samples, lengthMs * warmUpShare), driftTable(figures), accountsTable(accounts, faults)];
      },
      conclude: () => (said.length === 0 ? ["No process logged anything above info."] : said),
    };
  },
});

/** The accounts with those of one more round. */
function add(sum: Accounts, load: PlayedLoad): Accounts {
  const { calls } = load.measured;
  const lines = calls.flatMap((call) => call.turns);
  const words = lostWords(
    lines.map(({ text }) => text),
    [],
  );
  return {
    calls: sum.calls + calls.length,
    lines: sum.lines + lines.length,
    wordsSaid: sum.wordsSaid + words,
    wordsLost: sum.wordsLost + lostWordsOf(load),
    wordsDoubled: sum.wordsDoubled + doubledWords(load),
    unanswered: sum.unanswered + lines.filter(({ firstSoundMs }) => firstSoundMs === null).length,
    failedCalls: sum.failedCalls + calls.filter(({ failure }) => failure !== null).length,
  };
}

/** Words that were heard and not said. */
function doubledWords({ measured, records }: PlayedLoad): number {
  return measured.calls.reduce((sum, { callSid, turns }) => {
    const said = turns.map(({ text }) => text);
    return sum + lostWords(heardLines(records.get(callSid) ?? []), said);
  }, 0);
}
