/** Voice activity of one call: from single frames to stretches of speech. Positions are milliseconds of the call's caller audio. */
export type Speech = {
  readonly isSpeaking: boolean;
  /** Voiced time that has come together towards a start; falls again with every unvoiced frame. */
  readonly voicedMs: number;
  readonly startsAtMs: number;
  /** End of the last voiced frame. */
  readonly endsAtMs: number;
  /** When the last voiced byte came in, milliseconds since the epoch. */
  readonly lastByteAt: number;
};

/** One 20 ms frame as voice activity sees it. */
export type HeardFrame = { readonly startsAtMs: number; readonly isVoiced: boolean; readonly receivedAtMs: number };

export type SpeechLimits = {
  /** Voiced time that makes a start. */
  readonly speechStartMs: number;
  /** Unvoiced time that makes an end. */
  readonly speechEndSilenceMs: number;
};

export const frameMs = 20;
export const noSpeech: Speech = { isSpeaking: false, voicedMs: 0, startsAtMs: 0, endsAtMs: 0, lastByteAt: 0 };

/**
 * Takes the next frame. A start needs `speechStartMs` of voiced frames; unvoiced frames in between take away from it, so that clicks never
 * add up. An end needs `speechEndSilenceMs` without a voiced frame.
 */
export function hear(
  speech: Speech,
  frame: HeardFrame,
  limits: SpeechLimits,
): { readonly speech: Speech; readonly change: "started" | "ended" | null } {
  if (speech.isSpeaking) {
    if (frame.isVoiced) {
      return {
        speech: { ...speech, endsAtMs: frame.startsAtMs + frameMs, lastByteAt: frame.receivedAtMs },
        change: null,
      };
    }
    if (frame.startsAtMs + frameMs - speech.endsAtMs < limits.speechEndSilenceMs) return { speech, change: null };
    return { speech: { ...speech, isSpeaking: false, voicedMs: 0 }, change: "ended" };
  }
  if (!frame.isVoiced) {
    if (speech.voicedMs === 0) return { speech, change: null };
    return { speech: { ...speech, voicedMs: Math.max(0, speech.voicedMs - frameMs) }, change: null };
  }
  const voicedMs = speech.voicedMs + frameMs;
  const heard: Speech = {
    isSpeaking: voicedMs >= limits.speechStartMs,
    voicedMs,
    startsAtMs: speech.voicedMs === 0 ? frame.startsAtMs : speech.startsAtMs,
    endsAtMs: frame.startsAtMs + frameMs,
    lastByteAt: frame.receivedAtMs,
  };
  return { speech: heard, change: heard.isSpeaking ? "started" : null };
}
