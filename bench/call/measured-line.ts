/** A whole system with ears on its topics, on which loads are played. */
import { setTimeout as delay } from "node:timers/promises";
import { openTap, type Tap } from "../../connectors/kafka/tap.ts";
import { DEFAULT_PARTITIONS, type System, startSystem } from "../../local/system.ts";
import type { LatencyProfile } from "../../local/vendors.ts";
import { createLogger } from "../../runtime/logger.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import type { Bench } from "../instrument.ts";
import type { Load } from "../load/plan.ts";
import { type Measured, type StartedLoad, startLoad } from "../load/start-load.ts";
import type { OptionsSpec } from "../options.ts";
import { meanings, plannedCalls } from "./script.ts";
import { busyOf, type SystemUsage, systemUsage } from "./system-usage.ts";
import { WorkerLines } from "./worker-lines.ts";

/** One load, as the callers, the records and the machine saw it. */
export type PlayedLoad = {
  readonly measured: Measured;
  /** The records of each call, by callSid. */
  readonly records: ReadonlyMap<string, readonly AnyRecord[]>;
  readonly before: SystemUsage;
  readonly after: SystemUsage;
  /** Between the two looks at the system. */
  readonly elapsedMs: number;
  /** CPU of this process, which listens to the topics. */
  readonly listenerCpuSeconds: number;
};

export type MeasuredLine = {
  readonly system: System;
  /** What stages and simulators write. */
  readonly lines: WorkerLines;
  /** What each process takes while nobody calls, in percent of a core. */
  readonly idle: ReadonlyMap<string, number>;
  play(calls: number, turns: number): Promise<PlayedLoad>;
  /** Calls that go on until `finish` is called, or callers have said all their lines. */
  open(plan: OpenPlan): Promise<OpenLoad>;
  /** Told every record that comes from now on, those that no load keeps too, until the returned function is called. */
  listen(onRecord: (record: AnyRecord) => void): () => void;
  stop(): Promise<void>;
};

/** Calls that go on; one of the two must be called. */
export type OpenLoad = {
  finish(): Promise<PlayedLoad>;
  /** Ends the callers at once, without a word. */
  abandon(): Promise<void>;
};

/** What is asked of {@link MeasuredLine.open}; what is not given is as in any load. */
export type OpenPlan = {
  readonly calls: number;
  readonly turns: number;
} & Partial<Pick<Load, "url" | "statusUrl" | "endsOfReply" | "replySilenceMs">>;

export type MeasuredLineOptions = {
  readonly profile: LatencyProfile;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
  /** Settings of all stages, beside those that the system gives them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether one call is made and the idle system looked at before it is handed over; true by default. */
  readonly isWarmedUp?: boolean;
};

/** Records that come when a call is over, analytics above all, have this long. */
const settleMs = 20_000;
const recheckMs = 200;
const idleMs = 5_000;
/** Acknowledgement, waiting for a slow vendor and reply are one reply. */
const replySilenceMs = { none: 1_200, article: 1_200, "measured-2026": 4_000 };
const replyTimeoutMs = 20_000;

/**
 * A line for an instrument, which is stopped when it ends. A quick one is not warmed up, since its figures mean nothing, and serves all quick instruments of
 * a command.
 */
export async function lineFor(
  bench: Pick<Bench<OptionsSpec>, "isQuick" | "progress" | "signal" | "shared" | "atEnd">,
  options: Pick<MeasuredLineOptions, "profile" | "environment" | "isWarmedUp">,
): Promise<MeasuredLine> {
  const { isQuick, progress, signal } = bench;
  const start = (): Promise<MeasuredLine> =>
    startMeasuredLine({ ...options, ...(isQuick ? { isWarmedUp: false } : {}), progress, signal });
  if (isQuick)
    return await bench.shared.get(`line ${JSON.stringify([options.profile, options.environment ?? {}])}`, async () => {
      const value = await start();
      return { value, stop: () => value.stop() };
    });
  const line = await start();
  bench.atEnd(() => line.stop());
  return line;
}

