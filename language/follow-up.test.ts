import assert from "node:assert/strict";
import { test } from "node:test";
import { readPriceStep, refinedQuery } from "./follow-up.ts";

const refined: readonly (readonly [string, string, string])[] = [
  ["running shoes", "in blue", "running shoes in blue"],
  ["blue running shoes", "in red", "running shoes in red"],
  ["kettle in black", "white", "kettle white"],
  ["rain jacket", "large", "rain jacket large"],
  ["headphones", "wireless", "headphones wireless"],
  ["headphones", "tents", "tents"],
  ["blue headphones", "red tents", "red tents"],
  ["a mug", "", ""],
  ["headphones", "with a longer battery", "headphones with a longer battery"],
  ["a belt", "but not leather", "a belt but not leather"],
  ["a rain jacket", "smaller", "a rain jacket smaller"],
  ["rain jacket", "large size", "rain jacket large size"],
  ["rain jacket", "size chart", "size chart"],
];
for (const [before, wish, expected] of refined)
  test(`"${wish}" after "${before}" is "${expected}"`, () => assert.equal(refinedQuery(before, wish), expected));

const steps: readonly (readonly [string, "cheaper" | "dearer" | null])[] = [
  ["Do you have something cheaper?", "cheaper"],
  ["anything less expensive", "cheaper"],
  ["Is there one that costs less?", "cheaper"],
  ["not quite so pricey", "cheaper"],
  ["show me a pricier one", "dearer"],
  ["something more upscale", "dearer"],
  ["the cheapest", null],
  ["under fifty dollars", null],
];
for (const [utterance, expected] of steps)
  test(`"${utterance}" asks for ${expected ?? "neither"}`, () => assert.equal(readPriceStep(utterance), expected));
