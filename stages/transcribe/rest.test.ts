import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { step } from "./core.ts";
import type { State } from "./state.ts";
import { attached, audio, config, ended, started, type TimedIn } from "./test-call.ts";

type Told = string | readonly [text: string, silenceMs: number];

/** Feeds inputs in order, ten milliseconds apart; gives the texts that may be all, with the silence behind them, and the turns. */
function told(inputs: readonly TimedIn[]): readonly Told[] {
  let state: State | null = null;
  let at = 1_000;
  return inputs.flatMap(([input]) => {
    at += 10;
    const outcome = step(state, input, at, config);
    state = outcome.state;
    return (outcome.emit ?? []).flatMap(({ record }): Told[] => {
      if (record.type === "TurnEnded") return [`turn: ${record.text}`];
      return record.silenceMs > 0 ? [[record.text, record.silenceMs]] : [];
    });
  });
}

const heard = (text: string, coversUntilMs: number, stability = 0.1): TimedIn => [
  {
    from: "port",
    port: "speechToText",
    call: "open",
    effectId: "e",
    outcome: "event",
    event: { type: "heard", text, isFinal: false, stability, confidence: 0, coversUntilMs, vendorWaitMs: 5 },
  },
  0,
];

describe("words that may be all", () => {
  it("given a lull, when its words come, then they are told with the silence behind them, once", () => {
    const inputs = [attached, audio(0, 900), started(0), audio(900, 200, 100), heard("I need a lamp", 990)];
    assert.deepEqual(told(inputs), [["I need a lamp", 100]]);
    assert.deepEqual(told([...inputs, heard("I need a lamp", 990, 0.9)]), [["I need a lamp", 100]]);
  });

  it("given words that are there before the lull, then the lull tells them", () => {
    const inputs = [attached, audio(0, 900), started(0), heard("I need a lamp", 880), audio(900, 100, 100)];
    assert.deepEqual(told(inputs), [["I need a lamp", 100]]);
  });

  it("given a lull whose words are not there yet, then nothing is told before they come", () => {
    const inputs = [attached, audio(0, 900), started(0), audio(900, 200, 100), heard("I need", 500)];
    assert.deepEqual(told(inputs), []);
  });

  it("given a caller who goes on after a lull, then what comes is told with the next one", () => {
    const inputs = [
      attached,
      audio(0, 900),
      started(0),
      audio(900, 200, 100),
      audio(1_100, 100),
      heard("I need a lamp", 990),
    ];
    assert.deepEqual(told(inputs), []);
    const next = [audio(1_200, 200, 100), heard("I need a lamp a red one", 1_290)];
    assert.deepEqual(told([...inputs, ...next]), [["I need a lamp a red one", 100]]);
  });

  it("given digits that may begin a card number, when the caller takes breath, then they are masked as in any words that go on", () => {
    const inputs = [attached, audio(0, 900), started(0), audio(900, 200, 100), heard("it is 4242 4242", 990)];
    assert.deepEqual(told(inputs), [["it is ########", 100]]);
  });

  it("given words that want another one, then they are not all", () => {
    assert.deepEqual(told([attached, audio(0, 900), started(0), audio(900, 200, 100), heard("I need a", 990)]), []);
  });

  it("given the end of speech with an open sentence, then it is told while the longer silence is waited for; a turn that ends tells nothing", () => {
    const open = [attached, audio(0, 1_200), started(0), ended(0, 1_000), heard("I need a lamp", 990, 0.9)];
    assert.deepEqual(told(open), [["I need a lamp", 200]]);
    const whole = [attached, audio(0, 1_200), started(0), ended(0, 1_000), heard("I need a lamp.", 990, 0.9)];
    assert.deepEqual(told(whole), ["turn: I need a lamp."]);
  });
});
