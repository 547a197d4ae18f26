import assert from "node:assert/strict";
import { test } from "node:test";
import { completenessOf } from "./completeness.ts";
import { coversUntilMs, endTurn, hear, silentTurn, textOf } from "./spoken-turn.ts";

const interim = (text: string, coversUntilMs: number) => ({
  text,
  coversUntilMs,
  isFinal: false,
  stability: 0.9,
  confidence: 0,
});
const final = (text: string, coversUntilMs: number) => ({
  text,
  coversUntilMs,
  isFinal: true,
  stability: 1,
  confidence: 0.9,
});

test("a turn is all its segments, closed and open", () => {
  const turn = hear(hear(silentTurn, final("I want a kettle.", 1000)), interim("a red", 1500));
  assert.equal(textOf(turn), "I want a kettle. a red");
  assert.equal(coversUntilMs(turn), 1500);
});

test("words of an open segment that an ended turn used do not come again, neither longer nor final", () => {
  const ended = endTurn(hear(silentTurn, interim("show me kettles.", 900)), 950);
  assert.equal(textOf(hear(ended, interim("show me kettles.", 1000))), "");
  const longer = hear(ended, interim("show me kettles. the second", 2000));
  assert.equal(textOf(longer), "the second");
  assert.equal(textOf(hear(longer, final("show me kettles. the second one.", 2400))), "the second one.");
});

test("after the vendor's final, a new segment starts from nothing", () => {
  const ended = endTurn(hear(silentTurn, interim("yes.", 400)), 450);
  const closed = hear(ended, final("yes.", 600));
  assert.equal(textOf(closed), "");
  assert.equal(textOf(hear(closed, interim("no", 1200))), "no");
});

test("the same audio worded anew after its turn is nothing new; words that the turn did not have are", () => {
  const ended = endTurn(hear(silentTurn, interim("thirty two.", 900)), 950);
  assert.equal(textOf(hear(ended, final("it is 32.", 950))), "");
  const givenUp = endTurn(hear(silentTurn, interim("do you", 400)), 400);
  assert.equal(textOf(hear(givenUp, interim("do you have it", 900))), "have it");
});

const judged: readonly (readonly [string, boolean, string])[] = [
  ["I want a kettle.", true, "complete"],
  ["What is that?", true, "complete"],
  ["I want a kettle.", false, "open"],
  ["Yes", true, "open"],
  ["the second one", false, "open"],
  ["Yes,", true, "dangling"],
  ["I want a", true, "dangling"],
  ["something under", false, "dangling"],
  ["uh", true, "dangling"],
  ["my number is...", true, "dangling"],
  ["", true, "dangling"],
];
for (const [text, isSettled, expected] of judged)
  test(`${isSettled ? "settled" : "unsettled"} "${text}" sounds ${expected}`, () =>
    assert.equal(completenessOf(text, isSettled), expected));
