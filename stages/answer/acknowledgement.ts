import { muLawSounds } from "./acknowledgement-sounds.ts";

/** A short sound that bridges the wait for a reply. At most one between two replies. */
export type Acknowledgement = {
  /** When to play it unless a reply begins before, milliseconds since the epoch; null when nothing is waited for. */
  readonly dueAtMs: number | null;
  readonly hasPlayed: boolean;
  /** Counts up, so that sounds take turns. */
  readonly played: number;
  /** End of the sound that is playing, by the caller's clock. */
  readonly soundsUntilMs: number;
};

export type AcknowledgementLimits = {
  readonly acknowledgeAfterMs: number;
  readonly acknowledgeMinSpeechMs: number;
};

export const noAcknowledgement: Acknowledgement = { dueAtMs: null, hasPlayed: false, played: 0, soundsUntilMs: 0 };

/** The caller fell silent: an acknowledgement becomes due, if what was said was more than a sound and none was given for this turn. */
export function afterSpeech(
  acknowledgement: Acknowledgement,
  speechMs: number,
  nowMs: number,
  limits: AcknowledgementLimits,
): Acknowledgement {
  if (acknowledgement.hasPlayed || limits.acknowledgeAfterMs === 0) return acknowledgement;
  if (speechMs < limits.acknowledgeMinSpeechMs) return acknowledgement;
  return { ...acknowledgement, dueAtMs: nowMs + limits.acknowledgeAfterMs };
}

/** The caller speaks again, or the stream is gone: nothing is due any more. */
export function callOff(acknowledgement: Acknowledgement): Acknowledgement {
  return acknowledgement.dueAtMs === null ? acknowledgement : { ...acknowledgement, dueAtMs: null };
}

/** A reply began: the wait is over, and the next turn may be acknowledged again. */
export function afterReply(acknowledgement: Acknowledgement): Acknowledgement {
  if (acknowledgement.dueAtMs === null && !acknowledgement.hasPlayed) return acknowledgement;
  return { ...acknowledgement, dueAtMs: null, hasPlayed: false };
}

/** The sound to play now, if one is due: µ-law from memory. Whoever asks has waited; a timer may come a fraction of a millisecond early. */
export function takeSound(
  acknowledgement: Acknowledgement,
  nowMs: number,
): { readonly acknowledgement: Acknowledgement; readonly sound: Uint8Array | null } {
  if (acknowledgement.dueAtMs === null) return { acknowledgement, sound: null };
  const sound = muLawSounds[acknowledgement.played % muLawSounds.length];
  if (sound === undefined) return { acknowledgement: callOff(acknowledgement), sound: null };
  const soundsUntilMs = nowMs + sound.length / 8;
  return {
    acknowledgement: { dueAtMs: null, hasPlayed: true, played: acknowledgement.played + 1, soundsUntilMs },
    sound,
  };
}
