import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import {
  type GoogleSpeechSimulator,
  type GoogleSpeechSimulatorOptions,
  startGoogleSpeechSimulator,
} from "../../simulators/google-speech/server.ts";
import type { FaultRule } from "../../simulators/kit/fault-script.ts";
import { carry } from "../../simulators/speech-carrier/carry.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import type { RecognitionTiming } from "./call-recognition.ts";
import {
  ContractCall,
  type ContractRotation,
  describeSpeechToTextContract,
  feed,
  type SpeechToTextHarness,
  silence,
  until,
  wordsOf,
} from "./contract.ts";
import { createGoogleSpeechToText, type GoogleSpeechToText, type GoogleSpeechToTextOptions } from "./google.ts";

let utterances = 0;
function say(text: string): Uint8Array {
  utterances += 1;
  return carry(text, speak(text, { rate: 1.3 }), utterances);
}

function rotationTiming(rotation: ContractRotation | undefined): Partial<RecognitionTiming> {
  return rotation === undefined ? {} : { ...rotation, maxRetainedMs: rotation.rotateAfterMs / 2 };
}

async function simulatedHarness(version: "v1" | "v2"): Promise<SpeechToTextHarness> {
  const simulator = await startGoogleSpeechSimulator({ limits: { aheadLimitMs: 120_000 } });
  return {
    makeAdapter: (rotation) =>
      createGoogleSpeechToText({
        projectId: "test",
        version,
        simulatorAddress: `127.0.0.1:${simulator.port}`,
        timing: rotationTiming(rotation),
      }),
    say: (text) => (text.length > 80 ? carry(text, speak(text, { rate: 2.5 }), ++utterances) : say(text)),
    speed: 8,
    close: simulator.close,
  };
}

describeSpeechToTextContract("Google Speech v2 against its simulator", () => simulatedHarness("v2"));
describeSpeechToTextContract("Google Speech v1 against its simulator", () => simulatedHarness("v1"));

const projectId = process.env.GOOGLE_CLOUD_PROJECT ?? "";
if (projectId !== "" && (process.env.GOOGLE_APPLICATION_CREDENTIALS ?? "") !== "")
  describeSpeechToTextContract("Google Speech v2 itself", async () => ({
    makeAdapter: (rotation) => createGoogleSpeechToText({ projectId, timing: rotationTiming(rotation) }),
    say: (text) => speak(text),
    speed: 1,
    close: async () => {},
  }));
else
  it("Google Speech v2 itself", {
    skip: "GOOGLE_CLOUD_PROJECT and GOOGLE_APPLICATION_CREDENTIALS are not set",
  }, () => {});

