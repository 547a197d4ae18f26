import type { Duplex } from "node:stream";
import { v1 } from "@google-cloud/text-to-speech";
import { credentials } from "@grpc/grpc-js";
import type { EffectContext } from "../../runtime/effect.ts";
import { FrameAssembler } from "./frame-assembler.ts";
import type { SynthesisedChunk, SynthesiseSentence, TextToSpeech } from "./port.ts";
import { SynthesisError, synthesisErrorOf } from "./synthesis-error.ts";

/** Settings of the Google adapter. */
export type GoogleTextToSpeechOptions = {
  /** `host:port` of a simulator; without it the vendor is reached with the credentials of the environment. */
  readonly simulatorAddress?: string | undefined;
  /** Regional endpoint, e.g. `eu-texttospeech.googleapis.com`. */
  readonly apiEndpoint?: string | undefined;
  /** 0.25 to 2; 1 is the voice's own speed. */
  readonly speakingRate?: number;
  /** Longest wait for a sentence's first audio. */
  readonly firstAudioTimeoutMs?: number;
  /** Longest wait between two pieces of a sentence's audio. */
  readonly stallTimeoutMs?: number;
  /** Longest wait for a connection. */
  readonly connectTimeoutMs?: number;
  /** Most sentences that are synthesised at a time on one connection; more connections are opened beyond. */
  readonly maxSentencesPerConnection?: number;
};

/** The port, and what its owner needs beside it. */
export type GoogleTextToSpeech = TextToSpeech & {
  /** Connects before the first sentence does; rejects with {@link SynthesisError} when there is no connection. */
  prewarm(): Promise<void>;
  /** Ends everything that is being said and the connections. */
  shutdown(): Promise<void>;
};

type Client = InstanceType<typeof v1.TextToSpeechClient>;
type Connection = { readonly client: Client; sentences: number };
type SynthesisStream = Duplex & { cancel(): void };
type ReadyStub = { waitForReady(deadline: number, callback: (error?: Error) => void): void };

/** The vendor's limit of one request. */
const maxTextBytes = 5000;
/** 1.6 s: every record costs the same, whatever it holds, and the gateway cuts off what it has not sent yet. */
const maxChunkBytes = 12_800;

function createClient(options: GoogleTextToSpeechOptions): Client {
  const { simulatorAddress, apiEndpoint } = options;
  // Each client has connections of its own, so that several together pass the limit of streams on one.
  const channel = { "grpc.use_local_subchannel_pool": 1 };
  if (simulatorAddress === undefined)
    return new v1.TextToSpeechClient({ ...channel, ...(apiEndpoint === undefined ? {} : { apiEndpoint }) });
  const separator = simulatorAddress.lastIndexOf(":");
  return new v1.TextToSpeechClient({
    ...channel,
    apiEndpoint: simulatorAddress.slice(0, separator),
    port: Number(simulatorAddress.slice(separator + 1)),
    sslCreds: credentials.createInsecure(),
    // Keeps the client from asking the cloud's metadata server which universe it is in.
    clientOptions: { universeDomain: "googleapis.com" },
  });
}

async function connect(client: Client, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  try {
    await client.initialize();
  } catch (cause) {
    throw new SynthesisError("UNAUTHENTICATED", false, { cause });
  }
  try {
    const stub = (await client.textToSpeechStub) as unknown as ReadyStub;
    await new Promise<void>((resolve, reject) => {
      stub.waitForReady(deadline, (error) => (error === undefined ? resolve() : reject(error)));
    });
  } catch (cause) {
    throw new SynthesisError("UNAVAILABLE", true, { cause });
  }
}

/**
 * Google Text-to-Speech (Chirp 3 HD, streaming) as voice: one vendor stream a sentence, since the vendor ends a stream that waits five seconds for text.
 * `synthesise` rejects with {@link SynthesisError}; chunks that were delivered before stay delivered.
 */
