import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { maskCardNumbers } from "./card-mask.ts";
import { readDigitRuns, readOrderNumber, readSpokenCode } from "./digits.ts";
import { readOrdinal } from "./ordinals.ts";
import { readQuantity } from "./quantities.ts";
import { demandsStock, readMinRating, readSortOrder } from "./sort-order.ts";
import { readYesNo } from "./yes-no.ts";

const digitNames = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

describe("digits", () => {
  it("reads back any digits, said one by one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 12 }), (digits) => {
        const said = digits.map((digit) => digitNames[digit]).join(" ");
        assert.equal(readSpokenCode(said), digits.join(""));
        assert.equal(readOrderNumber(`order number ${said}`)?.digits, digits.join(""));
      }),
    );
  });

  for (const [text, digits] of [
    ["four oh seven one", "4071"],
    ["4071", "4071"],
    ["4 0 7 1", "4071"],
    ["It's four, zero, seven, one.", "4071"],
    ["my pin is double four seven one", "4471"],
    ["forty seventy one", "4071"],
    ["um the code is five eight two nine one six", "582916"],
    ["triple two nine", "2229"],
    ["4,071", "4071"],
  ] as const) {
    it(`reads the code ${digits} in "${text}"`, () => assert.equal(readSpokenCode(text), digits));
  }
  for (const text of [
    "two",
    "twenty five",
    "I want four of those",
    "under forty dollars",
    "yes",
    "the second one",
    "twelve hundred",
  ]) {
    it(`reads no code in "${text}"`, () => assert.equal(readSpokenCode(text), null));
  }

  for (const [text, digits] of [
    ["Where is my order two one eight three five zero?", "218350"],
    ["order number twenty one eighty three fifty", "218350"],
    ["my order is 218350", "218350"],
    ["it's number 2 1 8 3 5 0", "218350"],
  ] as const) {
    it(`reads the order number ${digits} in "${text}"`, () => assert.equal(readOrderNumber(text)?.digits, digits));
  }
  for (const text of ["I want to order two lamps", "order number two please", "my last order", "option number two"]) {
    it(`reads no order number in "${text}"`, () => assert.equal(readOrderNumber(text), null));
  }
});

describe("card numbers", () => {
  const card = "4242424242424242";
  it("are masked however they are said, and the words around them stay", () => {
    const masked = `my card is ${"#".repeat(16)} thanks`;
    const one = [...card].map((digit) => digitNames[Number(digit)]).join(" ");
    for (const said of [
      card,
      "4242 4242 4242 4242",
      "4242-4242-4242-4242",
      "4242.4242.4242.4242",
      "4242 4242 um, and then 4242 4242",
      "4,242,424,242,424,242",
      one,
      one.replaceAll(" ", ", "),
    ])
      assert.equal(maskCardNumbers(`my card is ${said} thanks`), masked);
    const pairs = Array.from({ length: 8 }, () => "forty two").join(" ");
    assert.equal(maskCardNumbers(`my card is ${pairs} thanks`), masked);
  });
  it("are masked at every length that a card may have, and no shorter digits are", () => {
    for (let length = 1; length <= 25; length += 1) {
      const masked = maskCardNumbers(`number ${"7".repeat(length)}`);
      assert.equal(masked.includes("7"), length < 13, `${length} digits`);
    }
  });
  it("leave no digit of a run behind", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 13, maxLength: 19 }), (digits) => {
        const masked = maskCardNumbers(digits.map((digit) => digitNames[digit]).join(" "));
        assert.deepEqual(readDigitRuns(masked), []);
      }),
    );
  });
});

describe("places in a list", () => {
  for (const [text, ordinal] of [
    ["the second one", 2],
    ["The second one.", 2],
    ["second", 2],
    ["I'll take the first", 1],
    ["number three please", 3],
    ["option two", 2],
    ["the last one", -1],
    ["the 2nd one", 2],
    ["the second to last one", -2],
    ["the last but one", -2],
    ["not the first one, the third one", 3],
    ["no, the second one, not the first one", 2],
    ["how heavy is the fourth one", 4],
  ] as const) {
    it(`reads ${ordinal} in "${text}"`, () => assert.equal(readOrdinal(text)?.ordinal, ordinal));
  }
  for (const text of [
    "wait a second",
    "just a second please",
    "a first aid kit",
    "my last order",
    "what did I buy last week",
    "first of all I need a lamp",
    "order number two one eight",
    "not the first one",
    "that's my first name",
    "second hand books",
  ]) {
    it(`reads no place in "${text}"`, () => assert.equal(readOrdinal(text), null));
  }
});

