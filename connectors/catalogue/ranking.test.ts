import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Candidate, choose, scoreOf, type Wish } from "./ranking.ts";

const wish: Wish = {
  priceMinMinor: null,
  priceMaxMinor: null,
  minRating: 0,
  sort: "relevance",
  limit: 5,
  hasLooser: false,
  model: "bge-small-en-v1.5-q",
};

function candidate(productId: string, fields: Partial<Candidate> = {}): Candidate {
  return {
    productId,
    similarity: 0.7,
    coverage: 0,
    kind: 0,
    isAllowed: true,
    isNamed: false,
    priceMinor: 1_000,
    rating: 4,
    reviewCount: 10,
    position: 1,
    ...fields,
  };
}

const ids = (found: readonly Candidate[], wished: Partial<Wish> = {}) =>
  choose(found, { ...wish, ...wished })
    .map(({ productId, isMatch }) => (isMatch ? productId : `(${productId})`))
    .join(" ");

test("of a model that was not measured, a product that has nothing of what was named is no match, however alike", () => {
  const told = (coverage: number) =>
    choose([candidate("lamp", { similarity: 0.95, coverage })], { ...wish, model: "another" });
  assert.deepEqual(told(0), [{ productId: "lamp", isMatch: false }]);
  assert.deepEqual(told(0.2), [{ productId: "lamp", isMatch: true }]);
});

test("meaning and words are fused: what is good in both comes first", () => {
  const found = [
    candidate("meaning", { similarity: 0.74 }),
    candidate("both", { similarity: 0.73, coverage: 1, kind: 1 }),
    candidate("words", { similarity: 0.66, coverage: 0.8, kind: 1 }),
  ];
  assert.equal(ids(found), "both words");
});

test("a product whose name was said comes before its like", () => {
  const found = [candidate("max", { similarity: 0.72 }), candidate("said", { similarity: 0.71, isNamed: true })];
  assert.equal(ids(found), "said max");
});

test("what is far from the question is no answer, however well it keeps to the price", () => {
  const found = [
    candidate("kettle", { similarity: 0.74, coverage: 1, kind: 1, priceMinor: 4_900 }),
    candidate("dear kettle", { similarity: 0.73, coverage: 1, kind: 1, priceMinor: 6_800 }),
    candidate("mug", { similarity: 0.62, priceMinor: 900 }),
  ];
  assert.equal(ids(found, { priceMaxMinor: 3_000 }), "(kettle) (dear kettle)");
  assert.equal(ids(found, { priceMinMinor: 5_000, priceMaxMinor: 7_000 }), "dear kettle");
});

test("bounds are included", () => {
  const found = [candidate("a", { priceMinor: 3_000 })];
  assert.equal(ids(found, { priceMinMinor: 3_000, priceMaxMinor: 3_000 }), "a");
  assert.equal(ids(found, { priceMinMinor: 3_001 }), "(a)");
});

test("when nothing is like the question, nothing matches", () => {
  assert.equal(ids([candidate("radio", { similarity: 0.557 })]), "(radio)");
});

test("what breaks what the caller insists on is never a match", () => {
  const found = [candidate("red", { isAllowed: false, similarity: 0.8 }), candidate("blue")];
  assert.equal(ids(found), "blue");
  assert.equal(ids([candidate("red", { isAllowed: false })]), "(red)");
});

test("a rating that is demanded is a condition", () => {
  const found = [candidate("good", { rating: 4.5 }), candidate("better", { rating: 4.5, similarity: 0.72 })];
  assert.equal(
    ids([...found, candidate("worse", { rating: 4.4, similarity: 0.75 })], { minRating: 4.5 }),
    "better good",
  );
});

test("looser products follow the matches, keep to the price, and are never called matches", () => {
  const found = [
    candidate("kettle", { similarity: 0.78, coverage: 1, kind: 1, priceMinor: 2_900 }),
    candidate("dear kettle", { similarity: 0.79, coverage: 1, kind: 1, priceMinor: 9_900 }),
    candidate("mug", { similarity: 0.62, priceMinor: 900 }),
    candidate("pan", { similarity: 0.63, priceMinor: 1_900 }),
    candidate("electric", { similarity: 0.75, isAllowed: false }),
  ];
  assert.equal(ids(found, { hasLooser: true, priceMaxMinor: 3_000 }), "kettle (pan) (mug) (electric)");
  assert.equal(ids(found, { hasLooser: true, priceMaxMinor: 500 }), "");
});

test("another order than relevance sorts what was asked for", () => {
  const found = [
    candidate("a", { similarity: 0.71, priceMinor: 3, rating: 5, reviewCount: 2, position: 1 }),
    candidate("b", { similarity: 0.72, priceMinor: 1, rating: 3, reviewCount: 90, position: 2 }),
    candidate("c", { similarity: 0.73, priceMinor: 2, rating: 5, reviewCount: 40, position: 3 }),
    candidate("cable", { similarity: 0.62, priceMinor: 0, rating: 5, reviewCount: 99, position: 9 }),
  ];
  assert.equal(ids(found, { sort: "priceAscending" }), "b c a");
  assert.equal(ids(found, { sort: "priceDescending" }), "a c b");
  assert.equal(ids(found, { sort: "ratingDescending" }), "c a b");
  assert.equal(ids(found, { sort: "popularity" }), "b c a");
  assert.equal(ids(found, { sort: "newest" }), "c b a");
});

const candidates = fc.uniqueArray(
  fc.record({
    productId: fc.string({ minLength: 1, maxLength: 3 }),
    similarity: fc.double({ min: 0, max: 1, noNaN: true }),
    coverage: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom(0, 0.5, 1),
    isAllowed: fc.boolean(),
    isNamed: fc.boolean(),
    priceMinor: fc.integer({ min: 1, max: 50 }),
    rating: fc.integer({ min: 0, max: 5 }),
    reviewCount: fc.nat(9),
    position: fc.nat(9),
  }),
  { selector: ({ productId }) => productId, maxLength: 20 },
);
const wishes = fc.record({
  priceMinMinor: fc.option(fc.integer({ min: 1, max: 50 })),
  priceMaxMinor: fc.option(fc.integer({ min: 1, max: 50 })),
  minRating: fc.constantFrom(0, 3, 4.5),
  sort: fc.constantFrom("relevance", "priceAscending", "popularity"),
  limit: fc.integer({ min: 1, max: 12 }),
  hasLooser: fc.boolean(),
  model: fc.constant("bge-small-en-v1.5-q"),
});

test("no match ever breaks a condition, nothing is told twice, and the order of the candidates changes nothing", () => {
  fc.assert(
    fc.property(candidates, wishes, (found, wished) => {
      const chosen = choose(found, wished as Wish);
      const byId = new Map(found.map((one) => [one.productId, one]));
      assert.ok(chosen.length <= wished.limit);
      assert.equal(new Set(chosen.map(({ productId }) => productId)).size, chosen.length);
      for (const { productId, isMatch } of chosen) {
        const product = byId.get(productId);
        const keeps =
          product !== undefined &&
          product.priceMinor >= (wished.priceMinMinor ?? 0) &&
          product.priceMinor <= (wished.priceMaxMinor ?? 100) &&
          product.rating >= wished.minRating;
        assert.ok(!isMatch || (keeps && product.isAllowed && scoreOf(product) > 0.6));
        assert.ok(!wished.hasLooser || keeps);
      }
      assert.deepEqual(choose([...found].reverse(), wished as Wish), chosen);
    }),
  );
});
