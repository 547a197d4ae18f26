import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import Stripe from "stripe";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { describePayments, effectContext, type PaymentsHarness } from "./contract.ts";
import type { ChargeSavedCard } from "./port.ts";
import { createStripePayments, idempotencyKeyOf, type StripePayments } from "./stripe.ts";

const seeded = {
  id: "cus_caller",
  cards: [
    { id: "pm_good", behaviour: "succeeds" },
    { id: "pm_poor", behaviour: "insufficientFunds" },
    { id: "pm_lost", behaviour: "lostCard" },
    { id: "pm_secure", behaviour: "authenticationRequired" },
  ],
} as const;

async function openSimulated(): Promise<PaymentsHarness> {
  const simulator = await startStripeSimulator({ customers: [seeded], requestsPerSecond: 10_000 });
  const payments = createStripePayments({
    apiKey: "sk_test_simulated",
    baseUrl: `http://127.0.0.1:${simulator.port}`,
    retryPauseMs: 5,
  });
  return {
    payments,
    customerRef: seeded.id,
    goodCardRef: "pm_good",
    insufficientFundsCardRef: "pm_poor",
    lostCardRef: "pm_lost",
    authenticationCardRef: "pm_secure",
    close: async () => {
      await payments.close();
      await simulator.close();
    },
  };
}

const vendorKey = process.env.STRIPE_SECRET_KEY ?? "";

async function openVendor(): Promise<PaymentsHarness> {
  const stripe = new Stripe(vendorKey);
  const customer = await stripe.customers.create({ description: "partyline contract suite" });
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  const payments = createStripePayments({ apiKey: vendorKey });
  return {
    payments,
    customerRef: customer.id,
    goodCardRef: card.id,
    insufficientFundsCardRef: "pm_card_visa_chargeDeclinedInsufficientFunds",
    lostCardRef: "pm_card_visa_chargeDeclinedLostCard",
    authenticationCardRef: "pm_card_authenticationRequired",
    close: () => payments.close(),
  };
}

describePayments("stripe adapter against the simulator", openSimulated);
describePayments(
  "stripe adapter against the vendor's test mode",
  openVendor,
  vendorKey.startsWith("sk_test_") ? {} : { skip: "STRIPE_SECRET_KEY is not set to a test key (sk_test_…)" },
);

test("the provider's books are read page by page to their end", async () => {
  const { payments, goodCardRef, customerRef, close } = await openSimulated();
  try {
    const sinceMs = Date.now();
    const charge = { customerRef, paymentMethodRef: goodCardRef, amountMinor: 100, currency: "usd" };
    const numbers = Array.from({ length: 230 }, (_, index) => `order-${index}`);
    for (let at = 0; at < numbers.length; at += 23)
      await Promise.all(
        numbers
          .slice(at, at + 23)
          .map((orderId) => payments.chargeSavedCard({ ...charge, orderId }, effectContext(orderId))),
      );
    const { charges } = await payments.listCharges({ sinceMs }, effectContext("list"));
    assert.deepEqual(charges.map(({ orderId }) => orderId).sort(), numbers.sort());
  } finally {
    await close();
  }
});

