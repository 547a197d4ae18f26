import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import type { ProviderCharge, ProviderRefund } from "../payments/port.ts";
import { createStripePayments } from "../payments/stripe.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { createPostgresOrders } from "./postgres.ts";
import { compareWithProvider, type OwnPayment } from "./provider-comparison.ts";
import { addBuyers, anyone, beginOf, ofCard, on } from "./testing/buyers.ts";

const run = promisify(execFile);

describe("our payments and the provider's books", () => {
  const own = (more: Partial<OwnPayment> = {}): OwnPayment => ({
    orderNumber: "700001",
    kind: "payment",
    providerRef: "pi_1",
    amountMinor: 5_000,
    currency: "USD",
    state: "settled",
    ...more,
  });
  const charge = (more: Partial<ProviderCharge> = {}): ProviderCharge => ({
    paymentRef: "pi_1",
    orderId: "700001",
    amountMinor: 5_000,
    refundedMinor: 0,
    currency: "usd",
    status: "succeeded",
    ...more,
  });
  const refund = (more: Partial<ProviderRefund> = {}): ProviderRefund => ({
    refundRef: "re_1",
    paymentRef: "pi_1",
    amountMinor: 700,
    currency: "usd",
    status: "succeeded",
    ...more,
  });
  const compared = (ours: readonly OwnPayment[], charges: ProviderCharge[], refunds: ProviderRefund[] = []) =>
    compareWithProvider(ours, ours, { charges, refunds });
  const differences = (...given: Parameters<typeof compared>) => compared(...given).differences;

  it("agree when every charge and refund is in both", () => {
    const given = own({ kind: "refund", providerRef: "re_1", amountMinor: 700 });
    const difference = own({ providerRef: "pi_2", amountMinor: 300 });
    const charges = [charge({ refundedMinor: 700 }), charge({ paymentRef: "pi_2", amountMinor: 300 })];
    assert.deepEqual(compared([own(), given, difference], charges, [refund()]), {
      charges: 2,
      refunds: 1,
      differences: [],
      open: 0,
    });
  });

  it("agree about what failed, went back for an order that was given up, or is not settled yet", () => {
    const givenUp = own({ orderNumber: "700002", providerRef: null, state: "given up" });
    const open = own({ orderNumber: "700003", providerRef: null, state: "open" });
    const charges = [
      charge({ paymentRef: "pi_2", orderId: "700002", status: "requires_payment_method" }),
      charge({ paymentRef: "pi_3", orderId: "700002", refundedMinor: 5_000 }),
      charge({ paymentRef: "pi_4", orderId: "700003" }),
    ];
    const refunds = [refund({ paymentRef: "pi_3", amountMinor: 5_000 })];
    const { differences: found, open: count } = compared([givenUp, open], charges, refunds);
    assert.deepEqual([found, count], [[], 1]);
  });

  const faults: Readonly<Record<string, readonly [Parameters<typeof compared>, RegExp]>> = {
    "a charge of an order that nobody knows": [
      [[], [charge()]],
      /^charge pi_1 of order 700001, which is not known here: the provider keeps 5000 USD$/,
    ],
    "a charge of no order": [[[], [charge({ orderId: null })]], /^charge pi_1 of no order, which is not known here/],
    "a charge of an order that was given up": [
      [[own({ providerRef: null, state: "given up" })], [charge()]],
      /^charge pi_1 of order 700001, which is not paid by it here: the provider keeps 5000 USD$/,
    ],
    "a second charge of a paid order": [
      [[own()], [charge(), charge({ paymentRef: "pi_2" })]],
      /^charge pi_2 of order 700001, which is not paid by it here/,
    ],
    "a paid order that was not charged": [
      [[own()], []],
      /^order 700001: paid here with 5000 USD by charge pi_1, which the provider did not take$/,
    ],
    "a paid order whose charge failed": [
      [[own()], [charge({ status: "canceled" })]],
      /which the provider did not take$/,
    ],
    "another amount": [
      [[own()], [charge({ amountMinor: 4_999 })]],
      /^charge pi_1 of order 700001: 5000 USD here, 4999 USD at the provider$/,
    ],
    "another currency": [[[own()], [charge({ currency: "eur" })]], /5000 USD here, 5000 EUR at the provider$/],
    "a refund that we know nothing of": [
      [[own()], [charge({ refundedMinor: 700 })], [refund()]],
      /^refund re_1 of order 700001: the provider gave 700 USD back, of which nothing is known here$/,
    ],
    "a refund that the provider does not have": [
      [[own(), own({ kind: "refund", providerRef: "re_1", amountMinor: 700 })], [charge()]],
      /^order 700001: refunded here with 700 USD by re_1, which the provider does not have$/,
    ],
    "a refund of another amount": [
      [
        [own(), own({ kind: "refund", providerRef: "re_1", amountMinor: 800 })],
        [charge({ refundedMinor: 700 })],
        [refund()],
      ],
      /^refund re_1 of order 700001: 800 USD here, 700 USD at the provider$/,
    ],
  };
  for (const [what, [given, words]] of Object.entries(faults))
    it(`differ by ${what}`, () => {
      const found = differences(...given);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", words);
    });
});

