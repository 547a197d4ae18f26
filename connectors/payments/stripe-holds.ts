import type { EffectContext } from "../../runtime/effect.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { judgeIntent } from "./charge-outcome.ts";
import type { Holds } from "./port.ts";
import { idempotencyKeyOf, offSessionPayment } from "./stripe.ts";
import { openStripeClient, type StripeClientOptions } from "./stripe-client.ts";
import { unreadable } from "./stripe-pages.ts";

/** Of an intent whose amount is held, and not taken. */
const heldStatus = "requires_capture";

/**
 * Held amounts as payment intents that are captured by hand. A bank lets an amount go after some days, and Stripe cancels the intent then. Source:
 * https://docs.stripe.com/payments/capture-later
 */
export function createStripeHolds(options: StripeClientOptions): Holds & { close(): void } {
  const { stripe, attempt, close } = openStripeClient(options);

  /**
   * Asks for the end of a hold, and where the request is refused, as it is for a hold that has ended, reads how it ended. Whatever is not clear then is thrown: it can be asked
   * for again.
   */
  async function end(
    paymentRef: string,
    { signal }: EffectContext,
    send: (timeout: number) => Promise<{ readonly status: string }>,
  ): Promise<{ readonly status: string; readonly vendorWaitMs: number }> {
    const asked = await attempt(signal, send).catch((error: unknown) => {
      if (error instanceof PartylineError && error.code === "VENDOR_REFUSED") return error;
      throw error;
    });
    if (!(asked instanceof PartylineError) && asked.kind === "answered")
      return { status: asked.value.status, vendorWaitMs: asked.vendorWaitMs };
    const read = await attempt(signal, (timeout) => stripe.paymentIntents.retrieve(paymentRef, {}, { timeout }));
    if (read.kind === "settled") throw unreadable(read.charge);
    const { status } = read.value;
    if (status !== heldStatus) return { status, vendorWaitMs: read.vendorWaitMs };
    throw asked instanceof PartylineError ? asked : unreadable(asked.charge);
  }

  return {
    async hold(input, context) {
      const params = { ...offSessionPayment(input, context), capture_method: "manual" as const };
      const idempotencyKey = idempotencyKeyOf("hold", context.effectId);
      const attempted = await attempt(context.signal, (timeout) =>
        stripe.paymentIntents.create(params, { idempotencyKey, timeout }),
      );
      const { vendorWaitMs } = attempted;
      if (attempted.kind === "answered" && attempted.value.status === heldStatus)
        return { status: "held", paymentRef: attempted.value.id, vendorWaitMs };
      const outcome =
        attempted.kind === "settled" ? attempted.charge : judgeIntent({ ...attempted.value, lastErrorCode: "" });
      // Nobody asked for the money to be taken at once.
      if (outcome.status === "succeeded") return { status: "unknown", reason: "taken", vendorWaitMs };
      return { ...outcome, vendorWaitMs };
    },

    async capture({ paymentRef, amountMinor }, context) {
      // Without a key: an amount can be taken but once, and a kept error would be replayed for a day.
      const { status, vendorWaitMs } = await end(paymentRef, context, (timeout) =>
        stripe.paymentIntents.capture(paymentRef, { amount_to_capture: amountMinor }, { timeout }),
      );
      if (status === "succeeded") return { status: "captured", vendorWaitMs };
      if (status === "canceled") return { status: "gone", vendorWaitMs };
      throw new PartylineError("VENDOR_ANSWER_INVALID", `a held amount that was taken is ${status}`);
    },

    async letGo({ paymentRef }, context) {
      const { status, vendorWaitMs } = await end(paymentRef, context, (timeout) =>
        stripe.paymentIntents.cancel(paymentRef, {}, { timeout }),
      );
      if (status === "canceled") return { status: "letGo", vendorWaitMs };
      if (status === "succeeded") return { status: "taken", vendorWaitMs };
      throw new PartylineError("VENDOR_ANSWER_INVALID", `a held amount that was let go is ${status}`);
    },

    close,
  };
}
