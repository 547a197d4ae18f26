import type { CallEvent } from "../../connectors/telephony/port.ts";
import type { Input, Outcome, RecordInput, Step } from "../../runtime/stage.ts";
import { acknowledge, keepPlaybackTimer, sendAudio, takeMark, takeSpeech, watchPlayback } from "./agent-audio.ts";
import { attachStream, detachStream, endCall, startCall } from "./call-life.ts";
import { takeDigit, takeFrames } from "./caller-audio.ts";
import {
  beginCardEntryIfHeard,
  cardEntryAccepted,
  cardEntryFailed,
  cardEntryOverdue,
  directCardEntry,
} from "./card-entry.ts";
import { blockCall, departAnyway, departIfHeard, departureFailed, directDeparture, endOverdue } from "./departure.ts";
import { beginLeaving, handOver, handOverUnnoticed, noteResponse } from "./hand-over.ts";
import { directUnmasking, noteProofAwaited, setMasking, unmaskIfHeard } from "./masking.ts";
import { newCall, type State } from "./state.ts";
import { beginWork, type Config, type Out, outcomeOf, type Ports, type Work } from "./work.ts";

export type { State } from "./state.ts";
export type { Ports } from "./work.ts";
export type In = "audioOut" | "responses" | "risk";

type AnswerInput = Input<In, Ports>;
type PortInput = Extract<AnswerInput, { from: "port" }>;

function takeEvent(work: Work, event: CallEvent): void {
  switch (event.type) {
    case "callArrived":
      return;
    case "streamAttached":
      attachStream(work, event);
      return;
    case "frames":
      takeFrames(work, event);
      return;
    case "gatewayLeaves":
      beginLeaving(work);
      return;
    case "digit":
      takeDigit(work, event);
      return;
    case "markReturned":
      takeMark(work, event.streamSid, event.markName);
      return;
    case "streamClosed":
      detachStream(work, event.streamSid, event.reason);
      if (work.state.ending !== null && work.state.stream === null) endCall(work, work.state.ending.reason);
      return;
    case "callOver":
      endCall(work, work.state.ending?.reason ?? event.ending ?? (event.hasFailed ? "failed" : "callerHungUp"));
      return;
  }
}

/** Events of a call that is not known here: it begins, it comes back from another gateway, or it is over. */
function takeFirstEvent(event: CallEvent, at: number, config: Config): Work | null {
  switch (event.type) {
    case "callArrived": {
      const work = beginWork(newCall(event.facts, at), at, config);
      startCall(work, event.facts);
      work.timers.resume = at + config.resumeWithinMs;
      return work;
    }
    case "streamAttached": {
      const work = beginWork(newCall(event.facts, at), at, config);
      if (event.attachment === 0) startCall(work, event.facts);
      attachStream(work, event);
      return work;
    }
    case "callOver": {
      if (event.facts === null) return null;
      const work = beginWork(newCall(event.facts, at), at, config);
      endCall(work, event.ending ?? (event.hasFailed ? "failed" : "callerHungUp"));
      return work;
    }
    case "frames":
    case "gatewayLeaves":
    case "digit":
    case "markReturned":
    case "streamClosed":
      return null;
  }
}

function takePortInput(work: Work, input: PortInput): void {
  switch (input.call) {
    case "listen":
      if (input.outcome === "event") takeEvent(work, input.event);
      return;
    case "hangUp":
    case "transfer":
      if (input.outcome === "failure") departureFailed(work, input.isRetryable);
      return;
    case "collectCard":
      if (input.outcome === "failure") cardEntryFailed(work, "refused");
      if (input.outcome === "result" && input.result.wasOver) cardEntryFailed(work, "callIsOver");
      else if (input.outcome === "result") cardEntryAccepted(work);
      return;
    case "locate": {
      if (work.state.stream !== null) return;
      if (input.outcome === "result" && input.result.isElsewhere) work.isOver = true;
      else endCall(work, work.state.hasBeenStopped ? "callerHungUp" : "lost");
      return;
    }
    case "play":
    case "mark":
    case "clear":
    case "closeStream":
    case "reconnect":
    case "handOver":
    case "rememberWithheld":
    case "release":
    case "count":
      return;
  }
}

function takeRecord(work: Work, { record }: RecordInput<In>): void {
  switch (record.type) {
    case "SpeechSynthesised":
      takeSpeech(work, record);
      return;
    case "ResponsePrepared":
      noteProofAwaited(work, record);
      noteResponse(work, record);
      return;
    case "CallDirected":
      if (record.direction === "maskDigits") setMasking(work, true);
      if (record.direction === "unmaskDigits") directUnmasking(work, record);
      if (record.direction === "collectCard") directCardEntry(work, record);
      if (record.direction === "bridgeWait") acknowledge(work, "now");
      directDeparture(work, record);
      return;
    case "RiskAssessed":
      if (record.action === "block") blockCall(work);
      return;
  }
}

function takeTimer(work: Work, name: string): void {
  switch (name) {
    case "playback":
      work.state = { ...work.state, playbackDueAtMs: null };
      watchPlayback(work);
      return;
    case "acknowledge":
      acknowledge(work, "due");
      return;
    case "departure":
      departAnyway(work);
      return;
    case "handOver":
      handOver(work);
      return;
    case "over":
      endOverdue(work);
      return;
    case "unmask":
      setMasking(work, false);
      return;
    case "card":
      cardEntryOverdue(work);
      return;
    case "resume": {
      if (work.state.stream !== null) return;
      const { attachment } = work.state;
      work.effects.push({ port: "telephony", call: "locate", input: { attachment } });
      return;
    }
  }
}

/** One call at the gateway: caller audio in, agent audio out, and whatever must be instant in between. */
export const step: Step<State, In, Out, Ports, Config> = (state, input, at, config): Outcome<State, Out, Ports> => {
  if (state === null) {
    const isEvent = input.from === "port" && input.call === "listen" && input.outcome === "event";
    const first = isEvent ? takeFirstEvent(input.event, at, config) : null;
    return first === null ? { state: null } : outcomeOf(first);
  }
  const work = beginWork(state, at, config);
  if (input.from === "port") takePortInput(work, input);
  else if (input.from === "timer") takeTimer(work, input.name);
  else if (input.from !== "restored") takeRecord(work, input);
  if (!work.isOver) {
    departIfHeard(work, state.heardResponses);
    unmaskIfHeard(work, state.heardResponses);
    beginCardEntryIfHeard(work, state.heardResponses);
    if (work.state.playback !== state.playback || work.state.playbackDueAtMs !== state.playbackDueAtMs) sendAudio(work);
    keepPlaybackTimer(work);
    handOverUnnoticed(work);
  }
  return outcomeOf(work);
};
