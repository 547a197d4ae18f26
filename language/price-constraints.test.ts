import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readPriceConstraints } from "./price-constraints.ts";

type Bounds = { min?: number; max?: number; target?: number };

/** Bounds in dollars. */
function bounds(text: string): Bounds {
  const { priceMinMinor, priceMaxMinor, priceTargetMinor } = readPriceConstraints(text);
  return {
    ...(priceMinMinor === null ? {} : { min: priceMinMinor / 100 }),
    ...(priceMaxMinor === null ? {} : { max: priceMaxMinor / 100 }),
    ...(priceTargetMinor === null ? {} : { target: priceTargetMinor / 100 }),
  };
}

const cases: readonly (readonly [string, Bounds])[] = [
  // Upper bounds.
  ["a toaster under sixty dollars", { max: 60 }],
  ["anything below a hundred and fifty", { max: 150 }],
  ["I don't want to pay more than ninety", { max: 90 }],
  ["nothing over two hundred please", { max: 200 }],
  ["it shouldn't cost more than forty five dollars", { max: 45 }],
  ["no more than $35", { max: 35 }],
  ["eighty bucks tops", { max: 80 }],
  ["three hundred at most", { max: 300 }],
  ["my budget is around four fifty", { max: 450 }],
  ["a fifty dollar budget", { max: 50 }],
  ["I can spend up to twelve hundred", { max: 1200 }],
  ["under one oh five", { max: 105 }],
  ["less than nineteen ninety five", { max: 19.95 }],
  ["under twenty nine dollars and ninety nine cents", { max: 29.99 }],
  ["two and a half thousand or less", { max: 2500 }],
  ["I only have thirty dollars on me", { max: 30 }],
  ["under 80", { max: 80 }],
  ["cheaper than 1,299.99", { max: 1299.99 }],
  ["earbuds, under, um, like, seventy", { max: 70 }],
  ["under a buck", { max: 1 }],
  ["less than or equal to forty", { max: 40 }],
  ["thirty dollars is all I have", { max: 30 }],
  // Lower bounds.
  ["at least a hundred dollars", { min: 100 }],
  ["more than fifty bucks", { min: 50 }],
  ["over two grand", { min: 2000 }],
  ["not less than eighty", { min: 80 }],
  ["starting at forty dollars", { min: 40 }],
  ["two hundred and up", { min: 200 }],
  ["seventy five or more", { min: 75 }],
  // Ranges.
  ["between twenty and forty", { min: 20, max: 40 }],
  ["between one hundred and one fifty", { min: 100, max: 150 }],
  ["between a hundred and twenty and two hundred", { min: 120, max: 200 }],
  ["anywhere from fifty to eighty dollars", { min: 50, max: 80 }],
  ["two to three hundred dollars", { min: 200, max: 300 }],
  ["between three and five hundred", { min: 300, max: 500 }],
  ["fifty to a hundred dollars", { min: 50, max: 100 }],
  ["$20-$30", { min: 20, max: 30 }],
  ["in the fifty to seventy dollar range", { min: 50, max: 70 }],
  ["from sixty up to eighty", { min: 60, max: 80 }],
  ["over fifty but below eighty", { min: 50, max: 80 }],
  ["between forty and thirty dollars", { min: 30, max: 40 }],
  // Around.
  ["I'd like to spend around two hundred", { target: 200 }],
  ["about thirty dollars", { target: 30 }],
  ["roughly a hundred and fifty", { target: 150 }],
  ["a lamp for forty bucks", { target: 40 }],
  ["sixty dollars give or take", { target: 60 }],
  // Corrections.
  ["under fifty, no wait, under seventy", { max: 70 }],
  ["under a hundred, sorry, two hundred", { max: 200 }],
  ["over fifty, actually make it at most forty", { max: 40 }],
  // Other numbers.
  ["a tent for four people", {}],
  ["a fifty five inch television", {}],
  ["at least two hundred fifty six gigabytes", {}],
  ["a monitor with at least two ports", {}],
  ["size eleven shoes", {}],
  ["a five hundred piece puzzle", {}],
  ["I want three of those", {}],
  ["order number four four one nine two", {}],
  ["my pin is four zero seven one", {}],
  ["the second one", {}],
  ["twenty percent off", {}],
  ["ten dollars off", {}],
  ["for kids from three to five", {}],
  ["a twelve cup coffee maker under eighty", { max: 80 }],
  ["a six foot ladder between fifty and a hundred", { min: 50, max: 100 }],
  ["rated four or higher", {}],
  ["a cheap lamp", {}],
  ["something affordable", {}],
  ["money is no object", {}],
  ["no more than three pieces", {}],
  ["I rang more than two weeks ago", {}],
];

describe("price constraints", () => {
  for (const [text, expected] of cases) {
    it(`reads "${text}" as ${JSON.stringify(expected)}`, () => assert.deepEqual(bounds(text), expected));
  }

  it("gives the words that it read, so that they can be taken out", () => {
    const text = "red shoes under fifty dollars please";
    const [span] = readPriceConstraints(text).spans;
    assert.equal(text.slice(span?.start, span?.end), "under fifty dollars");
  });

  it("gives whole minor units and never a reversed range, whatever is said", () => {
    const parts =
      "under over between and to from fifty twenty nine ninety hundred a no not more less than dollars cents 7 $3.99 , actually make it or tops around point of those".split(
        " ",
      );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 14 }), (said) => {
        const { priceMinMinor, priceMaxMinor, priceTargetMinor } = readPriceConstraints(said.join(" "));
        for (const value of [priceMinMinor, priceMaxMinor, priceTargetMinor])
          assert.ok(value === null || (Number.isSafeInteger(value) && value >= 0));
      }),
    );
  });

  it("reads any amount in digits as said", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_99 }), (minor) => {
        assert.equal(readPriceConstraints(`under $${(minor / 100).toFixed(2)}`).priceMaxMinor, minor);
      }),
    );
  });
});
