import type { Config } from "../core.ts";

/** Settings as the tests count on them. */
export const config: Config = {
  maxQuantity: 20,
  maxPriceMinor: 1_000_000,
  callerAttempts: 2,
  settleAttempts: 3,
  retryDelayMs: 100,
  riskPatienceMs: 2_500,
  paymentLinkMs: 600_000,
  paymentPollMs: 2_000,
};
