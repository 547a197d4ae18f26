import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readSearchTerms } from "../../language/search-terms.ts";
import { distanceBetween, withNearWords } from "./near-words.ts";

const known = new Set("ukulel saxophon kettl lamp guitar velvet lamb scarf".split(" "));
const near = (query: string) =>
  withNearWords(readSearchTerms(query), known).terms.map(({ alternatives }) =>
    alternatives.map(({ stems }) => stems).find((stems) => known.has(stems)),
  );

const cases: readonly (readonly [string, string | undefined])[] = [
  ["ukelele", "ukulel"],
  ["gutiar", "guitar"],
  ["velvit", "velvet"],
  ["kettle", undefined],
  ["lamo", undefined],
  ["trombone", undefined],
];
for (const [said, expected] of cases)
  test(`"${said}" is ${expected === undefined ? "taken for no other word" : `taken for "${expected}"`}`, () =>
    assert.deepEqual(near(said), [expected]));

test("what is excluded is taken as it was said", () => {
  assert.ok(!near("a lamp without velvit").includes("velvet"));
});

test("the distance is the same both ways, 0 for the same word alone, and never more than one above the limit", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, most) => {
      const distance = distanceBetween(a, b, most);
      assert.equal(distance, distanceBetween(b, a, most));
      assert.equal(distance === 0, a === b);
      assert.ok(distance <= most + 1);
    }),
  );
});
