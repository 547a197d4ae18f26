import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Candidate, choose, type Wish } from "./ranking.ts";

const wish: Wish = { priceMinMinor: null, priceMaxMinor: null, sort: "relevance", limit: 5 };

function candidate(productId: string, fields: Partial<Candidate> = {}): Candidate {
  return { productId, similarity: 0.7, wordRank: 0, priceMinor: 1_000, rating: 4, position: 1, ...fields };
}

test("meaning and words are fused: what is good in both comes first", () => {
  const found = [
    candidate("meaning", { similarity: 0.74 }),
    candidate("both", { similarity: 0.73, wordRank: 3 }),
    candidate("words", { similarity: 0.7, wordRank: 2 }),
  ];
  assert.deepEqual(choose(found, wish), { productIds: ["both", "words", "meaning"], isMatch: true });
});

test("what is far from the question is no answer, however well it keeps to the price", () => {
  const found = [
    candidate("kettle", { similarity: 0.74, priceMinor: 4_900 }),
    candidate("dear kettle", { similarity: 0.73, priceMinor: 6_800 }),
    candidate("mug", { similarity: 0.62, priceMinor: 900 }),
  ];
  assert.deepEqual(choose(found, { ...wish, priceMaxMinor: 3_000 }), {
    productIds: ["kettle", "dear kettle"],
    isMatch: false,
  });
  assert.deepEqual(choose(found, { ...wish, priceMinMinor: 5_000, priceMaxMinor: 7_000 }), {
    productIds: ["dear kettle"],
    isMatch: true,
  });
});

test("bounds are included", () => {
  const found = [candidate("a", { priceMinor: 3_000 })];
  assert.equal(choose(found, { ...wish, priceMinMinor: 3_000, priceMaxMinor: 3_000 }).isMatch, true);
});

test("when nothing is like the question, nothing matches", () => {
  assert.deepEqual(choose([candidate("radio", { similarity: 0.557 })], wish), {
    productIds: ["radio"],
    isMatch: false,
  });
});

test("another order than relevance sorts what was asked for", () => {
  const found = [
    candidate("a", { similarity: 0.71, priceMinor: 3, rating: 5, position: 1 }),
    candidate("b", { similarity: 0.72, priceMinor: 1, rating: 3, position: 2 }),
    candidate("c", { similarity: 0.73, priceMinor: 2, rating: 4, position: 3 }),
    candidate("cable", { similarity: 0.66, priceMinor: 0, rating: 5, position: 9 }),
  ];
  const sorted = (sort: Wish["sort"]) => choose(found, { ...wish, sort }).productIds.join(" ");
  assert.equal(sorted("priceAscending"), "b c a");
  assert.equal(sorted("priceDescending"), "a c b");
  assert.equal(sorted("ratingDescending"), "a c b");
  assert.equal(sorted("newest"), "c b a");
});

const candidates = fc.uniqueArray(
  fc.record({
    productId: fc.string({ minLength: 1, maxLength: 3 }),
    similarity: fc.double({ min: 0, max: 1, noNaN: true }),
    wordRank: fc.integer({ min: 0, max: 3 }),
    priceMinor: fc.integer({ min: 1, max: 50 }),
    rating: fc.integer({ min: 0, max: 5 }),
    position: fc.integer({ min: 0, max: 9 }),
  }),
  { selector: ({ productId }) => productId, minLength: 1, maxLength: 30 },
);
const wishes = fc.record({
  priceMinMinor: fc.option(fc.integer({ min: 0, max: 50 })),
  priceMaxMinor: fc.option(fc.integer({ min: 1, max: 50 })),
  sort: fc.constantFrom<Wish["sort"]>("relevance", "priceAscending", "priceDescending", "ratingDescending", "newest"),
  limit: fc.constant(5),
});

test("no match breaks a bound, and the order in which products are found does not matter", () => {
  fc.assert(
    fc.property(candidates, wishes, (found, given) => {
      const chosen = choose(found, given);
      assert.ok(chosen.productIds.length <= 5);
      const prices = new Map(found.map(({ productId, priceMinor }) => [productId, priceMinor]));
      if (chosen.isMatch)
        for (const id of chosen.productIds) {
          const price = prices.get(id) ?? -1;
          assert.ok(price >= (given.priceMinMinor ?? 0) && price <= (given.priceMaxMinor ?? price));
        }
      assert.deepEqual(choose([...found].reverse(), given), chosen);
    }),
  );
});
