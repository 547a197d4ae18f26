import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { spokenLine } from "./caller-speech.ts";
import { StreamGaps } from "./stream-gaps.ts";

const line = spokenLine("Show me red lamps.", 1, "speech");

describe("the time without a stream", () => {
  it("costs no word when the caller is silent", () => {
    const gaps = new StreamGaps();
    gaps.closed(1_000, 1_140);
    gaps.said(line);
    assert.deepEqual(gaps.gaps, [{ fromMs: 1_000, toMs: 1_140, spokenMs: 0, words: 0 }]);
  });

  it("costs every word of which a frame is missing, and no other", () => {
    const all = new StreamGaps();
    all.closed(0, 9_000);
    for (let frame = 0; frame <= line.lastVoiced; frame += 1) all.missed(frame);
    all.said(line);
    assert.deepEqual(all.gaps, [{ fromMs: 0, toMs: 9_000, spokenMs: (line.lastVoiced + 1) * 20, words: 4 }]);

    const one = new StreamGaps();
    one.closed(2_000, 2_020);
    one.missed(0);
    one.said(line);
    assert.deepEqual(one.gaps, [{ fromMs: 2_000, toMs: 2_020, spokenMs: 20, words: 1 }]);
  });

  it("is counted gap by gap, and line by line", () => {
    const gaps = new StreamGaps();
    gaps.closed(0, 20);
    gaps.missed(0);
    gaps.said(line);
    gaps.closed(5_000, 5_100);
    gaps.said(line);
    assert.deepEqual(
      gaps.gaps.map(({ words }) => words),
      [1, 0],
    );
  });
});
