/**
 * A card is keyed in where nobody here hears the keys: once the caller was told how, the carrier is asked to collect it, the stream ends, and another one comes back.
 * Keys are masked from the moment the dialogue asks for it, since callers begin early, until what follows was heard, since they end late.
 */
import type { CallDirected, CardEntry } from "../../schemas/generated/records.ts";
import { setMasking } from "./masking.ts";
import { soundingReply } from "./playback.ts";
import type { Work } from "./work.ts";

const recheckMs = 500;

/** The dialogue wants a card: asked for at once, or once a response was heard. */
export function directCardEntry(work: Work, { afterResponseId }: CallDirected): void {
  const { ending, cardEntry, heardResponses, playback } = work.state;
  if (ending !== null || cardEntry !== null) return;
  setMasking(work, true);
  const isHeard = afterResponseId === null || heardResponses.includes(afterResponseId);
  const latestAtMs = work.at + work.config.departLatestMs;
  work.state = { ...work.state, cardEntry: { afterResponseId, isUnderWay: false, isSettled: false, latestAtMs } };
  if (isHeard || playback.closed.includes(afterResponseId)) beginCardEntry(work);
  else work.timers.card = work.at + work.config.departWithinMs;
}

/** Begins once the response that tells how was heard. `heardBefore` are the responses heard before this step. */
export function beginCardEntryIfHeard(work: Work, heardBefore: readonly string[]): void {
  const { cardEntry, heardResponses } = work.state;
  if (cardEntry === null || cardEntry.isUnderWay || heardResponses === heardBefore) return;
  if (cardEntry.afterResponseId === null || heardResponses.includes(cardEntry.afterResponseId)) beginCardEntry(work);
}

function beginCardEntry(work: Work): void {
  const { attachment, cardEntry, departure, ending } = work.state;
  if (cardEntry === null) return;
  // The call is about to end.
  if (departure !== null || ending !== null) {
    forget(work);
    return;
  }
  work.state = { ...work.state, cardEntry: { ...cardEntry, isUnderWay: true } };
  work.timers.card = work.at + work.config.cardEntryMs;
  work.timers.resume = null;
  work.effects.push({ port: "telephony", call: "collectCard", input: { attachment }, key: `card/${attachment}` });
}

/** Whether the stream is away because a card is being keyed in: nothing of it is lost. */
export function isCardEntryUnderWay({ state }: Work): boolean {
  return state.cardEntry?.isUnderWay === true;
}

function forget(work: Work): void {
  if (work.state.cardEntry === null) return;
  work.state = { ...work.state, cardEntry: null };
  work.timers.card = null;
}

/** The stream is back: how the entry ended, for the dialogue. Null where nobody knows, or none was under way. */
export function endCardEntry(work: Work, ended: CardEntry | null): CardEntry | null {
  const isStillComing = ended === null && isCardEntryUnderWay(work) && work.state.cardEntry?.isSettled === false;
  if (!isStillComing) forget(work);
  return ended;
}

/** The carrier does as it was told: the stream ends, if it has not yet. */
export function cardEntryAccepted(work: Work): void {
  const { cardEntry } = work.state;
  if (cardEntry !== null) work.state = { ...work.state, cardEntry: { ...cardEntry, isSettled: true } };
}

/** The carrier could not be told, or had nothing to ask any more. The stream is closed, so that the call comes back by itself and the dialogue hears of it. */
export function cardEntryFailed(work: Work, why: "refused" | "callIsOver"): void {
  const { cardEntry, stream } = work.state;
  if (cardEntry === null) return;
  if (why === "refused") {
    work.state = { ...work.state, cardEntry: { ...cardEntry, isSettled: true } };
    if (stream !== null)
      work.effects.push({ port: "telephony", call: "closeStream", input: { streamSid: stream.streamSid } });
    return;
  }
  forget(work);
  if (stream === null) work.timers.resume = work.at + work.config.stoppedGraceMs;
}

/** Nothing was heard of it for long: the words that tell how, or the card entry itself. */
export function cardEntryOverdue(work: Work): void {
  const { cardEntry, attachment, stream } = work.state;
  if (cardEntry === null) return;
  if (!cardEntry.isUnderWay) {
    const { playback } = work.state;
    const isBeingHeard = soundingReply(playback, work.at)?.responseId === cardEntry.afterResponseId;
    if (isBeingHeard && work.at < cardEntry.latestAtMs)
      work.timers.card = Math.min(cardEntry.latestAtMs, Math.max(work.at, playback.playedUntilMs) + recheckMs);
    else beginCardEntry(work);
    return;
  }
  forget(work);
  if (stream !== null) {
    work.effects.push({ port: "telephony", call: "closeStream", input: { streamSid: stream.streamSid } });
    return;
  }
  // Whatever the carrier was doing, it is told to connect the call again; should that not come either, the call counts as lost.
  work.effects.push({ port: "telephony", call: "reconnect", input: { attachment }, key: `reconnect/${attachment}` });
  work.timers.resume = work.at + work.config.resumeWithinMs;
}
