/**
 * The topics: the only place where a topic's name is spelled, and the source from which topics are created, documented and checked.
 *
 * Every topic is keyed by callSid and has the same number of partitions, so that a call has one partition number everywhere. Two topics differ:
 * audio-out goes to the partition of the gateway that holds the call, and call-state is keyed by callSid/stage for compaction
 * while it keeps the call's partition.
 */
import type { RecordByName, RecordName } from "./generated/records.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a schema change may break, as the registry names it. */
export type Compatibility = "FULL_TRANSITIVE" | "BACKWARD_TRANSITIVE" | "NONE";

/** A topic: what it carries and how long. */
export type Topic = {
  readonly name: string;
  readonly summary: string;
  readonly records: readonly RecordName[];
  readonly retentionMs: number;
  readonly cleanup: "delete" | "compact";
  readonly compatibility: Compatibility;
  /** Whether records carry CloudEvents and trace headers; audio does not, since each header costs time on every frame. */
  readonly hasHeaders: boolean;
};

export const topics = {
  calls: {
    name: "voice.calls.v1",
    summary: "The life of a call, and its keys",
    records: ["CallStarted", "StreamAttached", "StreamDetached", "DigitPressed", "CallEnded"],
    retentionMs: 30 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  audioIn: {
    name: "voice.audio-in.v1",
    summary: "What the caller's microphone heard",
    records: ["AudioCaptured"],
    retentionMs: HOUR_MS,
    cleanup: "delete",
    compatibility: "BACKWARD_TRANSITIVE",
    hasHeaders: false,
  },
  playback: {
    name: "voice.playback.v1",
    summary: "When the caller spoke, and what the caller really heard",
    records: ["SpeechStarted", "SpeechEnded", "PlaybackStarted", "PlaybackReached", "PlaybackCleared"],
    retentionMs: 30 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  transcripts: {
    name: "voice.transcripts.v1",
    summary: "What was said",
    records: ["TranscriptUpdated", "TurnEnded"],
    retentionMs: 30 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  intents: {
    name: "voice.intents.v1",
    summary: "What was meant",
    records: ["IntentRecognised", "IntentForeseen"],
    retentionMs: 30 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  toolCalls: {
    name: "voice.tool-calls.v1",
    summary: "What shall be looked up or done",
    records: ["ToolCalled", "LookUpForeseen"],
    retentionMs: 30 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  toolResults: {
    name: "voice.tool-results.v1",
    summary: "What came of it",
    records: ["ToolSucceeded", "ToolRefused", "ToolFailed"],
    retentionMs: 30 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  responses: {
    name: "voice.responses.v1",
    summary: "What the agent says, and what happens to the call",
    records: ["ResponsePrepared", "CallDirected"],
    retentionMs: 30 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  audioOut: {
    name: "voice.audio-out.v1",
    summary: "The agent's voice, on the partition of the gateway that holds the call",
    records: ["SpeechSynthesised"],
    retentionMs: HOUR_MS,
    cleanup: "delete",
    compatibility: "BACKWARD_TRANSITIVE",
    hasHeaders: false,
  },
  risk: {
    name: "voice.risk.v1",
    summary: "How risky a call looks, and what must be obeyed",
    records: ["RiskAssessed"],
    retentionMs: 90 * DAY_MS,
    cleanup: "delete",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
  callState: {
    name: "voice.call-state.v1",
    summary: "What each stage knows about a call: to rebuild it, and for audit",
    records: ["CallStateSaved"],
    retentionMs: 7 * DAY_MS,
    cleanup: "compact",
    compatibility: "FULL_TRANSITIVE",
    hasHeaders: true,
  },
} as const satisfies Record<string, Topic>;

/** Raw bytes of records that could not be processed; place and reason stand in the headers, so it has no schema. */
export const deadLetters = {
  name: "voice.dead-letters.v1",
  summary: "Records that could not be processed: raw bytes, where from, why",
  retentionMs: 30 * DAY_MS,
} as const;

export type Topics = typeof topics;
export type TopicKey = keyof Topics;
/** Any record of a topic; told apart by `type`. */
export type RecordOn<K extends TopicKey> = RecordByName[Topics[K]["records"][number]];
/** Any record of any topic. */
export type AnyRecord = RecordByName[RecordName];
