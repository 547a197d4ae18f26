import assert from "node:assert/strict";
import { test } from "node:test";
import * as records from "../testing/call-records.ts";
import { featuresAfter, strengthUnderRules } from "../testing/signal-scene.ts";

const DAY = 24 * 3_600_000;
const script = "please tell me the balance of the account that I have with your shop today";
const turns = (...texts: string[]) => texts.map((text, index) => records.turnEnded(text, { occurredAt: index }));
const strength = async (given: ReturnType<typeof turns>) =>
  strengthUnderRules("repetitionAbuse", await featuresAfter(given));

test("given the same turn twice, there is no abuse; the third is", async () => {
  assert.equal(await strength(turns(script, script)), 0);
  assert.equal(await strength(turns(script, script, script)), 3 / 5);
});

test("given turns that differ in case, punctuation or one word of many, they are the same", async () => {
  const almost = script.replace("today", "now");
  assert.equal((await featuresAfter(turns(script, `${script.toUpperCase()}!`, almost))).similarTurnsInCall, 3);
});

test("given turns that differ in more than a tenth of their words, or in order, they are not", async () => {
  const other = script.replace("today", "right now");
  const reversed = script.split(" ").toReversed().join(" ");
  assert.equal((await featuresAfter(turns(script, other, reversed))).similarTurnsInCall, 1);
});

test("given short answers again and again, that is how people talk", async () => {
  assert.equal(await strength(turns("yes please", "yes please", "yes please", "yes please")), 0);
});

test("given calls that open with the same words, the third within a day is abuse", async () => {
  const opening = (call: number, occurredAt: number, text = script) =>
    records.turnEnded(text, { callSid: `CA${call}`, occurredAt });
  const calls = [opening(1, 0), opening(2, 10), records.turnEnded("yes", { callSid: "CA2", occurredAt: 11 })];
  assert.equal((await featuresAfter(calls)).similarCallsInDay, 2);
  assert.equal((await featuresAfter([...calls, opening(3, DAY)])).similarCallsInDay, 3);
  assert.equal((await featuresAfter([...calls, opening(3, DAY + 1)])).similarCallsInDay, 2);
  assert.equal((await featuresAfter([...calls, opening(3, 20, "what time do you open today")])).similarCallsInDay, 1);
});
