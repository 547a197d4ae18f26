import Stripe from "stripe";
import type { EffectContext } from "../../runtime/effect.ts";
import type { PayerRecords } from "./port.ts";
import { openStripeClient, type StripeClientOptions } from "./stripe-client.ts";
import { unreadable } from "./stripe-pages.ts";

/**
 * Customers as Stripe keeps them. Deleting one cannot be undone; saved cards go with it, payments that were made stay.
 * Source: https://docs.stripe.com/api/customers/delete
 */
export function createStripePayers(options: StripeClientOptions): PayerRecords & { close(): void } {
  const { stripe, attempt, close } = openStripeClient(options);

  /** Whether Stripe has the customer and has not deleted it. */
  async function isThere(customerRef: string, { signal }: EffectContext): Promise<boolean> {
    const found = await attempt(signal, (timeout) =>
      stripe.customers.retrieve(customerRef, {}, { timeout }).catch(nullIfMissing),
    );
    if (found.kind === "settled") throw unreadable(found.charge);
    return found.value !== null && found.value.deleted !== true;
  }

  return {
    async hasCustomer({ customerRef }, context) {
      return { isThere: await isThere(customerRef, context) };
    },

    async forgetCustomer({ customerRef }, context) {
      if (!(await isThere(customerRef, context))) return { status: "gone" };
      // A deletion whose answer was lost is done again, and finds nothing.
      const deleted = await attempt(context.signal, (timeout) =>
        stripe.customers.del(customerRef, {}, { timeout }).catch(nullIfMissing),
      );
      if (deleted.kind === "settled" || (await isThere(customerRef, context)))
        throw unreadable({ status: "unknown", reason: "the customer may still be there" });
      return { status: "deleted" };
    },

    close,
  };
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "resource_missing") return null;
  throw error;
}
