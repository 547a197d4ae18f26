import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { keyedHash } from "./keyed-hash.ts";

// RFC 4231, section 4.3 (test case 2).
test("given the key and text of RFC 4231, the hash is the RFC's", () => {
  assert.equal(
    keyedHash("Jefe", "what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("given any key and text, the hash is that of the platform", () => {
  const texts = fc.string({ unit: "binary", maxLength: 200 });
  fc.assert(
    fc.property(texts, texts, (key, text) => {
      assert.equal(keyedHash(key, text), createHmac("sha256", key).update(text).digest("hex"));
    }),
  );
});

test("given a length, only so many digits are given", () => {
  assert.equal(keyedHash("Jefe", "what do ya want for nothing?", 8), "5bdcc146");
});
