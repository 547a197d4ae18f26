import { customerSettings, proofSettings } from "../../connectors/customers/settings.ts";
import { catalogueEmbeddingSettings } from "../../connectors/embeddings/settings.ts";
import { messagingSettings } from "../../connectors/messaging/settings.ts";
import { webhookSettings } from "../../connectors/payments/settings.ts";
import { postgresSettings } from "../../connectors/postgres/settings.ts";
import { flag, integer, type SettingsSpec, secret, text } from "../../runtime/settings.ts";

/** What an operator can set. */
export const settings = {
  maxQuantity: integer({
    doc: "Most pieces that one tool call may ask for; the shop's own limit may be lower",
    fallback: 20,
    min: 1,
    max: 10_000,
  }),
  maxPriceMinor: integer({
    doc: "Highest price that may be searched for, in minor units",
    fallback: 100_000_000,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  }),
  callerAttempts: integer({ doc: "Tries of an effect while the caller waits", fallback: 3, min: 1, max: 10 }),
  settleAttempts: integer({ doc: "Tries of an effect after money may have moved", fallback: 7, min: 1, max: 20 }),
  retryDelayMs: integer({
    doc: "Wait before the second try, in milliseconds; doubled before each further one",
    fallback: 200,
    min: 1,
    max: 10_000,
  }),
  riskPatienceMs: integer({
    doc: "How long what moves money or touches orders waits for the assessment of its risk before it is refused, in milliseconds; longer than the fraud stage needs to come back, shorter than PARTYLINE_CONVERSE_TOOL_TIMEOUT_MS",
    fallback: 2_500,
    min: 100,
    max: 10_000,
  }),
  quoteValidMs: integer({
    doc: "How long a quote and its reservation hold, in milliseconds",
    fallback: 600_000,
    min: 1_000,
    max: 86_400_000,
  }),
  housekeepingIntervalMs: integer({
    doc: "How often expired reservations are released and unsettled payments looked at, in milliseconds",
    fallback: 5_000,
    min: 100,
    max: 3_600_000,
  }),
  reconcilePendingMs: integer({
    doc: "Age from which a pending payment is asked for at the provider, in milliseconds; longer than a charge takes with its retries",
    fallback: 60_000,
    min: 1_000,
    max: 3_600_000,
  }),
  reconcileUnknownMs: integer({
    doc: "The same for a payment whose answer was lost, in milliseconds",
    fallback: 5_000,
    min: 100,
    max: 3_600_000,
  }),
  giveUpPaymentMs: integer({
    doc: "Age from which a payment without a charge at the provider is given up, in milliseconds",
    fallback: 300_000,
    min: 1_000,
    max: 86_400_000,
  }),
  paymentLinkMs: integer({
    doc: "How long an order waits for its payer's approval by the link that was sent, in milliseconds",
    fallback: 600_000,
    min: 5_000,
    max: 3_600_000,
  }),
  paymentLinkSendings: integer({
    doc: "How often the link of one order is sent at most, the first time included",
    fallback: 3,
    min: 1,
    max: 10,
  }),
  paymentPollMs: integer({
    doc: "How often a call looks whether its payer has paid, in milliseconds",
    fallback: 2_000,
    min: 100,
    max: 60_000,
  }),
  reclaimIntervalMs: integer({
    doc: "How often the provider's charges of the last hours are looked through for orders that were given up, in milliseconds",
    fallback: 600_000,
    min: 1_000,
    max: 86_400_000,
  }),
  searchCacheSeconds: integer({
    doc: "How long answers of searches are kept in Redis, in seconds; 0 to search each time. Prices and stock are read each time",
    fallback: 60,
    min: 0,
    max: 3_600,
  }),
  isSearchPersonal: flag({
    doc: "Whether what a caller has bought orders answers that fit equally well, once they have proven who they are",
    variable: "PERSONAL_SEARCH",
    fallback: true,
  }),
  searchConnections: integer({ doc: "Database connections for searching", fallback: 4, min: 1, max: 100 }),
  orderConnections: integer({ doc: "Database connections for orders", fallback: 6, min: 1, max: 100 }),
  stripeSecretKey: secret({ doc: "Stripe's secret key", variable: "STRIPE_SECRET_KEY" }),
  stripeApiBase: text({
    doc: "Address of Stripe's API, where it is not the vendor's own",
    variable: "STRIPE_API_BASE",
    fallback: "",
  }),
  ...webhookSettings,
  ...messagingSettings,
  ...customerSettings,
  ...proofSettings,
  ...postgresSettings,
  ...catalogueEmbeddingSettings,
} as const satisfies SettingsSpec;
