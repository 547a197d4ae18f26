import type { Duplex } from "node:stream";
import { v1, v2 } from "@google-cloud/speech";
import { credentials } from "@grpc/grpc-js";
import { RecogniserError } from "./recogniser-error.ts";

/** One piece of a vendor response, the same for both versions of the interface. */
export type VendorResult = {
  readonly text: string;
  readonly isFinal: boolean;
  readonly stability: number;
  readonly confidence: number;
  /** End of what the text covers, milliseconds since the stream's first byte. */
  readonly endsAtMs: number;
};

/** What happens on a vendor stream; after `onEnd` or `onError` nothing more happens. */
export type VendorStreamListener = {
  onResults(results: readonly VendorResult[]): void;
  onError(cause: unknown): void;
  onEnd(): void;
};

/** One streaming recognition at the vendor. */
export type VendorStream = {
  /** Sends one message of audio; `onSent` is called when it left this process' queue. */
  send(audio: Uint8Array, onSent: () => void): void;
  /** Asks for what is in flight; the stream ends by itself afterwards. */
  halfClose(): void;
  /** Ends the call at once and frees it at both ends. */
  cancel(): void;
};

/** How to reach the vendor. */
export type GoogleSpeechConnection = {
  readonly version: "v1" | "v2";
  readonly projectId: string;
  /** Region of the recogniser, e.g. `global`, `us` or `europe-west4`. */
  readonly location: string;
  readonly model: string;
  /** `host:port` of a simulator, spoken to without transport security and without credentials. */
  readonly simulatorAddress?: string | undefined;
};

/** Opens vendor streams on one connection. */
export type GoogleSpeechClient = {
  /** Connects; rejects with {@link RecogniserError} when there is no connection within the time. */
  connect(timeoutMs: number): Promise<void>;
  openStream(languageCode: string, listener: VendorStreamListener): VendorStream;
  close(): Promise<void>;
};

type ClientOptions = NonNullable<ConstructorParameters<typeof v2.SpeechClient>[0]>;
type Message = Readonly<Record<string, unknown>>;

function clientOptions(connection: GoogleSpeechConnection): ClientOptions {
  const { simulatorAddress, location, projectId } = connection;
  // Without a pool of its own a client shares the process' connection to the same address, and with it the limit of streams on one connection.
  const channel = { "grpc.use_local_subchannel_pool": 1 };
  if (simulatorAddress === undefined)
    return {
      projectId,
      ...channel,
      ...(location === "global" ? {} : { apiEndpoint: `${location}-speech.googleapis.com` }),
    };
  const separator = simulatorAddress.lastIndexOf(":");
  return {
    projectId,
    ...channel,
    apiEndpoint: simulatorAddress.slice(0, separator),
    port: Number(simulatorAddress.slice(separator + 1)),
    sslCreds: credentials.createInsecure(),
    // Keeps the client from asking the cloud's metadata server which universe it is in.
    clientOptions: { universeDomain: "googleapis.com" },
  };
}

function firstMessage(connection: GoogleSpeechConnection, languageCode: string): Message {
  if (connection.version === "v1")
    return {
      streamingConfig: {
        config: {
          encoding: "MULAW",
          sampleRateHertz: 8000,
          languageCode,
          model: connection.model,
          enableAutomaticPunctuation: true,
        },
        interimResults: true,
      },
    };
  return {
    recognizer: `projects/${connection.projectId}/locations/${connection.location}/recognizers/_`,
    streamingConfig: {
      config: {
        explicitDecodingConfig: { encoding: "MULAW", sampleRateHertz: 8000, audioChannelCount: 1 },
        languageCodes: [languageCode],
        model: connection.model,
        features: { enableAutomaticPunctuation: true },
      },
      streamingFeatures: { interimResults: true },
    },
  };
}

type WireDuration = {
  readonly seconds?: number | string | { toString(): string } | null;
  readonly nanos?: number | null;
};
type WireResult = {
  readonly alternatives?:
    | readonly { readonly transcript?: string | null; readonly confidence?: number | null }[]
    | null;
  readonly isFinal?: boolean | null;
  readonly stability?: number | null;
  readonly resultEndOffset?: WireDuration | null;
  readonly resultEndTime?: WireDuration | null;
};

function millisecondsOf(duration: WireDuration | null | undefined): number {
  return Number(String(duration?.seconds ?? 0)) * 1000 + (duration?.nanos ?? 0) / 1_000_000;
}

function readResult(result: WireResult): VendorResult {
  const best = result.alternatives?.[0];
  return {
    text: best?.transcript ?? "",
    isFinal: result.isFinal === true,
    stability: result.stability ?? 0,
    confidence: best?.confidence ?? 0,
    endsAtMs: millisecondsOf(result.resultEndOffset ?? result.resultEndTime),
  };
}

type ReadyStub = { waitForReady(deadline: number, callback: (error?: Error) => void): void };

/** A client of Google Speech-to-Text on a connection of its own. */
export function createGoogleSpeechClient(connection: GoogleSpeechConnection): GoogleSpeechClient {
  const options = clientOptions(connection);
  const client = connection.version === "v1" ? new v1.SpeechClient(options) : new v2.SpeechClient(options);
  return {
    async connect(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      try {
        await client.initialize();
      } catch (cause) {
        throw new RecogniserError("UNAUTHENTICATED", false, "no usable credentials for the recogniser", { cause });
      }
      try {
        const stub = (await client.speechStub) as unknown as ReadyStub;
        await new Promise<void>((resolve, reject) => {
          stub.waitForReady(deadline, (error) => (error === undefined ? resolve() : reject(error)));
        });
      } catch (cause) {
        throw new RecogniserError("UNAVAILABLE", true, "no connection to the recogniser", { cause });
      }
    },
    openStream(languageCode, listener) {
      // The unprefixed method writes a first message without a recogniser, which v2 refuses.
      const stream = client._streamingRecognize() as unknown as Duplex & { cancel(): void };
      let isOver = false;
      const over = (tell: () => void): void => {
        if (isOver) return;
        isOver = true;
        tell();
      };
      stream.on("data", (response: { readonly results?: readonly WireResult[] | null }) => {
        const results = response.results ?? [];
        if (!isOver && results.length > 0) listener.onResults(results.map(readResult));
      });
      stream.on("error", (cause: unknown) => over(() => listener.onError(cause)));
      stream.on("end", () => over(() => listener.onEnd()));
      stream.write(firstMessage(connection, languageCode));
      const audioField = connection.version === "v1" ? "audioContent" : "audio";
      return {
        send(audio, onSent) {
          if (!isOver) stream.write({ [audioField]: audio }, () => onSent());
        },
        halfClose() {
          if (!isOver) stream.end();
        },
        cancel() {
          isOver = true;
          stream.cancel();
        },
      };
    },
    close: () => client.close(),
  };
}
