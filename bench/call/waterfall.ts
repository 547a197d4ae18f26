/** Where the time of a turn goes: from the caller's last voiced byte to the first byte of the reply, cut at the records in between. docs/latency.md has the picture. */
import type { AnyRecord } from "../../schemas/topics.ts";
import { timelineOf, turnLatency } from "../../stages/analytics/turn-latency.ts";

/** The records that cut a turn, in the order of the flow; the first part begins with the last voiced byte. */
export const cuts = [
  "SpeechEnded",
  "TurnEnded",
  "IntentRecognised",
  "ToolCalled",
  "ToolSucceeded",
  "ResponsePrepared",
  "SpeechSynthesised",
  "PlaybackStarted",
] as const;
export type Cut = (typeof cuts)[number];

/** A part ends with its record. `waitMs` of `ms` were spent waiting on purpose or for vendors. */
export type Part = { readonly until: Cut; readonly ms: number; readonly waitMs: number };

/** A turn's numbers as DESIGN defines them, with its parts; `parts` add up to `voiceToVoiceMs`. Null where the turn has none. */
export type TurnFigures = {
  readonly overheadMs: number | null;
  readonly firstSoundMs: number | null;
  readonly voiceToVoiceMs: number | null;
  readonly parts: readonly Part[] | null;
};

/** Clocks count in fractions of a microsecond. */
const toleranceMs = 0.001;

/** The figures of every turn that was ended, in order of turns. Throws when the parts of a turn do not add up to its total. */
export function turnFigures(records: readonly AnyRecord[]): readonly TurnFigures[] {
  const turns = records.flatMap((record) => (record.type === "TurnEnded" ? [record.turn] : []));
  return [...new Set(turns)]
    .toSorted((a, b) => a - b)
    .map((turn) => {
      const { overheadMs, firstSoundMs, voiceToVoiceMs } = turnLatency(timelineOf(records, turn));
      const parts = partsOf(records, turn);
      if (parts !== null && voiceToVoiceMs !== null) {
        const sum = parts.reduce((total, { ms }) => total + ms, 0);
        if (Math.abs(sum - voiceToVoiceMs) > toleranceMs)
          throw new Error(`the parts of a turn are ${sum} ms together, but it took ${voiceToVoiceMs} ms`);
      }
      return { overheadMs, firstSoundMs, voiceToVoiceMs, parts };
    });
}

/** The parts of a turn whose reply came from a tool; null for any other turn. Records are followed by what answers what, not by their order. */
export function partsOf(records: readonly AnyRecord[], turn: number): readonly Part[] | null {
  const own = records.filter((record) => record.turn === turn);
  const ended = own.find((record) => record.type === "TurnEnded");
  if (ended === undefined) return null;
  const started = first(
    own,
    "PlaybackStarted",
    (record) => !record.isAcknowledgement && record.occurredAt >= ended.lastByteAt,
  );
  const response = first(own, "ResponsePrepared", ({ eventId }) => eventId === started?.responseId);
  const speech = first(own, "SpeechSynthesised", ({ responseId }) => responseId === response?.eventId);
  const result = first(own, "ToolSucceeded", ({ eventId }) => eventId === response?.causeId);
  const call = first(own, "ToolCalled", ({ eventId }) => eventId === result?.callId);
  const intent = first(own, "IntentRecognised", ({ eventId }) => eventId === call?.causeId);
  const pause = own.findLast((record) => record.type === "SpeechEnded" && record.lastByteAt <= ended.lastByteAt);
  if (started === undefined || response === undefined || speech === undefined || pause === undefined) return null;
  if (result === undefined || call === undefined || intent === undefined) return null;
  const listenedMs = pause.occurredAt - ended.lastByteAt;
  const waits: Readonly<Record<Cut, number>> = {
    // The silence that is listened to on purpose begins before the end of speech is known and goes on after it.
    SpeechEnded: Math.min(ended.endpointWaitMs, Math.max(0, listenedMs)),
    TurnEnded: Math.max(0, ended.endpointWaitMs - Math.max(0, listenedMs)) + ended.vendorWaitMs,
    IntentRecognised: intent.vendorWaitMs,
    ToolCalled: 0,
    ToolSucceeded: result.vendorWaitMs,
    ResponsePrepared: 0,
    SpeechSynthesised: started.vendorWaitMs,
    PlaybackStarted: 0,
  };
  const chain = [pause, ended, intent, call, result, response, speech, started];
  let previousAt = ended.lastByteAt;
  return chain.map(({ occurredAt }, index) => {
    const until = cuts[index] ?? "PlaybackStarted";
    const ms = occurredAt - previousAt;
    previousAt = occurredAt;
    return { until, ms, waitMs: waits[until] };
  });
}

function first<Type extends AnyRecord["type"]>(
  records: readonly AnyRecord[],
  type: Type,
  test: (record: Extract<AnyRecord, { type: Type }>) => boolean,
): Extract<AnyRecord, { type: Type }> | undefined {
  return records
    .filter((record): record is Extract<AnyRecord, { type: Type }> => record.type === type)
    .filter(test)
    .toSorted((a, b) => a.occurredAt - b.occurredAt)[0];
}
