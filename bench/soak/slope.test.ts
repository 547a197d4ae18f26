import assert from "node:assert/strict";
import { test } from "node:test";
import { leastSquares } from "./slope.ts";

test("points on a line have its slope, without error", () => {
  const { slope, error } = leastSquares([0, 1, 2, 5].map((x) => ({ x, y: 3 + 2 * x })));
  assert.ok(Math.abs((slope ?? 0) - 2) < 1e-12 && (error ?? 1) < 1e-9, `${slope} ± ${error}`);
});

test("points beside the line make it less sure", () => {
  // Worked by hand: means 1.5 and 1.5, Σ(x−x̄)(y−ȳ) = 3, Σ(x−x̄)² = 5, residual sum of squares 3.2, error √(3.2 / 2 / 5).
  const { slope, error } = leastSquares([0, 2, 1, 3].map((y, x) => ({ x, y })));
  assert.deepEqual([slope?.toFixed(6), error?.toFixed(6)], ["0.800000", "0.424264"]);
});

test("too few points, or all at one place, have no slope", () => {
  assert.deepEqual(leastSquares([]), { slope: null, error: null });
  assert.deepEqual(
    leastSquares([
      { x: 0, y: 0 },
      { x: 1, y: 9 },
    ]),
    { slope: null, error: null },
  );
  assert.equal(leastSquares([1, 2, 3].map((y) => ({ x: 7, y }))).slope, null);
});
