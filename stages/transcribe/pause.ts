/** The end of the caller's speech, as the gateway reported it, until the turn is decided. */
export type Pause = {
  /** End of the speech, in milliseconds of the call's audio. */
  readonly endsAtMs: number;
  readonly lastByteAt: number;
  readonly silenceMs: number;
  readonly reportedAt: number;
  /** When the words were complete up to the pause; null while the recogniser is behind. */
  readonly coveredAt: number | null;
  readonly vendorWaitMs: number;
  /** How far audio and words had come at the last look; null before the first. */
  readonly seen: Progress | null;
  readonly looks: number;
};

type Progress = { readonly fedMs: number; readonly coversMs: number };

/** Looks at a pause at most: audio that has not come by then is not in the log. */
const MOST_LOOKS = 15;

/**
 * Looks whether the words of a pause are still on their way. Time alone does not tell: where a worker or a recogniser was lost, or the audio comes late, the words
 * come late and come all the same. Gives the pause to look at again, or null when audio and words have stood still since the last look.
 */
export function look(pause: Pause, fedUntilMs: number, coversUntilMs: number): Pause | null {
  const fedMs = Math.min(fedUntilMs, pause.endsAtMs);
  const isAudioMissing = fedMs < pause.endsAtMs;
  const hasMoved = pause.seen === null || pause.seen.fedMs !== fedMs || pause.seen.coversMs !== coversUntilMs;
  if (pause.looks >= MOST_LOOKS || !(isAudioMissing || hasMoved)) return null;
  return { ...pause, seen: { fedMs, coversMs: coversUntilMs }, looks: pause.looks + 1 };
}
