import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OffsetTracker } from "./offset-tracker.ts";

test("only what is contiguously finished may be committed", () => {
  const tracker = new OffsetTracker();
  for (const offset of [10n, 11n, 12n]) assert.equal(tracker.start(offset), true);
  tracker.finish(11n);
  assert.equal(tracker.pending(), null);
  tracker.finish(10n);
  assert.equal(tracker.pending(), 12n);
  tracker.markCommitted(12n);
  assert.equal(tracker.pending(), null);
  tracker.finish(12n);
  assert.equal(tracker.pending(), 13n);
});

test("gaps in offsets (compaction, transaction markers) do not hold the commit back", () => {
  const tracker = new OffsetTracker();
  tracker.start(5n);
  tracker.start(9n);
  tracker.finish(5n);
  tracker.finish(9n);
  assert.equal(tracker.pending(), 10n);
});

test("a record that was taken before is passed over", () => {
  const tracker = new OffsetTracker();
  tracker.start(1n);
  assert.equal(tracker.start(1n), false);
  tracker.finish(1n);
  assert.equal(tracker.start(1n), false);
  assert.equal(tracker.start(2n), true);
});

test("in any order of finishing, nothing unfinished is ever below the commit, and in the end all is committed", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }).chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n })),
      (order) => {
        const tracker = new OffsetTracker();
        for (let i = 0; i < order.length; i += 1) tracker.start(BigInt(i));
        const finished = new Set<number>();
        for (const offset of order) {
          tracker.finish(BigInt(offset));
          finished.add(offset);
          const next = Number(tracker.pending() ?? 0n);
          for (let below = 0; below < next; below += 1) assert.ok(finished.has(below));
        }
        assert.equal(tracker.pending(), BigInt(order.length));
        assert.equal(tracker.openCount, 0);
      },
    ),
  );
});
