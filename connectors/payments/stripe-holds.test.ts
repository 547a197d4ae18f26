import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { effectContext } from "./contract.ts";
import type { Holds } from "./port.ts";
import { createStripePayments, type StripePayments } from "./stripe.ts";
import { createStripeHolds } from "./stripe-holds.ts";

let stripe: StripeSimulator;
let payments: StripePayments;
let holds: Holds & { close(): void };

before(async () => {
  stripe = await startStripeSimulator({
    searchDelayMs: 0,
    customers: [
      {
        id: "cus_1",
        cards: [
          { id: "pm_good", behaviour: "succeeds" },
          { id: "pm_poor", behaviour: "insufficientFunds" },
          { id: "pm_careful", behaviour: "authenticationRequired" },
        ],
      },
    ],
  });
  const provider = { apiKey: "sk_test_holds", baseUrl: `http://127.0.0.1:${stripe.port}`, retryPauseMs: 1 };
  payments = createStripePayments(provider);
  holds = createStripeHolds(provider);
});
after(async () => {
  holds.close();
  await payments.close();
  await stripe.close();
});

const newEffect = () => effectContext(`effect-${randomUUID()}`);
const order = (paymentMethodRef = "pm_good") => ({
  orderId: `order-${randomUUID()}`,
  customerRef: "cus_1",
  paymentMethodRef,
  amountMinor: 2_599,
  currency: "usd",
});
async function held(): Promise<{ readonly orderId: string; readonly paymentRef: string }> {
  const input = order();
  const outcome = await holds.hold(input, newEffect());
  assert.ok(outcome.status === "held");
  return { orderId: input.orderId, paymentRef: outcome.paymentRef };
}
const capture = (paymentRef: string) =>
  holds.capture({ paymentRef, amountMinor: 2_599 }, newEffect()).then(({ status }) => status);
const letGo = (paymentRef: string) => holds.letGo({ paymentRef }, newEffect()).then(({ status }) => status);
async function seen(orderId: string): Promise<readonly string[]> {
  const { charges } = await payments.findCharges({ orderId }, newEffect());
  return charges.map(({ status, refundedMinor }) => `${status} ${refundedMinor}`);
}
async function expire(paymentRef: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${stripe.port}/_control/holds/expire`, {
    method: "POST",
    body: JSON.stringify({ paymentIntent: paymentRef }),
  });
  assert.equal(response.status, 200, await response.text());
}

test("an amount is held, once for its effect, and taken, once", async () => {
  const input = order();
  const effect = newEffect();
  const first = await holds.hold(input, effect);
  const second = await holds.hold(input, effect);
  assert.ok(first.status === "held" && second.status === "held");
  const { paymentRef } = first;
  assert.equal(second.paymentRef, paymentRef);
  assert.deepEqual(await seen(input.orderId), ["requires_capture 0"]);
  assert.deepEqual([await capture(paymentRef), await capture(paymentRef)], ["captured", "captured"]);
  assert.deepEqual(await seen(input.orderId), ["succeeded 0"]);
  assert.equal(await letGo(paymentRef), "taken");
  const refund = { paymentRef, amountMinor: 2_599, reason: "requestedByCustomer" } as const;
  await payments.refund(refund, newEffect());
  assert.deepEqual(await seen(input.orderId), ["succeeded 2599"]);
});

test("an amount is let go, and cannot be taken any more", async () => {
  const { orderId, paymentRef } = await held();
  assert.deepEqual([await letGo(paymentRef), await letGo(paymentRef)], ["letGo", "letGo"]);
  assert.equal(await capture(paymentRef), "gone");
  assert.deepEqual(await seen(orderId), ["canceled 2599"]);
  const refund = { paymentRef, amountMinor: 1, reason: "requestedByCustomer" } as const;
  await assert.rejects(payments.refund(refund, newEffect()), { code: "VENDOR_REFUSED" });
});

test("an amount that its bank let go by itself is gone", async () => {
  const { paymentRef } = await held();
  await expire(paymentRef);
  assert.equal(await capture(paymentRef), "gone");
  assert.equal(await letGo(paymentRef), "letGo");
});

test("a card that is declined, or wants its owner, holds nothing, and says why", async () => {
  const poor = await holds.hold(order("pm_poor"), newEffect());
  assert.equal(poor.status === "declined" && poor.declineCode, "insufficient_funds");
  const careful = await holds.hold(order("pm_careful"), newEffect());
  assert.equal(careful.status, "authenticationRequired");
});

test("an amount that may be held is unknown, and one that may be taken can be asked for again", async () => {
  stripe.replaceFaults([{ operation: "payment_intents.create", fault: "error", code: "500-after-charge", times: 2 }]);
  const input = order();
  assert.equal((await holds.hold(input, newEffect())).status, "unknown");
  stripe.replaceFaults([]);
  const [known] = (await payments.findCharges({ orderId: input.orderId }, newEffect())).charges;
  assert.equal(known?.status, "requires_capture");
  const paymentRef = known?.paymentRef ?? "";
  stripe.replaceFaults([{ operation: "payment_intents.capture", fault: "error", code: "503", times: 2 }]);
  await assert.rejects(capture(paymentRef), { isRetryable: true });
  assert.equal(await capture(paymentRef), "captured");
  assert.deepEqual(await seen(input.orderId), ["succeeded 0"]);
});

test("a capture that was answered with an error, or not at all, is found to be done", async () => {
  for (const fault of [
    { fault: "error", code: "500-after-charge", times: 2 } as const,
    { fault: "cut", times: 2 } as const,
  ]) {
    const { orderId, paymentRef } = await held();
    stripe.replaceFaults([{ operation: "payment_intents.capture", ...fault }]);
    assert.equal(await capture(paymentRef), "captured", fault.fault);
    stripe.replaceFaults([]);
    assert.deepEqual(await seen(orderId), ["succeeded 0"]);
  }
});

test("amounts that are not whole numbers above 0 are refused before anything is sent", async () => {
  for (const amountMinor of [0, -1, 1.5, Number.NaN])
    await assert.rejects(holds.hold({ ...order(), amountMinor }, newEffect()), { code: "INVALID_INPUT" });
});
