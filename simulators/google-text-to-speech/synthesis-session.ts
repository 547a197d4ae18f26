import { status } from "@grpc/grpc-js";
import type { Fault } from "../kit/fault-script.ts";
import { faultCode, type WireError } from "../kit/grpc-message.ts";
import type { LatencyProfile } from "../kit/latency-profile.ts";
import type { SessionSink } from "../kit/streaming-calls.ts";
import type { SynthesisLimits } from "./limits.ts";
import { garble, type SentenceSpeaker } from "./sentence-speaker.ts";
import type { SpeechSettings } from "./speech-request.ts";

/** What a session works with. */
export type SynthesisOptions = {
  readonly limits: SynthesisLimits;
  readonly latency: LatencyProfile;
  readonly speaker: SentenceSpeaker;
  readonly settings: SpeechSettings;
  readonly fault: Fault | undefined;
};

/** One synthesis stream after its configuration. */
export type SynthesisSession = {
  say(text: string): void;
  /** The client half-closed: the rest is spoken, then the stream ends. */
  finish(): void;
  /** The client is gone. */
  discard(): void;
};

/** Bytes in a chunk: on purpose no whole number of frames, as the vendor promises none. */
const chunkBytes = 1900;
const bytesPerMs = 8;
const timesFasterThanRealTime = 20;

/** Starts a synthesis. Audio comes after the profile's latency, then far faster than real time. */
export function createSynthesisSession(options: SynthesisOptions, sink: SessionSink<Uint8Array>): SynthesisSession {
  const { limits, latency, speaker, settings, fault } = options;
  let isOver = false;
  let isFinished = false;
  let unspoken = "";
  let chunks: Uint8Array[] = [];
  let nextDueAt = 0;
  let delivered = 0;
  let chunkTimer: NodeJS.Timeout | undefined;
  let faultTimer: NodeJS.Timeout | undefined;

  function stop(): boolean {
    if (isOver) return false;
    isOver = true;
    for (const timer of [chunkTimer, faultTimer, inputTimer]) clearTimeout(timer);
    chunks = [];
    return true;
  }
  function fail(error: WireError): void {
    if (stop()) sink.fail(error);
  }
  const inputTimer = setTimeout(
    () => fail({ code: status.ABORTED, details: "Stream aborted due to long duration elapsed without input sent." }),
    limits.inputTimeoutMs,
  );
  if (fault?.kind === "error")
    faultTimer = setTimeout(() => fail({ code: faultCode(fault.code), details: "scripted fault" }), fault.delayMs);

  function drain(): void {
    chunkTimer = undefined;
    while (!isOver) {
      const waitMs = nextDueAt - performance.now();
      if (waitMs > 0) {
        chunkTimer = setTimeout(drain, waitMs);
        return;
      }
      const chunk = chunks.shift();
      if (chunk === undefined) break;
      sink.deliver(chunk);
      delivered += 1;
      if (fault?.kind === "cut") fail({ code: status.UNAVAILABLE, details: "Connection dropped" });
      if (latency.profile !== "none") nextDueAt += chunk.length / bytesPerMs / timesFasterThanRealTime;
    }
    if (isFinished && stop()) sink.end();
  }

  function speakNow(text: string): void {
    if (text.trim() === "") return;
    const askedAt = performance.now();
    if (delivered === 0 && chunks.length === 0)
      nextDueAt = askedAt + latency.drawMs("speech-first-audio") + (fault?.kind === "delay" ? fault.delayMs : 0);
    const audio = speaker.speakAll(fault?.kind === "wrong" ? garble(text) : text, settings);
    for (let offset = 0; offset < audio.length; offset += chunkBytes)
      chunks.push(audio.subarray(offset, offset + chunkBytes));
    if (chunkTimer === undefined && fault?.kind !== "error") drain();
  }

  return {
    say(text) {
      if (isOver) return;
      inputTimer.refresh();
      const { ready, rest } = speaker.splitReady(unspoken + text);
      unspoken = rest;
      speakNow(ready);
    },
    finish() {
      if (isOver) return;
      clearTimeout(inputTimer);
      isFinished = true;
      const text = unspoken;
      unspoken = "";
      speakNow(text);
      if (chunkTimer === undefined && fault?.kind !== "error") drain();
    },
    discard: () => void stop(),
  };
}
