import assert from "node:assert/strict";
import { test } from "node:test";
import { asksToReorder } from "./reorder.ts";

const wishes = [
  "the same as last time",
  "The same as last time, please.",
  "I'd like the same order as before",
  "same again",
  "the same thing again please",
  "order my usual again",
  "just the usual, please",
  "my usual",
  "I want to reorder",
  "can you re-order what I had last time",
  "repeat my last order",
  "I'd like to order what I bought last time",
  "what I had last time again",
  "order my last order once more",
  "like last time please",
  "order it again",
  "I'd like to buy that again",
  "send me the same stuff like last time",
];
const others = [
  "say the same again",
  "the same one in blue",
  "where is my last order",
  "cancel my last order",
  "I'd like to return what I bought last time",
  "do you have the same colour",
  "is that the usual price",
  "the first one",
  "order it",
  "a usual suspects poster",
  "repeat that again",
  "it was late like last time",
  "I want to order a kettle",
];

for (const utterance of wishes)
  test(`"${utterance}" asks for the same once more`, () => assert.equal(asksToReorder(utterance), true));
for (const utterance of others)
  test(`"${utterance}" does not ask for the same once more`, () => assert.equal(asksToReorder(utterance), false));
