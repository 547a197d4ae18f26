import assert from "node:assert/strict";
import { describe, it } from "node:test";
import twilio from "twilio";
import { signTwilioRequest } from "./signature.ts";

describe("the signature of a request", () => {
  it("is the one of the vendor's published example", () => {
    const parameters = {
      CallSid: "CA1234567890ABCDE",
      Caller: "+12349013030",
      Digits: "1234",
      From: "+12349013030",
      To: "+18005551212",
    };
    const signature = signTwilioRequest("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", parameters);
    assert.equal(signature, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
  });

  it("is accepted by the vendor's library, empty and non-ASCII values included", () => {
    const url = "https://shop.example/twilio/voice";
    const parameters = { To: "+1", From: "", CallerName: "Zoë", A: "b c&d" };
    assert.ok(twilio.validateRequest("secret", signTwilioRequest("secret", url, parameters), url, parameters));
    assert.ok(!twilio.validateRequest("other", signTwilioRequest("secret", url, parameters), url, parameters));
  });

  it("covers the bare URL of a stream", () => {
    const url = "wss://shop.example/ws/media";
    assert.ok(twilio.validateRequest("secret", signTwilioRequest("secret", url), url, {}));
  });
});
