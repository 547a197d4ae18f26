import type { EffectContext } from "../../runtime/effect.ts";
import { PartylineError } from "../../runtime/errors.ts";
import type { PaymentLinks } from "./port.ts";
import type { Attempted } from "./stripe-attempt.ts";
import { openStripeClient, type StripeClientOptions } from "./stripe-client.ts";

/** Settings of the pages. */
export type StripeLinksOptions = StripeClientOptions & {
  /** Where the payer's browser goes after paying. */
  readonly doneUrl: string;
};

/** The shortest life of a page that Stripe allows, and some more, since a link may be made a while after its end was fixed. */
const LONGER_SECONDS = 40 * 60;

/**
 * Payment links as Checkout Sessions in payment mode. The session's payment carries the order's number as the saved card's would, so reconciliation finds both. Stripe keeps a
 * session open for at least 30 minutes: `closeLink` ends it earlier. Source: https://docs.stripe.com/api/checkout/sessions
 */
export function createStripeLinks(options: StripeLinksOptions): PaymentLinks & { close(): void } {
  const { stripe, attempt, close } = openStripeClient(options);

  async function cancelIntent(paymentRef: string, { signal }: EffectContext): Promise<number> {
    try {
      const cancelled = answered(
        await attempt(signal, (timeout) => stripe.paymentIntents.cancel(paymentRef, {}, { timeout })),
      );
      return cancelled.vendorWaitMs;
    } catch (error) {
      if (!(error instanceof PartylineError) || error.code !== "VENDOR_REFUSED") throw error;
      const { value, vendorWaitMs } = answered(
        await attempt(signal, (timeout) => stripe.paymentIntents.retrieve(paymentRef, {}, { timeout })),
      );
      if (value.status === "canceled") return vendorWaitMs;
      throw new PartylineError("VENDOR_REFUSED", `the payment cannot be replaced: it is ${value.status}`);
    }
  }

  const read = async (linkRef: string, { signal }: EffectContext) =>
    answered(await attempt(signal, (timeout) => stripe.checkout.sessions.retrieve(linkRef, {}, { timeout })));

  return {
    async createLink(input, context) {
      if (!Number.isSafeInteger(input.amountMinor) || input.amountMinor <= 0)
        throw new PartylineError("INVALID_INPUT", "amountMinor must be a whole number above 0");
      const cancelMs = input.insteadOfRef === null ? 0 : await cancelIntent(input.insteadOfRef, context);
      const effectId = context.effectId.slice(0, 500);
      const { value, vendorWaitMs } = answered(
        await attempt(context.signal, (timeout) =>
          stripe.checkout.sessions.create(
            {
              mode: "payment",
              ...(input.customerRef === null ? {} : { customer: input.customerRef }),
              client_reference_id: input.orderId,
              allowed_payment_method_types: ["card"],
              // The payer pays what was read back to them, in the order's currency.
              adaptive_pricing: { enabled: false },
              expires_at: Math.floor(input.validUntilMs / 1000) + LONGER_SECONDS,
              success_url: options.doneUrl,
              line_items: [
                {
                  quantity: 1,
                  price_data: {
                    currency: input.currency,
                    unit_amount: input.amountMinor,
                    product_data: { name: `Order ${input.orderId}` },
                  },
                },
              ],
              payment_intent_data: { metadata: { orderId: input.orderId, callSid: context.callSid, effectId } },
            },
            { idempotencyKey: `link:${context.effectId}`.slice(0, 255), timeout },
          ),
        ),
      );
      if (value.url === null) throw new PartylineError("VENDOR_ANSWER_INVALID", "a page without an address");
      return { linkRef: value.id, url: value.url, vendorWaitMs: cancelMs + vendorWaitMs };
    },

    async findLink({ linkRef }, context) {
      const { value: session, vendorWaitMs } = await read(linkRef, context);
      return { url: session.status === "open" ? session.url : null, vendorWaitMs };
    },

    async closeLink({ linkRef }, context) {
      let vendorWaitMs = 0;
      for (let look = 1; look <= 2; look += 1) {
        const { value: session, vendorWaitMs: readMs } = await read(linkRef, context);
        vendorWaitMs += readMs;
        if (session.status === "expired") return { status: "closed", vendorWaitMs };
        if (session.status === "complete") {
          const intent = session.payment_intent;
          const paymentRef = typeof intent === "string" ? intent : (intent?.id ?? null);
          if (session.payment_status === "paid" && paymentRef !== null)
            return { status: "paid", paymentRef, vendorWaitMs };
          throw new PartylineError("VENDOR_ANSWER_INVALID", "the page is complete and not paid");
        }
        try {
          const expired = await attempt(context.signal, (timeout) =>
            stripe.checkout.sessions.expire(linkRef, {}, { timeout }),
          );
          return { status: "closed", vendorWaitMs: vendorWaitMs + answered(expired).vendorWaitMs };
        } catch (error) {
          // It was paid, or ran out, in this very moment: the next look tells which.
          if (!(error instanceof PartylineError) || error.code !== "VENDOR_REFUSED" || look === 2) throw error;
        }
      }
      throw new PartylineError("VENDOR_ANSWER_INVALID", "the page can be neither read nor closed");
    },

    close,
  };
}

/** The answer, or an error that says that the same request may be made again. */
function answered<Value>(attempted: Attempted<Value>): { readonly value: Value; readonly vendorWaitMs: number } {
  if (attempted.kind === "answered") return attempted;
  const { charge } = attempted;
  const reason = charge.status === "unknown" ? charge.reason : charge.status;
  if (reason === "aborted") throw new PartylineError("ABORTED", "called off while the vendor was waited for");
  const isRetryable = reason !== "idempotencyKeyReused";
  throw new PartylineError(isRetryable ? "VENDOR_UNAVAILABLE" : "VENDOR_REFUSED", `no usable answer: ${reason}`, {
    isRetryable,
  });
}
