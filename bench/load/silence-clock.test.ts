import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SilenceClock } from "./silence-clock.ts";

describe("the silence that a caller hears", () => {
  it("lies between the caller's words and the reply, and between parts of it", () => {
    const clock = new SilenceClock();
    clock.awaits(1_000);
    for (const atMs of [1_300, 1_320, 1_400, 2_900, 2_920]) clock.sounded(atMs);
    clock.goesOn(9_000, true);
    assert.deepEqual(clock.silences, [
      { fromMs: 1_000, toMs: 1_300 },
      { fromMs: 1_400, toMs: 2_900 },
    ]);
  });

  it("is not what follows a reply that was heard to its end, and not what passes while the caller speaks", () => {
    const clock = new SilenceClock();
    clock.awaits(0);
    clock.sounded(50);
    clock.goesOn(5_000, true);
    clock.sounded(9_000);
    clock.awaits(10_000);
    clock.sounded(10_020);
    assert.deepEqual(clock.silences, []);
  });

  it("goes on to the moment at which the caller gives a reply up", () => {
    const none = new SilenceClock();
    none.awaits(0);
    none.goesOn(20_000, null);
    assert.deepEqual(none.silences, [{ fromMs: 0, toMs: 20_000 }]);

    const broken = new SilenceClock();
    broken.awaits(0);
    broken.sounded(50);
    broken.goesOn(8_050, false);
    assert.deepEqual(broken.silences, [{ fromMs: 50, toMs: 8_050 }]);
  });

  it("ends with a reply whose end cannot be told", () => {
    const clock = new SilenceClock();
    clock.awaits(0);
    clock.sounded(50);
    clock.goesOn(1_300, null);
    assert.deepEqual(clock.silences, []);
  });
});
