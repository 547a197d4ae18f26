import { Server, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { startControlServer } from "../kit/control-server.ts";
import { bindLocally, loadGoogleService } from "../kit/google-service.ts";
import { faultCode, isWireError, type WireError, type WireMessage } from "../kit/grpc-message.ts";
import { createInstruments } from "../kit/instruments.ts";
import { createRateWindow } from "../kit/rate-window.ts";
import type { RequestLog } from "../kit/request-log.ts";
import type { SimulatorOptions } from "../kit/simulator-settings.ts";
import {
  createStreamingCalls,
  type SessionSink,
  type StreamingCall,
  type StreamSession,
} from "../kit/streaming-calls.ts";
import { publishedSynthesisLimits, type SynthesisLimits } from "./limits.ts";
import { createSentenceSpeaker, garble, wrapInWave } from "./sentence-speaker.ts";
import { readStreamingConfig, readStreamingText, readWholeRequest } from "./speech-request.ts";
import { createSynthesisSession, type SynthesisSession } from "./synthesis-session.ts";

/** How to start the simulator; everything has the vendor's published value as default. */
export type GoogleTextToSpeechSimulatorOptions = SimulatorOptions & {
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

type UnaryCall = ServerUnaryCall<WireMessage, WireMessage>;
type TextSession = StreamSession & SynthesisSession;

/** Starts the simulator. What it says carries its own text. */
export async function startGoogleTextToSpeechSimulator(
  options: GoogleTextToSpeechSimulatorOptions = {},
): Promise<GoogleTextToSpeechSimulator> {
  const limits = { ...publishedSynthesisLimits, ...options.limits };
  const { latency, faults, requests } = createInstruments(options);
  const speaker = createSentenceSpeaker();
  const calls = createStreamingCalls(limits.maxStreams, "Quota exceeded for concurrent streaming synthesis sessions.");
  const rate = createRateWindow(limits.maxRequestsPerMinute, 60_000);

  function overQuota(): WireError | undefined {
    if (rate.take() === 0) return undefined;
    return {
      code: status.RESOURCE_EXHAUSTED,
      details: `Quota exceeded for quota metric 'Chirp3 requests' and limit 'requests per minute' (${limits.maxRequestsPerMinute}).`,
    };
  }

  function begin(message: WireMessage, sink: SessionSink<WireMessage>): TextSession | WireError {
    const settings = readStreamingConfig(message);
    if (isWireError(settings)) return settings;
    const fault = faults.next("StreamingSynthesize");
    requests.record("StreamingSynthesize", { voice: settings.voice, rate: settings.rate });
    const session = createSynthesisSession(
      { limits, latency, speaker, settings, fault },
      { ...sink, deliver: (audioContent) => sink.deliver({ audioContent }) },
    );
    return {
      ...session,
      take(later) {
        const input = readStreamingText(later, limits.maxTextBytes);
        if (isWireError(input)) return input;
        requests.record("StreamingInput", { characters: input.text.length });
        session.say(input.text);
        return undefined;
      },
    };
  }

  function streamingSynthesize(call: StreamingCall): void {
    calls.serve<TextSession>(call, {
      refuse: overQuota,
      begin,
      unopenedDetails: "No streaming_config was sent.",
      onEnded: (outcome) => requests.record("StreamEnded", { outcome }),
    });
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
    onReset: () => rate.clear(),
  });
  return {
    port,
    controlPort: control.port,
    requests,
    openStreams: () => calls.count(),
    async close() {
      server.forceShutdown();
      await control.close();
    },
  };
}
