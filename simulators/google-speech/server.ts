import { Server, type ServerDuplexStream, status } from "@grpc/grpc-js";
import { startControlServer } from "../kit/control-server.ts";
import { createFaultScript, type FaultRule } from "../kit/fault-script.ts";
import { bindLocally, loadGoogleService } from "../kit/google-service.ts";
import { createLatencyProfile, type ProfileName } from "../kit/latency-profile.ts";
import { createRequestLog, type RequestLog } from "../kit/request-log.ts";
import { publishedSpeechLimits, type SpeechLimits } from "./limits.ts";
import { createRecognitionSession, type RecognitionSession, type WireError } from "./recognition-session.ts";
import { wireV1 } from "./wire-v1.ts";
import { type WireMessage, type WireVersion, wireV2 } from "./wire-v2.ts";

/** How to start the simulator; everything has the vendor's published value as default. */
export type GoogleSpeechSimulatorOptions = {
  /** Address to listen on, 127.0.0.1 by default. */
  readonly host?: string;
  readonly port?: number;
  readonly profile?: ProfileName;
  readonly seed?: number;
  readonly faults?: readonly FaultRule[];
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

/** Quiet after which a segment becomes final, unless told otherwise. */
export const defaultFinalSilenceMs = 600;

type Call = ServerDuplexStream<WireMessage, WireMessage>;

/** By then a call that ended because it was cancelled has said so. */
const settleMs = 20;

function isWireError(value: object): value is WireError {
  return "code" in value && "details" in value;
}

/** Starts the simulator. It recognises only speech that carries its text. */
export async function startGoogleSpeechSimulator(
  options: GoogleSpeechSimulatorOptions = {},
): Promise<GoogleSpeechSimulator> {
  const { seed = 1, finalSilenceMs = defaultFinalSilenceMs } = options;
  const limits = { ...publishedSpeechLimits, ...options.limits };
  const latency = createLatencyProfile(options.profile ?? "none", seed);
  const faults = createFaultScript(options.faults ?? [], seed);
  const requests = createRequestLog();
  const open = new Set<Call>();

  function handle(call: Call, wire: WireVersion): void {
    let session: RecognitionSession | undefined;
    const settle = (outcome: string): void => {
      if (!open.delete(call)) return;
      session?.discard();
      requests.record("StreamEnded", { version: wire.name, outcome, audioMs: session?.audioMs() ?? 0 });
    };
    const fail = (error: WireError): void => {
      if (!open.has(call)) return;
      settle(status[error.code] ?? String(error.code));
      call.emit("error", error);
    };
    open.add(call);
    if (open.size > limits.maxStreams) {
      fail({ code: status.RESOURCE_EXHAUSTED, details: "Quota exceeded for concurrent streaming sessions." });
      return;
    }
    const begin = (message: WireMessage): void => {
      const request = wire.readConfig(message);
      if (isWireError(request)) {
        fail(request);
        return;
      }
      requests.record("StreamingRecognize", { version: wire.name, ...request });
      const streamLimitMs = limits.streamLimitMs * (wire.name === "v1" ? 305 / 300 : 1);
      session = createRecognitionSession(
        {
          limits: { ...limits, streamLimitMs },
          errors: wire.errors,
          latency,
          finalSilenceMs,
          fault: faults.next("StreamingRecognize"),
        },
        {
          deliver(conclusion) {
            const written = wire.writeConclusion(conclusion, request);
            if (written !== undefined) call.write(written);
          },
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
      const audio = wire.readAudio(message);
      if (isWireError(audio)) fail(audio);
      else session.hear(audio);
    });
    call.on("end", () => {
      // A cancelled call ends, too, and mostly says only afterwards that it was cancelled.
      setImmediate(() => {
        if (call.cancelled) return;
        if (session === undefined) fail({ code: status.INVALID_ARGUMENT, details: "No configuration was sent." });
        else session.finish();
      });
    });
    call.on("cancelled", () => settle("cancelled"));
    call.on("error", () => settle("broken"));
  }

  const server = new Server();
  for (const wire of [wireV1, wireV2]) {
    const definition = loadGoogleService({
      packageName: "@google-cloud/speech",
      protoPath: `google/cloud/speech/${wire.name}/cloud_speech.proto`,
      service: `google.cloud.speech.${wire.name}.Speech`,
    });
    server.addService(definition, { StreamingRecognize: (call: Call) => handle(call, wire) });
  }
  const port = await bindLocally(server, options.port ?? 0, options.host);
  const control = await startControlServer({ faults, requests });
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
