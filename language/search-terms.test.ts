import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readSearchTerms } from "./search-terms.ts";

/** Terms as text: `*` before the kind, and what is not simply wanted behind it. */
const told = (query: string): readonly string[] =>
  readSearchTerms(query).terms.map(
    ({ said, isKind, demand }) => `${isKind ? "*" : ""}${said}${demand === "wanted" ? "" : ` ${demand}`}`,
  );

const cases: readonly (readonly [string, readonly string[]])[] = [
  ["white shoes for running", ["white", "*shoes", "running"]],
  ["a woven basket for picking apples", ["woven", "*basket", "picking", "apples"]],
  ["poster of the sea", ["*poster", "sea"]],
  ["a mouse, wireless", ["*mouse", "wireless"]],
  ["laptop bag or satchel", ["*laptop bag", "*satchel"]],
  ["men's watch", ["men", "*watch"]],
  ["a lamp that runs on l e d", ["*lamp", "led"]],
  ["shoes in size ten", ["*shoes", "size 10"]],
  ["a jacket in blue only", ["*jacket", "blue required"]],
  ["only black bags", ["black required", "*bags required"]],
  ["a jacket that must be waterproof", ["*jacket", "waterproof required"]],
  ["a jacket ideally red", ["*jacket", "red preferred"]],
  ["a bag not leather", ["*bag", "leather excluded"]],
  ["earrings without pearls", ["*earrings", "pearls excluded"]],
  ["a bag that is not too heavy", ["*bag", "heavy"]],
  ["something nice", []],
];

describe("what a search asks for", () => {
  for (const [query, expected] of cases)
    it(`of "${query}" is ${JSON.stringify(expected)}`, () => assert.deepEqual(told(query), expected));

  it("knows sizes with a unit apart from the terms", () => {
    const { terms, measures } = readSearchTerms("a tablet with at least two hundred gigs");
    assert.deepEqual(
      terms.map(({ said }) => said),
      ["tablet"],
    );
    assert.deepEqual(
      measures.map(({ dimension, value, bound }) => [dimension, value, bound]),
      [["storage", 200, "atLeast"]],
    );
  });

  it("takes any text without throwing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (query) => {
        for (const { said } of readSearchTerms(query).terms) assert.ok(said.length > 0);
      }),
    );
  });
});
