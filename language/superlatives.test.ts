import assert from "node:assert/strict";
import { test } from "node:test";
import { extremeOf, readSuperlative } from "./superlatives.ts";

const product = (priceMinor: number, rating: number, attributes: Record<string, string>) => ({
  priceMinor,
  rating,
  attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
});
const light = product(9_900, 4.1, { batteryHours: "8", weight: "180 g" });
const lasting = product(12_900, 4.7, { batteryHours: "38", weight: "260 g" });
const cheap = product(4_900, 3.9, { batteryHours: "20", weight: "210 g" });
const told = [light, lasting, cheap];

const cases: readonly (readonly [string, (typeof told)[number] | null])[] = [
  ["the one with the long battery", lasting],
  ["I'd like the one with the longest battery life please", lasting],
  ["the one that has the shortest battery", light],
  ["the one that lasts longest", lasting],
  ["which one has the longest battery?", lasting],
  ["which of them is lighter", light],
  ["the lighter one", light],
  ["the heaviest of those", lasting],
  ["the cheaper one", cheap],
  ["the cheapest of these", cheap],
  ["the more expensive one", lasting],
  ["the best rated one", lasting],
  ["the one with the better reviews", lasting],
];
for (const [utterance, expected] of cases)
  test(`"${utterance}" is one of those that were told`, () => {
    const wish = readSuperlative(utterance);
    assert.equal(wish === null ? null : extremeOf(wish, told), expected);
  });

for (const utterance of ["the cheapest one", "something cheaper", "the other one", "a longer cable", "the one in blue"])
  test(`"${utterance}" chooses none of them by more or less`, () => assert.equal(readSuperlative(utterance), null));

test("where two have as much, or one does not tell, none is meant", () => {
  const wish = readSuperlative("the one with the long battery");
  assert.ok(wish !== null);
  assert.equal(extremeOf(wish, [light, { ...light }]), null);
  assert.equal(extremeOf(wish, [light, product(1, 1, {})]), null);
  assert.equal(extremeOf(wish, [light]), null);
});
