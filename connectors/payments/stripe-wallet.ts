import { PartylineError } from "../../runtime/errors.ts";
import type { Wallet } from "./port.ts";
import { openStripeClient, type StripeClientOptions } from "./stripe-client.ts";
import { unreadable } from "./stripe-pages.ts";

const methodShape = /^pm_\w{1,97}$/;

/**
 * Customers' cards as Stripe's PaymentMethods. Attaching asks the card's bank; a card that is the customer's already is attached without another question.
 * Source: https://docs.stripe.com/api/payment_methods/attach
 */
export function createStripeWallet(options: StripeClientOptions): Wallet & { close(): void } {
  const { stripe, attempt, close } = openStripeClient(options);
  return {
    async attachCard({ customerRef, paymentMethodRef }, context) {
      // What is no name of a card at this provider is not asked for.
      if (!methodShape.test(paymentMethodRef)) return { status: "unknownCard", vendorWaitMs: 0 };
      const idempotencyKey = `attach:${context.effectId}`.slice(0, 255);
      const startedAt = performance.now();
      try {
        const attempted = await attempt(context.signal, (timeout) =>
          stripe.paymentMethods.attach(paymentMethodRef, { customer: customerRef }, { idempotencyKey, timeout }),
        );
        const { vendorWaitMs } = attempted;
        if (attempted.kind === "settled") {
          const { status } = attempted.charge;
          if (status === "declined" || status === "authenticationRequired") return { status: "declined", vendorWaitMs };
          // Attaching moves no money and may be repeated.
          throw unreadable(attempted.charge);
        }
        const { card } = attempted.value;
        if (card === null || card === undefined) return { status: "unknownCard", vendorWaitMs };
        const { brand, last4, exp_month: expiryMonth, exp_year: expiryYear } = card;
        return { status: "attached", brand, last4, expiryMonth, expiryYear, vendorWaitMs };
      } catch (error) {
        // 400 and 404: there is no such card, or it is another customer's.
        if (!(error instanceof PartylineError) || error.code !== "VENDOR_REFUSED") throw error;
        return { status: "unknownCard", vendorWaitMs: performance.now() - startedAt };
      }
    },

    close,
  };
}
