/** Calls on the whole system, at the pace of speech: how fast it answers, where the time goes, and what it costs. */
import { generatorTable, numbersTable, socketTable, usageTable, waterfallTable } from "../call/call-tables.ts";
import { lostWordsOf, turnsOf } from "../call/judge.ts";
import { lineFor, type MeasuredLine, type PlayedLoad, startMeasuredLine } from "../call/measured-line.ts";
import { plannedCalls } from "../call/script.ts";
import type { TurnFigures } from "../call/waterfall.ts";
import { defineInstrument, UnusableRun } from "../instrument.ts";
import { callerAudio } from "../load/plan.ts";
import { type Measured, refuseUnusable, startLoad } from "../load/start-load.ts";
import { OptionError } from "../options.ts";
import type { Table } from "../table.ts";

const profiles = ["none", "article", "measured-2026"] as const;
type Played = PlayedLoad & {
  readonly profile: string;
  readonly calls: number;
  readonly turns: readonly TurnFigures[];
  readonly idle: MeasuredLine["idle"];
};

/** What a voice agent elsewhere is known to need at most. */
const otherServer = { replySilenceMs: 2_000, replyTimeoutMs: 20_000 };

export const instrument = defineInstrument({
  name: "call",
  summary: "whole calls: overhead, first sound and voice to voice, where the time goes, CPU and memory by process",
  options: {
    calls: { kind: "numbers", summary: "calls at once", fallback: [1, 10], quick: [1], min: 1, max: 1000 },
    turns: { kind: "number", summary: "turns of each call", fallback: 4, quick: 1, min: 1, max: 100 },
    profile: { kind: "names", summary: "vendors' latencies,", of: profiles, fallback: ["none"] },
    url: {
      kind: "text",
      value: "URL",
      summary: "voice webhook of any other server; only what callers measure is known then",
      fallback: "",
    },
    statusUrl: { kind: "text", value: "URL", summary: "with --url: told when a call is over", fallback: "" },
    twilioAuthToken: { kind: "text", value: "TOKEN", summary: "with --url: signs what the server gets", fallback: "" },
    audio: {
      kind: "names",
      summary: "with --url: speech that carries its words, the same voice without them, or noise,",
      of: callerAudio,
      fallback: ["voice"],
    },
  },
  async prepare(bench) {
    const { calls, turns, profile, url } = bench.options;
    if (url !== "") {
      const { statusUrl, twilioAuthToken, audio } = bench.options;
      if (audio.length > 1) throw new OptionError("--audio takes one kind of sound at a time");
      const play = async (count: number): Promise<Measured> => {
        const load = await startLoad(
          {
            calls: plannedCalls(count, turns),
            url,
            ...(statusUrl === "" ? {} : { statusUrl }),
            authToken: twilioAuthToken,
            accountSid: "AC00000000000000000000000000000001",
            to: "+12025550100",
            audio: audio[0] ?? "voice",
            ...otherServer,
          },
          bench.signal,
        );
        try {
          return await load.begin();
        } finally {
          await load.stop();
        }
      };
      return {
        settings: { isOtherServer: true },
        async measure() {
          const played: { profile: string; calls: number; measured: Measured }[] = [];
          for (const count of calls) {
            bench.progress(`calls at once: ${count}`);
            const measured = await play(count);
            refuseUnusable(measured);
            played.push({ profile: "its own", calls: count, measured });
          }
          return [socketTable(played), generatorTable(played)];
        },
      };
    }
    // One system at a time: two would share the machine. It stays for the next run when that wants the same vendors.
    let current: { readonly profile: string; readonly line: MeasuredLine } | undefined;
    const stopCurrent = async (): Promise<void> => {
      const stopped = current;
      current = undefined;
      await stopped?.line.stop();
    };
    bench.atEnd(stopCurrent);
    const lineWith = async (vendors: (typeof profiles)[number]): Promise<MeasuredLine> => {
      if (bench.isQuick) return await lineFor(bench, { profile: vendors });
      if (current?.profile === vendors) return current.line;
      await stopCurrent();
      const line = await startMeasuredLine({ profile: vendors, progress: bench.progress, signal: bench.signal });
      current = { profile: vendors, line };
      return line;
    };
    return {
      async measure() {
        const loads: Played[] = [];
        for (const vendors of profile) {
          const line = await lineWith(vendors);
          for (const count of calls) {
            bench.signal.throwIfAborted();
            bench.progress(`vendors ${vendors}, calls at once: ${count}`);
            const load = await line.play(count, turns);
            refuseUnusable(load.measured, bench.isQuick);
            const lost = lostWordsOf(load);
            if (lost > 0) throw new UnusableRun(`${lost} words that were said were not heard`);
            loads.push({ profile: vendors, calls: count, turns: turnsOf(load), idle: line.idle, ...load });
          }
        }
        const tables: Table[] = [numbersTable(loads), socketTable(loads), generatorTable(loads)];
        for (const load of loads) {
          const { measured, before, after, idle, listenerCpuSeconds } = load;
          tables.push(waterfallTable(load, load.turns));
          tables.push(usageTable(load, measured, before, after, idle, listenerCpuSeconds));
        }
        return tables;
      },
      conclude: () => ["No word was lost: what callers said is what TurnEnded holds."],
    };
  },
});
