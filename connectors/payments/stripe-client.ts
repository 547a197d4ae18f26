import http from "node:http";
import https from "node:https";
import Stripe from "stripe";
import { createStripeAttempt, type StripeAttempt } from "./stripe-attempt.ts";

/** Settings that every use of Stripe's API has. */
export type StripeClientOptions = {
  readonly apiKey: string;
  /** Where the API is; the vendor's own address if absent. */
  readonly baseUrl?: string;
  /** Bound of one attempt, 8000 if absent. */
  readonly attemptTimeoutMs?: number;
  /** Bound of a whole effect with its retries, 20000 if absent. */
  readonly deadlineMs?: number;
  /** First pause before a retry; doubles each time and varies by half. 200 if absent. */
  readonly retryPauseMs?: number;
  /** Connections at once, 16 if absent. */
  readonly maxSockets?: number;
};

/** The SDK with its own retries off, connections of its own, and the attempt loop that decides about retries instead. */
export function openStripeClient(options: StripeClientOptions): {
  readonly stripe: Stripe;
  readonly attempt: StripeAttempt;
  close(): void;
} {
  const { attemptTimeoutMs = 8_000, deadlineMs = 20_000, retryPauseMs = 200, maxSockets = 16 } = options;
  const base = options.baseUrl === undefined ? undefined : new URL(options.baseUrl);
  const isPlain = base?.protocol === "http:";
  const agentOptions = { keepAlive: true, maxSockets };
  const agent = isPlain ? new http.Agent(agentOptions) : new https.Agent(agentOptions);
  const port = base === undefined || base.port === "" ? (isPlain ? 80 : 443) : Number(base.port);
  const stripe = new Stripe(options.apiKey, {
    // Retries are decided by the outcome table. The SDK still repeats once, with the same key, when a connection is reset.
    maxNetworkRetries: 0,
    timeout: attemptTimeoutMs,
    telemetry: false,
    httpAgent: agent,
    ...(base === undefined ? {} : { host: base.hostname, port, protocol: isPlain ? "http" : "https" }),
  });
  const attempt = createStripeAttempt({ attemptTimeoutMs, deadlineMs, retryPauseMs });
  return { stripe, attempt, close: () => agent.destroy() };
}
