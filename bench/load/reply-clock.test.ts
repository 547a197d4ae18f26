import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { spokenLine } from "./caller-speech.ts";
import { frameLateness } from "./frame-lateness.ts";
import { ReplyClock } from "./reply-clock.ts";

describe("the clock of a reply", () => {
  it("counts from the last frame of speech to the first byte, sound and word", () => {
    const clock = new ReplyClock("Hello?", 1_000);
    clock.arrived(1_100, false);
    clock.arrived(1_120, true);
    clock.arrived(1_140, true);
    clock.word(990);
    clock.word(1_200);
    clock.word(1_300);
    assert.deepEqual(clock.turn(), { text: "Hello?", firstByteMs: 100, firstSoundMs: 120, firstWordMs: 200 });
  });

  it("takes a reply for over when nothing was played for a while, not before anything came", () => {
    const clock = new ReplyClock("", 0);
    assert.equal(clock.isOver(60_000, 500), false);
    clock.arrived(100, true);
    assert.equal(clock.isOver(5_000, 500), false, "it arrived and was not played yet");
    clock.played(120);
    clock.played(1_000);
    assert.equal(clock.isOver(1_499, 500), false);
    assert.equal(clock.isOver(1_500, 500), true);
  });

  it("gives up on a reply that does not come, and on one that does not end", () => {
    const clock = new ReplyClock("", 0);
    assert.deepEqual([clock.isGivenUp(999, 1_000), clock.isGivenUp(1_000, 1_000)], [false, true]);
    clock.arrived(500, true);
    assert.deepEqual([clock.isGivenUp(9_999, 1_000), clock.isGivenUp(10_000, 1_000)], [false, true]);
  });
});

describe("the lateness of frames", () => {
  it("is none when they leave every 20 ms, whenever the first left", () => {
    assert.deepEqual(frameLateness([1_003, 1_023, 1_043]), [0, 0, 0]);
    assert.deepEqual(frameLateness([]), []);
  });

  it("counts against an absolute plan: frames that are caught up were late all the same", () => {
    assert.deepEqual(frameLateness([0, 20, 70, 71, 80]), [0, 0, 30, 11, 0]);
  });

  it("does not forgive a first frame that was late", () => {
    assert.deepEqual(frameLateness([15, 20, 40]), [15, 0, 0]);
  });
});

describe("what callers say", () => {
  it("has whole frames, and ends where the voice does, with its words or without", () => {
    const [speech, voice, noise] = (["speech", "voice", "noise"] as const).map((audio) =>
      spokenLine("Red shoes please.", 1, audio),
    );
    for (const line of [speech, voice, noise]) {
      assert.ok(line?.frames.every(({ length }) => length === 160));
      assert.ok((line?.lastVoiced ?? 0) > 30 && (line?.lastVoiced ?? 0) < (line?.frames.length ?? 0));
    }
    const louder = (line: typeof voice) =>
      line?.frames.map((frame) => frame.reduce((sum, byte) => sum + (~byte & 0x7f), 0));
    assert.deepEqual(louder(noise), louder(voice), "noise is as loud as the voice, frame by frame");
    assert.notDeepEqual(noise?.frames, voice?.frames);
  });
});
