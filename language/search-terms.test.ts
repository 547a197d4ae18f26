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
  ["a bag that isn't black", ["*bag", "black excluded"]],
  ["in ear wireless headphones", ["in ear", "wireless", "*headphones"]],
  ["a small speaker on the go", ["small", "*speaker", "on the go"]],
  ["something nice", []],
  ["something to cut my grass", ["*cut my grass"]],
  ["to cut the grass", ["*cut the grass"]],
  ["something warm for my feet", ["*warm for my feet"]],
];

describe("what a search asks for", () => {
  for (const [query, expected] of cases)
    it(`of "${query}" is ${JSON.stringify(expected)}`, () => assert.deepEqual(told(query), expected));

  it("takes what somebody wants to do for the things that are there for it, whoever's grass it is", () => {
    const things = (query: string) => readSearchTerms(query).terms.map(({ alternatives }) => alternatives);
    assert.deepEqual(things("to cut my grass"), things("to cut the grass"));
    assert.ok(things("to cut our grass")[0]?.some(({ phrase }) => phrase === "lawn mower"));
  });

  it("knows words of a larder and of a band", () => {
    const others = (query: string) => readSearchTerms(query).terms.flatMap(({ alternatives }) => alternatives);
    assert.ok(others("pasta").some(({ phrase, isNarrower }) => phrase === "rigatoni" && isNarrower));
    assert.ok(others("rigatoni").every(({ phrase }) => phrase !== "pasta"));
    assert.ok(others("a plectrum").some(({ phrase, isNarrower }) => phrase === "guitar pick" && !isNarrower));
  });

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
