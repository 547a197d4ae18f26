import { Server } from "@grpc/grpc-js";
import { startControlServer } from "../kit/control-server.ts";
import { bindLocally, loadGoogleService } from "../kit/google-service.ts";
import { isWireError, type WireError, type WireMessage } from "../kit/grpc-message.ts";
import { createInstruments } from "../kit/instruments.ts";
import type { RequestLog } from "../kit/request-log.ts";
import type { SimulatorOptions } from "../kit/simulator-settings.ts";
import {
  createStreamingCalls,
  type SessionSink,
  type StreamingCall,
  type StreamSession,
} from "../kit/streaming-calls.ts";
import { publishedSpeechLimits, type SpeechLimits } from "./limits.ts";
import { createRecognitionSession, type RecognitionSession } from "./recognition-session.ts";
import { wireV1 } from "./wire-v1.ts";
import { type WireVersion, wireV2 } from "./wire-v2.ts";

/** How to start the simulator; everything has the vendor's published value as default. */
export type GoogleSpeechSimulatorOptions = SimulatorOptions & {
  readonly limits?: Partial<SpeechLimits>;
  /** Quiet after which the vendor's endpointing makes a segment final. */
  readonly finalSilenceMs?: number;
};

/** A running simulator of Google Speech-to-Text, v1 and v2. */
export type GoogleSpeechSimulator = {
  readonly port: number;
  readonly controlPort: number;
  readonly requests: RequestLog;
  /** Streams that are open now. */
  openStreams(): number;
  close(): Promise<void>;
};

type AudioSession = StreamSession & RecognitionSession;

/** Quiet after which a segment becomes final, unless told otherwise. */
export const defaultFinalSilenceMs = 600;

/** Starts the simulator. It recognises only speech that carries its text. */
export async function startGoogleSpeechSimulator(
  options: GoogleSpeechSimulatorOptions = {},
): Promise<GoogleSpeechSimulator> {
  const { finalSilenceMs = defaultFinalSilenceMs } = options;
  const limits = { ...publishedSpeechLimits, ...options.limits };
  const { latency, faults, requests } = createInstruments(options);
  const calls = createStreamingCalls(limits.maxStreams, "Quota exceeded for concurrent streaming sessions.");

  function begin(wire: WireVersion, message: WireMessage, sink: SessionSink<WireMessage>): AudioSession | WireError {
    const request = wire.readConfig(message);
    if (isWireError(request)) return request;
    requests.record("StreamingRecognize", { version: wire.name, ...request });
    const streamLimitMs = limits.streamLimitMs * (wire.name === "v1" ? 305 / 300 : 1);
    const session = createRecognitionSession(
      {
        limits: { ...limits, streamLimitMs },
        errors: wire.errors,
        latency,
        finalSilenceMs,
        fault: faults.next("StreamingRecognize"),
      },
      {
        ...sink,
        deliver(conclusion) {
          const written = wire.writeConclusion(conclusion, request);
          if (written !== undefined) sink.deliver(written);
        },
      },
    );
    return {
      ...session,
      take(later) {
        const audio = wire.readAudio(later);
        if (isWireError(audio)) return audio;
        session.hear(audio);
        return undefined;
      },
    };
  }

  function streamingRecognize(call: StreamingCall, wire: WireVersion): void {
    calls.serve<AudioSession>(call, {
      begin: (message, sink) => begin(wire, message, sink),
      unopenedDetails: "No configuration was sent.",
      onEnded: (outcome, session) =>
        requests.record("StreamEnded", { version: wire.name, outcome, audioMs: session?.audioMs() ?? 0 }),
    });
  }

  const server = new Server();
  for (const wire of [wireV1, wireV2]) {
    const definition = loadGoogleService({
      packageName: "@google-cloud/speech",
      protoPath: `google/cloud/speech/${wire.name}/cloud_speech.proto`,
      service: `google.cloud.speech.${wire.name}.Speech`,
    });
    server.addService(definition, {
      StreamingRecognize: (call: StreamingCall) => streamingRecognize(call, wire),
    });
  }
  const port = await bindLocally(server, options.port ?? 0, options.host);
  const control = await startControlServer({ faults, requests });
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
