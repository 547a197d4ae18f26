import assert from "node:assert/strict";
import { test } from "node:test";
import { maskCardNumbers, maskUnfinishedCard } from "./card-mask.ts";

const masked: readonly (readonly [string, string])[] = [
  ["my card is 4242 4242 4242 4242 thanks", "my card is #### thanks"],
  ["4242424242424242", "####"],
  ["4242-4242-4242-4242.", "####."],
  ["four two four two four two four two four two four two four two four two", "####"],
  ["it's forty two forty two forty two forty two forty two forty two forty two forty two ok", "it's #### ok"],
  ["double four double four double four double four double four double four double four please", "#### please"],
  ["3782 822463 10005", "####"],
];

for (const [said, expected] of masked)
  test(`masked: ${said}`, () => assert.equal(maskCardNumbers(said).replace(/#{13,19}/g, "####"), expected));

const kept = [
  "order number two one eight three five zero",
  "my pin is four zero seven one",
  "two of the ones under one hundred and fifty dollars",
  "call me at 202 555 0143",
  "one two three",
  "",
];
for (const said of kept) test(`kept: ${said || "(nothing)"}`, () => assert.equal(maskCardNumbers(said), said));

test("while a number is still being said, what may become a card number is masked already; codes and order numbers are not", () => {
  const said = "my card is four two four two four two four two four two four two four two four two".split(" ");
  for (let words = 4; words <= said.length; words += 1) {
    const masked = maskUnfinishedCard(said.slice(0, words).join(" "));
    assert.ok((masked.match(/\b(?:four|two)\b/g) ?? []).length < 7, masked);
  }
  assert.equal(maskUnfinishedCard("my card is 4242 4242 4"), "my card is #########");
  assert.equal(maskUnfinishedCard("it is four two four two four two um"), "it is four two four two four two um");
  assert.equal(maskUnfinishedCard("where is my order 218350"), "where is my order 218350");
  assert.equal(maskUnfinishedCard("1234567 is the number of the order"), "1234567 is the number of the order");
});
