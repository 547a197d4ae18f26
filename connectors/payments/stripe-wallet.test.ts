import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { effectContext } from "./contract.ts";
import { createStripePayments, type StripePayments } from "./stripe.ts";
import { createStripeWallet } from "./stripe-wallet.ts";

const clearedKey = "sk_test_connector";
let simulator: StripeSimulator;
let wallet: ReturnType<typeof createStripeWallet>;
let payments: StripePayments;
let baseUrl: string;
before(async () => {
  simulator = await startStripeSimulator({
    clearedKey,
    customers: [
      { id: "cus_1", cards: [] },
      { id: "cus_2", cards: [] },
    ],
  });
  baseUrl = `http://127.0.0.1:${simulator.port}`;
  const options = { apiKey: "sk_test_wallet", baseUrl, retryPauseMs: 1 };
  wallet = createStripeWallet(options);
  payments = createStripePayments(options);
});
after(async () => {
  wallet.close();
  await payments.close();
  await simulator.close();
});

const newEffect = () => effectContext(`effect-${randomUUID()}`);
const attach = (paymentMethodRef: string, customerRef = "cus_1", effect = newEffect()) =>
  wallet.attachCard({ customerRef, paymentMethodRef }, effect);

/** What a connector does that may hold card numbers. */
async function keyIn(number: string, apiKey = clearedKey): Promise<{ status: number; id: string }> {
  const response = await fetch(`${baseUrl}/v1/payment_methods`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}` },
    body: new URLSearchParams({
      type: "card",
      "card[number]": number,
      "card[exp_month]": "09",
      "card[exp_year]": "2031",
      "card[cvc]": "642",
    }),
  });
  const { id = "" } = (await response.json()) as { id?: string };
  return { status: response.status, id };
}

test("given a card that was keyed in, then it becomes the customer's, is described without its number, and can be charged", async () => {
  const { id } = await keyIn("5555555555554444");
  const { vendorWaitMs, ...attached } = await attach(id);
  assert.ok(vendorWaitMs > 0);
  assert.deepEqual(attached, {
    status: "attached",
    brand: "mastercard",
    last4: "4444",
    expiryMonth: 9,
    expiryYear: 2031,
  });
  const charge = { orderId: "o-1", customerRef: "cus_1", paymentMethodRef: id, amountMinor: 500, currency: "usd" };
  assert.equal((await payments.chargeSavedCard(charge, newEffect())).status, "succeeded");
});

test("given the same card again, by the same effect or another, then it is the customer's as before", async () => {
  const { id } = await keyIn("4242424242424242");
  const effect = newEffect();
  assert.equal((await attach(id, "cus_1", effect)).status, "attached");
  assert.equal((await attach(id, "cus_1", effect)).status, "attached");
  assert.equal((await attach(id)).status, "attached");
});

test("given a card that its bank refuses, then it is declined", async () => {
  const { id } = await keyIn("4000000000000002");
  assert.equal((await attach(id)).status, "declined");
});

test("given another customer's card, or none at all, then it is not known here", async () => {
  const { id } = await keyIn("4242424242424242");
  await attach(id, "cus_2");
  assert.equal((await attach(id)).status, "unknownCard");
  assert.equal((await attach("pm_nobody_has")).status, "unknownCard");
  assert.equal((await attach("../customers")).status, "unknownCard");
});

test("given the provider is away, then that is an error after which the same may be tried again", async () => {
  const { id } = await keyIn("4242424242424242");
  simulator.replaceFaults([{ operation: "payment_methods.attach", fault: "error", code: "503", times: 10 }]);
  await assert.rejects(attach(id), { code: "VENDOR_UNAVAILABLE", isRetryable: true });
  simulator.replaceFaults([]);
  assert.equal((await attach(id)).status, "attached");
});

test("given a number that is none, or a key that numbers may not come with, then there is no card", async () => {
  assert.equal((await keyIn("4242424242424241")).status, 402);
  assert.equal((await keyIn("4242424242424242", "sk_test_wallet")).status, 402);
});