describe("quantities", () => {
  for (const [text, quantity] of [
    ["four of those", 4],
    ["make it three", 3],
    ["two please", 2],
    ["I would like twelve fleece blankets", 12],
    ["Then two of them.", 2],
    ["I want two yoga mats under forty dollars", 2],
    ["half a dozen of these", 6],
    ["a couple of those", 2],
    ["just one please", 1],
    ["change it to five", 5],
    ["quantity ten", 10],
    ["I'll take three of the second one", 3],
    ["not two, make it four", 4],
    ["give me a dozen eggs", 12],
  ] as const) {
    it(`reads ${quantity} in "${text}"`, () => assert.equal(readQuantity(text)?.quantity, quantity));
  }
  for (const text of [
    "a tent for six people",
    "a two person tent",
    "size nine boots",
    "under fifty dollars",
    "order number two one eight three five zero",
    "four zero seven one",
    "the second one",
    "number two",
    "a thirty two inch television",
    "a thousand piece puzzle",
    "at least three stars",
    "I want the blue one",
    "between twenty and thirty dollars",
    "make it under eighty",
    "ages eight to ten",
    "twenty dollars off",
    "twenty something dollars",
  ]) {
    it(`reads no quantity in "${text}"`, () => assert.equal(readQuantity(text), null));
  }
});

describe("order of results, rating and stock", () => {
  for (const [text, sort] of [
    ["what's the cheapest one", "priceAscending"],
    ["your least expensive lamp", "priceAscending"],
    ["from low to high please", "priceAscending"],
    ["the most expensive watch you have", "priceDescending"],
    ["price high to low", "priceDescending"],
    ["from most expensive to least expensive", "priceDescending"],
    ["the best rated ones", "ratingDescending"],
    ["sort by rating, high to low", "ratingDescending"],
    ["show me the newest", "newest"],
    ["your best sellers", "popularity"],
  ] as const) {
    it(`reads ${sort} in "${text}"`, () => assert.equal(readSortOrder(text)?.sort, sort));
  }
  for (const text of ["a cheap lamp", "an expensive watch", "not the cheapest", "the best lamp", "what's new"]) {
    it(`reads no order in "${text}"`, () => assert.equal(readSortOrder(text), null));
  }
  it("reads a lowest rating", () => {
    assert.equal(readMinRating("at least four stars"), 4);
    assert.equal(readMinRating("three and a half stars or more"), 3.5);
    assert.equal(readMinRating("rated four or better"), 4);
    assert.equal(readMinRating("four of those"), null);
    assert.equal(readMinRating("a hundred stars"), null);
  });
  it("reads a demand for stock", () => {
    assert.equal(demandsStock("only what is in stock"), true);
    assert.equal(demandsStock("a stock pot"), false);
  });
});

describe("yes and no", () => {
  for (const text of [
    "Yes.",
    "yes please",
    "yeah",
    "sure",
    "Okay.",
    "that's right",
    "Yes, I confirm.",
    "um, yes",
    "go ahead",
    "right",
    "I do",
    "yep, sounds good",
    "ok fine",
    "yes please go ahead with the order",
    "that's fine with me",
    "please proceed",
    "yes, that's the one",
  ]) {
    it(`reads a bare yes in "${text}"`, () => assert.deepEqual(readYesNo(text), { answer: "yes", rest: "" }));
  }
  for (const text of [
    "No.",
    "no thanks",
    "No, thank you.",
    "nope",
    "not really",
    "I don't think so",
    "never mind",
    "no, that's wrong",
    "no no no",
    "I'll pass",
    "I don't want to order it",
    "don't place the order",
  ]) {
    it(`reads a bare no in "${text}"`, () => assert.deepEqual(readYesNo(text), { answer: "no", rest: "" }));
  }
  it("separates what is said beside it", () => {
    assert.deepEqual(readYesNo("No, the second one."), { answer: "no", rest: "the second one" });
    assert.deepEqual(readYesNo("yes, order it please"), { answer: "yes", rest: "order it please" });
    assert.deepEqual(readYesNo("yes, that one"), { answer: "yes", rest: "that one" });
    assert.deepEqual(readYesNo("yeah no"), { answer: "no", rest: "" });
  });
  for (const text of [
    "I am looking for a lamp",
    "I don't want to spend more than thirty",
    "do you have lamps",
    "norwegian sweaters",
    "yesterday's order",
    "right handed scissors",
    "not the first one",
    "fine china",
    "okay, hold on",
    "yes, but wait a moment",
    "sure, let me think about it",
    "",
  ]) {
    it(`reads neither in "${text}"`, () => assert.equal(readYesNo(text), null));
  }
});