describe("stripe adapter when the provider fails", () => {
  let simulator: StripeSimulator;
  let payments: StripePayments;
  const operation = "payment_intents.create";
  let orders = 0;
  const order = (): ChargeSavedCard => {
    orders += 1;
    const orderId = `order-${orders}`;
    return { orderId, customerRef: seeded.id, paymentMethodRef: "pm_good", amountMinor: 500, currency: "usd" };
  };
  const chargesOf = (orderId: string): number =>
    simulator.charges().filter((charge) => (charge.metadata as Record<string, string>).orderId === orderId).length;

  before(async () => {
    simulator = await startStripeSimulator({
      customers: [seeded],
      searchDelayMs: 60_000,
      requestsPerSecond: 10_000,
    });
    payments = createStripePayments({
      apiKey: "sk_test_simulated",
      baseUrl: `http://127.0.0.1:${simulator.port}`,
      retryPauseMs: 5,
    });
  });
  beforeEach(() => simulator.replaceFaults([]));
  after(async () => {
    await payments.close();
    await simulator.close();
  });

  test("given the connection is cut after the charge, when it is repeated with its key, then there is one charge and it succeeded", async () => {
    simulator.replaceFaults([{ operation, fault: "cut", times: 1 }]);
    const input = order();
    const outcome = await payments.chargeSavedCard(input, effectContext("cut-once"));
    assert.equal(outcome.status, "succeeded");
    assert.equal(chargesOf(input.orderId), 1);
  });

  test("given every answer is lost, then the outcome is unknown, the charge is found by its order, and the same effect later settles it", async () => {
    simulator.replaceFaults([{ operation, fault: "delay", delayMs: 400 }]);
    const input = order();
    const hasty = createStripePayments({
      apiKey: "sk_test_simulated",
      baseUrl: `http://127.0.0.1:${simulator.port}`,
      attemptTimeoutMs: 100,
      retryPauseMs: 5,
    });
    const outcome = await hasty.chargeSavedCard(input, effectContext("always-late"));
    await hasty.close();
    assert.deepEqual({ ...outcome, vendorWaitMs: 0 }, { status: "unknown", reason: "noAnswer", vendorWaitMs: 0 });
    const { charges } = await payments.findCharges({ orderId: input.orderId }, effectContext("find"));
    assert.deepEqual(
      charges.map((charge) => charge.status),
      ["succeeded"],
    );
    simulator.replaceFaults([]);
    const settled = await payments.chargeSavedCard(input, effectContext("always-late"));
    assert.equal(settled.status, "succeeded");
    assert.equal(chargesOf(input.orderId), 1);
  });

  test("given the answer is unreadable once, then the kept answer is asked for again", async () => {
    simulator.replaceFaults([{ operation, fault: "wrong", times: 1 }]);
    const input = order();
    const outcome = await payments.chargeSavedCard(input, effectContext("unreadable"));
    assert.equal(outcome.status, "succeeded");
    assert.equal(chargesOf(input.orderId), 1);
  });

  test("given the rate limit is hit twice, then the third attempt charges", async () => {
    simulator.replaceFaults([{ operation, fault: "error", code: "429", times: 2 }]);
    const input = order();
    const outcome = await payments.chargeSavedCard(input, effectContext("limited-twice"));
    assert.equal(outcome.status, "succeeded");
  });

  test("given the rate limit stays hit, then a retryable error says that nothing was charged", async () => {
    simulator.replaceFaults([{ operation, fault: "error", code: "429" }]);
    const input = order();
    const before = simulator.requestCount(operation);
    const charging = payments.chargeSavedCard(input, effectContext("limited"));
    await assert.rejects(charging, { name: "PartylineError", code: "VENDOR_QUOTA", isRetryable: true });
    assert.equal(simulator.requestCount(operation) - before, 3);
    assert.equal(chargesOf(input.orderId), 0);
  });

  test("given a server error after the charge, then two attempts give the same error and the outcome is unknown", async () => {
    simulator.replaceFaults([{ operation, fault: "error", code: "500-after-charge", times: 1 }]);
    const input = order();
    const before = simulator.requestCount(operation);
    const outcome = await payments.chargeSavedCard(input, effectContext("error-after-charge"));
    assert.deepEqual({ ...outcome, vendorWaitMs: 0 }, { status: "unknown", reason: "http500", vendorWaitMs: 0 });
    assert.equal(simulator.requestCount(operation) - before, 2);
    assert.equal(chargesOf(input.orderId), 1);
  });

  test("given the first answer was lost and the second attempt is turned away, then the outcome is unknown, not an error", async () => {
    simulator.replaceFaults([
      { operation, fault: "wrong", nth: 1 },
      { operation, fault: "error", code: "429" },
    ]);
    const input = order();
    const outcome = await payments.chargeSavedCard(input, effectContext("lost-then-limited"));
    assert.equal(outcome.status, "unknown");
    assert.equal(chargesOf(input.orderId), 1);
  });

  test("given the effect is called off while the vendor works, then the outcome is unknown at once and the charge stays", async () => {
    simulator.replaceFaults([{ operation, fault: "delay", delayMs: 100 }]);
    const input = order();
    const call = new AbortController();
    const charging = payments.chargeSavedCard(input, effectContext("called-off", call.signal));
    setTimeout(() => call.abort(), 30);
    const outcome = await charging;
    assert.deepEqual({ ...outcome, vendorWaitMs: 0 }, { status: "unknown", reason: "aborted", vendorWaitMs: 0 });
    assert.equal(chargesOf(input.orderId), 1);
  });

  test("given an order has more payments than a page holds, then all are found", async () => {
    const input = order();
    for (let number = 0; number < 120; number += 1)
      await payments.chargeSavedCard(input, effectContext(`page-${number}`));
    const { charges } = await payments.findCharges({ orderId: input.orderId }, effectContext("find-pages"));
    assert.equal(new Set(charges.map((charge) => charge.paymentRef)).size, 120);
  });

  test("given a refund's answer is lost, then it is asked for again with its key and refunded once", async () => {
    const outcome = await payments.chargeSavedCard(order(), effectContext("to-refund"));
    assert.equal(outcome.status, "succeeded");
    simulator.replaceFaults([{ operation: "refunds.create", fault: "wrong", times: 1 }]);
    const refund = { paymentRef: outcome.paymentRef, amountMinor: 500, reason: "orderFailed" } as const;
    const { refundRef } = await payments.refund(refund, effectContext("refund-lost"));
    assert.match(refundRef, /^re_/);
    const charge = simulator.charges().find((one) => one.payment_intent === outcome.paymentRef);
    assert.equal(charge?.amount_refunded, 500);
  });

  test("given credentials are wrong, then the error says so and is not retryable", async () => {
    const wrong = createStripePayments({ apiKey: "sk_live_wrong", baseUrl: `http://127.0.0.1:${simulator.port}` });
    await assert.rejects(wrong.chargeSavedCard(order(), effectContext("credentials")), {
      code: "CREDENTIALS_REFUSED",
      isRetryable: false,
    });
    await wrong.close();
  });

  test("given the provider cannot be reached, then a retryable error says that nothing was charged, and prewarming says no", async () => {
    const lost = createStripePayments({ apiKey: "sk_test_x", baseUrl: "http://127.0.0.1:1", retryPauseMs: 1 });
    await assert.rejects(lost.chargeSavedCard(order(), effectContext("unreachable")), {
      code: "VENDOR_UNAVAILABLE",
      isRetryable: true,
    });
    assert.equal(await lost.prewarm(), false);
    assert.equal(await payments.prewarm(), true);
    await lost.close();
  });

  test("given the adapter is closed, then it refuses", async () => {
    const closed = createStripePayments({ apiKey: "sk_test_x", baseUrl: `http://127.0.0.1:${simulator.port}` });
    await closed.close();
    await assert.rejects(closed.chargeSavedCard(order(), effectContext("closed")), { code: "ABORTED" });
  });
});

test("idempotency keys stay below the vendor's 255 characters and differ by kind and effect", () => {
  const long = "x".repeat(1000);
  const keys = [
    idempotencyKeyOf("charge", "a"),
    idempotencyKeyOf("refund", "a"),
    idempotencyKeyOf("charge", long),
    idempotencyKeyOf("charge", `${long}y`),
  ];
  assert.equal(new Set(keys).size, 4);
  for (const key of keys) assert.ok(key.length <= 255);
  assert.equal(idempotencyKeyOf("charge", long), idempotencyKeyOf("charge", long));
});
