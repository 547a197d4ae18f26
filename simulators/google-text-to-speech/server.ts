import { Server, type ServerDuplexStream, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { startControlServer } from "../kit/control-server.ts";
import { createFaultScript, type FaultRule } from "../kit/fault-script.ts";
import { bindLocally, loadGoogleService } from "../kit/google-service.ts";
import { createLatencyProfile, type ProfileName } from "../kit/latency-profile.ts";
import { createRequestLog, type RequestLog } from "../kit/request-log.ts";
import { publishedSynthesisLimits, type SynthesisLimits } from "./limits.ts";
import { createSentenceSpeaker, garble, wrapInWave } from "./sentence-speaker.ts";
import {
  isWireError,
  readStreamingConfig,
  readStreamingText,
  readWholeRequest,
  type WireError,
  type WireMessage,
} from "./speech-request.ts";
import { createSynthesisSession, faultCode, type SynthesisSession } from "./synthesis-session.ts";

/** How to start the simulator; everything has the vendor's published value as default. */
export type GoogleTextToSpeechSimulatorOptions = {
  /** Address to listen on, 127.0.0.1 by default. */
  readonly host?: string;
  readonly port?: number;
  readonly profile?: ProfileName;
  readonly seed?: number;
  readonly faults?: readonly FaultRule[];
  readonly limits?: Partial<SynthesisLimits>;
};

/** A running simulator of Google Text-to-Speech v1. */
export type GoogleTextToSpeechSimulator = {
  readonly port: number;
  readonly controlPort: number;
  readonly requests: RequestLog;
  /** Streams that are open now. */
  openStreams(): number;
  close(): Promise<void>;
};

type StreamingCall = ServerDuplexStream<WireMessage, WireMessage>;
type UnaryCall = ServerUnaryCall<WireMessage, WireMessage>;

/** By then a call that ended because it was cancelled has said so. */
const settleMs = 20;
const minuteMs = 60_000;

/** Starts the simulator. What it says carries its own text. */
export async function startGoogleTextToSpeechSimulator(
  options: GoogleTextToSpeechSimulatorOptions = {},
): Promise<GoogleTextToSpeechSimulator> {
  const { seed = 1 } = options;
  const limits = { ...publishedSynthesisLimits, ...options.limits };
  const latency = createLatencyProfile(options.profile ?? "none", seed);
  const faults = createFaultScript(options.faults ?? [], seed);
  const requests = createRequestLog();
  const speaker = createSentenceSpeaker();
  const open = new Set<StreamingCall>();
  let recentRequestsAt: number[] = [];

  function overQuota(): WireError | undefined {
    const now = performance.now();
    recentRequestsAt = recentRequestsAt.filter((at) => now - at < minuteMs);
    if (recentRequestsAt.length >= limits.maxRequestsPerMinute)
      return {
        code: status.RESOURCE_EXHAUSTED,
        details: `Quota exceeded for quota metric 'Chirp3 requests' and limit 'requests per minute' (${limits.maxRequestsPerMinute}).`,
      };
    recentRequestsAt.push(now);
    return undefined;
  }

  function streamingSynthesize(call: StreamingCall): void {
    let session: SynthesisSession | undefined;
    const settle = (outcome: string): void => {
      if (!open.delete(call)) return;
      session?.discard();
      requests.record("StreamEnded", { outcome });
    };
    const fail = (error: WireError): void => {
      if (!open.has(call)) return;
      settle(status[error.code] ?? String(error.code));
      call.emit("error", error);
    };
    open.add(call);
    const quota: WireError | undefined =
      open.size > limits.maxStreams
        ? { code: status.RESOURCE_EXHAUSTED, details: "Quota exceeded for concurrent streaming synthesis sessions." }
        : overQuota();
    if (quota !== undefined) {
      fail(quota);
      return;
    }
    const begin = (message: WireMessage): void => {
      const settings = readStreamingConfig(message);
      if (isWireError(settings)) {
        fail(settings);
        return;
      }
      const fault = faults.next("StreamingSynthesize");
      requests.record("StreamingSynthesize", { voice: settings.voice, rate: settings.rate });
      session = createSynthesisSession(
        { limits, latency, speaker, settings, fault },
        {
          deliver: (audioContent) => void call.write({ audioContent }),
          fail,
          end() {
            call.end();
            setTimeout(() => settle(call.cancelled ? "cancelled" : "half-closed"), settleMs);
          },
        },
      );
    };
    call.on("data", (message: WireMessage) => {
      if (!open.has(call)) return;
      if (session === undefined) {
        begin(message);
        return;
      }
      const input = readStreamingText(message, limits.maxTextBytes);
      if (isWireError(input)) {
        fail(input);
        return;
      }
      requests.record("StreamingInput", { characters: input.text.length });
      session.say(input.text);
    });
    call.on("end", () => {
      // A cancelled call ends, too, and mostly says only afterwards that it was cancelled.
      setImmediate(() => {
        if (call.cancelled) return;
        if (session === undefined) fail({ code: status.INVALID_ARGUMENT, details: "No streaming_config was sent." });
        else session.finish();
      });
    });
    call.on("cancelled", () => settle("cancelled"));
    call.on("error", () => settle("broken"));
  }

  function synthesizeSpeech(call: UnaryCall, answer: sendUnaryData<WireMessage>): void {
    const request = readWholeRequest(call.request, limits.maxTextBytes);
    const fault = faults.next("SynthesizeSpeech");
    requests.record("SynthesizeSpeech");
    const refused = isWireError(request) ? request : overQuota();
    if (refused !== undefined || isWireError(request)) {
      answer(refused ?? null);
      return;
    }
    const waitMs = latency.drawMs("speech-first-audio") + (fault?.delayMs ?? 0);
    setTimeout(() => {
      if (call.cancelled) return;
      if (fault?.kind === "error") return answer({ code: faultCode(fault.code), details: "scripted fault" });
      if (fault?.kind === "cut") return answer({ code: status.UNAVAILABLE, details: "Connection dropped" });
      const text = fault?.kind === "wrong" ? garble(request.text) : request.text;
      answer(null, { audioContent: wrapInWave(speaker.speakAll(text, request)) });
    }, waitMs);
  }

  const server = new Server();
  const service = "google.cloud.texttospeech.v1.TextToSpeech";
  const definition = loadGoogleService({
    packageName: "@google-cloud/text-to-speech",
    protoPath: "google/cloud/texttospeech/v1/cloud_tts.proto",
    service,
  });
  server.addService(definition, { StreamingSynthesize: streamingSynthesize, SynthesizeSpeech: synthesizeSpeech });
  const port = await bindLocally(server, options.port ?? 0, options.host);
  const control = await startControlServer({
    faults,
    requests,
    onReset: () => {
      recentRequestsAt = [];
    },
  });
  return {
    port,
    controlPort: control.port,
    requests,
    openStreams: () => open.size,
    async close() {
      server.forceShutdown();
      await control.close();
    },
  };
}
