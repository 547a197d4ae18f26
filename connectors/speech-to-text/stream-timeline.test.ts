import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StreamTimeline } from "./stream-timeline.ts";

const bytes = (ms: number): number => ms * 8;

describe("a vendor stream's timeline", () => {
  it("begins where the caller's audio was taken up", () => {
    const timeline = new StreamTimeline(5000);
    timeline.addAudio(bytes(300));
    assert.equal(timeline.callerPositionMs(0), 5000);
    assert.equal(timeline.callerPositionMs(120), 5120);
  });

  it("leaves out the silence that was put in", () => {
    const timeline = new StreamTimeline(0);
    timeline.addAudio(bytes(300));
    timeline.addFiller(bytes(100));
    timeline.addFiller(bytes(100));
    timeline.addAudio(bytes(300));
    timeline.addFiller(bytes(100));
    assert.equal(timeline.vendorMs, 900);
    assert.equal(timeline.callerPositionMs(300), 300);
    assert.equal(timeline.callerPositionMs(400), 300);
    assert.equal(timeline.callerPositionMs(500), 300);
    assert.equal(timeline.callerPositionMs(620), 420);
    assert.equal(timeline.callerPositionMs(900), 600);
  });

  it("believes no position beyond what was sent", () => {
    const timeline = new StreamTimeline(100);
    timeline.addAudio(bytes(200));
    assert.equal(timeline.callerPositionMs(9000), 300);
  });
});
