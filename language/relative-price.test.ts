import assert from "node:assert/strict";
import { test } from "node:test";
import { readPriceConstraints } from "./price-constraints.ts";
import { readRelativePrice, relativePriceSpan } from "./relative-price.ts";

const alone: readonly (readonly [string, ReturnType<typeof readRelativePrice>])[] = [
  ["twice that", { factor: 2, bound: "max" }],
  ["I could go up to double that", { factor: 2, bound: "max" }],
  ["do you have one for half that price", { factor: 0.5, bound: "max" }],
  ["at least three times that", { factor: 3, bound: "min" }],
  ["something around half of that", { factor: 0.5, bound: "target" }],
  ["half a dozen of those", null],
  ["a double bed", null],
  ["say that twice", null],
];
for (const [utterance, expected] of alone)
  test(`"${utterance}" ${expected === null ? "tells no price by another" : `is ${expected.factor} times a price`}`, () =>
    assert.deepEqual(readRelativePrice(utterance), expected));

const after: readonly (readonly [string, { readonly [key: string]: number | null }])[] = [
  ["my budget is a hundred, half of that would be better", { priceMaxMinor: 5_000 }],
  ["at least fifty, or twice that", { priceMinMinor: 10_000, priceMaxMinor: null }],
  ["around eighty, or half that", { priceTargetMinor: 4_000 }],
];
for (const [utterance, expected] of after)
  test(`"${utterance}" is counted from the price before`, () => {
    const read: Readonly<Record<string, unknown>> = readPriceConstraints(utterance);
    for (const [key, value] of Object.entries(expected)) assert.equal(read[key], value);
  });

test("the words that lead up to it belong to it", () => {
  const utterance = "a kettle, I could go up to twice that please";
  const span = relativePriceSpan(utterance);
  assert.equal(utterance.slice(span?.start, span?.end), "I could go up to twice that");
});
