/**
 * The three numbers of a turn's speed, defined once: reports, tables and benchmarks use these functions. All times are milliseconds; those of events are
 * since the epoch, on the event's own clock.
 */
import type { AnyRecord } from "../../schemas/topics.ts";

/** What the numbers of a turn are made of. Lists may be in any order. */
export type TurnTimeline = {
  readonly turnEnded: {
    readonly occurredAt: number;
    readonly lastByteAt: number;
    readonly endpointWaitMs: number;
    readonly vendorWaitMs: number;
  } | null;
  readonly intents: readonly { readonly occurredAt: number; readonly vendorWaitMs: number }[];
  readonly toolResults: readonly {
    readonly occurredAt: number;
    readonly storeWaitMs: number;
    readonly vendorWaitMs: number;
  }[];
  readonly playbackStarts: readonly {
    readonly occurredAt: number;
    readonly isAcknowledgement: boolean;
    readonly vendorWaitMs: number;
  }[];
};

/** A turn's numbers; null where the turn has none. */
export type TurnLatency = {
  /** When the first reply byte went out. */
  readonly firstByteAt: number | null;
  /** From the end of the turn, as it was decided, to the first sound of any kind, an acknowledgement included; 0 when the sound came before the decision. */
  readonly firstSoundMs: number | null;
  /** From the caller's last voiced byte to the first byte of a reply; an acknowledgement is none. */
  readonly voiceToVoiceMs: number | null;
  /**
   * What of {@link voiceToVoiceMs} is ours: without the silence that was listened to on purpose and without waiting for vendors (recogniser, model,
   * payments, synthesiser) before the reply. The store's time is ours. Below 0 when waits overlapped, e.g. a model that was asked before the turn ended.
   */
  readonly overheadMs: number | null;
  /** Time in the database before the reply: part of the overhead. */
  readonly storeWaitMs: number;
  readonly modelWaitMs: number;
  readonly paymentWaitMs: number;
  /** How long the reply's first chunk waited for the synthesiser. */
  readonly synthesisWaitMs: number | null;
};

/** The numbers of a turn. */
export function turnLatency(timeline: TurnTimeline): TurnLatency {
  const { turnEnded } = timeline;
  const starts = timeline.playbackStarts
    .filter((start) => turnEnded !== null && start.occurredAt >= turnEnded.lastByteAt)
    .toSorted((a, b) => a.occurredAt - b.occurredAt);
  const reply = starts.find((start) => !start.isAcknowledgement);
  const repliedAt = reply?.occurredAt ?? Number.POSITIVE_INFINITY;
  const isBefore = (event: { readonly occurredAt: number }): boolean => event.occurredAt <= repliedAt;
  const results = timeline.toolResults.filter(isBefore);
  const storeWaitMs = sum(results.map((result) => result.storeWaitMs));
  const paymentWaitMs = sum(results.map((result) => result.vendorWaitMs));
  const modelWaitMs = sum(timeline.intents.filter(isBefore).map((intent) => intent.vendorWaitMs));
  const synthesisWaitMs = reply?.vendorWaitMs ?? null;
  const waits = { storeWaitMs, modelWaitMs, paymentWaitMs, synthesisWaitMs };
  if (turnEnded === null)
    return { firstByteAt: null, firstSoundMs: null, voiceToVoiceMs: null, overheadMs: null, ...waits };
  const first = starts[0];
  const firstSoundMs = first === undefined ? null : Math.max(0, first.occurredAt - turnEnded.occurredAt);
  if (reply === undefined) return { firstByteAt: null, firstSoundMs, voiceToVoiceMs: null, overheadMs: null, ...waits };
  const voiceToVoiceMs = reply.occurredAt - turnEnded.lastByteAt;
  const vendorsMs = turnEnded.vendorWaitMs + modelWaitMs + paymentWaitMs + reply.vendorWaitMs;
  const overheadMs = voiceToVoiceMs - turnEnded.endpointWaitMs - vendorsMs;
  return { firstByteAt: reply.occurredAt, firstSoundMs, voiceToVoiceMs, overheadMs, ...waits };
}

/** The timeline of one turn of one call, from records that may hold other turns too. */
export function timelineOf(records: readonly AnyRecord[], turn: number): TurnTimeline {
  const timeline = {
    turnEnded: null as TurnTimeline["turnEnded"],
    intents: [] as TurnTimeline["intents"][number][],
    toolResults: [] as TurnTimeline["toolResults"][number][],
    playbackStarts: [] as TurnTimeline["playbackStarts"][number][],
  };
  for (const record of records) {
    if (record.turn !== turn) continue;
    if (record.type === "TurnEnded") timeline.turnEnded = record;
    else if (record.type === "IntentRecognised") timeline.intents.push(record);
    else if (record.type === "PlaybackStarted") timeline.playbackStarts.push(record);
    else if (record.type === "ToolSucceeded" || record.type === "ToolRefused" || record.type === "ToolFailed")
      timeline.toolResults.push(record);
  }
  return timeline;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
