/** What calls gave, as `--summary` writes it: for people, and for programs that rely on its names. */
import type { CallEvidence, OrderSeen } from "../scenarios/expectations.ts";
import type { AnyRecord } from "../schemas/topics.ts";
import type { ScenarioResult } from "../simulators/caller/scenario-player.ts";
import { type TurnLatency, timelineOf, turnLatency } from "../stages/analytics/turn-latency.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";

/** One thing the caller did, and what came of it. Times are milliseconds; null where the turn has none (keys have no end of speech). */
export type TurnSummary = {
  readonly caller: string;
  readonly agentHeard: string;
  /** State of the dialogue after it. */
  readonly state: string | null;
  readonly overheadMs: number | null;
  readonly firstSoundMs: number | null;
  readonly voiceToVoiceMs: number | null;
};

export type CallSummary = {
  readonly scenario: string;
  readonly callSid: string;
  readonly outcome: "passed" | "failed";
  /** Everything that was not as the scenario expects. */
  readonly failures: readonly string[];
  readonly turns: readonly TurnSummary[];
  readonly orders: readonly {
    readonly id: string;
    readonly totalMinor: number;
    readonly currency: string;
    readonly paid: boolean;
  }[];
};

/** The three numbers, from the records of all turns. */
export type LatencySummary = {
  readonly overheadMs: Percentiles;
  readonly firstSoundMs: Percentiles;
  readonly voiceToVoiceMs: Percentiles;
};

/** A played call with everything that is known of it. */
export type PlayedCall = { readonly result: ScenarioResult; readonly evidence: CallEvidence };

/** One call for the summary. */
export function summariseCall({ result, evidence }: PlayedCall): CallSummary {
  const { scenario, callSid, outcome, failures } = result;
  const turns = result.turns.map((turn, index) => {
    const until = result.turns[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY;
    return turnSummary(turn, within(evidence.records, turn.startedAt, until), evidence.records);
  });
  const orders = evidence.orders.map((order) => ({
    id: order.number,
    totalMinor: order.totalMinor,
    currency: order.currency,
    paid: isPaid(order),
  }));
  return { scenario, callSid, outcome, failures, turns, orders };
}

/** The three numbers over all turns of all calls. */
export function latencyOf(calls: readonly PlayedCall[]): LatencySummary {
  const turns = calls.flatMap(({ evidence }) => turnLatencies(evidence.records));
  const of = (name: "overheadMs" | "firstSoundMs" | "voiceToVoiceMs"): Percentiles =>
    percentiles(turns.flatMap((turn) => turn[name] ?? []));
  return { overheadMs: of("overheadMs"), firstSoundMs: of("firstSoundMs"), voiceToVoiceMs: of("voiceToVoiceMs") };
}

/** The same as the callers measured them on the line, from the last frame of their own speech; they hear what the records cannot tell. */
export function heardLatencyOf(calls: readonly PlayedCall[]): Omit<LatencySummary, "overheadMs"> {
  const turns = calls.flatMap(({ result }) => result.turns);
  return {
    firstSoundMs: percentiles(turns.flatMap((turn) => turn.firstSoundMs ?? [])),
    voiceToVoiceMs: percentiles(turns.flatMap((turn) => turn.voiceToVoiceMs ?? [])),
  };
}

function isPaid({ status, paymentStatus }: OrderSeen): boolean {
  return paymentStatus === "succeeded" && status !== "refunded" && status !== "cancelled";
}

function within(records: readonly AnyRecord[], from: number, until: number): readonly AnyRecord[] {
  return records.filter(({ occurredAt }) => occurredAt >= from && occurredAt < until);
}

function turnSummary(
  { caller, agentHeard }: ScenarioResult["turns"][number],
  during: readonly AnyRecord[],
  records: readonly AnyRecord[],
): TurnSummary {
  // A caller who pauses in mid-sentence is answered once, after the last part.
  const answered = turnLatencies(records, during).findLast(({ voiceToVoiceMs }) => voiceToVoiceMs !== null);
  const state = during.findLast((record) => record.type === "ResponsePrepared")?.state ?? null;
  const { overheadMs = null, firstSoundMs = null, voiceToVoiceMs = null } = answered ?? {};
  return {
    caller,
    agentHeard,
    state,
    overheadMs: rounded(overheadMs),
    firstSoundMs: rounded(firstSoundMs),
    voiceToVoiceMs: rounded(voiceToVoiceMs),
  };
}

function turnLatencies(records: readonly AnyRecord[], ended: readonly AnyRecord[] = records): readonly TurnLatency[] {
  const turns = new Set(ended.flatMap((record) => (record.type === "TurnEnded" ? [record.turn] : [])));
  return [...turns].toSorted((a, b) => a - b).map((turn) => turnLatency(timelineOf(records, turn)));
}

function rounded(valueMs: number | null): number | null {
  return valueMs === null ? null : Math.round(valueMs * 10) / 10;
}
