import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import {
  type Client,
  type ClientDuplexStream,
  credentials,
  makeClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { loadGoogleService } from "../kit/google-service.ts";
import { createCarrierListener } from "../speech-carrier/carrier-listener.ts";
import {
  type GoogleTextToSpeechSimulator,
  type GoogleTextToSpeechSimulatorOptions,
  startGoogleTextToSpeechSimulator,
} from "./server.ts";

type Message = Record<string, unknown>;
type Response = { readonly audioContent: Uint8Array };
type Ended = { readonly code: number; readonly details: string };

const config = {
  streamingConfig: {
    voice: { languageCode: "en-US", name: "en-US-Chirp3-HD-Kore" },
    streamingAudioConfig: { audioEncoding: "MULAW", sampleRateHertz: 8000 },
  },
};
const withVoice = (voice: Message): Message => ({ streamingConfig: { ...config.streamingConfig, voice } });
const withAudio = (streamingAudioConfig: Message): Message => ({
  streamingConfig: { ...config.streamingConfig, streamingAudioConfig },
});
const input = (text: string): Message => ({ input: { text } });

const definition = loadGoogleService({
  packageName: "@google-cloud/text-to-speech",
  protoPath: "google/cloud/texttospeech/v1/cloud_tts.proto",
  service: "google.cloud.texttospeech.v1.TextToSpeech",
});
const WireClient = makeClientConstructor(definition, "TextToSpeech");

function heardIn(audio: Uint8Array): { readonly utterance: number; readonly text: string }[] {
  const listener = createCarrierListener();
  listener.hear(audio);
  return listener.utterances().map(({ utterance, words }) => ({
    utterance,
    text: words.map((word) => word.text).join(" "),
  }));
}

describe("the simulator of Google Text-to-Speech", () => {
  let simulator: GoogleTextToSpeechSimulator;
  let clients: Client[] = [];
  const start = async (options: GoogleTextToSpeechSimulatorOptions = {}): Promise<void> => {
    simulator = await startGoogleTextToSpeechSimulator(options);
  };
  const connect = (): InstanceType<typeof WireClient> => {
    const client = new WireClient(`127.0.0.1:${simulator.port}`, credentials.createInsecure());
    clients.push(client);
    return client;
  };
  /** Sends messages, half-closes unless told otherwise, and gives all audio and the end. */
  async function stream(
    messages: readonly Message[],
    isHalfClosed = true,
  ): Promise<Ended & { readonly audio: Uint8Array; readonly chunks: number }> {
    const client = connect();
    const open = client.StreamingSynthesize as unknown as () => ClientDuplexStream<Message, Response>;
    const call = open.call(client);
    const chunks: Uint8Array[] = [];
    call.on("data", (response: Response) => chunks.push(response.audioContent));
    call.on("error", () => {});
    for (const message of messages) call.write(message);
    if (isHalfClosed) call.end();
    const { code, details } = await new Promise<Ended>((resolve) => call.on("status", resolve));
    return { code, details, audio: Buffer.concat(chunks), chunks: chunks.length };
  }
  const synthesise = (request: Message): Promise<Response> =>
    new Promise((resolve, reject) => {
      const client = connect();
      const method = client.SynthesizeSpeech as unknown as (
        request: Message,
        answer: (error: ServiceError | null, response?: Response) => void,
      ) => void;
      method.call(client, request, (error, response) =>
        error !== null || response === undefined ? reject(error) : resolve(response),
      );
    });
  afterEach(async () => {
    for (const client of clients) client.close();
    clients = [];
    await simulator.close();
  });

  it("says the text, each sentence an utterance with a fresh number", async () => {
    await start();
    const said = await stream([config, input("Good morning. That is $4.50, please. "), input("Anything else?")]);
    assert.equal(said.code, status.OK);
    assert.ok(said.chunks > 1);
    assert.deepEqual(heardIn(said.audio), [
      { utterance: 0, text: "Good morning." },
      { utterance: 1, text: "That is $4.50, please." },
      { utterance: 2, text: "Anything else?" },
    ]);
    const next = await stream([config, input("Yes.")]);
    assert.deepEqual(heardIn(next.audio), [{ utterance: 3, text: "Yes." }]);
  });

  it("refuses what the vendor refuses", async () => {
    await start();
    const refused: readonly (readonly Message[])[] = [
      [input("Yes.")],
      [config, config],
      [withVoice({ languageCode: "en-US", name: "en-US-Neural2-A" }), input("Yes.")],
      [withVoice({ languageCode: "de-DE", name: "en-US-Chirp3-HD-Kore" }), input("Yes.")],
      [withAudio({ audioEncoding: "LINEAR16", sampleRateHertz: 24_000 }), input("Yes.")],
      [withAudio({ audioEncoding: "MULAW", sampleRateHertz: 8000, speakingRate: 3 }), input("Yes.")],
      [config, input("x".repeat(5001))],
      [],
    ];
    for (const messages of refused)
      assert.equal((await stream(messages)).code, status.INVALID_ARGUMENT, JSON.stringify(messages).slice(0, 200));
  });

  it("ends a stream that waits for text", async () => {
    await start({ limits: { inputTimeoutMs: 150 } });
    const ended = await stream([config], false);
    assert.equal(ended.code, status.ABORTED);
    assert.match(ended.details, /without input/);
  });

  it("enforces its quotas", async () => {
    await start({ limits: { maxRequestsPerMinute: 2 } });
    assert.equal((await stream([config, input("One.")])).code, status.OK);
    assert.equal((await stream([config, input("Two.")])).code, status.OK);
    assert.equal((await stream([config, input("Three.")])).code, status.RESOURCE_EXHAUSTED);
  });

  it("speaks faster when asked", async () => {
    await start();
    const text = "This sentence is long enough to be measured.";
    const usual = await stream([config, input(text)]);
    const fast = await stream([
      withAudio({ audioEncoding: "MULAW", sampleRateHertz: 8000, speakingRate: 1.5 }),
      input(text),
    ]);
    assert.ok(fast.audio.length < usual.audio.length * 0.8);
    assert.deepEqual(heardIn(fast.audio)[0]?.text, text);
  });

  it("answers whole requests with a WAV file, any voice and SSML", async () => {
    await start();
    const { audioContent } = await synthesise({
      input: { ssml: "<speak>Good <break/> morning.</speak>" },
      voice: { languageCode: "en-US", name: "en-US-Standard-A" },
      audioConfig: { audioEncoding: "MULAW", sampleRateHertz: 8000 },
    });
    const wave = Buffer.from(audioContent);
    assert.equal(wave.toString("latin1", 0, 4), "RIFF");
    assert.equal(wave.readUInt16LE(20), 7);
    assert.equal(wave.readUInt32LE(42), wave.length - 46);
    assert.deepEqual(heardIn(wave.subarray(46))[0]?.text, "Good morning.");
    await assert.rejects(synthesise({ input: { text: "Yes." }, voice: { languageCode: "en-US" } }), {
      code: status.INVALID_ARGUMENT,
    });
  });

  it("breaks, errs and garbles as its script says", async () => {
    await start({
      faults: [
        { operation: "StreamingSynthesize", nth: 1, fault: "cut" },
        { operation: "StreamingSynthesize", nth: 2, fault: "error", code: "INTERNAL" },
        { operation: "StreamingSynthesize", nth: 3, fault: "wrong" },
        { operation: "SynthesizeSpeech", fault: "error", code: "UNAVAILABLE" },
      ],
    });
    const messages = [config, input("One two three")];
    const cut = await stream(messages);
    assert.equal(cut.code, status.UNAVAILABLE);
    assert.equal((await stream(messages)).code, status.INTERNAL);
    assert.equal(heardIn((await stream(messages)).audio)[0]?.text, "three two One");
    const request = {
      input: { text: "Yes." },
      voice: { languageCode: "en-US" },
      audioConfig: { audioEncoding: "MULAW" },
    };
    await assert.rejects(synthesise(request), { code: status.UNAVAILABLE });
  });
});
