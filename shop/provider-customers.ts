import Stripe from "stripe";
import { PartylineError } from "../runtime/errors.ts";
import type { Customer } from "./shop-files.ts";

/** Where customers are made known. */
export type Provider = {
  readonly apiKey: string;
  /** Address of the API; the provider's own if empty. */
  readonly baseUrl: string;
};

/**
 * Makes the shop's customers known to the payment provider and gives its name for each, by our id. A run that is repeated within a day makes no second customer.
 * Meant for test customers: with a live key it refuses (INVALID_INPUT), since the shop's cards are Stripe's published test cards.
 */
export async function provideCustomers(
  customers: readonly Customer[],
  { apiKey, baseUrl }: Provider,
): Promise<ReadonlyMap<string, string>> {
  if (!apiKey.startsWith("sk_test_"))
    throw new PartylineError(
      "INVALID_INPUT",
      "the shop's customers are test data: they need a key that begins with sk_test_",
    );
  const stripe = new Stripe(apiKey, { maxNetworkRetries: 2, timeout: 10_000, telemetry: false, ...addressOf(baseUrl) });
  const refs = new Map<string, string>();
  for (const { id, name } of customers) {
    const created = await stripe.customers.create(
      { name, metadata: { customerId: id } },
      { idempotencyKey: `partyline-shop-customer-${id}` },
    );
    refs.set(id, created.id);
  }
  return refs;
}

/**
 * Makes the payments of the customers' past orders, and gives the provider's name for each, by order number. A run that is repeated within a day charges nothing
 * twice. Only orders that say which card paid are paid for.
 */
export async function providePayments(
  customers: readonly Customer[],
  customerRefs: ReadonlyMap<string, string>,
  { apiKey, baseUrl }: Provider,
): Promise<ReadonlyMap<string, string>> {
  const stripe = new Stripe(apiKey, { maxNetworkRetries: 2, timeout: 10_000, telemetry: false, ...addressOf(baseUrl) });
  const refs = new Map<string, string>();
  for (const { id, savedCards, orders } of customers) {
    for (const { number, totalMinor, currency, paidWith } of orders) {
      const card = savedCards.find((saved) => saved.id === paidWith);
      const customer = customerRefs.get(id);
      if (card === undefined || customer === undefined) continue;
      const paid = await stripe.paymentIntents.create(
        {
          amount: totalMinor,
          currency: currency.toLowerCase(),
          customer,
          payment_method: card.providerPaymentMethod,
          allowed_payment_method_types: ["card"],
          off_session: true,
          confirm: true,
          metadata: { orderId: number },
        },
        { idempotencyKey: `partyline-shop-order-${number}` },
      );
      refs.set(number, paid.id);
    }
  }
  return refs;
}

function addressOf(baseUrl: string): Stripe.StripeConfig {
  if (baseUrl === "") return {};
  const { protocol, hostname, port } = new URL(baseUrl);
  const isPlain = protocol === "http:";
  return {
    host: hostname,
    port: port === "" ? (isPlain ? 80 : 443) : Number(port),
    protocol: isPlain ? "http" : "https",
  };
}
