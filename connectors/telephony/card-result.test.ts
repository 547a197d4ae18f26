import assert from "node:assert/strict";
import { test } from "node:test";
import { cardErrorOf, readCardEntry } from "./card-result.ts";

const none = { paymentMethodRef: null };

// The values of `Result` are those that Twilio's page on <Pay> lists.
for (const [given, expected] of [
  [
    { Result: "success", PaymentToken: "pm_1" },
    { outcome: "taken", paymentMethodRef: "pm_1" },
  ],
  [{ Result: "success" }, { outcome: "unavailable", ...none }],
  [
    { Result: "success", PaymentToken: "4242 4242" },
    { outcome: "unavailable", ...none },
  ],
  [
    { Result: "too-many-failed-attempts", PaymentError: "invalid-date" },
    { outcome: "refused", ...none },
  ],
  [{ Result: "caller-interrupted-with-star" }, { outcome: "stopped", ...none }],
  [
    { Result: "payment-connector-error", PaymentError: "Your card was declined." },
    { outcome: "refused", ...none },
  ],
  [
    { Result: "payment-connector-error", PaymentError: "timeout" },
    { outcome: "unavailable", ...none },
  ],
  [{ Result: "validation-error" }, { outcome: "unavailable", ...none }],
  [{ Result: "internal-error" }, { outcome: "unavailable", ...none }],
  [{}, { outcome: "unavailable", ...none }],
] as const)
  test(`given ${JSON.stringify(given)}, then the entry is ${expected.outcome}`, () => {
    assert.deepEqual(readCardEntry(given), expected);
  });

test("given errors on the way, then they are counted under names of a closed list", () => {
  assert.equal(cardErrorOf({}), "progress");
  assert.equal(cardErrorOf({ ErrorType: "invalid-card-number" }), "invalid-card-number");
  assert.equal(cardErrorOf({ ErrorType: "4242424242424242" }), "other-error");
});
