import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLatencyProfile, latencyAtMs, parseProfileName } from "./latency-profile.ts";

describe("a latency profile", () => {
  it("draws the percentiles it is fitted to", () => {
    const profile = createLatencyProfile("measured-2026", 3);
    const draws = Array.from({ length: 20_000 }, () => profile.drawMs("speech-final")).sort((a, b) => a - b);
    const at = (share: number): number => draws[Math.floor(draws.length * share)] ?? 0;
    for (const [share, expected] of [
      [0.5, 878],
      [0.95, 1155],
      [0.99, 1570],
    ] as const)
      assert.ok(Math.abs(at(share) / expected - 1) < 0.04, `P${share * 100} is ${at(share)}, not ${expected}`);
  });

  it("is continuous, rises, and is bounded", () => {
    const percentiles = { p50Ms: 28, p95Ms: 45, p99Ms: 65 };
    let before = latencyAtMs(percentiles, -5);
    for (let z = -5; z <= 5; z += 0.01) {
      const ms = latencyAtMs(percentiles, z);
      assert.ok(ms >= before && ms - before < 2 && ms < 250);
      before = ms;
    }
  });

  it("is repeatable, and answers at once where it says so", () => {
    const draw = (seed: number): number => createLatencyProfile("article", seed).drawMs("payment");
    assert.equal(draw(5), draw(5));
    assert.equal(createLatencyProfile("none", 5).drawMs("language-model"), 0);
    assert.throws(() => parseProfileName("fast"), RangeError);
  });
});
