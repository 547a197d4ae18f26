import type { CallEvent } from "../../connectors/telephony/port.ts";
import { sealDigits } from "../../runtime/sealed-digits.ts";
import { afterSpeech, callOff } from "./acknowledgement.ts";
import { interrupt, sendAudio } from "./agent-audio.ts";
import { addConcealed, addFrame, takeGroup, waitingMs } from "./audio-grouping.ts";
import { hear } from "./speech-detection.ts";
import { callerTurn, type Work } from "./work.ts";

type Frames = Extract<CallEvent, { type: "frames" }>;
type Digit = Extract<CallEvent, { type: "digit" }>;

const frameBytes = 160;
const frameMs = 20;
/** A pause longer than this is silence between turns. */
const PAUSE_MS = 1_000;

/** Puts the caller audio that waits into the log; `silenceMs` is the silence at its end, where the caller may have finished. */
export function flushAudio(work: Work, silenceMs = 0): void {
  const { capture, group } = takeGroup(work.state.capture);
  const streamSid = work.state.stream?.streamSid;
  if (group === null || streamSid === undefined) return;
  work.state = { ...work.state, capture };
  work.emit.push({
    to: "audioIn",
    key: `audio/${streamSid}/${group.startsAtMs}`,
    record: { type: "AudioCaptured", turn: callerTurn(work.state), streamSid, ...group, silenceMs },
  });
}

function startSpeech(work: Work): void {
  const isBargeIn = interrupt(work);
  work.state = { ...work.state, hasSpoken: true, acknowledgement: callOff(work.state.acknowledgement) };
  work.timers.acknowledge = null;
  const { startsAtMs } = work.state.speech;
  work.emit.push({
    to: "playback",
    key: `speech/${startsAtMs}/started`,
    record: { type: "SpeechStarted", turn: callerTurn(work.state), startsAtMs, isBargeIn },
  });
}

/** The caller fell silent, `silenceMs` ago: what was said is in the log before this is known. */
export function endSpeech(work: Work, silenceMs: number): void {
  flushAudio(work);
  const { startsAtMs, endsAtMs, lastByteAt } = work.state.speech;
  work.emit.push({
    to: "playback",
    key: `speech/${startsAtMs}/ended`,
    record: { type: "SpeechEnded", turn: callerTurn(work.state), startsAtMs, endsAtMs, silenceMs, lastByteAt },
  });
}

/** Caller audio came in: voice activity, barge-in, and on to the log. */
export function takeFrames(work: Work, event: Frames): void {
  if (work.state.stream?.streamSid !== event.streamSid) return;
  const { config } = work;
  const frames = event.voiced.length;
  for (let index = 0; index < frames; index += 1) {
    const { isMasked, capture } = work.state;
    const frame = event.audio.subarray(index * frameBytes, (index + 1) * frameBytes);
    const { speech, change } = hear(
      work.state.speech,
      {
        startsAtMs: capture.positionMs,
        isVoiced: event.voiced[index] === true && !isMasked,
        receivedAtMs: event.receivedAtMs - (frames - 1 - index) * frameMs,
      },
      config,
    );
    work.state = { ...work.state, speech, capture: addFrame(capture, frame, isMasked) };
    if (change === "started") startSpeech(work);
    const silenceMs = work.state.capture.positionMs - speech.endsAtMs;
    const isLull = speech.isSpeaking && silenceMs >= config.lullMs && silenceMs < config.lullMs + frameMs;
    if (isLull) flushAudio(work, silenceMs);
    if (change === "ended") {
      endSpeech(work, work.state.capture.positionMs - speech.endsAtMs);
      const { acknowledgement, playback } = work.state;
      const isReplying = playback.replies.length > 0;
      const due = isReplying
        ? acknowledgement
        : afterSpeech(acknowledgement, speech.endsAtMs - speech.startsAtMs, work.at, config);
      if (due !== acknowledgement) work.timers.acknowledge = due.dueAtMs;
      work.state = { ...work.state, acknowledgement: due };
      sendAudio(work);
    }
  }
  work.state = { ...work.state, capture: addConcealed(work.state.capture, event.concealedFrames) };
  if (waitingMs(work.state.capture) >= groupMs(work)) flushAudio(work);
}

/** How much audio goes in one record: less while the caller pauses, since the silence in it decides whether the turn is over. */
function groupMs({ state, config }: Work): number {
  const { isSpeaking, endsAtMs } = state.speech;
  const isPausing = !isSpeaking && endsAtMs > 0 && state.capture.positionMs - endsAtMs < PAUSE_MS;
  return isPausing ? config.pauseGroupMs : config.audioGroupMs;
}

/** The caller pressed a key: it interrupts as speech does; while masked it leaves without its value, and while a proof is awaited its digit is sealed. */
export function takeDigit(work: Work, event: Digit): void {
  if (work.state.stream?.streamSid !== event.streamSid) return;
  interrupt(work);
  const { isMasked, isProofAwaited, digits, facts } = work.state;
  const key = `digit/${event.streamSid}/${digits}`;
  const isSealed = isProofAwaited && !isMasked && /^[0-9]$/.test(event.digit);
  work.state = {
    ...work.state,
    hasSpoken: true,
    digits: digits + 1,
    keyedAtMs: work.at,
    acknowledgement: callOff(work.state.acknowledgement),
  };
  work.timers.acknowledge = null;
  work.emit.push({
    to: "calls",
    key,
    record: {
      type: "DigitPressed",
      turn: callerTurn(work.state),
      digit: isMasked || isSealed ? "?" : event.digit,
      isMasked,
      sealedDigit: isSealed ? sealDigits(work.config.proofKey, facts.callSid, key, event.digit) : null,
    },
  });
}
