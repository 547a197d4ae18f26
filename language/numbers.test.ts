import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readNumber } from "./numbers.ts";
import { wordsOf } from "./words.ts";

const below20 =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "- - twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** How a number below one million is said; written for the test alone. */
function spoken(value: number, isWithAnd: boolean): string {
  if (value < 20) return below20[value] ?? "";
  if (value < 100) return [tens[Math.floor(value / 10)], ...(value % 10 === 0 ? [] : [below20[value % 10]])].join(" ");
  const and = isWithAnd ? "and " : "";
  if (value < 1000) {
    const rest = value % 100 === 0 ? "" : ` ${and}${spoken(value % 100, isWithAnd)}`;
    return `${below20[Math.floor(value / 100)]} hundred${rest}`;
  }
  const rest = value % 1000;
  const joint = rest > 0 && rest < 100 ? and : "";
  return `${spoken(Math.floor(value / 1000), isWithAnd)} thousand${rest === 0 ? "" : ` ${joint}${spoken(rest, isWithAnd)}`}`;
}

function whole(text: string): number | null {
  const words = wordsOf(text);
  const number = readNumber(words, 0);
  return number !== null && number.to === words.length ? number.value : null;
}

describe("numbers", () => {
  it("reads back every number that can be said, up to a hundred thousand", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.boolean(), (value, isWithAnd) => {
        assert.equal(whole(spoken(value, isWithAnd)), value);
      }),
      { numRuns: 1_000 },
    );
  });

  it("reads back every number in digits, with or without thousands separators", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), (value) => {
        assert.equal(whole(String(value)), value);
        assert.equal(whole(value.toLocaleString("en-US")), value);
      }),
    );
  });

  it("never reads past the words that belong to the number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999 }), (value) => {
        const words = wordsOf(`${spoken(value, false)} lamps`);
        assert.equal(readNumber(words, 0)?.to, words.length - 1);
      }),
    );
  });

  for (const [text, value] of [
    ["eleven hundred", 1100],
    ["twenty five hundred", 2500],
    ["a hundred and twenty", 120],
    ["a hundred twenty eight", 128],
    ["a thousand", 1000],
    ["a hundred and a half", 150],
    ["three quarters of a grand", 750],
    ["a grand", 1000],
    ["two grand", 2000],
    ["half a grand", 500],
    ["a couple hundred", 200],
    ["a couple of thousand", 2000],
    ["two and a half thousand", 2500],
    ["three and a half", 3.5],
    ["a grand and a half", 1500],
    ["ninety nine point five", 99.5],
    ["five k", 5000],
    ["1.5 thousand", 1500],
    ["twelve hundred and fifty", 1250],
    ["forty-two", 42],
  ] as const) {
    it(`reads "${text}" as ${value}`, () => assert.equal(whole(text), value));
  }

  it("lets an 'and' end the number where the caller asks for it", () => {
    const words = wordsOf("one hundred and two hundred");
    assert.equal(readNumber(words, 0)?.value, 100);
    assert.equal(readNumber(wordsOf("one hundred and two"), 0, false)?.value, 100);
  });

  for (const text of ["lamp", "", "a lamp", "the", "and", "-", "%"]) {
    it(`reads no number in ${JSON.stringify(text)}`, () => assert.equal(readNumber(wordsOf(text), 0), null));
  }

  it("does not run over punctuation", () => {
    assert.equal(readNumber(wordsOf("twenty, five"), 0)?.value, 20);
  });

  it("takes any words without throwing", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            "a",
            "half",
            "hundred",
            "thousand",
            "and",
            "two",
            "twenty",
            "point",
            "couple",
            "of",
            "k",
            "7",
            "$3",
            ",",
          ),
        ),
        (parts) => {
          const words = wordsOf(parts.join(" "));
          for (let at = 0; at <= words.length; at += 1) {
            const number = readNumber(words, at);
            assert.ok(number === null || (number.to > at && Number.isFinite(number.value)));
          }
        },
      ),
    );
  });
});
