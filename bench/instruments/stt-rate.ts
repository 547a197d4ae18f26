/** Transcription through the recogniser adapter: whole requests a second, and streams fed at the pace of speech. */

import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { createGoogleSpeechToText, type GoogleSpeechToText } from "../../connectors/speech-to-text/google.ts";
import { startChild } from "../../local/child-process.ts";
import { defineInstrument, UnusableRun } from "../instrument.ts";
import { cpuBetween, groupUsage } from "../process-usage.ts";
import { quantilesOf } from "../quantiles.ts";
import { FedStream, utterance, utteranceAndPause } from "../stt-rate/fed-stream.ts";
import { column, type Row, type Table } from "../table.ts";

const CHUNK_MS = 100;
const CHUNK_BYTES = CHUNK_MS * 8;
const program = join(import.meta.dirname, "..", "..", "simulators", "google-speech", "main.ts");

export const instrument = defineInstrument({
  name: "stt-rate",
  summary: "transcription requests a second through the recogniser adapter, and streams at the pace of speech",
  options: {
    atOnce: {
      kind: "numbers",
      summary: "requests at a time",
      fallback: [1, 10, 50],
      quick: [4],
      min: 1,
      max: 2_000,
    },
    streams: {
      kind: "numbers",
      summary: "streams that are fed at the pace of speech",
      fallback: [10, 100, 300],
      quick: [4],
      min: 1,
      max: 5_000,
    },
    firstRequests: {
      kind: "number",
      summary: "adapters whose first request is timed",
      fallback: 50,
      quick: 2,
      min: 1,
      max: 1_000,
    },
    seconds: { kind: "number", summary: "time for each row", fallback: 8, quick: 0.5, min: 0.2, max: 600 },
  },
  async prepare(bench) {
    const { atOnce, streams, firstRequests, seconds } = bench.options;
    const simulator = await startChild({
      name: "google-speech",
      command: process.execPath,
      args: [program],
      env: { ...process.env, PORT: "0", PROFILE: "none", MAX_STREAMS: "20000", AHEAD_LIMIT_SECONDS: "3600" },
      ready: { kind: "line" },
      readyTimeoutMs: 30_000,
    });
    bench.atEnd(() => simulator.stop());
    const newAdapter = (): GoogleSpeechToText =>
      createGoogleSpeechToText({
        projectId: "partyline-bench",
        simulatorAddress: `127.0.0.1:${String(simulator.readyLine?.port)}`,
      });
    const stt = newAdapter();
    bench.atEnd(() => stt.shutdown());
    await stt.prewarm();
    const single = utterance(1);
    let calls = 0;
    const newStream = (): FedStream => {
      calls += 1;
      return new FedStream(`CAbench${calls}`);
    };

    /** CPU of this process and of the simulator while something is done. */
    async function costOf<T>(work: () => Promise<T>) {
      const before = { own: process.cpuUsage(), vendor: groupUsage(simulator.pid), at: performance.now() };
      const done = await work();
      const { user, system } = process.cpuUsage(before.own);
      return {
        done,
        elapsedMs: performance.now() - before.at,
        cpuSeconds: (user + system) / 1e6,
        vendorSeconds: cpuBetween(before.vendor, groupUsage(simulator.pid)),
      };
    }

    async function requestsRow(count: number, ms: number): Promise<Row> {
      const times: number[] = [];
      const { elapsedMs, cpuSeconds, vendorSeconds } = await costOf(async () => {
        const endsAt = performance.now() + ms;
        await Promise.all(
          Array.from({ length: count }, async () => {
            while (performance.now() < endsAt) {
              const startedAt = performance.now();
              const stream = newStream();
              await stream.recogniseOnce(stt, single);
              if (stream.rightFinals !== 1) throw new UnusableRun("a request ended without its words");
              times.push(performance.now() - startedAt);
            }
          }),
        );
      });
      const { p50, p95, p99 } = quantilesOf(times);
      const perRequest = (cpu: number | null): number | null => (cpu === null ? null : (cpu * 1000) / times.length);
      return {
        labels: [count],
        cells: [(times.length * 1000) / elapsedMs, p50, p95, p99, perRequest(cpuSeconds), perRequest(vendorSeconds)],
      };
    }

    /** First requests of adapters that have just been made, whose channel was opened before or is opened by the request. */
    async function firstRequestRow(isOpenedAhead: boolean): Promise<Row> {
      const times: number[] = [];
      for (let count = 0; count < firstRequests; count += 1) {
        const adapter = newAdapter();
        try {
          if (isOpenedAhead) await adapter.prewarm();
          const startedAt = performance.now();
          const stream = newStream();
          await stream.recogniseOnce(adapter, single);
          if (stream.rightFinals !== 1) throw new UnusableRun("a request ended without its words");
          times.push(performance.now() - startedAt);
        } finally {
          await adapter.shutdown();
        }
      }
      const { p50, p95, p99 } = quantilesOf(times);
      return { labels: [isOpenedAhead ? "opened ahead" : "opened by the request"], cells: [p50, p95, p99] };
    }

    /** Each stream has its own schedule, spread over the first 100 ms, and keeps to it: what is late is late for all that follows, never left out. */
    async function pacedRow(count: number, ms: number): Promise<Row> {
      const spokenUtterances = Math.max(1, Math.floor(ms / (utteranceAndPause(1).length / 8)));
      const audio = Buffer.concat(Array.from({ length: spokenUtterances }, (_, index) => utteranceAndPause(index + 1)));
      const fed = Array.from({ length: count }, newStream);
      await Promise.all(fed.map((stream) => stt.open({ languageCode: "en-US", startsAtMs: 0 }, stream.context())));
      const lateness: number[] = [];
      const loop = monitorEventLoopDelay({ resolution: 5 });
      loop.enable();
      const { elapsedMs, cpuSeconds, vendorSeconds } = await costOf(async () => {
        const startedAt = performance.now();
        await Promise.all(
          fed.map(async (stream, index) => {
            const firstAt = startedAt + (index / count) * CHUNK_MS;
            for (let offset = 0; offset < audio.length; offset += CHUNK_BYTES) {
              const dueAt = firstAt + offset / 8;
              const waitMs = dueAt - performance.now();
              if (waitMs > 0) await delay(waitMs);
              lateness.push(performance.now() - dueAt);
              await stt.send({ audio: audio.subarray(offset, offset + CHUNK_BYTES) }, stream.plainContext());
            }
          }),
        );
        await Promise.all(fed.map((stream) => stt.close({}, stream.plainContext())));
      });
      loop.disable();
      const [interims, finals] = [sum(fed, "interims"), sum(fed, "rightFinals")];
      const lost = spokenUtterances * count - finals;
      if (lost !== 0 || sum(fed, "wrongFinals") + sum(fed, "failures") > 0)
        throw new UnusableRun(
          `${lost} of ${spokenUtterances * count} utterances were not recognised as they were said`,
        );
      const percent = (cpu: number | null): number | null => (cpu === null ? null : (cpu * 100_000) / elapsedMs);
      return {
        labels: [count],
        cells: [
          ((interims + finals) * 1000) / elapsedMs,
          finals,
          quantilesOf(lateness).p99,
          loop.percentile(99) / 1e6,
          percent(cpuSeconds),
          percent(vendorSeconds),
        ],
      };
    }

    return {
      settings: { utteranceMs: single.length / 8, chunkMs: CHUNK_MS },
      async measure(): Promise<readonly Table[]> {
        const requests: Row[] = [];
        const paced: Row[] = [];
        for (const count of atOnce) {
          bench.signal.throwIfAborted();
          bench.progress(`${count} requests at a time`);
          requests.push(await requestsRow(count, seconds * 1000));
        }
        for (const count of streams) {
          bench.signal.throwIfAborted();
          bench.progress(`${count} streams at the pace of speech`);
          paced.push(await pacedRow(count, seconds * 1000));
        }
        bench.progress(`first requests of ${firstRequests} adapters, twice`);
        const first = [await firstRequestRow(false), await firstRequestRow(true)];
        return [
          {
            title: "The first request of a new adapter",
            labels: ["its channel"],
            columns: [column("P50", "ms", 1), column("P95", "ms", 1), column("P99", "ms", 1)],
            rows: first,
          },
          {
            title: "Whole requests: a stream opened, one utterance handed over, its final received, closed",
            labels: ["at a time"],
            columns: [
              column("requests", "1/s"),
              column("P50", "ms", 1),
              column("P95", "ms", 1),
              column("P99", "ms", 1),
              column("CPU of a request", "ms", 2),
              column("CPU of the simulator", "ms", 2),
            ],
            rows: requests,
          },
          {
            title: "Streams fed with 100 ms of speech every 100 ms",
            labels: ["streams"],
            columns: [
              column("results", "1/s"),
              column("utterances, all recognised"),
              column("feeding late P99", "ms", 1),
              column("event loop delay P99", "ms", 1),
              column("CPU", "% of a core", 1),
              column("CPU of the simulator", "% of a core", 1),
            ],
            rows: paced,
          },
        ];
      },
    };
  },
});

function sum(streams: readonly FedStream[], what: "interims" | "rightFinals" | "wrongFinals" | "failures"): number {
  return streams.reduce((total, stream) => total + stream[what], 0);
}
