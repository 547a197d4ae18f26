/** The vendor's limits, as published for speech synthesis; a test may scale them. */
export type SynthesisLimits = {
  /** Longest time a stream may wait for text. */
  readonly inputTimeoutMs: number;
  /** Most text bytes in one request. */
  readonly maxTextBytes: number;
  /** Most streams at a time. */
  readonly maxStreams: number;
  /** Most requests in a minute. */
  readonly maxRequestsPerMinute: number;
};

/** Default quota of one project for Chirp 3 HD voices (https://docs.cloud.google.com/text-to-speech/quotas). */
export const publishedSynthesisLimits: SynthesisLimits = {
  inputTimeoutMs: 5000,
  maxTextBytes: 5000,
  maxStreams: 100,
  maxRequestsPerMinute: 200,
};
