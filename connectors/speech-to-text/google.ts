import { CallRecognition, type RecognitionTiming } from "./call-recognition.ts";
import { createGoogleSpeechClient, type GoogleSpeechClient, type GoogleSpeechConnection } from "./google-stream.ts";
import type { SpeechToText } from "./port.ts";
import { RecogniserError } from "./recogniser-error.ts";

/** Settings of the Google adapter; what is left out has the value that suits the vendor's published limits. */
export type GoogleSpeechToTextOptions = {
  readonly projectId: string;
  /** Interface version; v2 unless told otherwise. */
  readonly version?: "v1" | "v2";
  /** Region of the recogniser; `global` unless told otherwise. */
  readonly location?: string;
  /** Recognition model; `telephony` unless told otherwise. */
  readonly model?: string;
  /** `host:port` of a simulator; without it the vendor is reached with the credentials of the environment. */
  readonly simulatorAddress?: string | undefined;
  readonly timing?: Partial<RecognitionTiming>;
  /** Longest wait for a connection. */
  readonly connectTimeoutMs?: number;
};

/** The port, and what its owner needs beside it. */
export type GoogleSpeechToText = SpeechToText & {
  /** Connects before the first call does; rejects with {@link RecogniserError} when there is no connection. */
  prewarm(): Promise<void>;
  /** Ends all calls' recognisers and the connections. */
  shutdown(): Promise<void>;
};

/** Defaults: the vendor ends a stream after 300 s, and after 10 s without audio. */
export const defaultRecognitionTiming: RecognitionTiming = {
  rotateAfterMs: 240_000,
  rotateAtLatestMs: 285_000,
  keepAliveAfterMs: 5000,
  maxQueuedMs: 60_000,
  maxRetainedMs: 60_000,
  closeWaitMs: 3000,
};

/** The vendor serves 100 streams on one connection; two of a call overlap for a moment while one replaces the other. */
const maxCallsPerConnection = 80;
const tickMs = 250;
const bytesPerMs = 8;

type Connection = { readonly client: GoogleSpeechClient; calls: number };
type OpenCall = { readonly recognition: CallRecognition; release(): void };

function validTiming(timing: RecognitionTiming): RecognitionTiming {
  for (const [name, value] of Object.entries(timing))
    if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${name} must be a positive number`);
  if (timing.rotateAtLatestMs < timing.rotateAfterMs)
    throw new RangeError("rotateAtLatestMs must not be below rotateAfterMs");
  if (timing.maxRetainedMs > timing.rotateAfterMs / 2)
    throw new RangeError("maxRetainedMs must be at most half of rotateAfterMs: it ages the next stream at once");
  return timing;
}

/**
 * Google Speech-to-Text as recogniser. `open` rejects with {@link RecogniserError} without a connection, `send` when the call has no open recogniser
 * or too much audio waits. Faults of an open stream arrive as `failed` events; a stream that the vendor ended for its age is replaced silently.
 */
export function createGoogleSpeechToText(options: GoogleSpeechToTextOptions): GoogleSpeechToText {
  const timing = validTiming({ ...defaultRecognitionTiming, ...options.timing });
  const { connectTimeoutMs = 5000 } = options;
  const connectionOptions: GoogleSpeechConnection = {
    version: options.version ?? "v2",
    projectId: options.projectId,
    location: options.location ?? "global",
    model: options.model ?? "telephony",
    simulatorAddress: options.simulatorAddress,
  };
  const connections: Connection[] = [];
  const calls = new Map<string, OpenCall>();
  /** Audio that was handed over while the call's recogniser was being opened, in order. */
  const opening = new Map<string, { readonly audio: Uint8Array[]; bytes: number }>();
  let isShutDown = false;

  function connection(): Connection {
    const free = connections.find((candidate) => candidate.calls < maxCallsPerConnection);
    if (free !== undefined) return free;
    const opened = { client: createGoogleSpeechClient(connectionOptions), calls: 0 };
    connections.push(opened);
    return opened;
  }

  function forget(callSid: string): void {
    const call = calls.get(callSid);
    calls.delete(callSid);
    call?.release();
    call?.recognition.discard();
  }

  const ticker = setInterval(() => {
    for (const [callSid, { recognition }] of calls) {
      recognition.tick();
      if (recognition.isClosed) forget(callSid);
    }
  }, tickMs);
  ticker.unref();

  return {
    async prewarm() {
      await connection().client.connect(connectTimeoutMs);
    },

    async open(input, context) {
      if (isShutDown) throw new RecogniserError("CLOSED", false, "the recogniser is shut down");
      forget(context.callSid);
      const used = connection();
      used.calls += 1;
      const waiting: { readonly audio: Uint8Array[]; bytes: number } = { audio: [], bytes: 0 };
      opening.set(context.callSid, waiting);
      const isNewest = (): boolean => opening.get(context.callSid) === waiting;
      try {
        await used.client.connect(connectTimeoutMs);
      } catch (error) {
        used.calls -= 1;
        if (isNewest()) opening.delete(context.callSid);
        throw error;
      }
      const isWanted = isNewest();
      if (isWanted) opening.delete(context.callSid);
      if (!isWanted || context.signal.aborted || isShutDown) {
        used.calls -= 1;
        // Closed, or opened anew, in the meantime.
        if (!isWanted) return;
        throw new RecogniserError("CANCELLED", false, "the call ended while its recogniser was opened");
      }
      forget(context.callSid);
      const recognition = new CallRecognition({
        timing,
        startsAtMs: input.startsAtMs,
        openStream: (listener) => used.client.openStream(input.languageCode, listener),
        notify: (event) => context.notify(event),
        nowMs: () => performance.now(),
      });
      const onAbort = (): void => {
        if (calls.get(context.callSid)?.recognition === recognition) forget(context.callSid);
      };
      context.signal.addEventListener("abort", onAbort, { once: true });
      calls.set(context.callSid, {
        recognition,
        release() {
          used.calls -= 1;
          context.signal.removeEventListener("abort", onAbort);
        },
      });
      for (const audio of waiting.audio) if (audio.length > 0) recognition.send(audio);
    },

    async send(input, context) {
      const waiting = opening.get(context.callSid);
      if (waiting !== undefined) {
        if (waiting.bytes + input.audio.length > timing.maxQueuedMs * bytesPerMs)
          throw new RecogniserError("BACKLOG", true, "too much audio waits for the recogniser");
        waiting.bytes += input.audio.length;
        waiting.audio.push(input.audio);
        return;
      }
      const call = calls.get(context.callSid);
      if (call === undefined) throw new RecogniserError("CLOSED", true, "the call has no open recogniser");
      if (input.audio.length > 0) call.recognition.send(input.audio);
    },

    async close(_input, context) {
      opening.delete(context.callSid);
      const call = calls.get(context.callSid);
      if (call === undefined) return;
      await call.recognition.close();
      if (calls.get(context.callSid) === call) forget(context.callSid);
    },

    async shutdown() {
      isShutDown = true;
      clearInterval(ticker);
      for (const callSid of [...calls.keys()]) forget(callSid);
      await Promise.all(connections.map(({ client }) => client.close()));
    },
  };
}
