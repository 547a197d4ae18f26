import assert from "node:assert/strict";
import { test } from "node:test";
import { readClaim } from "./local-claim.ts";
import { decideByGrammar } from "./local-decision.ts";

test("a name with a postal code says who is calling", () => {
  const entities = { personName: "Maria Lopez", postalCode: "94107" };
  assert.deepEqual(decideByGrammar("It's Maria Lopez, nine four one oh seven."), {
    intent: "identify",
    confidence: 0.95,
    entities,
  });
  assert.deepEqual(decideByGrammar("yes, my name is Maria Lopez and my zip is 94107")?.entities, entities);
});

for (const said of [
  "I'm calling from my wife's phone",
  "I am calling you from another number",
  "this isn't my own phone",
  "can you look me up by my name",
  "I'm on the line from somebody else's phone, calling from a friend's mobile",
])
  test(`the telephone is not theirs: ${said}`, () => assert.deepEqual(readClaim(said), {}));

for (const said of [
  "nine four one oh seven",
  "four zero seven one",
  "I want another phone",
  "do you have a phone case",
  "my name is Maria",
  "call me on my phone",
])
  test(`says nothing of who calls: ${said}`, () => assert.equal(readClaim(said), null));

test("digits alone stay a PIN", () => assert.equal(decideByGrammar("nine four one oh seven")?.intent, "provideDigits"));
