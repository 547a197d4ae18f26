import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TurnClock } from "./turn-clock.ts";

describe("measuring a reply", () => {
  it("counts from the caller's last frame to the first sound and to the first word", () => {
    const clock = new TurnClock();
    clock.end(1000);
    clock.hear(1100, false, undefined);
    clock.hear(1180, true, undefined);
    clock.hear(1400, true, 1320);
    clock.hear(1500, true, 1420);
    assert.deepEqual(clock.times(), { firstSoundMs: 180, firstWordMs: 320 });
  });

  it("does not take speech that still runs from before for a reply", () => {
    const clock = new TurnClock();
    clock.hear(980, true, 900);
    clock.end(1000);
    clock.hear(1020, true, 960);
    clock.hear(1040, true, 1010);
    assert.deepEqual(clock.times(), {});
    clock.cut();
    clock.hear(1200, true, 1180);
    assert.deepEqual(clock.times(), { firstSoundMs: 200, firstWordMs: 180 });
  });

  it("takes what sounds after a pause for a reply, without a cut", () => {
    const clock = new TurnClock();
    clock.hear(990, true, undefined);
    clock.end(1000);
    clock.hear(1010, true, undefined);
    clock.hear(1400, true, undefined);
    assert.deepEqual(clock.times(), { firstSoundMs: 400 });
  });

  it("forgets the last turn when the caller speaks again", () => {
    const clock = new TurnClock();
    clock.end(0);
    clock.hear(100, true, 90);
    clock.start();
    assert.deepEqual(clock.times(), {});
  });
});
