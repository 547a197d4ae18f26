/** The gateway was told to end: each of its calls goes on at another one, from a moment in which nobody notices. */
import type { ResponsePrepared } from "../../schemas/generated/records.ts";
import { isBetweenSentences } from "./playback.ts";
import type { State } from "./state.ts";
import type { Work } from "./work.ts";

/** A caller who was silent for so long will hardly begin to speak just now. */
const quietMs = 2_000;
const maxDivisible = 16;

/** From here on a good moment is looked for; the timer ends the search. */
export function beginLeaving(work: Work): void {
  if (work.state.leaving !== null) return;
  const latestAtMs = work.at + work.config.handOverWithinMs;
  work.state = { ...work.state, leaving: { latestAtMs, isHandedOver: false, divisible: [] } };
  work.timers.handOver = latestAtMs;
}

/** Takes note of a response before its audio comes. */
export function noteResponse(work: Work, { eventId, sentences }: ResponsePrepared): void {
  const { leaving } = work.state;
  if (leaving === null || sentences.length < 2) return;
  const divisible = [...leaving.divisible, eventId].slice(-maxDivisible);
  work.state = { ...work.state, leaving: { ...leaving, divisible } };
}

/**
 * Whether nobody speaks, and nobody is about to: a reply waits to begin, so that the caller's turn is over; or the agent is between two sentences; or both
 * have been silent for long. What the caller says until another gateway has the stream would be lost.
 */
function isGoodMoment(state: State, atMs: number): boolean {
  const { stream, speech, playback, departure } = state;
  if (stream === null || speech.isSpeaking || speech.voicedMs > 0) return false;
  // The call is about to end, or to leave us for a while.
  if (departure !== null) return false;
  const soundsUntilMs = playback.playedUntilMs + playback.lagMs;
  if (soundsUntilMs > atMs || playback.replies.some(({ spans }) => spans.length > 0)) return false;
  if (playback.replies.length > 0) return playback.replies.every((reply) => isBetweenSentences(reply));
  // Keys come with pauses.
  if (state.isMasked) return false;
  const quietSinceMs = Math.max(soundsUntilMs, speech.lastByteAt, state.keyedAtMs, stream.attachedAtMs);
  return atMs - quietSinceMs >= quietMs;
}

/** Hands the call over if the gateway is leaving and nobody would notice. */
export function handOverUnnoticed(work: Work): void {
  if (work.state.leaving !== null && isGoodMoment(work.state, work.at)) handOver(work);
}

/** Hands the call over: once for a stream, and not if the carrier has been told to end the call. */
export function handOver(work: Work): void {
  const { leaving, stream, ending } = work.state;
  if (leaving === null || leaving.isHandedOver || stream === null || ending !== null) return;
  work.state = { ...work.state, leaving: { ...leaving, isHandedOver: true } };
  work.timers.handOver = null;
  work.effects.push({ port: "telephony", call: "handOver", input: { streamSid: stream.streamSid } });
}
