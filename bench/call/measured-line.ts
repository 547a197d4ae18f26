/** A whole system with ears on its topics, on which loads are played. */
import { setTimeout as delay } from "node:timers/promises";
import { openTap, type Tap } from "../../connectors/kafka/tap.ts";
import { DEFAULT_PARTITIONS, type System, startSystem } from "../../local/system.ts";
import type { LatencyProfile } from "../../local/vendors.ts";
import { createLogger } from "../../runtime/logger.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { type Measured, startLoad } from "../load/start-load.ts";
import { meanings, plannedCalls } from "./script.ts";
import { busyOf, type SystemUsage, systemUsage } from "./system-usage.ts";

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
  /** What each process takes while nobody calls, in percent of a core. */
  readonly idle: ReadonlyMap<string, number>;
  play(calls: number, turns: number): Promise<PlayedLoad>;
  stop(): Promise<void>;
};

export type MeasuredLineOptions = {
  readonly profile: LatencyProfile;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
};

/** Records that come when a call is over, analytics above all, have this long. */
const settleMs = 20_000;
const recheckMs = 200;
const idleMs = 5_000;
/** Acknowledgement, waiting for a slow vendor and reply are one reply. */
const replySilenceMs = { none: 1_200, article: 1_200, "measured-2026": 4_000 };
const replyTimeoutMs = 20_000;

/** Starts the system with vendors of the profile, and makes one call that is not measured. */
export async function startMeasuredLine({ profile, progress, signal }: MeasuredLineOptions): Promise<MeasuredLine> {
  progress(`starting the whole system, vendors ${profile}`);
  const system = await startSystem({ profile, environment: { LOG_LEVEL: "error" } });
  const records = new Map<string, AnyRecord[]>();
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
        if (record.type === "PlaybackReached" || record.type === "TranscriptUpdated") return;
        if (record.type === "SpeechSynthesised" && record.sequence > 0) return;
        const call = records.get(record.callSid);
        if (call === undefined) records.set(record.callSid, [record]);
        else call.push(record);
      },
    });
    await teachMeanings(running.geminiControl);
    const play = (calls: number, turns: number) => playLoad({ system, profile, signal, records, calls, turns });
    progress(`warming up, vendors ${profile}`);
    await play(1, 2);
    progress(`looking at the idle system, vendors ${profile}`);
    const before = await systemUsage(system);
    await delay(idleMs, undefined, { signal });
    const idle = new Map(busyOf(before, await systemUsage(system), idleMs));
    return { idle, play, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type PlayOptions = {
  readonly system: System;
  readonly profile: LatencyProfile;
  readonly signal: AbortSignal;
  readonly records: Map<string, AnyRecord[]>;
  readonly calls: number;
  readonly turns: number;
};

async function playLoad({ system, profile, signal, records, calls, turns }: PlayOptions): Promise<PlayedLoad> {
  const { webhookUrl, statusUrl, twilioAuthToken = "", numbers } = system.describe();
  const load = await startLoad(
    {
      calls: plannedCalls(calls, turns),
      url: webhookUrl,
      statusUrl,
      authToken: twilioAuthToken,
      accountSid: system.vendors.environment.TWILIO_ACCOUNT_SID ?? "",
      to: numbers[0] ?? "",
      audio: "speech",
      replySilenceMs: replySilenceMs[profile],
      replyTimeoutMs,
    },
    signal,
  );
  try {
    records.clear();
    const before = await systemUsage(system);
    const listenerBefore = process.cpuUsage();
    const startedAtMs = performance.now();
    const measured = await load.begin();
    const elapsedMs = performance.now() - startedAtMs;
    const after = await systemUsage(system);
    const { user, system: kernel } = process.cpuUsage(listenerBefore);
    await untilEnded(
      measured.calls.map(({ callSid }) => callSid),
      records,
      signal,
    );
    return { measured, records: new Map(records), before, after, elapsedMs, listenerCpuSeconds: (user + kernel) / 1e6 };
  } finally {
    await load.stop();
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
async function teachMeanings(geminiControl: string | undefined): Promise<void> {
  if (geminiControl === undefined) return;
  const response = await fetch(new URL("/_control/meanings", geminiControl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(meanings),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`the simulated model refused the meanings: ${response.status}`);
}
