import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type ClientDuplexStream, credentials, makeClientConstructor, status } from "@grpc/grpc-js";
import { loadGoogleService } from "../kit/google-service.ts";
import { carry } from "../speech-carrier/carry.ts";
import { silentFrames } from "../speech-carrier/g711.ts";
import { speak } from "../speech-carrier/voice.ts";
import { type GoogleSpeechSimulator, type GoogleSpeechSimulatorOptions, startGoogleSpeechSimulator } from "./server.ts";

type Message = Record<string, unknown>;
type Result = {
  readonly alternatives: readonly { readonly transcript: string }[];
  readonly isFinal: boolean;
  readonly stability: number;
  readonly resultEndOffset?: { readonly seconds: number; readonly nanos: number };
  readonly resultEndTime?: { readonly seconds: number; readonly nanos: number };
};
type Response = { readonly results: readonly Result[]; readonly speechEventType: string };

const v2Config = {
  recognizer: "projects/p/locations/global/recognizers/_",
  streamingConfig: {
    config: {
      explicitDecodingConfig: { encoding: "MULAW", sampleRateHertz: 8000, audioChannelCount: 1 },
      languageCodes: ["en-US"],
      model: "telephony",
    },
    streamingFeatures: { interimResults: true, enableVoiceActivityEvents: true },
  },
};
const v1Config = {
  streamingConfig: {
    config: { encoding: "MULAW", sampleRateHertz: 8000, languageCode: "en-US" },
    interimResults: true,
  },
};

const text = "Two bags of coffee, please.";
const audio = carry(text, speak(text), 1);
const quietSecond = silentFrames(50);

/** A plain client of the wire protocol, without the vendor's library. */
class WireClient {
  readonly responses: Response[] = [];
  readonly ended: Promise<{ readonly code: number; readonly details: string }>;
  readonly #audioField: string;
  readonly #stream: ClientDuplexStream<Message, Response>;
  readonly #close: () => void;

