import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PlaybackBuffer } from "./playback-buffer.ts";

const frame = (value: number, length = 160): Buffer => Buffer.alloc(length, value);

describe("playback towards the caller", () => {
  it("plays media in order, whatever its size, and silence when there is none", () => {
    const buffer = new PlaybackBuffer();
    buffer.addAudio(frame(1, 100));
    buffer.addAudio(frame(2, 100));
    const first = buffer.takeFrame();
    assert.deepEqual(first.frame, Buffer.concat([frame(1, 100), frame(2, 60)]));
    const second = buffer.takeFrame();
    assert.deepEqual(second.frame, Buffer.concat([frame(2, 40), frame(0xff, 120)]));
    assert.deepEqual([first.isAudio, second.isAudio, buffer.takeFrame().isAudio], [true, true, false]);
  });

  it("returns a mark at once when nothing is waiting", () => {
    assert.deepEqual(new PlaybackBuffer().addMark("a"), ["a"]);
  });

  it("returns a mark only when the audio before it has finished playing", () => {
    const buffer = new PlaybackBuffer();
    buffer.addAudio(frame(1, 320));
    assert.deepEqual(buffer.addMark("two frames"), []);
    buffer.addAudio(frame(1));
    assert.deepEqual(buffer.addMark("three frames"), []);
    assert.deepEqual(buffer.takeFrame().marks, []);
    assert.deepEqual(buffer.takeFrame().marks, [], "the second frame sounds from now on");
    assert.deepEqual(buffer.takeFrame().marks, ["two frames"]);
    assert.deepEqual(buffer.takeFrame().marks, ["three frames"]);
  });

  it("does not return a mark while the last frame still sounds", () => {
    const buffer = new PlaybackBuffer();
    buffer.addAudio(frame(1));
    buffer.takeFrame();
    assert.deepEqual(buffer.addMark("after"), []);
    assert.deepEqual(buffer.takeFrame().marks, ["after"]);
  });

  it("clear drops the rest and makes all pending marks due", () => {
    const buffer = new PlaybackBuffer();
    buffer.addAudio(frame(1, 480));
    buffer.addMark("a");
    buffer.addMark("b");
    buffer.takeFrame();
    assert.deepEqual(buffer.clear(), { droppedBytes: 320, marks: ["a", "b"] });
    assert.equal(buffer.takeFrame().isAudio, false);
    assert.deepEqual(buffer.addMark("c"), ["c"]);
  });
});
