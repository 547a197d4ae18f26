import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { effectContext } from "./contract.ts";
import type { CreatePaymentLink } from "./port.ts";
import { createStripePayments, type StripePayments } from "./stripe.ts";
import { createStripeLinks } from "./stripe-links.ts";

let simulator: StripeSimulator;
let payments: StripePayments;
let links: ReturnType<typeof createStripeLinks>;
before(async () => {
  simulator = await startStripeSimulator({
    customers: [{ id: "cus_1", cards: [{ id: "pm_asks", behaviour: "authenticationRequired", last4: "3184" }] }],
  });
  const options = { apiKey: "sk_test_links", baseUrl: `http://127.0.0.1:${simulator.port}`, retryPauseMs: 1 };
  payments = createStripePayments(options);
  links = createStripeLinks({ ...options, doneUrl: "https://shop.example/paid" });
});
after(async () => {
  links.close();
  await payments.close();
  await simulator.close();
});

const newEffect = () => effectContext(`effect-${randomUUID()}`);

/** A charge whose bank wants the payer, and the link that is to be made for it. */
async function waiting(): Promise<CreatePaymentLink> {
  const orderId = `order-${randomUUID()}`;
  const charge = { orderId, customerRef: "cus_1", paymentMethodRef: "pm_asks", amountMinor: 2599, currency: "usd" };
  const outcome = await payments.chargeSavedCard(charge, newEffect());
  assert.equal(outcome.status, "authenticationRequired");
  return {
    orderId,
    customerRef: "cus_1",
    amountMinor: 2599,
    currency: "usd",
    insteadOfRef: outcome.status === "authenticationRequired" ? outcome.paymentRef : "",
    validUntilMs: Date.now() + 600_000,
  };
}

const taken = async (orderId: string) =>
  (await payments.findCharges({ orderId }, newEffect())).charges.filter(({ status }) => status === "succeeded");
const pay = (url: string) => fetch(url, { method: "POST" });

test("a payer without a card, whom the provider does not know, pays on the page, too: there is no payment to replace", async () => {
  const cancelled = simulator.requestCount("payment_intents.cancel");
  const orderId = `order-${randomUUID()}`;
  const about = { amountMinor: 2599, currency: "usd", validUntilMs: Date.now() + 600_000 };
  const { url } = await links.createLink({ orderId, ...about, customerRef: null, insteadOfRef: null }, newEffect());
  assert.equal(simulator.requestCount("payment_intents.cancel"), cancelled);
  assert.equal((await pay(url)).status, 200);
  assert.equal((await taken(orderId)).length, 1);
});

test("the payer pays on the page, once, and the charge is found by the order's number", async () => {
  const input = await waiting();
  const { linkRef, url } = await links.createLink(input, newEffect());
  assert.match(await (await fetch(url)).text(), /25\.99 USD/);
  assert.equal((await pay(url)).status, 200);
  assert.equal((await pay(url)).status, 400);
  const [charge, ...others] = await taken(input.orderId);
  assert.deepEqual([charge?.amountMinor, charge?.currency, others.length], [2599, "usd", 0]);
  const closed = await links.closeLink({ linkRef }, newEffect());
  assert.deepEqual({ ...closed, vendorWaitMs: 0 }, { status: "paid", paymentRef: charge?.paymentRef, vendorWaitMs: 0 });
});

test("the same effect again gives the same page, and the payment that it replaces can never be made", async () => {
  const input = await waiting();
  const effect = newEffect();
  const first = await links.createLink(input, effect);
  const second = await links.createLink(input, effect);
  assert.deepEqual([second.linkRef, second.url], [first.linkRef, first.url]);
  const { charges } = await payments.findCharges({ orderId: input.orderId }, newEffect());
  assert.deepEqual(
    charges.map(({ status }) => status),
    ["canceled"],
  );
});

test("on a closed page nothing can be paid, and closing may be repeated", async () => {
  const input = await waiting();
  const { linkRef, url } = await links.createLink(input, newEffect());
  for (let round = 0; round < 2; round += 1)
    assert.equal((await links.closeLink({ linkRef }, newEffect())).status, "closed");
  assert.equal((await pay(url)).status, 400);
  assert.deepEqual(await taken(input.orderId), []);
});

test("a page that is paid in the moment of its closing is said to be paid", async () => {
  const input = await waiting();
  const { linkRef, url } = await links.createLink(input, newEffect());
  // The answer to the first look is slow: the payer is faster than the request to close.
  simulator.replaceFaults([{ operation: "checkout.sessions.retrieve", fault: "delay", nth: 1, delayMs: 150 }]);
  const closing = links.closeLink({ linkRef }, newEffect());
  while (simulator.requestCount("checkout.sessions.retrieve") === 0) await new Promise((done) => setTimeout(done, 5));
  await pay(url);
  assert.equal((await closing).status, "paid");
  simulator.replaceFaults([]);
});

test("an answer that is lost is asked for again with the same key", async () => {
  const input = await waiting();
  simulator.replaceFaults([{ operation: "checkout.sessions.create", fault: "error", code: "503", nth: 1 }]);
  const { url } = await links.createLink(input, newEffect());
  assert.equal((await pay(url)).status, 200);
  simulator.replaceFaults([]);
});

test("what cannot be right is refused", async () => {
  const input = await waiting();
  for (const amountMinor of [0, -1, 1.5])
    await assert.rejects(links.createLink({ ...input, amountMinor }, newEffect()), { code: "INVALID_INPUT" });
  await assert.rejects(links.createLink({ ...input, customerRef: "cus_nobody" }, newEffect()), {
    code: "VENDOR_REFUSED",
  });
  await assert.rejects(links.closeLink({ linkRef: "cs_nothing" }, newEffect()), { code: "VENDOR_REFUSED" });
});
