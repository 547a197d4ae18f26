/** A load on the line during which things are taken away, one after the other, each while somebody speaks or waits for a reply. */
import { setTimeout as delay } from "node:timers/promises";
import type { MeasuredLine, OpenPlan } from "../call/measured-line.ts";
import type { StreamGap } from "../load/plan.ts";
import { sharedNowMs } from "../shared-clock.ts";
import type { Books } from "./books.ts";
import { CallsUnderWay } from "./calls-under-way.ts";
import { type HeardSilences, heardSilences, type Interruption } from "./heard-silence.ts";
import { gapsDuring, lossesOf } from "./losses.ts";
import { startOrderCall } from "./order-calls.ts";
import { countTwice, type Twice } from "./twice.ts";

/** One thing to take away. */
export type Intrusion = {
  /** Row of the table. */
  readonly what: string;
  /** Takes it away from under the caller who speaks, or from all; resolves when everything is as before. */
  cause(speaking: string): Promise<void>;
  /** Whether the call needs what `cause` is about to take away from the caller who speaks. */
  affects(callSid: string, speaking: string): boolean;
};

export type InterruptedLoad = {
  readonly interruptions: readonly Interruption[];
  readonly silences: (those: readonly Interruption[]) => HeardSilences;
  /** Times without a stream that began during these. */
  readonly gaps: (those: readonly Interruption[]) => readonly StreamGap[];
  readonly lostWords: number;
  /** Of these, words that were said while there was no stream, and cannot but be lost. */
  readonly unheardWords: number;
  readonly twice: Twice;
  /** Null when nobody ordered. */
  readonly books: Books | null;
  /** Lines that had no reply, or none to its end, and calls that did not end as planned. */
  readonly unanswered: number;
  readonly failedCalls: number;
};

const settleAfterMs = 2_000;
const speakTimeoutMs = 60_000;
/** From the first word of a line until about the first word of the reply: who is interrupted then notices it. */
const momentMs = 3_000;

/** Calls that look around; with `hasOrder`, one caller more who places an order. */
export type InterruptedPlan = OpenPlan & { readonly hasOrder: boolean };

export type InterruptedSurroundings = {
  /** Chooses the moments, so that a seed repeats them. */
  readonly random: () => number;
  progress(line: string): void;
  readonly signal: AbortSignal;
};

/** Plays the load; ends the callers when something cannot be taken away, or does not come back. */
export async function playInterrupted(
  line: MeasuredLine,
  plan: InterruptedPlan,
  intrusions: readonly Intrusion[],
  { random, progress, signal }: InterruptedSurroundings,
): Promise<InterruptedLoad> {
  const calls = new CallsUnderWay();
  const stopListening = line.listen((record) => calls.take(record));
  const interruptions: Interruption[] = [];
  const { hasOrder, ...callers } = plan;
  const talking = await line.open(callers);
  try {
    const ordering = hasOrder ? await startOrderCall(line.system, plan, (callSid) => calls.leaveOut(callSid)) : null;
    for (let call = 0; call < plan.calls; call += 1)
      if (calls.callSids.size < plan.calls) await calls.speaking(speakTimeoutMs);
    for (const { what, cause, affects } of intrusions) {
      signal.throwIfAborted();
      const speaking = await calls.speaking(speakTimeoutMs);
      await delay(random() * momentMs, undefined, { signal });
      const atMs = sharedNowMs();
      const underWay = [...calls.callSids];
      const affected = new Set(underWay.filter((callSid) => affects(callSid, speaking)));
      const others = new Set(underWay.filter((callSid) => !affected.has(callSid)));
      await cause(speaking);
      progress(`${what}: as before after ${((sharedNowMs() - atMs) / 1000).toFixed(1)} s`);
      await delay(settleAfterMs, undefined, { signal });
      interruptions.push({ what, atMs, overAtMs: sharedNowMs(), speaking, affected, others });
    }
    const [played, books] = await Promise.all([talking.finish(), ordering?.finish() ?? null]);
    const turns = played.measured.calls.flatMap((call) => call.turns);
    for (const interruption of interruptions) {
      const { affected, others } = heardSilences(played.measured.calls, [interruption]);
      const words = [affected, others].map((heard) => heard.map((ms) => Math.round(ms)).join(", ") || "nobody");
      progress(`${interruption.what}: silences ${words[0]} ms, of others ${words[1]} ms`);
    }
    return {
      interruptions,
      silences: (those) => heardSilences(played.measured.calls, those),
      gaps: (those) => gapsDuring(played.measured.calls, those),
      ...lossesOf(played),
      twice: countTwice(calls.records),
      books,
      unanswered: turns.filter(({ firstWordMs }) => firstWordMs === null).length,
      failedCalls: played.measured.calls.filter(({ failure }) => failure !== null).length,
    };
  } catch (error) {
    await talking.abandon();
    throw error;
  } finally {
    stopListening();
  }
}
