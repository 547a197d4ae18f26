import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joined } from "./facts.ts";
import type { Facts } from "./port.ts";

// Equal eventIds carry equal facts: here the fact is the id.
const facts = fc
  .array(fc.tuple(fc.constantFrom("turns", "costs"), fc.nat({ max: 12 })), { maxLength: 12 })
  .map((members): Facts => {
    const sets: Record<string, Record<string, unknown>> = {};
    for (const [set, id] of members) sets[set] = { ...sets[set], [`event-${id}`]: id };
    return sets;
  });

test("given any facts, joining them is commutative, associative and idempotent", () => {
  fc.assert(
    fc.property(facts, facts, facts, (a, b, c) => {
      assert.deepEqual(joined(a, b), joined(b, a));
      assert.deepEqual(joined(joined(a, b), c), joined(a, joined(b, c)));
      assert.deepEqual(joined(joined(a, b), b), joined(a, b));
    }),
  );
});

test("given more facts than are kept, the same ones are kept in any order", () => {
  const many = (from: number): Facts => ({
    risks: Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`event-${index + from}`, index])),
  });
  const whole = joined(many(1_000), many(2_000));
  assert.equal(Object.keys(whole.risks ?? {}).length, 1_000);
  assert.deepEqual(joined(many(2_000), many(1_000)), whole);
});
