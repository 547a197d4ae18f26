import assert from "node:assert/strict";
import { it } from "node:test";
import { nearestRank, percentiles } from "./percentiles.ts";

it("percentiles are values of the list, by the nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(percentiles(hundred), { p50: 50, p95: 95, p99: 99 });
  assert.deepEqual(percentiles([7.04]), { p50: 7, p95: 7, p99: 7 });
  assert.deepEqual(percentiles([]), { p50: null, p95: null, p99: null });
});

it("the nearest rank is the smallest value that the share of the values does not exceed", () => {
  const five = [15, 20, 35, 40, 50];
  assert.deepEqual(
    [0.05, 0.3, 0.4, 0.5, 1].map((share) => nearestRank(five, share)),
    [15, 20, 20, 35, 50],
  );
  assert.equal(nearestRank([], 0.5), null);
});