/** Starts the system with vendors of the profile, and warms it up. */
export async function startMeasuredLine(options: MeasuredLineOptions): Promise<MeasuredLine> {
  const { profile, progress, signal } = options;
  progress(`starting the whole system, vendors ${profile}`);
  const lines = new WorkerLines();
  const system = await startSystem({
    profile,
    environment: { LOG_LEVEL: "info", ...options.environment },
    onLine: (process, line) => lines.take(process, line),
  });
  const records = new Map<string, AnyRecord[]>();
  const listeners = new Set<(record: AnyRecord) => void>();
  let tap: Tap | undefined;
  const stop = async (): Promise<void> => {
    await tap?.close();
    await system.stop();
  };
  try {
    const running = system.describe();
    tap = await openTap({
      brokers: [running.kafka],
      registryUrl: running.registry,
      partitions: DEFAULT_PARTITIONS,
      logger: createLogger("bench", "silent"),
      topics: ["calls", "playback", "transcripts", "intents", "toolCalls", "toolResults", "responses", "audioOut"],
      onRecord(record) {
        for (const listener of listeners) listener(record);
        if (record.type === "PlaybackReached" || record.type === "TranscriptUpdated") return;
        if (record.type === "SpeechSynthesised" && record.sequence > 0) return;
        const call = records.get(record.callSid);
        if (call === undefined) records.set(record.callSid, [record]);
        else call.push(record);
      },
    });
    await teachMeanings(running.geminiControl);
    let callers = 0;
    const prepare = async ({ calls, turns, ...more }: OpenPlan): Promise<PreparedPlay> => {
      const planned = plannedCalls(calls, turns, callers);
      callers += calls;
      const load = await startLoad({ ...loadOn(system, profile, planned), ...more }, signal);
      return { load, system, signal, records };
    };
    const play = async (calls: number, turns: number): Promise<PlayedLoad> =>
      (await beginPlay(await prepare({ calls, turns }), async (load) => load.begin())).finish();
    const lookAtIdle = async (): Promise<ReadonlyMap<string, number>> => {
      progress(`warming up, vendors ${profile}`);
      await play(1, 2);
      progress(`looking at the idle system, vendors ${profile}`);
      const before = await systemUsage(system);
      await delay(idleMs, undefined, { signal });
      return new Map(busyOf(before, await systemUsage(system), idleMs));
    };
    const idle = options.isWarmedUp === false ? new Map<string, number>() : await lookAtIdle();
    return {
      system,
      lines,
      idle,
      play,
      async open(plan) {
        return await beginPlay(await prepare(plan), async (load) => {
          const talking = await load.beginOpen();
          return () => talking.finish();
        });
      },
      listen(onRecord) {
        listeners.add(onRecord);
        return () => listeners.delete(onRecord);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function loadOn(system: System, profile: LatencyProfile, calls: Load["calls"]): Load {
  const { webhookUrl, statusUrl, twilioAuthToken = "", numbers } = system.describe();
  return {
    calls,
    url: webhookUrl,
    statusUrl,
    authToken: twilioAuthToken,
    accountSid: system.vendors.environment.TWILIO_ACCOUNT_SID ?? "",
    to: numbers[0] ?? "",
    audio: "speech",
    replySilenceMs: replySilenceMs[profile],
    replyTimeoutMs,
  };
}

type PreparedPlay = {
  readonly load: StartedLoad;
  readonly system: System;
  readonly signal: AbortSignal;
  readonly records: Map<string, AnyRecord[]>;
};

/** Looks at the system, begins, and looks again when the calls are over. `begin` gives what ends them, or what they were when they end by themselves. */
async function beginPlay(
  { load, system, signal, records }: PreparedPlay,
  begin: (load: StartedLoad) => Promise<Measured | (() => Promise<Measured>)>,
): Promise<OpenLoad> {
  try {
    records.clear();
    const before = await systemUsage(system);
    const listenerBefore = process.cpuUsage();
    const startedAtMs = performance.now();
    const begun = await begin(load);
    return {
      abandon: async () => void (await load.stop()),
      async finish() {
        try {
          const measured = typeof begun === "function" ? await begun() : begun;
          const elapsedMs = performance.now() - startedAtMs;
          const after = await systemUsage(system);
          const { user, system: kernel } = process.cpuUsage(listenerBefore);
          await untilEnded(
            measured.calls.map(({ callSid }) => callSid),
            records,
            signal,
          );
          const listenerCpuSeconds = (user + kernel) / 1e6;
          return { measured, records: new Map(records), before, after, elapsedMs, listenerCpuSeconds };
        } finally {
          await load.stop();
        }
      },
    };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

/** The records of all calls are there when each has its end; a call without one is judged by what is there. */
async function untilEnded(
  callSids: readonly string[],
  records: ReadonlyMap<string, readonly AnyRecord[]>,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + settleMs;
  const hasEnded = (callSid: string): boolean =>
    records.get(callSid)?.some(({ type }) => type === "CallEnded") ?? false;
  while (performance.now() < deadline && !callSids.every(hasEnded)) await delay(recheckMs, undefined, { signal });
}

/** The simulated model's part is exact: it knows what every line means. A real model understands by itself. */
export async function teachMeanings(geminiControl: string | undefined): Promise<void> {
  if (geminiControl === undefined) return;
  const response = await fetch(new URL("/_control/meanings", geminiControl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(meanings),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`the simulated model refused the meanings: ${response.status}`);
}
