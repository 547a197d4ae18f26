import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { heardSilences, longestDuring } from "./heard-silence.ts";

const call = (callSid: string, ...silences: readonly (readonly [fromMs: number, toMs: number])[]) => ({
  callSid,
  silences: silences.map(([fromMs, toMs]) => ({ fromMs, toMs })),
});

describe("silence heard during an interruption", () => {
  it("is the longest that overlaps it, as a whole", () => {
    const heard = call("CA1", [0, 900], [1_900, 2_600], [5_000, 5_300], [20_000, 29_000]);
    assert.equal(longestDuring(heard, { atMs: 2_000, overAtMs: 10_000 }), 700);
    assert.equal(longestDuring(heard, { atMs: 900, overAtMs: 1_900 }), 0, "what only touches it is not of it");
    assert.equal(longestDuring(heard, { atMs: 0, overAtMs: 20_001 }), 9_000);
  });

  it("is told apart by who needed what was taken away; calls that were not there do not count", () => {
    const calls = [call("CA1", [10, 2_000]), call("CA2", [10, 400]), call("CA3", [10, 5_000])];
    const interruption = {
      what: "act SIGKILL",
      atMs: 0,
      overAtMs: 100,
      speaking: "CA1",
      affected: new Set(["CA1"]),
      others: new Set(["CA2"]),
    };
    assert.deepEqual(heardSilences(calls, [interruption]), { speaking: [1_990], affected: [1_990], others: [390] });
    const none = { ...interruption, affected: new Set<string>(), others: new Set(["CA1", "CA2"]) };
    assert.deepEqual(heardSilences(calls, [interruption, none]), {
      speaking: [1_990, 1_990],
      affected: [1_990],
      others: [390, 1_990, 390],
    });
  });
});