describe("Google Speech when things go wrong", () => {
  const speed = 30;
  const text = "I would like two bags of coffee please.";
  let simulator: GoogleSpeechSimulator;
  let stt: GoogleSpeechToText;
  let call: ContractCall;

  async function start(
    simulated: GoogleSpeechSimulatorOptions = {},
    options: Partial<GoogleSpeechToTextOptions> = {},
  ): Promise<void> {
    simulator = await startGoogleSpeechSimulator(simulated);
    const simulatorAddress = `127.0.0.1:${simulator.port}`;
    stt = createGoogleSpeechToText({ projectId: "test", simulatorAddress, ...options });
    call = new ContractCall("CA-1");
    await stt.open({ languageCode: "en-US", startsAtMs: 0 }, call.context());
  }
  const failing = (rule: Omit<FaultRule, "operation">): GoogleSpeechSimulatorOptions => ({
    faults: [{ operation: "StreamingRecognize", ...rule }],
  });
  const endings = (): unknown[] =>
    simulator.requests
      .snapshot()
      .recent.filter((request) => request.operation === "StreamEnded")
      .map((request) => request.details.outcome);
  afterEach(async () => {
    await stt.shutdown();
    await simulator.close();
  });

  it("reports a connection that breaks in the middle of a word, once, as worth another try", async () => {
    await start(failing({ fault: "cut", delayMs: 700 }));
    await feed(stt, call, say(text), speed).catch(() => {});
    await until(() => call.count("failed") > 0, "a failure");
    await assert.rejects(stt.send({ audio: silence(100) }, call.plainContext()), { code: "CLOSED" });
    assert.deepEqual(
      call.events.filter((event) => event.type === "failed"),
      [{ type: "failed", code: "UNAVAILABLE", isRetryable: true }],
    );
    assert.equal(call.finals().length, 0);
  });

  it("fails when the vendor ends every stream at once", async () => {
    await start(failing({ fault: "error", code: "ABORTED" }));
    await until(() => call.count("failed") > 0, "a failure");
    assert.deepEqual(call.events.at(-1), { type: "failed", code: "ABORTED", isRetryable: true });
    assert.equal(call.count("rotated"), 2);
  });

  it("hears the whole segment when its audio is sent again after a failure", async () => {
    await start(failing({ fault: "cut", delayMs: 700, nth: 1 }));
    const audio = say(text);
    await feed(stt, call, audio, speed).catch(() => {});
    await until(() => call.count("failed") > 0, "a failure");
    await stt.open({ languageCode: "en-US", startsAtMs: 0 }, call.context());
    await feed(stt, call, audio, speed);
    await feed(stt, call, silence(1000), speed);
    await until(() => call.finals().length > 0, "a final");
    assert.deepEqual(wordsOf(call.finals()[0]?.text ?? ""), wordsOf(text));
  });

  it("reports refusals that no other try can mend as such", async () => {
    await start(failing({ fault: "error", code: "PERMISSION_DENIED" }));
    await until(() => call.count("failed") > 0, "a failure");
    assert.deepEqual(call.events, [{ type: "failed", code: "PERMISSION_DENIED", isRetryable: false }]);
  });

  it("reports an exhausted quota as worth another try", async () => {
    await start({ limits: { maxStreams: 1 } });
    await feed(stt, call, silence(100), speed);
    await until(() => simulator.openStreams() === 1, "the first stream");
    const second = new ContractCall("CA-2");
    await stt.open({ languageCode: "en-US", startsAtMs: 0 }, second.context());
    await until(() => second.count("failed") > 0, "a failure of the second call");
    assert.deepEqual(second.events, [{ type: "failed", code: "RESOURCE_EXHAUSTED", isRetryable: true }]);
    assert.equal(call.count("failed"), 0);
  });

  it("loses exactly the word whose audio lost a frame", async () => {
    await start();
    const audio = say(text);
    const frames = audio.length / 160;
    const lost = Math.floor(frames / 2);
    await feed(stt, call, Buffer.concat([audio.subarray(0, lost * 160), audio.subarray((lost + 1) * 160)]), speed);
    await feed(stt, call, silence(1000), speed);
    await until(() => call.finals().length > 0, "a final");
    const words = wordsOf(text);
    const heard = wordsOf(call.finals()[0]?.text ?? "");
    assert.equal(heard.length, words.length - 1);
    const missing = words.findIndex((word, index) => word !== heard[index]);
    assert.deepEqual(heard, words.toSpliced(missing, 1));
  });

  it("goes on when the vendor ends the stream for its age before it was replaced", async () => {
    await start({ limits: { streamLimitMs: 4500, aheadLimitMs: 60_000 } });
    for (const sentence of [text, text]) {
      await feed(stt, call, say(sentence), speed);
      await feed(stt, call, silence(1000), speed);
    }
    await until(() => call.finals().length >= 2, "both finals");
    assert.deepEqual(
      call.finals().map((final) => wordsOf(final.text)),
      [wordsOf(text), wordsOf(text)],
    );
    assert.ok(call.count("rotated") >= 1);
    assert.ok(endings().includes("ABORTED"));
  });

  it("cancels the replaced stream at the vendor", async () => {
    await start({}, { timing: { rotateAfterMs: 2500, rotateAtLatestMs: 60_000, maxRetainedMs: 1250 } });
    await feed(stt, call, say(text), speed);
    await feed(stt, call, silence(1000), speed);
    await until(() => call.count("rotated") === 1, "a rotation");
    await until(() => endings().length === 1, "the end of the old stream");
    assert.deepEqual(endings(), ["cancelled"]);
    assert.equal(simulator.openStreams(), 1);
  });

  it("keeps a stream alive without audio, and positions stay those of the caller's audio", async () => {
    await start({ limits: { audioTimeoutMs: 900 } }, { timing: { keepAliveAfterMs: 300 } });
    const audio = say(text);
    await wait(1500);
    await feed(stt, call, audio, speed);
    await feed(stt, call, silence(1000), speed);
    await until(() => call.finals().length > 0, "a final");
    assert.equal(call.count("failed"), 0);
    assert.equal(call.count("rotated"), 0);
    const covered = call.finals()[0]?.coversUntilMs ?? 0;
    assert.ok(covered > 0 && covered <= audio.length / 8, `final covers until ${covered} ms`);
  });

  it("sends audio of any length in messages the vendor accepts", async () => {
    await start({ limits: { maxMessageBytes: 15_360 } });
    const audio = Buffer.concat([say(text), silence(5000)]);
    await stt.send({ audio }, call.plainContext());
    await until(() => call.finals().length > 0, "a final");
    assert.deepEqual(wordsOf(call.finals()[0]?.text ?? ""), wordsOf(text));
    assert.equal(call.count("failed"), 0);
  });

  it("refuses audio beyond its bound", async () => {
    await start({}, { timing: { maxQueuedMs: 5000 } });
    await stt.send({ audio: silence(4900) }, call.plainContext());
    await assert.rejects(stt.send({ audio: silence(4900) }, call.plainContext()), { code: "BACKLOG" });
  });

  it("frees the vendor's stream when the call ends", async () => {
    await start();
    await feed(stt, call, silence(200), speed);
    await until(() => simulator.openStreams() === 1, "the stream");
    call.hangUp();
    await until(() => simulator.openStreams() === 0, "no stream");
    assert.deepEqual(endings(), ["cancelled"]);
  });
});

describe("Google Speech without a vendor", () => {
  let stt: GoogleSpeechToText;
  before(() => {
    stt = createGoogleSpeechToText({ projectId: "test", simulatorAddress: "127.0.0.1:1", connectTimeoutMs: 300 });
  });
  after(() => stt.shutdown());

  it("rejects opening when there is no connection", async () => {
    const call = new ContractCall("CA-1");
    await assert.rejects(stt.open({ languageCode: "en-US", startsAtMs: 0 }, call.context()), {
      code: "UNAVAILABLE",
      isRetryable: true,
    });
  });

  it("refuses settings that contradict each other", () => {
    const timing = { rotateAfterMs: 10_000, rotateAtLatestMs: 5000 };
    assert.throws(() => createGoogleSpeechToText({ projectId: "test", timing }), RangeError);
    const retained = { rotateAfterMs: 10_000, maxRetainedMs: 6000 };
    assert.throws(() => createGoogleSpeechToText({ projectId: "test", timing: retained }), RangeError);
    assert.throws(() => createGoogleSpeechToText({ projectId: "test", timing: { closeWaitMs: -1 } }), RangeError);
  });
});
