/** While keys are masked they leave without their value, and audio as silence; while a PIN or code is asked for the value of digits is sealed. */
import type { CallDirected, ResponsePrepared } from "../../schemas/generated/records.ts";
import { flushAudio } from "./caller-audio.ts";
import type { Work } from "./work.ts";

/** Masks or unmasks what the caller keys and says, here and after a resume anywhere. */
export function setMasking(work: Work, isMasked: boolean): void {
  if (work.state.unmaskAfter !== null) work.timers.unmask = null;
  work.state = { ...work.state, unmaskAfter: null };
  if (work.state.isMasked === isMasked) return;
  flushAudio(work);
  work.state = { ...work.state, isMasked };
  work.effects.push({ port: "telephony", call: "rememberWithheld", input: { isMasked } });
}

/** Each response says where the dialogue stands: as long as it wants to know who the caller is, digits are a PIN or a code. */
export function noteProofAwaited(work: Work, { state: dialogue }: ResponsePrepared): void {
  const isProofAwaited = dialogue === "authentication";
  if (work.state.isProofAwaited === isProofAwaited) return;
  work.state = { ...work.state, isProofAwaited };
  work.effects.push({ port: "telephony", call: "rememberWithheld", input: { isProofAwaited } });
}

/** The dialogue wants to hear the caller again: at once, or once a response was heard, or could have been. */
export function directUnmasking(work: Work, { afterResponseId }: CallDirected): void {
  const { heardResponses, playback, isMasked } = work.state;
  if (!isMasked) return;
  const isWaiting =
    afterResponseId !== null && !heardResponses.includes(afterResponseId) && !playback.closed.includes(afterResponseId);
  if (!isWaiting) {
    setMasking(work, false);
    return;
  }
  work.state = { ...work.state, unmaskAfter: afterResponseId };
  work.timers.unmask = work.at + work.config.departWithinMs;
}

/** Unmasks once the response that was waited for was heard. `heardBefore` are the responses heard before this step. */
export function unmaskIfHeard(work: Work, heardBefore: readonly string[]): void {
  const { unmaskAfter, heardResponses } = work.state;
  if (unmaskAfter === null || heardResponses === heardBefore) return;
  if (heardResponses.includes(unmaskAfter)) setMasking(work, false);
}
