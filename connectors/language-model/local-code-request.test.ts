import assert from "node:assert/strict";
import { test } from "node:test";
import { asksForCode } from "./local-code-request.ts";

test("a wish for a code, or a PIN that is gone, is understood in many words", () => {
  for (const words of [
    "Send me a code.",
    "Can you text me a code instead?",
    "I don’t remember my PIN, please send me a code.",
    "Uh, I forgot my pin",
    "My PIN slipped my mind",
    "I have no PIN",
    "I never got a PIN",
    "no idea what my PIN is",
    "could I get a one-time code",
    "can you send the code again",
    "get me a code by text",
    "I'd rather use a one-time code",
  ])
    assert.equal(asksForCode(words), true, words);
});

test("other codes, a PIN that is said, and other wishes are not", () => {
  for (const words of [
    "my pin is four zero seven one",
    "I have a discount code",
    "send me a promo code",
    "send it to my other address, the zip code is one two three four five",
    "text me when it is there",
    "what is the product code",
    "the code is four eight two nine one five",
    "do you have rolling pins",
    "I don't know",
  ])
    assert.equal(asksForCode(words), false, words);
});
