/** That a customer can be deleted at the provider, whatever happens on the way. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { effectContext } from "./contract.ts";
import { createStripePayments, type StripePayments } from "./stripe.ts";
import { createStripePayers } from "./stripe-payers.ts";

let simulator: StripeSimulator;
let payments: StripePayments;
let payers: ReturnType<typeof createStripePayers>;
let customerRef = "";
before(async () => {
  simulator = await startStripeSimulator();
  const options = { apiKey: "sk_test_payers", baseUrl: `http://127.0.0.1:${simulator.port}`, retryPauseMs: 1 };
  payments = createStripePayments(options);
  payers = createStripePayers(options);
});
after(async () => {
  payers.close();
  await payments.close();
  await simulator.close();
});
beforeEach(async () => {
  simulator.replaceFaults([]);
  customerRef = `cus_${randomUUID().replaceAll("-", "")}`;
  const customers = [{ id: customerRef, name: "Ana Alder", cards: [{ id: `pm_${customerRef}` }] }];
  const put = await fetch(`http://127.0.0.1:${simulator.port}/_control/customers`, {
    method: "POST",
    body: JSON.stringify(customers),
  });
  assert.ok(put.ok, await put.text());
});

const newEffect = () => effectContext(`effect-${randomUUID()}`);
const isThere = async () => (await payers.hasCustomer({ customerRef }, newEffect())).isThere;
const forget = async () => (await payers.forgetCustomer({ customerRef }, newEffect())).status;
const charge = (orderId: string) =>
  payments.chargeSavedCard(
    { orderId, customerRef, paymentMethodRef: `pm_${customerRef}`, amountMinor: 1_000, currency: "usd" },
    newEffect(),
  );

test("given a customer with a card, then both are gone for good, what was paid stays and can be given back, and doing it again changes nothing", async () => {
  const orderId = `order-${randomUUID()}`;
  const paid = await charge(orderId);
  assert.ok(paid.status === "succeeded");
  assert.equal(await isThere(), true);
  assert.equal(await forget(), "deleted");
  assert.equal(await isThere(), false);
  assert.deepEqual([await forget(), await forget()], ["gone", "gone"]);
  await assert.rejects(charge(`order-${randomUUID()}`), { code: "VENDOR_REFUSED" });
  const { paymentRef } = paid;
  assert.match(
    (await payments.refund({ paymentRef, amountMinor: 1_000, reason: "requestedByCustomer" }, newEffect())).refundRef,
    /^re_/,
  );
  const { charges } = await payments.findCharges({ orderId }, newEffect());
  assert.deepEqual(
    charges.map(({ refundedMinor }) => refundedMinor),
    [1_000],
  );
});

test("a customer whom the provider never had is gone", async () => {
  customerRef = "cus_never";
  assert.equal(await isThere(), false);
  assert.equal(await forget(), "gone");
});

test("an answer that was lost is no fault: the customer is gone", async () => {
  simulator.replaceFaults([{ operation: "customers.delete", fault: "cut", nth: 1 }]);
  assert.equal(await forget(), "deleted");
  assert.equal(await isThere(), false);
});

test("while the provider is away, or refuses, nothing is claimed, and it can be done again", async () => {
  simulator.replaceFaults([{ operation: "customers.delete", fault: "error", code: "503" }]);
  await assert.rejects(forget());
  assert.equal(await isThere(), true);
  simulator.replaceFaults([{ operation: "customers.retrieve", fault: "error", code: "503" }]);
  await assert.rejects(forget());
  simulator.replaceFaults([]);
  assert.equal(await forget(), "deleted");
  const stranger = createStripePayers({ apiKey: "wrong", baseUrl: `http://127.0.0.1:${simulator.port}` });
  await assert.rejects(stranger.forgetCustomer({ customerRef }, newEffect()), { code: "CREDENTIALS_REFUSED" });
  stranger.close();
});
