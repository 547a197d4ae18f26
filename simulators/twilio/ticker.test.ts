import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTicker } from "./ticker.ts";

function manualTime() {
  let nowMs = 0;
  let pending: { callback: () => void; atMs: number } | undefined;
  return {
    now: () => nowMs,
    schedule: (callback: () => void, delayMs: number) => {
      const mine = { callback, atMs: nowMs + delayMs };
      pending = mine;
      return () => {
        if (pending === mine) pending = undefined;
      };
    },
    /** Runs what is due, `lateMs` after it was. */
    advance(toMs: number, lateMs = 0) {
      while (pending !== undefined && pending.atMs <= toMs) {
        const { callback, atMs } = pending;
        pending = undefined;
        nowMs = Math.max(nowMs, atMs + lateMs);
        callback();
      }
      nowMs = Math.max(nowMs, toMs);
    },
    isIdle: () => pending === undefined,
  };
}

describe("the shared clock", () => {
  it("ticks every 20 ms and sleeps without members", () => {
    const time = manualTime();
    const ticker = createTicker(time.now, time.schedule);
    assert.ok(time.isIdle());
    let ticks = 0;
    const remove = ticker.add(() => {
      ticks += 1;
    });
    time.advance(1000);
    assert.equal(ticks, 51, "at 0 and every 20 ms to 1000");
    remove();
    assert.ok(time.isIdle());
  });

  it("keeps the absolute pace although every tick comes late", () => {
    const time = manualTime();
    const ticker = createTicker(time.now, time.schedule);
    let ticks = 0;
    ticker.add(() => {
      ticks += 1;
    });
    time.advance(10_000, 13);
    assert.ok(ticks >= 500 && ticks <= 501, `${ticks} ticks in 10 s`);
  });

  it("catches up after a stall, and jumps over a suspension", () => {
    const time = manualTime();
    const ticker = createTicker(time.now, time.schedule);
    let ticks = 0;
    ticker.add(() => {
      ticks += 1;
    });
    time.advance(100);
    const before = ticks;
    time.advance(120, 400);
    assert.equal(ticks - before, 21, "the late tick and twenty behind it");
    const beforeSuspension = ticks;
    time.advance(540, 60_000);
    assert.ok(ticks - beforeSuspension < 5, "a minute of sleep is not replayed");
  });

  it("spreads members over the phases of a tick", () => {
    const time = manualTime();
    const ticker = createTicker(time.now, time.schedule);
    const at: number[] = [];
    for (let member = 0; member < 4; member += 1) ticker.add(() => at.push(time.now()));
    time.advance(19);
    assert.deepEqual(at, [0, 5, 10, 15]);
  });
});