describe("npm run reconcile -- --payments", () => {
  let database: TestDatabase;
  let stripe: StripeSimulator;
  before(async () => {
    database = await startTestDatabase();
    await resetSmallShop(database.pool);
    stripe = await startStripeSimulator({
      requestsPerSecond: 1_000,
      customers: [{ id: "cus_buyer-0", cards: [{ id: "pm_buyer-0", behaviour: "succeeds" }] }],
    });
  });
  after(async () => {
    await stripe?.close();
    await database?.close();
  });

  it("ends with 0 when both have the same, 1 with the charge that only the provider has, 2 without a provider", async () => {
    const baseUrl = `http://127.0.0.1:${stripe.port}`;
    const orders = createPostgresOrders({ pool: database.pool, quoteValidMs: 600_000 });
    const payments = createStripePayments({ apiKey: "sk_test_books", baseUrl });
    const [buyer] = await addBuyers(database.pool, 1);
    assert.ok(buyer !== undefined);
    const quoted = await orders.quote(
      { lines: [{ productId: "kettle", quantity: 1 }], identity: anyone },
      on(buyer.callSid),
    );
    assert.ok(quoted.status === "quoted");
    const begun = await beginOf(orders, buyer, quoted.quote);
    assert.ok(begun.status === "begun");
    const { orderNumber } = begun;
    const charge = ofCard(begun.charge);
    const charged = await payments.chargeSavedCard({ orderId: orderNumber, ...charge }, on(buyer.callSid));
    assert.ok(charged.status === "succeeded");
    await orders.markPaid({ orderNumber, paymentRef: charged.paymentRef }, on(buyer.callSid));
    const command = (
      provider: Record<string, string> = { STRIPE_SECRET_KEY: "sk_test_books", STRIPE_API_BASE: baseUrl },
    ) =>
      run(process.execPath, ["cli/reconcile.ts", "--payments", "--running", "no-such-file"], {
        env: { ...process.env, POSTGRES_URL: database.connectionString, ...provider },
        timeout: 30_000,
      });
    assert.match((await command()).stdout, /1 charges and 0 refunds at the payment provider: the same as ours\./);
    await payments.chargeSavedCard({ orderId: "999999", ...charge }, on(buyer.callSid));
    await payments.close();
    await assert.rejects(command(), (error: { code: number; stdout: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stdout, /charge pi_\w+ of order 999999, which is not known here: the provider keeps 3595 USD/);
      return true;
    });
    await assert.rejects(command({ STRIPE_SECRET_KEY: "" }), { code: 2 });
  });
});
