/** The vendor's limits, as published for streaming recognition; a test may scale them. */
export type SpeechLimits = {
  /** Longest stream, by the clock and by its audio. */
  readonly streamLimitMs: number;
  /** Longest time without audio. */
  readonly audioTimeoutMs: number;
  /** How far the audio may run ahead of the clock. */
  readonly aheadLimitMs: number;
  /** Most audio bytes in one message. */
  readonly maxMessageBytes: number;
  /** Most streams at a time. */
  readonly maxStreams: number;
};

/** Limits of Speech-to-Text v2 (https://cloud.google.com/speech-to-text/docs/quotas); v1 allows five seconds more per stream. */
export const publishedSpeechLimits: SpeechLimits = {
  streamLimitMs: 300_000,
  audioTimeoutMs: 10_000,
  aheadLimitMs: 30_000,
  maxMessageBytes: 25_600,
  maxStreams: 300,
};
