import assert from "node:assert/strict";
import { test } from "node:test";
import { asksForLinkAgain } from "./local-link-request.ts";

test("a message that did not come, and a wish to have it once more, is understood in many words", () => {
  for (const words of [
    "I didn't get the text.",
    "I didn’t get the text, can you send it again?",
    "Sorry, I haven't received the link yet",
    "I never got a text message",
    "I don't see any message",
    "the message never arrived",
    "The link hasn't come",
    "that link doesn't work",
    "Can you send it again, please?",
    "could you text me the link once more",
    "please resend the link",
    "send me another link",
    "no text has arrived",
    "I deleted the message",
  ])
    assert.equal(asksForLinkAgain(words), true, words);
});

test("codes, orders that did not come, and other wishes are not", () => {
  for (const words of [
    "I didn't get the code, send it again",
    "send me a code",
    "I didn't get my parcel",
    "my order never arrived",
    "the kettle doesn't work",
    "send me another one of what I bought last time",
    "order it again",
    "say that again",
    "I don't have my PIN",
    "do you have a sling with a link chain",
    "text me when it is there",
    "no, that is all",
    "it says delivered but I never got it",
    "I have a payment that has not gone through yet",
    "I was promised a refund and I don't see it",
    "I do not have that information",
  ])
    assert.equal(asksForLinkAgain(words), false, words);
});
