import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import {
  type GoogleTextToSpeechSimulator,
  type GoogleTextToSpeechSimulatorOptions,
  startGoogleTextToSpeechSimulator,
} from "../../simulators/google-text-to-speech/server.ts";
import type { FaultRule } from "../../simulators/kit/fault-script.ts";
import { createCarrierListener } from "../../simulators/speech-carrier/carrier-listener.ts";
import { ContractSentence, describeTextToSpeechContract } from "./contract.ts";
import { createGoogleTextToSpeech, type GoogleTextToSpeech, type GoogleTextToSpeechOptions } from "./google.ts";

const voice = "en-US-Chirp3-HD-Kore";

function hear(audio: Uint8Array): string {
  const listener = createCarrierListener();
  listener.hear(audio);
  return listener
    .utterances()
    .flatMap((utterance) => utterance.words.map((word) => word.text))
    .join(" ");
}

describeTextToSpeechContract("Google Text-to-Speech against its simulator", async () => {
  const simulator = await startGoogleTextToSpeechSimulator({ profile: "article" });
  return {
    makeAdapter: () => createGoogleTextToSpeech({ simulatorAddress: `127.0.0.1:${simulator.port}` }),
    voice,
    hear,
    close: simulator.close,
  };
});

if ((process.env.GOOGLE_APPLICATION_CREDENTIALS ?? "") !== "")
  describeTextToSpeechContract("Google Text-to-Speech itself", async () => ({
    makeAdapter: () => createGoogleTextToSpeech({}),
    voice,
    hear: () => undefined,
    close: async () => {},
  }));
else it("Google Text-to-Speech itself", { skip: "GOOGLE_APPLICATION_CREDENTIALS is not set" }, () => {});

describe("Google Text-to-Speech when things go wrong", () => {
  const text = "I have added two bags of coffee to your basket.";
  let simulator: GoogleTextToSpeechSimulator;
  let tts: GoogleTextToSpeech;

  async function start(
    simulated: GoogleTextToSpeechSimulatorOptions = {},
    options: GoogleTextToSpeechOptions = {},
  ): Promise<void> {
    simulator = await startGoogleTextToSpeechSimulator(simulated);
    tts = createGoogleTextToSpeech({ simulatorAddress: `127.0.0.1:${simulator.port}`, ...options });
    await tts.prewarm();
  }
  const failing = (rule: Omit<FaultRule, "operation">): GoogleTextToSpeechSimulatorOptions => ({
    faults: [{ operation: "StreamingSynthesize", ...rule }],
  });
  async function say(sentence = new ContractSentence(), spoken = text, withVoice = voice): Promise<ContractSentence> {
    await tts.synthesise({ text: spoken, languageCode: "en-US", voice: withVoice }, sentence.context());
    return sentence;
  }
  afterEach(async () => {
    await tts.shutdown();
    await simulator.close();
  });

  it("gives up when no audio comes in time, and frees the vendor's stream", async () => {
    await start(failing({ fault: "delay", delayMs: 5000 }), { firstAudioTimeoutMs: 150 });
    await assert.rejects(say(), { code: "FIRST_AUDIO_TIMEOUT", isRetryable: true });
    const deadline = performance.now() + 2000;
    while (simulator.openStreams() > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(simulator.openStreams(), 0);
  });

  it("reports a connection that breaks in the middle, and keeps no promise of a last chunk", async () => {
    await start(failing({ fault: "cut" }));
    const sentence = new ContractSentence();
    await assert.rejects(say(sentence), { code: "UNAVAILABLE", isRetryable: true });
    assert.ok(sentence.chunks.every((chunk) => !chunk.isLast));
  });

  it("says the sentence when it is asked again after a failure", async () => {
    await start(failing({ fault: "error", code: "INTERNAL", nth: 1 }));
    await assert.rejects(say(), { code: "INTERNAL", isRetryable: true });
    assert.equal(hear((await say()).audio()), text);
  });

  it("reports an exhausted quota of requests as worth another try", async () => {
    await start({ limits: { maxRequestsPerMinute: 1 } });
    await say();
    await assert.rejects(say(), { code: "RESOURCE_EXHAUSTED", isRetryable: true });
  });

  it("reports an exhausted quota of sessions as worth another try", async () => {
    await start({ limits: { maxStreams: 1 }, ...failing({ fault: "delay", delayMs: 300 }) });
    const [first, second] = await Promise.allSettled([say(), say()]);
    assert.deepEqual([first.status, second.status].toSorted(), ["fulfilled", "rejected"]);
    const refused = first.status === "rejected" ? first : second;
    assert.equal(refused.status === "rejected" ? refused.reason.code : "", "RESOURCE_EXHAUSTED");
  });

  it("reports a voice that cannot be streamed as past mending", async () => {
    await start();
    await assert.rejects(say(undefined, text, "en-US-Neural2-A"), { code: "INVALID_ARGUMENT", isRetryable: false });
  });

  it("rejects when there is no connection", async () => {
    await start();
    const alone = createGoogleTextToSpeech({ simulatorAddress: "127.0.0.1:1", connectTimeoutMs: 300 });
    const sentence = new ContractSentence();
    await assert.rejects(alone.synthesise({ text, languageCode: "en-US", voice }, sentence.context()), {
      code: "UNAVAILABLE",
      isRetryable: true,
    });
    await alone.shutdown();
  });

  it("opens another connection when one has all the sentences it may have", async () => {
    await start(failing({ fault: "delay", delayMs: 100 }), { maxSentencesPerConnection: 1 });
    const spoken = await Promise.all([say(), say(), say()]);
    assert.deepEqual(
      spoken.map((sentence) => hear(sentence.audio())),
      [text, text, text],
    );
  });
});
