/** Orders that are paid through the real Stripe SDK, at the simulated provider. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createPostgresCustomers } from "../../connectors/customers/postgres.ts";
import { createPostgresOrders } from "../../connectors/orders/postgres.ts";
import { ofCard } from "../../connectors/orders/testing/buyers.ts";
import { createStripePayments, type StripePayments } from "../../connectors/payments/stripe.ts";
import { letterEmbeddings } from "../../connectors/postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import { loadShop, readShop } from "../../shop/load.ts";
import { provideCustomers } from "../../shop/provider-customers.ts";
import type { Shop } from "../../shop/shop-files.ts";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";

let database: TestDatabase;
let simulator: StripeSimulator;
let payments: StripePayments;
let shop: Shop;
before(async () => {
  [database, simulator, shop] = await Promise.all([startTestDatabase(), startStripeSimulator({}), readShop()]);
  const baseUrl = `http://127.0.0.1:${simulator.port}`;
  payments = createStripePayments({ apiKey: "sk_test_1", baseUrl });
  const refs = await provideCustomers(shop.customers, { apiKey: "sk_test_1", baseUrl });
  await loadShop(database.pool, letterEmbeddings, shop, refs);
});
after(async () => {
  await payments.close();
  await simulator.close();
  await database.close();
});

/** What the provider says to a customer's card, for the cheapest thing in the shop. */
async function charged(customerId: string, cardIndex: number) {
  const customer = shop.customers.find(({ id }) => id === customerId);
  const card = customer?.savedCards[cardIndex];
  assert.ok(customer && card, customerId);
  const callSid = `call-${card.id}`;
  const { pool } = database;
  const orders = createPostgresOrders({ pool, quoteValidMs: 600_000 });
  const verify = { callerNumber: customer.phone, digits: customer.pin };
  const proven = await createPostgresCustomers({ pool }).verify(verify, contextOf(callSid, `${callSid}/verify`));
  assert.equal(proven.status, "proven");
  const product = shop.products.find(({ stock }) => stock > 30);
  assert.ok(product);
  const identity = { isRequired: true, provenSinceMs: null };
  const order = { lines: [{ productId: product.id, quantity: 1 }], identity };
  const quoted = await orders.quote(order, contextOf(callSid, `${callSid}/quote`));
  assert.ok(quoted.status === "quoted");
  const { quoteId, quoteHash } = quoted.quote;
  const yes = { quoteId, quoteHash, cardId: card.id, chargeKey: `${callSid}/charge`, identity };
  const begun = await orders.begin(yes, contextOf(callSid, `${callSid}/begin`));
  assert.ok(begun.status === "begun");
  const charge = { orderId: begun.orderNumber, ...ofCard(begun.charge) };
  const outcome = await payments.chargeSavedCard(charge, contextOf(callSid, `${callSid}/charge`));
  const found = await payments.findCharges({ orderId: begun.orderNumber }, contextOf(callSid, `${callSid}/find`));
  return { outcome, found: found.charges, totalMinor: quoted.quote.totalMinor };
}

test("a good card of a customer that was loaded is charged the quote's total, once", async () => {
  const { outcome, found, totalMinor } = await charged("C-1001", 0);
  assert.equal(outcome.status, "succeeded");
  assert.deepEqual(
    found.map(({ amountMinor, currency, status }) => ({ amountMinor, currency, status })),
    [{ amountMinor: totalMinor, currency: "usd", status: "succeeded" }],
  );
});

test("the shop's bad card is declined, and the customer's second one is not", async () => {
  assert.equal((await charged("C-1002", 0)).outcome.status, "declined");
  assert.equal((await charged("C-1002", 1)).outcome.status, "succeeded");
});

test("customers are test data: a live key is refused", async () => {
  await assert.rejects(provideCustomers(shop.customers, { apiKey: "sk_live_1", baseUrl: "" }), {
    code: "INVALID_INPUT",
  });
});
