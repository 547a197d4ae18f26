import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TwilioError } from "./twilio-error.ts";
import { parseTwiml } from "./twiml.ts";

const action = "https://shop.example/card";
const pay = (attributes: string, content = "") => `<Response><Pay ${attributes}>${content}</Pay></Response>`;

describe("<Pay>", () => {
  it("has Twilio's defaults", () => {
    assert.deepEqual(parseTwiml(pay('tokenType="payment-method"')), [
      {
        verb: "Pay",
        paymentConnector: "Default",
        timeoutSeconds: 5,
        maxAttempts: 1,
        hasSecurityCode: true,
        hasPostalCode: true,
        validCardTypes: ["visa", "mastercard", "amex"],
      },
    ]);
  });

  it("reads what is given", () => {
    const attributes = `tokenType="payment-method" chargeAmount="0" paymentConnector="Stripe_1" timeout="8" maxAttempts="3" securityCode="false" postalCode="false" validCardTypes="visa amex" action="${action}" statusCallback="${action}/status"`;
    assert.deepEqual(parseTwiml(pay(attributes)), [
      {
        verb: "Pay",
        paymentConnector: "Stripe_1",
        timeoutSeconds: 8,
        maxAttempts: 3,
        hasSecurityCode: false,
        hasPostalCode: false,
        validCardTypes: ["visa", "amex"],
        action: { url: action, method: "POST" },
        statusCallback: { url: `${action}/status`, method: "POST" },
      },
    ]);
  });

  for (const [what, attributes, content] of [
    ["a charge", 'tokenType="payment-method" chargeAmount="20.45"'],
    ["another token than a connector to Stripe gives", 'tokenType="reusable"'],
    ["no token type, which stands for reusable", ""],
    ["a bank account", 'tokenType="payment-method" paymentMethod="ach-debit"'],
    ["an address that is not absolute", 'tokenType="payment-method" action="/card"'],
    ["an address that is not https", 'tokenType="payment-method" action="http://shop.example/card"'],
    ["four tries", 'tokenType="payment-method" maxAttempts="4"'],
    ["an attribute that there is not", 'tokenType="payment-method" method="GET"'],
    ["content", 'tokenType="payment-method"', "now"],
  ] as const)
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parseTwiml(pay(attributes, content)),
        (error) => error instanceof TwilioError && error.code === 12_200,
      );
    });
});
