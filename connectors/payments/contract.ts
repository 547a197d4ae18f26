import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { EffectContext } from "../../runtime/effect.ts";
import type { ChargeSavedCard, PaymentBooks, Payments } from "./port.ts";

/** What the behaviour list needs of a provider: a customer and cards of known behaviour. */
export type PaymentsHarness = {
  readonly payments: Payments & PaymentBooks;
  readonly customerRef: string;
  readonly goodCardRef: string;
  readonly insufficientFundsCardRef: string;
  readonly lostCardRef: string;
  readonly authenticationCardRef: string;
  close(): Promise<void>;
};

/** A context as the runtime gives it. */
export function effectContext(effectId: string, signal: AbortSignal = new AbortController().signal): EffectContext {
  return { callSid: "CA00000000000000000000000000000001", effectId, signal, notify: () => undefined };
}

/** What every adapter of the port does, whoever the provider is. */
export function describePayments(
  name: string,
  open: () => Promise<PaymentsHarness>,
  options: { readonly skip?: string } = {},
): void {
  describe(`payments contract: ${name}`, { skip: options.skip ?? false }, () => {
    let harness: PaymentsHarness;
    before(async () => {
      harness = await open();
    });
    after(async () => {
      await harness?.close();
    });
    const order = (paymentMethodRef: string): ChargeSavedCard => ({
      orderId: `order-${randomUUID()}`,
      customerRef: harness.customerRef,
      paymentMethodRef,
      amountMinor: 2599,
      currency: "usd",
    });
    const newEffect = (): EffectContext => effectContext(`effect-${randomUUID()}`);

    test("a good card is charged, and the charge is found by its order at once", async () => {
      const input = order(harness.goodCardRef);
      const outcome = await harness.payments.chargeSavedCard(input, newEffect());
      assert.equal(outcome.status, "succeeded");
      const { charges } = await harness.payments.findCharges({ orderId: input.orderId }, newEffect());
      assert.deepEqual(charges, [
        {
          paymentRef: outcome.paymentRef,
          orderId: input.orderId,
          amountMinor: 2599,
          refundedMinor: 0,
          currency: "usd",
          status: "succeeded",
        },
      ]);
    });

    test("the same effect again charges once and gives the same reference", async () => {
      const input = order(harness.goodCardRef);
      const effect = newEffect();
      const first = await harness.payments.chargeSavedCard(input, effect);
      const second = await harness.payments.chargeSavedCard(input, effect);
      assert.equal(first.status, "succeeded");
      assert.equal(second.status, "succeeded");
      assert.equal(second.paymentRef, first.paymentRef);
      const { charges } = await harness.payments.findCharges({ orderId: input.orderId }, newEffect());
      assert.equal(charges.length, 1);
    });

    test("an effect id used again for another amount is not charged and is not reported as settled", async () => {
      const input = order(harness.goodCardRef);
      const effect = newEffect();
      await harness.payments.chargeSavedCard(input, effect);
      const second = await harness.payments.chargeSavedCard({ ...input, amountMinor: 9900 }, effect);
      assert.equal(second.status, "unknown");
      const { charges } = await harness.payments.findCharges({ orderId: input.orderId }, newEffect());
      assert.deepEqual(
        charges.map((charge) => charge.amountMinor),
        [2599],
      );
    });

    test("a decline says why, stays a decline for its effect, and another card pays the same order", async () => {
      const input = order(harness.insufficientFundsCardRef);
      const effect = newEffect();
      const declined = await harness.payments.chargeSavedCard(input, effect);
      assert.equal(declined.status, "declined");
      assert.equal(declined.declineCode, "insufficient_funds");
      const again = await harness.payments.chargeSavedCard(input, effect);
      assert.equal(again.status, "declined");
      const paid = await harness.payments.chargeSavedCard(
        { ...input, paymentMethodRef: harness.goodCardRef },
        newEffect(),
      );
      assert.equal(paid.status, "succeeded");
      const { charges } = await harness.payments.findCharges({ orderId: input.orderId }, newEffect());
      assert.equal(charges.filter((charge) => charge.status === "succeeded").length, 1);
    });

    test("a lost card is declined as lost", async () => {
      const outcome = await harness.payments.chargeSavedCard(order(harness.lostCardRef), newEffect());
      assert.equal(outcome.status, "declined");
      assert.equal(outcome.declineCode, "lost_card");
    });

    test("a card that needs its holder asks for authentication and names the payment to continue", async () => {
      const outcome = await harness.payments.chargeSavedCard(order(harness.authenticationCardRef), newEffect());
      assert.equal(outcome.status, "authenticationRequired");
      assert.notEqual(outcome.paymentRef, "");
    });

    test("a refund gives the money back once for its effect, and shows in the order's charges", async () => {
      const input = order(harness.goodCardRef);
      const outcome = await harness.payments.chargeSavedCard(input, newEffect());
      assert.equal(outcome.status, "succeeded");
      const effect = newEffect();
      const refund = { paymentRef: outcome.paymentRef, amountMinor: 1000, reason: "orderFailed" } as const;
      const first = await harness.payments.refund(refund, effect);
      const second = await harness.payments.refund(refund, effect);
      assert.deepEqual(second, first);
      const { charges } = await harness.payments.findCharges({ orderId: input.orderId }, newEffect());
      assert.equal(charges[0]?.refundedMinor, 1000);
    });

    test("the provider's books have every charge since a moment, declined ones too, and every refund", async () => {
      const sinceMs = Date.now();
      const paid = order(harness.goodCardRef);
      const declined = order(harness.insufficientFundsCardRef);
      const outcome = await harness.payments.chargeSavedCard(paid, newEffect());
      assert.equal(outcome.status, "succeeded");
      await harness.payments.chargeSavedCard(declined, newEffect());
      const { paymentRef } = outcome;
      const { refundRef } = await harness.payments.refund(
        { paymentRef, amountMinor: 700, reason: "requestedByCustomer" },
        newEffect(),
      );
      const { charges } = await harness.payments.listCharges({ sinceMs }, newEffect());
      const ours = charges.filter(({ orderId }) => orderId === paid.orderId || orderId === declined.orderId);
      assert.deepEqual(
        ours.map(({ orderId, amountMinor, refundedMinor, status }) => [orderId, amountMinor, refundedMinor, status]),
        [
          [declined.orderId, 2599, 0, "requires_payment_method"],
          [paid.orderId, 2599, 700, "succeeded"],
        ],
      );
      const { refunds } = await harness.payments.listRefunds({ sinceMs }, newEffect());
      const refund = refunds.find((each) => each.refundRef === refundRef);
      assert.deepEqual(refund, { refundRef, paymentRef, amountMinor: 700, currency: "usd", status: "succeeded" });
      const inAnHour = { sinceMs: sinceMs + 3_600_000 };
      assert.deepEqual((await harness.payments.listCharges(inAnHour, newEffect())).charges, []);
      assert.deepEqual((await harness.payments.listRefunds(inAnHour, newEffect())).refunds, []);
    });

    test("more than was paid cannot be refunded", async () => {
      const outcome = await harness.payments.chargeSavedCard(order(harness.goodCardRef), newEffect());
      assert.equal(outcome.status, "succeeded");
      const refund = { paymentRef: outcome.paymentRef, amountMinor: 2600, reason: "requestedByCustomer" } as const;
      await assert.rejects(harness.payments.refund(refund, newEffect()), {
        code: "VENDOR_REFUSED",
        isRetryable: false,
      });
    });

    test("a card that does not exist is refused with an error, for nothing was charged", async () => {
      const input = order("pm_that_does_not_exist");
      await assert.rejects(harness.payments.chargeSavedCard(input, newEffect()), { code: "VENDOR_REFUSED" });
    });

    test("amounts that are not whole numbers above 0 are refused before anything is sent", async () => {
      for (const amountMinor of [0, -1, 1.5, Number.NaN]) {
        const input = { ...order(harness.goodCardRef), amountMinor };
        await assert.rejects(harness.payments.chargeSavedCard(input, newEffect()), { code: "INVALID_INPUT" });
      }
    });

    test("an effect that was called off before it began is not sent", async () => {
      const input = order(harness.goodCardRef);
      const effect = effectContext(`effect-${randomUUID()}`, AbortSignal.abort());
      await assert.rejects(harness.payments.chargeSavedCard(input, effect), { code: "ABORTED" });
      const { charges } = await harness.payments.findCharges({ orderId: input.orderId }, newEffect());
      assert.deepEqual(charges, []);
    });

    test("an order that was never charged has no charges", async () => {
      const { charges } = await harness.payments.findCharges({ orderId: `order-${randomUUID()}` }, newEffect());
      assert.deepEqual(charges, []);
    });
  });
}
