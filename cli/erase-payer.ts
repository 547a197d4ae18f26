/** The payment provider's part of an erasure: what it keeps of a customer beside the payments that they made. */
import { createStripePayers } from "../connectors/payments/stripe-payers.ts";
import { NoProviderError, providerAddress } from "./payment-provider.ts";

/** What is to be told of it, and whether the provider still has the customer. */
export type PayerErasure = { readonly said: string; readonly isLeft: boolean };

const timeoutMs = 60_000;
const context = () => ({
  callSid: "",
  effectId: "erase",
  signal: AbortSignal.timeout(timeoutMs),
  notify: () => undefined,
});

/**
 * Deletes the customer at the payment provider, or with `isDryRun` only asks for them. `file` is what `npm start` wrote. Where no provider is configured, that is said, and the
 * customer is left. Rejects when the provider is away or refuses.
 */
export async function erasePayer(
  customerRef: string | null,
  file: string,
  isDryRun: boolean,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<PayerErasure> {
  if (customerRef === null) return { said: "Payment provider: knows no customer", isLeft: false };
  let address: Awaited<ReturnType<typeof providerAddress>>;
  try {
    address = await providerAddress(file, environment);
  } catch (error) {
    if (!(error instanceof NoProviderError)) throw error;
    const said = `Payment provider: none is configured (STRIPE_SECRET_KEY), so ${customerRef} has to be deleted there by hand`;
    return { said, isLeft: true };
  }
  const payers = createStripePayers(address);
  try {
    if (isDryRun) {
      const { isThere } = await payers.hasCustomer({ customerRef }, context());
      return { said: `Payment provider: ${isThere ? "1 customer" : "no customer"}`, isLeft: isThere };
    }
    const { status } = await payers.forgetCustomer({ customerRef }, context());
    const said = status === "deleted" ? "customer and saved cards deleted" : "customer was deleted before";
    return { said: `Payment provider: ${said}; asked again, it has none`, isLeft: false };
  } finally {
    payers.close();
  }
}