  constructor(port: number, version: "v1" | "v2" = "v2") {
    const definition = loadGoogleService({
      packageName: "@google-cloud/speech",
      protoPath: `google/cloud/speech/${version}/cloud_speech.proto`,
      service: `google.cloud.speech.${version}.Speech`,
    });
    const client = new (makeClientConstructor(definition, "Speech"))(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#audioField = version === "v1" ? "audioContent" : "audio";
    this.#close = () => client.close();
    const open = client.StreamingRecognize as unknown as () => ClientDuplexStream<Message, Response>;
    this.#stream = open.call(client);
    this.#stream.on("data", (response: Response) => this.responses.push(response));
    this.#stream.on("error", () => {});
    this.ended = new Promise((resolve) => this.#stream.on("status", resolve));
  }

  send(message: Message): this {
    this.#stream.write(message);
    return this;
  }

  hear(bytes: Uint8Array): this {
    for (let offset = 0; offset < bytes.length; offset += 1600)
      this.#stream.write({ [this.#audioField]: bytes.subarray(offset, offset + 1600) });
    return this;
  }

  halfClose(): this {
    this.#stream.end();
    return this;
  }

  close(): void {
    this.#stream.cancel();
    this.#close();
  }

  results(): Result[] {
    return this.responses.flatMap((response) => [...response.results]);
  }

  finals(): string[] {
    return this.results()
      .filter((result) => result.isFinal)
      .map((result) => result.alternatives[0]?.transcript ?? "");
  }
}

describe("the simulator of Google Speech", () => {
  let simulator: GoogleSpeechSimulator;
  let clients: WireClient[] = [];
  const start = async (options: GoogleSpeechSimulatorOptions = {}): Promise<void> => {
    simulator = await startGoogleSpeechSimulator(options);
  };
  const client = (version: "v1" | "v2" = "v2"): WireClient => {
    const opened = new WireClient(simulator.port, version);
    clients.push(opened);
    return opened;
  };
  const until = async (condition: () => boolean): Promise<void> => {
    const deadline = performance.now() + 5000;
    while (!condition()) {
      if (performance.now() > deadline) assert.fail("not within 5 s");
      await wait(5);
    }
  };
  afterEach(async () => {
    for (const opened of clients) opened.close();
    clients = [];
    await simulator.close();
  });

  for (const [version, config] of [
    ["v1", v1Config],
    ["v2", v2Config],
  ] as const)
    it(`recognises what the audio carries, after silence (${version})`, async () => {
      await start();
      const caller = client(version).send(config).hear(audio).hear(quietSecond);
      await until(() => caller.finals().length > 0);
      assert.deepEqual(caller.finals(), [text]);
      const final = caller.results().at(-1);
      const end = final?.resultEndOffset ?? final?.resultEndTime;
      assert.equal(Number(end?.seconds) * 1000 + Number(end?.nanos) / 1_000_000, audio.length / 8);
    });

  it("gives interims with a stable head and a tail that may change", async () => {
    await start();
    const caller = client().send(v2Config).hear(audio).halfClose();
    await caller.ended;
    const interims = caller.responses.filter((response) => response.results.some((result) => !result.isFinal));
    assert.ok(interims.length >= 3);
    const last = interims.at(-1)?.results.map((result) => [result.alternatives[0]?.transcript, result.stability > 0.5]);
    assert.deepEqual(last, [
      ["Two bags of coffee,", true],
      [" please", false],
    ]);
    assert.deepEqual(caller.finals(), [text]);
    assert.equal((await caller.ended).code, status.OK);
  });

  it("tells speech activity only when asked", async () => {
    await start();
    const asked = client().send(v2Config).hear(audio).hear(quietSecond).halfClose();
    const silent = client("v1").send(v1Config).hear(audio).hear(quietSecond).halfClose();
    await Promise.all([asked.ended, silent.ended]);
    const events = (caller: WireClient): string[] =>
      caller.responses.map((response) => response.speechEventType).filter((type) => !type.endsWith("UNSPECIFIED"));
    assert.deepEqual(events(asked), ["SPEECH_ACTIVITY_BEGIN", "SPEECH_ACTIVITY_END"]);
    assert.deepEqual(events(silent), []);
  });

  it("hears nothing in speech that carries no text", async () => {
    await start();
    const caller = client().send(v2Config).hear(speak(text)).hear(quietSecond).halfClose();
    await caller.ended;
    assert.deepEqual(caller.results(), []);
  });

  it("gives no interims to who did not ask for them", async () => {
    await start();
    const streamingConfig = { config: v2Config.streamingConfig.config };
    const caller = client()
      .send({ ...v2Config, streamingConfig })
      .hear(audio)
      .halfClose();
    await caller.ended;
    assert.equal(caller.responses.length, 1);
    assert.deepEqual(caller.finals(), [text]);
  });

  it("refuses what the vendor refuses", async () => {
    await start();
    const config = v2Config.streamingConfig.config;
    const withConfig = (changed: Message): Message => ({
      ...v2Config,
      streamingConfig: { config: { ...config, ...changed } },
    });
    const refused: readonly Message[] = [
      { audio: silentFrames(1) },
      { streamingConfig: v2Config.streamingConfig },
      { ...v2Config, recognizer: "recognizers/_" },
      withConfig({ languageCodes: [] }),
      withConfig({ model: "" }),
      withConfig({ explicitDecodingConfig: { encoding: "LINEAR16", sampleRateHertz: 16_000 } }),
    ];
    for (const message of refused) {
      const ended = await client().send(message).ended;
      assert.equal(ended.code, status.INVALID_ARGUMENT, JSON.stringify(message));
    }
    assert.equal((await client().send(v2Config).send(v2Config).ended).code, status.INVALID_ARGUMENT);
    assert.equal((await client().halfClose().ended).code, status.INVALID_ARGUMENT);
  });

  it("refuses a message of more than 25 KB", async () => {
    await start();
    const allowed = client()
      .send(v2Config)
      .send({ audio: new Uint8Array(25_600).fill(0xff) })
      .halfClose();
    assert.equal((await allowed.ended).code, status.OK);
    const refused = client()
      .send(v2Config)
      .send({ audio: new Uint8Array(25_601).fill(0xff) });
    assert.equal((await refused.ended).code, status.INVALID_ARGUMENT);
  });

  it("ends a stream at its longest duration, with each version's own error", async () => {
    await start({ limits: { streamLimitMs: 300 } });
    const second = await client().send(v2Config).ended;
    assert.equal(second.code, status.ABORTED);
    assert.match(second.details, /Max duration of 5 minutes/);
    const first = await client("v1").send(v1Config).ended;
    assert.equal(first.code, status.OUT_OF_RANGE);
    assert.match(first.details, /305 seconds/);
  });

  it("ends a stream that gets no audio, with each version's own error", async () => {
    await start({ limits: { audioTimeoutMs: 200 } });
    assert.equal((await client().send(v2Config).hear(audio).ended).code, status.ABORTED);
    assert.equal((await client("v1").send(v1Config).ended).code, status.OUT_OF_RANGE);
  });

  it("refuses audio far ahead of the clock, and streams beyond the quota", async () => {
    await start({ limits: { aheadLimitMs: 5000, maxStreams: 1 } });
    const first = client().send(v2Config);
    await until(() => simulator.openStreams() === 1);
    assert.equal((await client().send(v2Config).ended).code, status.RESOURCE_EXHAUSTED);
    assert.equal((await first.hear(silentFrames(300)).ended).code, status.RESOURCE_EXHAUSTED);
  });

  it("mishears, breaks and refuses as its script says", async () => {
    await start({
      faults: [
        { operation: "StreamingRecognize", nth: 1, fault: "wrong" },
        { operation: "StreamingRecognize", nth: 2, fault: "cut", delayMs: 500 },
        { operation: "StreamingRecognize", nth: 3, fault: "error", code: "INTERNAL" },
      ],
    });
    const misheard = client().send(v2Config).hear(audio).halfClose();
    await misheard.ended;
    assert.equal(misheard.finals().length, 1);
    assert.notEqual(misheard.finals()[0], text);
    const cut = client().send(v2Config).hear(audio).halfClose();
    assert.equal((await cut.ended).code, status.UNAVAILABLE);
    assert.deepEqual(cut.finals(), []);
    assert.equal((await client().send(v2Config).ended).code, status.INTERNAL);
  });

  it("takes the profile's time", async () => {
    await start({ profile: "measured-2026" });
    const startedAt = performance.now();
    const caller = client().send(v2Config).hear(audio).halfClose();
    await caller.ended;
    assert.deepEqual(caller.finals(), [text]);
    assert.ok(performance.now() - startedAt > 300);
  });
});
