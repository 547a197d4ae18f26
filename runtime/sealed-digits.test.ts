import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstSealed, openDigits, sealDigits, sealedCount, sealedPattern } from "./sealed-digits.ts";

const key = "a key of the tests, of 32 and more characters";
const callSid = "CA1";
const someDigits = fc.stringMatching(/^[0-9]{1,12}$/);

test("given the key and the call, then what was sealed opens again, whole or one digit behind the other", () => {
  fc.assert(
    fc.property(someDigits, fc.string(), (digits, place) => {
      const sealed = sealDigits(key, callSid, place, digits);
      assert.match(sealed, sealedPattern);
      assert.equal(sealedCount(sealed), digits.length);
      assert.equal(openDigits(key, callSid, sealed), digits);
      const oneByOne = [...digits].map((digit, index) => sealDigits(key, callSid, `${place}/${index}`, digit)).join("");
      assert.equal(openDigits(key, callSid, oneByOne), digits);
      assert.equal(openDigits(key, callSid, firstSealed(sealed, 3)), digits.slice(0, 3));
    }),
    { numRuns: 20 },
  );
});

test("given another key, another call or a changed character, then nothing opens", () => {
  const sealed = sealDigits(key, callSid, "key/0", "4071");
  assert.equal(openDigits(`${key}!`, callSid, sealed), null);
  assert.equal(openDigits(key, "CA2", sealed), null);
  for (const at of [0, 10, sealed.length - 1]) {
    const changed = sealed.slice(0, at) + (sealed[at] === "0" ? "1" : "0") + sealed.slice(at + 1);
    assert.equal(openDigits(key, callSid, changed), null);
  }
  for (const malformed of ["", "4071", sealed.slice(1), `${sealed}4`])
    assert.equal(openDigits(key, callSid, malformed), null);
});

test("given the same digit twice, in one entry, in two and on two calls, then nobody sees that it is the same", () => {
  const all = [
    sealDigits(key, callSid, "key/0", "11"),
    sealDigits(key, callSid, "key/1", "11"),
    sealDigits(key, "CA2", "key/0", "11"),
  ].flatMap((sealed) => sealed.match(/.{24}/g) ?? []);
  const parts = all.flatMap((one) => [one.slice(0, 8), one.slice(8)]);
  assert.equal(all.length, 6);
  assert.equal(new Set(parts).size, parts.length);
});

test("given the same digits at the same place again, then they are sealed the same: a redelivered input gives the same record", () => {
  assert.equal(sealDigits(key, callSid, "key/0", "4071"), sealDigits(key, callSid, "key/0", "4071"));
});
