import { status } from "@grpc/grpc-js";
import type { Fault } from "../kit/fault-script.ts";
import { faultCode, type WireError } from "../kit/grpc-message.ts";
import type { LatencyProfile } from "../kit/latency-profile.ts";
import type { SessionSink } from "../kit/streaming-calls.ts";
import { createCarrierListener } from "../speech-carrier/carrier-listener.ts";
import type { SpeechLimits } from "./limits.ts";
import { type Conclusion, createSegmenter } from "./segmenter.ts";

/** What differs between the two versions of the interface. */
export type SessionErrors = { readonly tooLong: WireError; readonly audioTimeout: WireError };

/** What a session works with. */
export type SessionOptions = {
  readonly limits: SpeechLimits;
  readonly errors: SessionErrors;
  readonly latency: LatencyProfile;
  readonly finalSilenceMs: number;
  readonly fault: Fault | undefined;
};

/** One recognition stream after its configuration. */
export type RecognitionSession = {
  hear(audio: Uint8Array): void;
  /** The client half-closed: what is open becomes final, then the stream ends. */
  finish(): void;
  /** The client is gone. */
  discard(): void;
  audioMs(): number;
};

const bytesPerMs = 8;
const maxPending = 1000;
const misheard = ["mail", "seven", "garden", "rather", "blue"];

function mishear(text: string): string {
  return text
    .split(" ")
    .map((word, index) => misheard[(word.length + index) % misheard.length])
    .join(" ");
}

function mishearConclusion(conclusion: Conclusion): Conclusion {
  if (conclusion.type === "final") return { ...conclusion, text: mishear(conclusion.text) };
  if (conclusion.type !== "interim") return conclusion;
  return { ...conclusion, head: conclusion.head === "" ? "" : mishear(conclusion.head) };
}

/** Starts a recognition; it hears nothing but the bytes that are given to it. */
export function createRecognitionSession(options: SessionOptions, sink: SessionSink<Conclusion>): RecognitionSession {
  const { limits, errors, latency, fault } = options;
  const listener = createCarrierListener();
  const segmenter = createSegmenter({ finalSilenceMs: options.finalSilenceMs });
  const startedAt = performance.now();
  const pending: { readonly dueAt: number; readonly run: () => void }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let isOver = false;
  let audioBytes = 0;
  let lastVoicedAt = startedAt;
  let lastDueAt = startedAt;
  let pendingTimer: NodeJS.Timeout | undefined;

  function stop(): boolean {
    if (isOver) return false;
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
    clearTimeout(pendingTimer);
    pending.length = 0;
    return true;
  }
  function fail(error: WireError): void {
    if (stop()) sink.fail(error);
  }
  function after(delayMs: number, run: () => void): NodeJS.Timeout {
    const timer = setTimeout(run, delayMs);
    timers.add(timer);
    return timer;
  }

  const faultError: WireError | undefined =
    fault?.kind === "error"
      ? { code: faultCode(fault.code), details: "scripted fault" }
      : fault?.kind === "cut"
        ? { code: status.UNAVAILABLE, details: "Connection dropped" }
        : undefined;
  if (faultError !== undefined && fault !== undefined) after(fault.delayMs, () => fail(faultError));
  after(limits.streamLimitMs, () => fail(errors.tooLong));
  const silence = after(limits.audioTimeoutMs, () => fail(errors.audioTimeout));

  function drain(): void {
    for (let next = pending[0]; next !== undefined && !isOver; next = pending[0]) {
      const waitMs = next.dueAt - performance.now();
      if (waitMs > 0) {
        pendingTimer = setTimeout(drain, waitMs);
        return;
      }
      pending.shift();
      next.run();
    }
    pendingTimer = undefined;
  }
  function schedule(dueAt: number, run: () => void): void {
    lastDueAt = Math.max(lastDueAt, dueAt + (fault?.kind === "delay" ? fault.delayMs : 0));
    pending.push({ dueAt: lastDueAt, run });
    if (pending.length > maxPending) fail({ code: status.RESOURCE_EXHAUSTED, details: "too many results in flight" });
    else if (pendingTimer === undefined) drain();
  }
  function conclude(conclusion: Conclusion): void {
    const now = performance.now();
    const dueAt =
      conclusion.type === "final"
        ? Math.max(now, lastVoicedAt + latency.drawMs("speech-final"))
        : now + latency.drawMs("speech-interim");
    const heard = fault?.kind === "wrong" ? mishearConclusion(conclusion) : conclusion;
    schedule(dueAt, () => sink.deliver(heard));
  }

  return {
    hear(audio) {
      if (isOver) return;
      if (audio.length > limits.maxMessageBytes) {
        fail({
          code: status.INVALID_ARGUMENT,
          details: `Audio chunk can be of a maximum of ${limits.maxMessageBytes} bytes. Received ${audio.length} bytes.`,
        });
        return;
      }
      silence.refresh();
      audioBytes += audio.length;
      const audioMs = audioBytes / bytesPerMs;
      if (audioMs - (performance.now() - startedAt) > limits.aheadLimitMs) {
        fail({ code: status.RESOURCE_EXHAUSTED, details: "Audio is sent faster than real time." });
        return;
      }
      let latestInterim: Conclusion | undefined;
      for (const frame of listener.hear(audio)) {
        if (faultError !== undefined && fault !== undefined && frame.endsAtMs > fault.delayMs) fail(faultError);
        if (frame.endsAtMs > limits.streamLimitMs) fail(errors.tooLong);
        if (isOver) return;
        if (frame.isVoiced) lastVoicedAt = performance.now();
        for (const conclusion of segmenter.take(frame)) {
          if (conclusion.type === "interim") {
            latestInterim = conclusion;
            continue;
          }
          if (latestInterim !== undefined) conclude(latestInterim);
          latestInterim = undefined;
          conclude(conclusion);
        }
      }
      if (latestInterim !== undefined) conclude(latestInterim);
    },
    finish() {
      if (isOver) return;
      clearTimeout(silence);
      for (const conclusion of segmenter.finish()) conclude(conclusion);
      schedule(lastDueAt, () => {
        if (stop()) sink.end();
      });
    },
    discard: () => void stop(),
    audioMs: () => audioBytes / bytesPerMs,
  };
}
