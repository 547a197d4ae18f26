import assert from "node:assert/strict";
import { test } from "node:test";
import twilio from "twilio";
import { readAttestation } from "./attestation.ts";
import { authToken, sign } from "./test-line.ts";

// The example of Twilio's documentation of webhook security.
const documented = {
  authToken: "12345",
  url: "https://mycompany.com/myapp.php?foo=1&bar=2",
  parameters: {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212",
  },
  signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
};

test("given Twilio's documented example, then the check that webhooks use takes it, and nothing near it", () => {
  const { authToken: token, url, parameters, signature } = documented;
  assert.equal(twilio.validateRequest(token, signature, url, parameters), true);
  assert.equal(twilio.validateRequest(token, signature, `${url}&x=1`, parameters), false);
  assert.equal(twilio.validateRequest(token, signature, url, { ...parameters, Digits: "1235" }), false);
  assert.equal(twilio.validateRequest("12346", signature, url, parameters), false);
  assert.equal(twilio.validateRequest(token, "", url, parameters), false);
});

test("given the upgrade of a media stream, then its signature covers the wss address without parameters", () => {
  const url = "wss://voice.example.com/ws/media";
  assert.equal(twilio.validateRequest(authToken, sign(url), url, {}), true);
  assert.equal(twilio.validateRequest(authToken, sign("https://voice.example.com/ws/media"), url, {}), false);
});

test("given StirVerstat, then its grade is read by its beginning", () => {
  const expected = {
    "TN-Validation-Passed-A": "full",
    "tn-validation-passed-a-diverted": "full",
    "TN-Validation-Passed-B-Passthrough": "partial",
    "TN-Validation-Passed-C": "gateway",
    "TN-Validation-Failed": "failed",
    "TN-Validation-Failed-A": "failed",
    "No-TN-Validation": "unknown",
    "TN-Validation-Passed": "unknown",
    "TN-Validation-Passed-Apple": "unknown",
    "": "unknown",
  };
  for (const [text, attestation] of Object.entries(expected)) assert.equal(readAttestation(text), attestation, text);
  assert.equal(readAttestation(undefined), "unknown");
});
