import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { actionOf, scoreOf } from "./score.ts";

const thresholds = { confirm: 0.5, challenge: 0.7, block: 0.85 };
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const signal = fc.record({ name: fc.constant("s"), value: unit, weight: unit });

test("given a score at a threshold, the milder action holds; a billionth above, the stricter one", () => {
  for (const [threshold, below, above] of [
    [0.5, "allow", "confirm"],
    [0.7, "confirm", "challenge"],
    [0.85, "challenge", "block"],
  ] as const) {
    assert.equal(actionOf(threshold - 1e-9, thresholds), below);
    assert.equal(actionOf(threshold, thresholds), below);
    assert.equal(actionOf(threshold + 1e-9, thresholds), above);
  }
});

test("given a single signal whose weight is a threshold, its score is that threshold without rounding noise", () => {
  for (const weight of [0.5, 0.7, 0.85]) assert.equal(scoreOf([{ name: "s", value: 1, weight }]), weight);
});

test("given signals, they are combined as independent chances", () => {
  assert.equal(scoreOf([]), 0);
  const signals = [
    { name: "a", value: 1, weight: 0.5 },
    { name: "b", value: 0.5, weight: 0.8 },
  ];
  assert.equal(scoreOf(signals), 0.7);
});

test("given any signals, the score is from 0 to 1 and never falls when one of them rises", () => {
  fc.assert(
    fc.property(fc.array(signal, { minLength: 1, maxLength: 5 }), fc.nat(), unit, (signals, pick, raise) => {
      const index = pick % signals.length;
      const raised = signals.map((one, at) =>
        at === index ? { ...one, value: one.value + (1 - one.value) * raise } : one,
      );
      const [before, after] = [scoreOf(signals), scoreOf(raised)];
      assert.ok(before >= 0 && after <= 1);
      assert.ok(after >= before);
    }),
  );
});
