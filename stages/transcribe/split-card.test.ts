import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { step } from "./core.ts";
import { durable, type State } from "./state.ts";
import { attached, audio, config, ended, heard, type Out, play, started, type TimedIn } from "./test-call.ts";

const turnTexts = (outcomes: readonly Out[]) =>
  outcomes
    .flatMap((outcome) => outcome.emit ?? [])
    .flatMap(({ record }) => (record.type === "TurnEnded" ? [record.text] : []));
const firstHalf = [attached, audio(0), started(20), heard("My card is 4242 4242.", 90, 1150), ended(20, 90)] as const;
const secondPart = (text: string) =>
  [audio(100, 400), started(200), heard(`My card is 4242 4242. ${text}`, 490, 1600), ended(200, 490)] as const;
describe("a card number said over turns", () => {
  it("masks a card number that is said in two turns, also while the second is being said, and keeps none of its digits", () => {
    const { outcomes, state } = play([...firstHalf, ...secondPart("4242.")]);
    assert.deepEqual(turnTexts(outcomes), ["My card is ########.", "####."]);
    const emitted = JSON.stringify(outcomes.flatMap((outcome) => outcome.emit ?? []));
    assert.doesNotMatch(emitted, /4242/);
    assert.ok(state !== null);
    assert.deepEqual(state.card, { digits: 12, isLikely: true });
    assert.doesNotMatch(JSON.stringify(durable(state)), /4242/);
  });

  it("takes digits that answer what the agent said for no part of a card number", () => {
    const reached: TimedIn = [
      {
        from: "playback",
        record: stamped("PlaybackReached", {
          responseId: "r",
          sentenceIndex: 0,
          heardText: "What is your PIN?",
          isComplete: true,
        }),
      },
      1400,
    ];
    const { outcomes } = play([...firstHalf, reached, ...secondPart("4071.")]);
    assert.deepEqual(turnTexts(outcomes), ["My card is ########.", "4071."]);
  });

  it("after a crash between the turns still knows that a number goes on", () => {
    const before = play(firstHalf);
    assert.ok(before.state !== null);
    let state: State | null = durable(before.state);
    const outcomes: Out[] = [];
    const inputs: readonly TimedIn[] = [
      [{ from: "restored" }, 1500],
      audio(100, 400),
      started(200),
      heard("4242 4242.", 490, 1600),
      ended(200, 490),
    ];
    for (const [input, at] of inputs) {
      const outcome = step(state, input, at, config);
      state = outcome.state;
      outcomes.push(outcome);
    }
    assert.deepEqual(turnTexts(outcomes), ["########."]);
  });
});
