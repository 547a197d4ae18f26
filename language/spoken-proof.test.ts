import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { saysOnlyProof, withoutProof } from "./spoken-proof.ts";

const names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

describe("while a PIN or code is asked for", () => {
  it("no digit of one stays, however much of it was said, and it is known whole", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }), (digits) => {
        for (const said of [digits.map((digit) => names[digit]).join(" "), digits.join("")]) {
          for (const frame of [said, `It's ${said}.`, `um, my PIN is ${said}`, `the code is, ${said} please`]) {
            const { text, digits: known } = withoutProof(frame, true);
            assert.doesNotMatch(text, /\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine)\b/, frame);
            assert.ok(saysOnlyProof(text), text);
            if (digits.length >= 4) assert.equal(known, digits.join(""), frame);
          }
        }
      }),
    );
  });

  const hidden: readonly (readonly [said: string, text: string, digits: string | null])[] = [
    ["double four seven one", "****", "4471"],
    ["forty seventy one", "****", "4071"],
    ["4071 or 4072", "**** or ****", null],
    ["four oh um seven one", "** um **", null],
    ["I'm not sure, try 4071 first", "I'm not sure, try **** first", null],
    ["you texted me the code 482915 just now", "you texted me the code ****** just now", null],
    ["Order number 212466, and my PIN is 4071", "Order number 212466, and my PIN is ****", "4071"],
  ];
  for (const [said, text, digits] of hidden)
    it(`hides it in "${said}"`, () => assert.deepEqual(withoutProof(said, true), { text, digits }));

  for (const said of [
    "It's Walter Osgood, oh five four oh one.",
    "my name is Maria Lopez and my zip code is 94107",
    "Where is my order two one two four six six?",
    "show me lamps under 1500",
    "Take off the second one and make it two",
    "my discount code is 2024",
    "call me at 202 555 0143",
    "a kettle for forty dollars",
    "send me a code",
    "",
  ])
    it(`leaves "${said}" as it is`, () => assert.deepEqual(withoutProof(said, true), { text: said, digits: null }));
});

describe("while none is asked for", () => {
  it("hides what is called a PIN, at once and while it is still being said", () => {
    const said = "Where is order 212466? My PIN is four oh seven one";
    assert.deepEqual(withoutProof(said, false), { text: "Where is order 212466? My PIN is ****", digits: "4071" });
    assert.equal(withoutProof("my pin is four", false).text, "my pin is *");
    assert.equal(withoutProof("my pin number is four oh seven", false).text, "my pin number is ***");
  });

  for (const said of [
    "four oh seven one",
    "I forgot my PIN, can I have two lamps",
    "the code is 2024",
    "send me a code",
  ])
    it(`leaves "${said}" as it is`, () => assert.deepEqual(withoutProof(said, false), { text: said, digits: null }));
});

it("tells words that say nothing but a PIN from others", () => {
  for (const text of ["****", "It's ****.", "um, my PIN is ****"]) assert.ok(saysOnlyProof(text), text);
  for (const text of ["It's", "Order number 212466, and my PIN is ****", ""]) assert.ok(!saysOnlyProof(text), text);
});
