import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RetainedAudio } from "./retained-audio.ts";

const piece = (fill: number, ms: number): Uint8Array => new Uint8Array(ms * 8).fill(fill);

describe("retained audio", () => {
  it("gives the audio from any position, cut inside a piece", () => {
    const retained = new RetainedAudio(1000, 60_000);
    retained.append(piece(1, 100), 0);
    retained.append(piece(2, 100), 5);
    assert.equal(retained.startsAtMs, 1000);
    assert.equal(retained.endsAtMs, 1200);
    assert.deepEqual(retained.from(1150), Buffer.from(piece(2, 50)));
    assert.deepEqual(retained.from(1050), Buffer.concat([piece(1, 50), piece(2, 100)]));
    assert.equal(retained.from(0).length, 1600);
    assert.equal(retained.from(1200).length, 0);
  });

  it("knows when the audio of a position was handed over", () => {
    const retained = new RetainedAudio(0, 60_000);
    retained.append(piece(1, 100), 40);
    retained.append(piece(2, 100), 90);
    assert.equal(retained.handedOverAtMs(60), 40);
    assert.equal(retained.handedOverAtMs(100), 40);
    assert.equal(retained.handedOverAtMs(101), 90);
    assert.equal(retained.handedOverAtMs(300), undefined);
  });

  it("forgets whole pieces only, by position and by age, and never holds more than its bound", () => {
    const retained = new RetainedAudio(0, 500);
    for (let at = 0; at < 10; at += 1) retained.append(piece(at, 100), at);
    assert.equal(retained.startsAtMs, 500);
    assert.equal(retained.endsAtMs, 1000);
    retained.forgetBefore(799);
    assert.equal(retained.startsAtMs, 700);
    retained.forgetBefore(1000, 8);
    assert.equal(retained.startsAtMs, 800);
    retained.forgetBefore(5000);
    assert.equal(retained.startsAtMs, 1000);
  });
});
