/** Sentences as callers say them, and everything that must be read from each; beside the cases of the single grammars. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { isExact, readConstraints, type SpokenConstraints } from "./spoken-constraints.ts";

type Sentence = { readonly text: string; readonly expected: SpokenConstraints };
const sentences = readFileSync(new URL("./constraint-sentences.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Sentence);

describe("what a sentence says of price, rating, stock, count and order", () => {
  it("is read whole from every sentence of the list", () => {
    assert.ok(sentences.length >= 350);
    const misses = sentences
      .map(({ text, expected }) => ({ text, expected, read: readConstraints(text) }))
      .filter(({ read, expected }) => !isExact(read, expected));
    assert.deepEqual(misses, []);
  });

  it("is the same in other letters and with a full stop", () => {
    for (const { text, expected } of sentences) {
      const spoken = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
      assert.ok(isExact(readConstraints(spoken), expected), spoken);
    }
  });
});

describe("a reading that is compared with what is expected", () => {
  it("may answer a target with a range that holds it, and nothing else", () => {
    assert.equal(isExact({ price_min: 32, price_max: 42 }, { price_target: 40 }), true);
    assert.equal(isExact({ price_max: 42 }, { price_target: 40 }), true);
    assert.equal(isExact({ price_max: 39 }, { price_target: 40 }), false);
    assert.equal(isExact({ price_target: 41 }, { price_target: 40 }), false);
    assert.equal(isExact({}, { price_target: 40 }), false);
    assert.equal(isExact({ price_target: 40 }, { price_max: 40 }), false);
    assert.equal(isExact({ price_max: 40, quantity: 2 }, { price_max: 40 }), false);
    assert.equal(isExact({ price_min: 30, price_max: 50, quantity: 2 }, { price_target: 40, quantity: 2 }), true);
  });
});
