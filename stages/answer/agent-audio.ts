import type { Dropped } from "../../connectors/telephony/port.ts";
import type { SpeechSynthesised } from "../../schemas/generated/records.ts";
import { afterReply, callOff, takeSound } from "./acknowledgement.ts";
import { type Cleared, cut } from "./barge-in.ts";
import {
  accept,
  close,
  fill,
  markReturned,
  type Reached,
  type Reply,
  replace,
  skipMissing,
  soundingReply,
  takeOverdue,
} from "./playback.ts";
import { playbackDueAtMs } from "./playback-due.ts";
import type { Work } from "./work.ts";

const maxHeardResponses = 32;

function count(work: Work, dropped: Dropped, times = 1): void {
  work.effects.push({ port: "telephony", call: "count", input: { dropped, times } });
}

function emitReached(work: Work, reached: readonly Reached[]): void {
  for (const { reply, span } of reached) {
    work.emit.push({
      to: "playback",
      key: `playback/${reply.responseId}/reached/${span.sentenceIndex}/${span.isResponseEnd}`,
      causeId: reply.responseId,
      record: {
        type: "PlaybackReached",
        turn: reply.turn,
        responseId: reply.responseId,
        sentenceIndex: span.sentenceIndex,
        heardText: span.text,
        isComplete: span.isResponseEnd,
      },
    });
    if (!span.isResponseEnd) continue;
    const heardResponses = [...work.state.heardResponses, reply.responseId].slice(-maxHeardResponses);
    work.state = { ...work.state, heardResponses };
  }
}

function emitCleared(work: Work, cleared: readonly Cleared[]): void {
  for (const { reply, sentenceIndex, heardMs, heardText } of cleared) {
    work.emit.push({
      to: "playback",
      key: `playback/${reply.responseId}/cleared`,
      causeId: reply.responseId,
      record: {
        type: "PlaybackCleared",
        turn: reply.turn,
        responseId: reply.responseId,
        sentenceIndex,
        heardMs,
        heardText,
      },
    });
  }
}

/** Cuts off the replies that `shouldCut` names, and tells what was heard of them. The carrier is told first. */
export function cutReplies(work: Work, shouldCut: (reply: Reply) => boolean): void {
  const outcome = cut(work.state.playback, work.at, shouldCut);
  const { stream } = work.state;
  if (outcome.mustClear && stream !== null) {
    work.effects.push({ port: "telephony", call: "clear", input: { streamSid: stream.streamSid } });
  }
  work.state = { ...work.state, playback: outcome.playback };
  emitReached(work, outcome.reached);
  emitCleared(work, outcome.cleared);
  const isAwaited = outcome.cleared.some(({ reply }) => reply.responseId === work.state.departure?.afterResponseId);
  // The caller has something to say after the farewell: the dialogue decides anew.
  if (isAwaited && work.state.departure?.isFinal === false) {
    work.state = { ...work.state, departure: null };
    work.timers.departure = null;
  }
}

/** The caller wants to be heard: cuts off what may be cut off. True when the agent was speaking and is not any more. */
export function interrupt(work: Work): boolean {
  const sounding = soundingReply(work.state.playback, work.at);
  if (sounding !== null) {
    if (!sounding.isInterruptible) return false;
    cutReplies(work, (reply) => reply.isInterruptible);
    return true;
  }
  const { acknowledgement, playback, stream } = work.state;
  if (acknowledgement.soundsUntilMs <= work.at || stream === null) return false;
  work.effects.push({ port: "telephony", call: "clear", input: { streamSid: stream.streamSid } });
  work.state = {
    ...work.state,
    acknowledgement: { ...acknowledgement, soundsUntilMs: 0 },
    playback: { ...playback, generation: playback.generation + 1, playedUntilMs: work.at },
  };
  return false;
}

/** Sends what may be sent by now. */
export function sendAudio(work: Work): void {
  const { stream, playback, speech } = work.state;
  if (stream === null || playback.replies.length === 0) return;
  const waiting = playback.replies.find((reply) => !reply.hasStarted);
  const isHeld =
    speech.isSpeaking && waiting !== undefined && work.at - waiting.lastChunkAtMs < work.config.holdReplyMs;
  const mayBegin = work.state.leaving?.divisible ?? null;
  const filled = fill(playback, work.at, work.config.playAheadMs, { isHeld, mayBegin });
  const { streamSid } = stream;
  for (const sending of filled.sendings) {
    if (sending.kind === "mark") {
      const input = { streamSid, markName: sending.markName };
      work.effects.push({ port: "telephony", call: "mark", input });
    } else {
      work.effects.push({ port: "telephony", call: "play", input: { streamSid, audio: sending.audio } });
    }
  }
  work.state = { ...work.state, playback: filled.playback };
  for (const reply of filled.started) {
    work.state = {
      ...work.state,
      repliedTurn: Math.max(work.state.repliedTurn, reply.turn),
      acknowledgement: afterReply(work.state.acknowledgement),
    };
    work.timers.acknowledge = null;
    work.emit.push({
      to: "playback",
      key: `playback/${reply.responseId}/started`,
      causeId: reply.responseId,
      record: {
        type: "PlaybackStarted",
        turn: reply.turn,
        responseId: reply.responseId,
        isAcknowledgement: false,
        vendorWaitMs: reply.vendorWaitMs,
      },
    });
  }
}

