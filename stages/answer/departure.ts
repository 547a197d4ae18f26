import type { CallDirected } from "../../schemas/generated/records.ts";
import { endCall } from "./call-life.ts";
import { soundingReply } from "./playback.ts";
import type { Departure } from "./state.ts";
import type { Work } from "./work.ts";

const recheckMs = 500;
const maxTries = 2;

/** Tells the carrier to end the call, or to connect the caller elsewhere. Once. */
function depart(work: Work, { direction, toNumber }: Pick<Departure, "direction" | "toNumber">): void {
  if (work.state.ending !== null) return;
  const isTransfer = direction === "transfer" && toNumber !== null;
  if (isTransfer) work.effects.push({ port: "telephony", call: "transfer", input: { toNumber }, key: "transfer/1" });
  else work.effects.push({ port: "telephony", call: "hangUp", input: {}, key: "hangUp/1" });
  work.state = {
    ...work.state,
    departure: null,
    ending: { reason: isTransfer ? "transferred" : "agentHungUp", toNumber, tries: 1 },
  };
  work.timers.departure = null;
  work.timers.resume = null;
  work.timers.over = work.at + work.config.endWithinMs;
}

function schedule(
  work: Work,
  departure: Pick<Departure, "direction" | "toNumber" | "afterResponseId" | "isFinal">,
): void {
  const dueAtMs = work.at + work.config.departWithinMs;
  work.state = {
    ...work.state,
    departure: { ...departure, dueAtMs, latestAtMs: work.at + work.config.departLatestMs },
  };
  work.timers.departure = dueAtMs;
}

/** The dialogue directs the call: at once, or once a response was heard to its end. */
export function directDeparture(work: Work, directed: CallDirected): void {
  if (work.state.ending !== null || (directed.direction !== "hangUp" && directed.direction !== "transfer")) return;
  const { direction, toNumber, afterResponseId } = directed;
  const isHeard = afterResponseId === null || work.state.heardResponses.includes(afterResponseId);
  // The caller cut off the last words before this came: the dialogue knows, and decides anew.
  const isCutOff = !isHeard && work.state.playback.closed.includes(afterResponseId);
  if (isCutOff) return;
  if (isHeard) depart(work, { direction, toNumber });
  else schedule(work, { direction, toNumber, afterResponseId, isFinal: work.state.departure?.isFinal ?? false });
}

/** The call is too risky to go on: it ends when the next response, which tells the caller, was heard, or when none comes. */
export function blockCall(work: Work): void {
  const { ending, departure } = work.state;
  if (ending !== null || departure?.isFinal === true) return;
  if (departure?.direction === "hangUp") work.state = { ...work.state, departure: { ...departure, isFinal: true } };
  else schedule(work, { direction: "hangUp", toNumber: null, afterResponseId: null, isFinal: true });
}

/** Departs if what was waited for has been heard. `heardBefore` are the responses heard before this step. */
export function departIfHeard(work: Work, heardBefore: readonly string[]): void {
  const { departure, heardResponses } = work.state;
  if (departure === null || heardResponses === heardBefore) return;
  const { afterResponseId } = departure;
  const isHeard = afterResponseId === null || heardResponses.includes(afterResponseId);
  if (isHeard) depart(work, departure);
}

/** The wait for the last words is long: goes, unless they are being heard right now. */
export function departAnyway(work: Work): void {
  const { departure, playback } = work.state;
  if (departure === null) return;
  const sounding = soundingReply(playback, work.at);
  const isBeingHeard =
    sounding !== null && (departure.afterResponseId === null || sounding.responseId === departure.afterResponseId);
  if (!isBeingHeard || work.at >= departure.latestAtMs) {
    depart(work, departure);
    return;
  }
  const dueAtMs = Math.min(departure.latestAtMs, Math.max(work.at, playback.playedUntilMs) + recheckMs);
  work.state = { ...work.state, departure: { ...departure, dueAtMs } };
  work.timers.departure = dueAtMs;
}

/** The carrier did not do as it was told: again if that may help; then a hang-up closes the stream instead, and a transfer is given up. */
export function departureFailed(work: Work, isRetryable: boolean): void {
  const { ending, stream } = work.state;
  if (ending === null) return;
  const tries = ending.tries + 1;
  if (isRetryable && tries <= maxTries) {
    work.state = { ...work.state, ending: { ...ending, tries } };
    work.timers.over = work.at + work.config.endWithinMs;
    const key = `${ending.reason === "transferred" ? "transfer" : "hangUp"}/${tries}`;
    if (ending.reason === "transferred" && ending.toNumber !== null) {
      work.effects.push({ port: "telephony", call: "transfer", input: { toNumber: ending.toNumber }, key });
    } else work.effects.push({ port: "telephony", call: "hangUp", input: {}, key });
    return;
  }
  if (ending.reason === "transferred") {
    work.state = { ...work.state, ending: null };
    work.timers.over = null;
    return;
  }
  if (stream === null) return;
  work.effects.push({ port: "telephony", call: "closeStream", input: { streamSid: stream.streamSid } });
}

/** The carrier was told to end the call, and nothing was heard of it since: it counts as ended. */
export function endOverdue(work: Work): void {
  if (work.state.ending !== null) endCall(work, work.state.ending.reason);
}