export function createGoogleTextToSpeech(options: GoogleTextToSpeechOptions): GoogleTextToSpeech {
  const { firstAudioTimeoutMs = 3000, stallTimeoutMs = 3000, connectTimeoutMs = 5000 } = options;
  const { speakingRate = 1, maxSentencesPerConnection = 80 } = options;
  if (!(speakingRate >= 0.25 && speakingRate <= 2)) throw new RangeError("speakingRate must be from 0.25 to 2");
  const connections: Connection[] = [];
  const stopping = new AbortController();

  function connection(): Connection {
    const free = connections.find((candidate) => candidate.sentences < maxSentencesPerConnection);
    if (free !== undefined) return free;
    const opened = { client: createClient(options), sentences: 0 };
    connections.push(opened);
    return opened;
  }

  function firstMessage(input: SynthesiseSentence): Readonly<Record<string, unknown>> {
    return {
      streamingConfig: {
        voice: { languageCode: input.languageCode, name: input.voice },
        streamingAudioConfig: { audioEncoding: "MULAW", sampleRateHertz: 8000, speakingRate },
      },
    };
  }

  function stream(
    client: Client,
    input: SynthesiseSentence,
    context: EffectContext<SynthesisedChunk>,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const askedAtMs = performance.now();
      const assembler = new FrameAssembler(maxChunkBytes);
      const vendor = client.streamingSynthesize() as unknown as SynthesisStream;
      let isOver = false;
      let firstAudioAfterMs: number | undefined;
      let received: Uint8Array[] = [];
      const passOn = (): void => {
        if (isOver || received.length === 0) return;
        const audio = Buffer.concat(received);
        received = [];
        for (const chunk of assembler.push(audio, firstAudioAfterMs ?? 0)) context.notify(chunk);
      };
      const finish = (error?: SynthesisError): void => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        vendor.cancel();
        if (error === undefined) resolve();
        else reject(error);
      };
      const onAbort = (): void => finish();
      const onTimeout = (): void =>
        finish(new SynthesisError(assembler.hasStarted ? "AUDIO_STALLED" : "FIRST_AUDIO_TIMEOUT", true));
      let timer = setTimeout(onTimeout, firstAudioTimeoutMs);
      signal.addEventListener("abort", onAbort, { once: true });

      vendor.on("data", (response: { readonly audioContent?: Uint8Array | string | null }) => {
        const audio = response.audioContent;
        if (isOver || !(audio instanceof Uint8Array) || audio.length === 0) return;
        firstAudioAfterMs ??= performance.now() - askedAtMs;
        clearTimeout(timer);
        timer = setTimeout(onTimeout, stallTimeoutMs);
        received.push(audio);
        // What comes together goes on together.
        if (received.length === 1) setImmediate(passOn);
      });
      vendor.on("error", (cause: unknown) => {
        passOn();
        finish(synthesisErrorOf(cause));
      });
      vendor.on("end", () => {
        passOn();
        if (isOver) return;
        const last = assembler.finish(firstAudioAfterMs ?? 0);
        if (last === undefined) {
          finish(new SynthesisError("NO_AUDIO", true));
          return;
        }
        context.notify(last);
        finish();
      });
      vendor.write(firstMessage(input));
      vendor.write({ input: { text: input.text } });
      vendor.end();
    });
  }

  return {
    async prewarm() {
      await connect(connection().client, connectTimeoutMs);
    },

    async synthesise(input, context) {
      if (stopping.signal.aborted) throw new SynthesisError("CLOSED", false);
      if (context.signal.aborted) return;
      if (input.text.trim() === "") throw new SynthesisError("INVALID_ARGUMENT", false);
      if (Buffer.byteLength(input.text) > maxTextBytes) throw new SynthesisError("INVALID_ARGUMENT", false);
      const used = connection();
      used.sentences += 1;
      try {
        const signal = AbortSignal.any([context.signal, stopping.signal]);
        await connect(used.client, connectTimeoutMs);
        if (!signal.aborted) await stream(used.client, input, context, signal);
      } finally {
        used.sentences -= 1;
      }
    },

    async shutdown() {
      stopping.abort();
      await Promise.all(connections.map(({ client }) => client.close()));
    },
  };
}
