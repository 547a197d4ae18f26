import type { SettingsOf } from "../../runtime/settings.ts";
import type { Holds, PaymentEvent, PaymentLinks, Wallet } from "./port.ts";
import type { webhookSettings } from "./settings.ts";
import { createStripePayments, type StripePayments } from "./stripe.ts";
import { createStripeHolds } from "./stripe-holds.ts";
import { createStripeLinks } from "./stripe-links.ts";
import { createStripeWallet } from "./stripe-wallet.ts";
import { type Receiver, startWebhookServer, stripeReceiver } from "./webhook-server.ts";

type Config = SettingsOf<typeof webhookSettings> & {
  readonly stripeSecretKey: string;
  /** Empty for the vendor's own. */
  readonly stripeApiBase: string;
};
type Log = { warn(fields: object, message: string): void };

/** Everything of Stripe that a worker uses. */
export type OpenStripe = {
  readonly payments: StripePayments;
  readonly holds: Holds;
  readonly links: PaymentLinks;
  readonly wallet: Wallet;
  /** Whether payers can be sent to a page, and their payment is told. */
  readonly areLinksOffered: boolean;
  /** Serves Stripe's deliveries and whatever else is told from outside; nothing where there is no secret to know Stripe by. */
  listen(given: {
    /** By path. */
    readonly receivers: Readonly<Record<string, Receiver>>;
    onEvent(event: PaymentEvent): Promise<unknown>;
    readonly log: Log;
  }): Promise<{ readonly port: number | null; close(): Promise<void> }>;
  close(): Promise<void>;
};

/** Opens the payment provider. */
export function openStripe(config: Config): OpenStripe {
  const address = config.stripeApiBase === "" ? {} : { baseUrl: config.stripeApiBase };
  const payments = createStripePayments({ apiKey: config.stripeSecretKey, ...address });
  const holds = createStripeHolds({ apiKey: config.stripeSecretKey, ...address });
  const links = createStripeLinks({ apiKey: config.stripeSecretKey, doneUrl: config.paymentDoneUrl, ...address });
  const wallet = createStripeWallet({ apiKey: config.stripeSecretKey, ...address });
  const secrets = config.stripeWebhookSecret.split(",").filter((secret) => secret !== "");
  return {
    payments,
    holds,
    links,
    wallet,
    areLinksOffered: secrets.length > 0 && config.paymentDoneUrl !== "",
    async listen({ receivers, onEvent, log }) {
      if (secrets.length === 0) return { port: null, close: async () => undefined };
      const stripe = stripeReceiver({ secrets, onEvent: async (event) => void (await onEvent(event)) });
      return await startWebhookServer({
        host: config.webhookHost,
        port: config.webhookPort,
        receivers: { "/stripe/webhook": stripe, ...receivers },
        onFailure: (path, error) =>
          log.warn({ code: "DATABASE_FAILED", path, error: String(error) }, "a delivery could not be kept"),
      });
    },
    async close() {
      await payments.close();
      holds.close();
      links.close();
      wallet.close();
    },
  };
}
