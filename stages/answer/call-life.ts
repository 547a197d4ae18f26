import type { CallEvent, CallFacts } from "../../connectors/telephony/port.ts";
import type { DetachReason, EndReason } from "../../schemas/generated/records.ts";
import { noAcknowledgement } from "./acknowledgement.ts";
import { cutReplies } from "./agent-audio.ts";
import { captureFrom } from "./audio-grouping.ts";
import { endSpeech, flushAudio } from "./caller-audio.ts";
import { endCardEntry, isCardEntryUnderWay } from "./card-entry.ts";
import { noSpeech } from "./speech-detection.ts";
import { callerTurn, type Work } from "./work.ts";

type Attached = Extract<CallEvent, { type: "streamAttached" }>;

const frameMs = 20;

/** The line rang and the call was accepted. */
export function startCall(work: Work, facts: CallFacts): void {
  work.emit.push({
    to: "calls",
    key: "started",
    record: {
      type: "CallStarted",
      turn: 0,
      fromNumber: facts.fromNumber,
      toNumber: facts.toNumber,
      attestation: facts.attestation,
      answeredBy: facts.answeredBy,
    },
  });
}

/** The gateway can hear and speak: for the first time, again, or in place of another gateway that is gone. */
export function attachStream(work: Work, event: Attached): void {
  const { streamSid, attachment, gatewayId } = event;
  if (attachment < work.state.attachment || work.state.stream?.streamSid === streamSid) return;
  detachStream(work, work.state.stream?.streamSid ?? "", "replaced");
  const isNewHere = work.state.attachment < 0;
  // Another gateway's audio ended at an unknown place, but never beyond real time.
  const elapsedMs = Math.max(0, work.at - event.firstAttachedAtMs);
  const positionMs = attachment === 0 ? 0 : (Math.floor(elapsedMs / frameMs) + 1) * frameMs;
  work.state = {
    ...work.state,
    stream: { streamSid, attachment, attachedAtMs: work.at },
    leaving: null,
    attachment,
    capture: isNewHere ? captureFrom(positionMs) : work.state.capture,
    isMasked: work.state.isMasked || event.withheld.isMasked,
    // A gateway that had the call all along knows better than the store, which may lag.
    isProofAwaited: isNewHere ? event.withheld.isProofAwaited : work.state.isProofAwaited,
    hasSpoken: work.state.hasSpoken || attachment > 0,
    hasBeenStopped: false,
  };
  work.timers.resume = null;
  work.emit.push({
    to: "calls",
    key: `attached/${streamSid}`,
    record: {
      type: "StreamAttached",
      turn: callerTurn(work.state),
      streamSid,
      gatewayId,
      replyPartition: work.config.replyPartition,
      attachment,
      cardEntry: endCardEntry(work, event.cardEntry),
    },
  });
}

/** The stream is gone: what was heard is written down, and the call may come back. */
export function detachStream(work: Work, streamSid: string, reason: DetachReason): void {
  if (work.state.stream === null || work.state.stream.streamSid !== streamSid) return;
  if (work.state.speech.isSpeaking) endSpeech(work, work.state.capture.positionMs - work.state.speech.endsAtMs);
  flushAudio(work);
  const { departure, playback, ending } = work.state;
  // There is no stream to clear any more, so this cut has no effects, and it is not the caller's doing.
  const cutting: Work = { ...work, effects: [], timers: {} };
  cutReplies(cutting, () => true);
  work.state = {
    ...cutting.state,
    departure,
    stream: null,
    speech: noSpeech,
    acknowledgement: noAcknowledgement,
    playback: { ...cutting.state.playback, generation: playback.generation + 1, playedUntilMs: 0 },
    hasBeenStopped: reason === "stopped",
  };
  work.timers.acknowledge = null;
  work.emit.push({
    to: "calls",
    key: `detached/${streamSid}`,
    record: { type: "StreamDetached", turn: callerTurn(work.state), streamSid, reason },
  });
  if (reason === "replaced" || ending !== null || isCardEntryUnderWay(work)) return;
  const { stoppedGraceMs, resumeWithinMs } = work.config;
  work.timers.resume = work.at + (reason === "stopped" ? stoppedGraceMs : resumeWithinMs);
}

/** The call is over: said once. */
export function endCall(work: Work, reason: EndReason): void {
  detachStream(work, work.state.stream?.streamSid ?? "", "stopped");
  work.emit.push({
    to: "calls",
    key: "ended",
    record: {
      type: "CallEnded",
      turn: callerTurn(work.state),
      reason,
      durationMs: Math.max(0, Math.round(work.at - work.state.facts.startedAtMs)),
    },
  });
  work.effects.push({ port: "telephony", call: "release", input: {} });
  work.isOver = true;
}
