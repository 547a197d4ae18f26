import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PeerLoad, PeerRest } from "./measured-peer.ts";
import { callCostTable, cpuCompared, figuresOf, processTable, replyTable } from "./peer-tables.ts";

const megabyte = 1_048_576;
const turn = (firstByteMs: number | null) => ({ text: "Hello?", firstByteMs, firstSoundMs: null, firstWordMs: null });

/** Two calls of half a minute each, which took 3 s of CPU in two processes. */
const load: PeerLoad = {
  calls: 2,
  elapsedMs: 30_000,
  othersShare: 0.25,
  measured: {
    calls: [
      [turn(210), turn(220)],
      [turn(300), turn(null)],
    ].map((turns, index) => ({
      callSid: `CA${index}`,
      turns,
      silences: [],
      gaps: [],
      durationMs: 30_000,
      failure: null,
    })),
    own: { frameLateness: { count: 9, p50: 1, p95: 2, p99: 3, max: 4 }, eventLoopP99Ms: 1 },
    cpuSeconds: 1,
    residentBytes: 100 * megabyte,
    generators: 1,
  },
  own: new Map([
    ["first", { cpuSeconds: 2, residentBytes: 120 * megabyte }],
    ["second", { cpuSeconds: 1, residentBytes: 104 * megabyte }],
  ]),
  vendors: new Map([["a vendor (simulator)", { cpuSeconds: 5, residentBytes: 50 * megabyte }]]),
};
const rest: PeerRest = {
  idlePercent: new Map([
    ["first", 2],
    ["second", 1],
  ]),
  residentBytes: 200 * megabyte,
};

describe("the CPU of two peers", () => {
  it("is compared load by load, where both had the load", () => {
    const ours = { name: "ours", silenceWaitMs: 200, rest, loads: [load, { ...load, calls: 50 }] };
    const half = new Map([["pipecat 1", { cpuSeconds: 1.5, residentBytes: 1 }]]);
    const atRest = { idlePercent: new Map([["pipecat 1", 1]]), residentBytes: 1 };
    const pipecat = { name: "pipecat", silenceWaitMs: 200, rest: atRest, loads: [{ ...load, own: half }] };
    assert.deepEqual(cpuCompared([pipecat, ours]), [
      "With 2 calls, ours takes 2.00 times Pipecat's CPU for each call-minute; beyond idle, 1.75 times as much.",
    ]);
    assert.deepEqual(cpuCompared([ours]), []);
  });
});

describe("the figures of a peer under a load", () => {
  it("take the silence waited for out of the time, and idle time out of the CPU", () => {
    assert.deepEqual(figuresOf(load, { rest, silenceWaitMs: 190 }), {
      turns: 3,
      p50Ms: 220,
      p95Ms: 300,
      p50BeyondMs: 30,
      p95BeyondMs: 110,
      cpuPerMinute: 3,
      // 3 % of a core for half a minute are 0.9 s.
      cpuPerMinuteBeyondIdle: 2.1,
      bytesPerCall: 12 * megabyte,
    });
  });

  it("are not known where the system does not say what processes use", () => {
    const unknown = { ...load, own: new Map([["first", { cpuSeconds: null, residentBytes: null }]]) };
    const { cpuPerMinute, cpuPerMinuteBeyondIdle, bytesPerCall, p50Ms } = figuresOf(unknown, {
      rest,
      silenceWaitMs: 190,
    });
    assert.deepEqual([cpuPerMinute, cpuPerMinuteBeyondIdle, bytesPerCall, p50Ms], [null, null, null, 220]);
  });

  it("stand side by side, vendors apart from what the peer itself takes", () => {
    const peers = [{ name: "ours", silenceWaitMs: 190, rest, loads: [load] }];
    assert.deepEqual(replyTable(peers).rows, [{ labels: ["ours", 2], cells: [3, 220, 300, 190, 30, 110, 3, 25] }]);
    assert.deepEqual(callCostTable(peers).rows, [{ labels: ["ours", 2], cells: [3, 3, 2.1, 200, 12] }]);
    assert.deepEqual(processTable(peers).rows, [
      { labels: ["ours", "first"], cells: [2, 2, 1.4, 120] },
      { labels: ["ours", "second"], cells: [1, 1, 0.7, 104] },
      { labels: ["ours", "a vendor (simulator)"], cells: [null, 5, null, 50] },
    ]);
  });
});