/** A chunk of the agent's speech came in. */
export function takeSpeech(work: Work, chunk: SpeechSynthesised): void {
  if (work.state.stream?.streamSid !== chunk.streamSid || work.state.ending !== null) {
    count(work, "staleAudio");
    return;
  }
  const { playback } = work.state;
  const isNew =
    !playback.closed.includes(chunk.responseId) &&
    playback.replies.every((reply) => reply.responseId !== chunk.responseId);
  if (isNew && chunk.replacesCurrent) cutReplies(work, () => true);
  const accepted = accept(work.state.playback, chunk, work.at);
  if (accepted.dropped !== null) count(work, accepted.dropped);
  work.state = { ...work.state, playback: accepted.playback };
  sendAudio(work);
}

/** A mark returned: what lay before it was heard, unless it was thrown away. */
export function takeMark(work: Work, streamSid: string, markName: string): void {
  if (work.state.stream?.streamSid !== streamSid) return;
  const returned = markReturned(work.state.playback, markName, work.at);
  const isOfNow = markName.startsWith(`${work.state.playback.generation}.`);
  if (!returned.isKnown && isOfNow) count(work, "unknownMark");
  work.state = { ...work.state, playback: returned.playback };
  emitReached(work, returned.reached);
  sendAudio(work);
}

/** Time passed: sends more, and gives up on marks and chunks that do not come. */
export function watchPlayback(work: Work): void {
  const overdue = takeOverdue(work.state.playback, work.at, work.config.markGraceMs);
  if (overdue.reached.length > 0) count(work, "overdueMark", overdue.reached.length);
  work.state = { ...work.state, playback: overdue.playback };
  emitReached(work, overdue.reached);
  for (const reply of work.state.playback.replies) {
    const isWaiting = !reply.isWhole && reply.unsent.length === 0;
    const sinceMs = Math.max(reply.lastChunkAtMs, reply.hasStarted ? work.state.playback.playedUntilMs : 0);
    if (!isWaiting || work.at - sinceMs < work.config.stalledReplyMs) continue;
    count(work, "stalledReply");
    const { playback } = work.state;
    work.state = {
      ...work.state,
      playback:
        reply.early.length > 0
          ? replace(playback, { ...skipMissing(reply), lastChunkAtMs: work.at })
          : close(playback, reply.responseId),
    };
  }
  sendAudio(work);
}

/** Sets the playback's timer anew where it changed. */
export function keepPlaybackTimer(work: Work): void {
  const dueAtMs = playbackDueAtMs(work.state, work.config);
  if (dueAtMs === work.state.playbackDueAtMs) return;
  work.state = { ...work.state, playbackDueAtMs: dueAtMs };
  work.timers.playback = dueAtMs;
}

/** The wait for a reply is long: plays a short sound, when it is `due` or `now`, unless there is something to hear by now. */
export function acknowledge(work: Work, when: "due" | "now"): void {
  const { stream, speech, playback, ending } = work.state;
  const isOutOfPlace =
    stream === null || speech.isSpeaking || ending !== null || soundingReply(playback, work.at) !== null;
  if (isOutOfPlace) {
    work.state = { ...work.state, acknowledgement: callOff(work.state.acknowledgement) };
    return;
  }
  const waiting = work.state.acknowledgement;
  const due = when === "now" && !waiting.hasPlayed ? { ...waiting, dueAtMs: work.at } : waiting;
  const { acknowledgement, sound } = takeSound(due, work.at);
  work.state = { ...work.state, acknowledgement };
  if (sound === null) return;
  const turn = work.state.repliedTurn + 1;
  const playedUntilMs = Math.max(work.at, playback.playedUntilMs) + sound.length / 8;
  work.state = { ...work.state, playback: { ...playback, playedUntilMs } };
  work.effects.push({ port: "telephony", call: "play", input: { streamSid: stream.streamSid, audio: sound } });
  work.emit.push({
    to: "playback",
    key: `acknowledgement/${acknowledgement.played}/${stream.streamSid}`,
    record: { type: "PlaybackStarted", turn, responseId: "acknowledgement", isAcknowledgement: true, vendorWaitMs: 0 },
  });
}
