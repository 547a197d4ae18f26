import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { quantilesOf } from "../quantiles.ts";
import { gapsDuring, lossesOf } from "./losses.ts";

const turn = (text: string) => ({ text, firstByteMs: 1, firstSoundMs: 1, firstWordMs: 1 });
const call = (callSid: string, words: number) => ({
  callSid,
  turns: [turn("Show me red lamps.")],
  silences: [],
  gaps: [{ fromMs: 1_000, toMs: 1_200, spokenMs: 100, words }],
  durationMs: 5_000,
  failure: null,
});
const ended = { confidence: 1, startsAtMs: 0, endsAtMs: 900, lastByteAt: 0, endpointWaitMs: 0, vendorWaitMs: 0 };
const heard = (callSid: string, text: string) => [
  stamped("TurnEnded", { callSid, text, ...ended, decidedBy: "complete" }),
];

describe("the loss of words", () => {
  it("is told apart by cause, call by call", () => {
    const own = { frameLateness: quantilesOf([]), eventLoopP99Ms: 0 };
    const calls = [call("CA1", 1), call("CA2", 3), call("CA3", 0)];
    const measured = { calls, own, cpuSeconds: 0, residentBytes: 0, generators: 1 };
    const records = new Map([
      ["CA1", heard("CA1", "show lamps")],
      ["CA2", heard("CA2", "show me red lamps")],
      ["CA3", heard("CA3", "show me")],
    ]);
    assert.deepEqual(lossesOf({ measured, records }), {
      lostWords: 4,
      unheardWords: 1,
    });
  });

  it("belongs to the interruption during which the stream was away", () => {
    const calls = [call("CA1", 1)];
    assert.equal(gapsDuring(calls, [{ atMs: 990, overAtMs: 3_000 }]).length, 1);
    assert.equal(gapsDuring(calls, [{ atMs: 1_100, overAtMs: 3_000 }]).length, 1, "it was away already");
    assert.equal(gapsDuring(calls, [{ atMs: 1_300, overAtMs: 3_000 }]).length, 0);
  });
});
