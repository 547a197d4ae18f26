import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSettings } from "../../runtime/settings.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { step } from "./core.ts";
import { settings } from "./settings.ts";
import type { State } from "./state.ts";

const config = readSettings("transcribe", settings, {});
type In = Parameters<typeof step>[1];

type Told = string | readonly [text: string, silenceMs: number];

/** Feeds inputs in order; gives the texts that may be all, with the silence behind them, and the turns. */
function told(inputs: readonly In[]): readonly Told[] {
  let state: State | null = null;
  let at = 1_000;
  return inputs.flatMap((input) => {
    at += 10;
    const outcome = step(state, input, at, config);
    state = outcome.state;
    return (outcome.emit ?? []).flatMap(({ record }): Told[] => {
      if (record.type === "TurnEnded") return [`turn: ${record.text}`];
      return record.silenceMs > 0 ? [[record.text, record.silenceMs]] : [];
    });
  });
}

const audio = (startsAtMs: number, lengthMs: number, silenceMs = 0): In => ({
  from: "audioIn",
  record: stamped("AudioCaptured", {
    streamSid: "MZ1",
    startsAtMs,
    audio: new Uint8Array(lengthMs * 8),
    concealedFrames: 0,
    silenceMs,
  }),
});
const started: In = { from: "playback", record: stamped("SpeechStarted", { startsAtMs: 0, isBargeIn: false }) };
const ended = (endsAtMs: number): In => ({
  from: "playback",
  record: stamped("SpeechEnded", { startsAtMs: 0, endsAtMs, silenceMs: 200, lastByteAt: 1_000 }),
});
const heard = (text: string, coversUntilMs: number, stability = 0.1): In => ({
  from: "port",
  port: "speechToText",
  call: "open",
  effectId: "e",
  outcome: "event",
  event: { type: "heard", text, isFinal: false, stability, confidence: 0, coversUntilMs, vendorWaitMs: 5 },
});
const attached: In = {
  from: "calls",
  record: stamped("StreamAttached", {
    streamSid: "MZ1",
    gatewayId: "g",
    replyPartition: 0,
    attachment: 0,
    cardEntry: null,
  }),
};

describe("words that may be all", () => {
  it("given a lull, when its words come, then they are told with the silence behind them, once", () => {
    const inputs = [attached, audio(0, 900), started, audio(900, 200, 100), heard("I need a lamp", 990)];
    assert.deepEqual(told(inputs), [["I need a lamp", 100]]);
    assert.deepEqual(told([...inputs, heard("I need a lamp", 990, 0.9)]), [["I need a lamp", 100]]);
  });

  it("given words that are there before the lull, then the lull tells them", () => {
    const inputs = [attached, audio(0, 900), started, heard("I need a lamp", 880), audio(900, 100, 100)];
    assert.deepEqual(told(inputs), [["I need a lamp", 100]]);
  });

  it("given a lull whose words are not there yet, then nothing is told before they come", () => {
    const inputs = [attached, audio(0, 900), started, audio(900, 200, 100), heard("I need", 500)];
    assert.deepEqual(told(inputs), []);
  });

  it("given a caller who goes on after a lull, then what comes is told with the next one", () => {
    const inputs = [
      attached,
      audio(0, 900),
      started,
      audio(900, 200, 100),
      audio(1_100, 100),
      heard("I need a lamp", 990),
    ];
    assert.deepEqual(told(inputs), []);
    const next = [audio(1_200, 200, 100), heard("I need a lamp a red one", 1_290)];
    assert.deepEqual(told([...inputs, ...next]), [["I need a lamp a red one", 100]]);
  });

  it("given digits that may begin a card number, when the caller takes breath, then they are masked as in any words that go on", () => {
    const inputs = [attached, audio(0, 900), started, audio(900, 200, 100), heard("it is 4242 4242", 990)];
    assert.deepEqual(told(inputs), [["it is ########", 100]]);
  });

  it("given words that want another one, then they are not all", () => {
    assert.deepEqual(told([attached, audio(0, 900), started, audio(900, 200, 100), heard("I need a", 990)]), []);
  });

  it("given the end of speech with an open sentence, then it is told while the longer silence is waited for; a turn that ends tells nothing", () => {
    const open = [attached, audio(0, 1_200), started, ended(1_000), heard("I need a lamp", 990, 0.9)];
    assert.deepEqual(told(open), [["I need a lamp", 200]]);
    const whole = [attached, audio(0, 1_200), started, ended(1_000), heard("I need a lamp.", 990, 0.9)];
    assert.deepEqual(told(whole), ["turn: I need a lamp."]);
  });
});
