import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { carry } from "../speech-carrier/carry.ts";
import { HeardSpeech } from "./heard-speech.ts";

function framesOf(text: string, utterance: number): Buffer[] {
  const audio = Buffer.from(carry(text, new Uint8Array(160 * 60).fill(0x20), utterance));
  return Array.from({ length: audio.length / 160 }, (_, index) => audio.subarray(index * 160, (index + 1) * 160));
}
const play = (heard: HeardSpeech, frames: readonly Buffer[]): void => {
  for (const [index, frame] of frames.entries()) heard.hearFrame(frame, index * 20);
};
const told = (heard: HeardSpeech): unknown[] => heard.sentences.map(({ text, isCut }) => [text, isCut]);

describe("what a caller hears", () => {
  it("is sentences in order, with the time of their first and last word", () => {
    const heard = new HeardSpeech();
    play(heard, framesOf("It costs 39.90 dollars. Do you want it?", 1));
    assert.deepEqual(told(heard), [
      ["It costs 39.90 dollars.", false],
      ["Do you want it?", false],
    ]);
    const [first, second] = heard.sentences;
    assert.ok(first && second && first.startedAtMs < first.endedAtMs && first.endedAtMs <= second.startedAtMs);
  });

  it("ends a sentence without a full stop at the end of its utterance", () => {
    const heard = new HeardSpeech();
    play(heard, framesOf("one moment", 1));
    assert.deepEqual(told(heard), [["one moment", false]]);
  });

  it("knows that a sentence was cut, by a clear or by the next utterance", () => {
    const heard = new HeardSpeech();
    play(heard, framesOf("this is a long sentence about lamps", 1).slice(0, 40));
    heard.cut();
    play(heard, framesOf("another one that stops here", 2).slice(0, 30));
    play(heard, framesOf("Yes.", 3));
    assert.deepEqual(
      heard.sentences.map((sentence) => sentence.isCut),
      [true, true, false],
    );
    assert.equal(heard.sentences[2]?.text, "Yes.");
    assert.doesNotMatch(heard.textSince(0), /lamps/);
  });

  it("does not hear a word whose frame was lost", () => {
    const heard = new HeardSpeech();
    const frames = framesOf("alpha bravo charlie delta", 1);
    frames.splice(Math.floor(frames.length / 2), 3);
    play(heard, frames);
    const text = heard.textSince(0);
    assert.match(text, /^alpha .*delta$/);
    assert.notEqual(text, "alpha bravo charlie delta");
  });
});
