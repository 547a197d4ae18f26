import { createHash } from "node:crypto";
import Stripe from "stripe";
import type { EffectContext } from "../../runtime/effect.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { judgeIntent } from "./charge-outcome.ts";
import type { ChargeSavedCard, PaymentBooks, Payments, ProviderCharge, ProviderRefund } from "./port.ts";
import { openStripeClient, type StripeClientOptions } from "./stripe-client.ts";
import { pageAfter, pageSize, readPages, type StripePage, unreadable } from "./stripe-pages.ts";

/** Settings of the Stripe adapter. */
export type StripeOptions = StripeClientOptions & {
  /** Effects under way at once; one more is refused at once. 64 if absent. */
  readonly maxInFlight?: number;
  /** How far back the strongly consistent list is read when charges are looked for, 900 if absent. */
  readonly recentSeconds?: number;
};

/** The adapter: the ports, and what a worker needs to look after it. */
export type StripePayments = Payments &
  PaymentBooks & {
    /** Opens a connection before it is needed. Says whether the vendor answered; never throws. */
    prewarm(): Promise<boolean>;
    /** Lets what is under way finish (at most `deadlineMs`) and refuses more. */
    close(): Promise<void>;
  };

const maxPages = 20;
const prewarmTimeoutMs = 3000;
/** 100,000 items: the books of a month or more. */
const maxBookPages = 1000;
const orderIdShape = /^[\w.:-]{1,100}$/;

/** The idempotency key of an effect: the same after a redelivery or a crash, at most 255 characters. */
export function idempotencyKeyOf(kind: "charge" | "hold" | "refund", effectId: string): string {
  const plain = `${kind}:${effectId}`;
  return plain.length <= 200 ? plain : `${kind}:${createHash("sha256").update(effectId).digest("hex")}`;
}

function metadataOf(context: EffectContext, more: Record<string, string>): Record<string, string> {
  return { ...more, callSid: context.callSid, effectId: context.effectId.slice(0, 500) };
}

/** A payment with a saved card whose owner is not there. Throws INVALID_INPUT. */
export function offSessionPayment(input: ChargeSavedCard, context: EffectContext): Stripe.PaymentIntentCreateParams {
  if (!Number.isSafeInteger(input.amountMinor) || input.amountMinor <= 0)
    throw new PartylineError("INVALID_INPUT", "amountMinor must be a whole number above 0");
  if (!orderIdShape.test(input.orderId)) throw new PartylineError("INVALID_INPUT", "orderId is malformed");
  return {
    amount: input.amountMinor,
    currency: input.currency,
    customer: input.customerRef,
    payment_method: input.paymentMethodRef,
    allowed_payment_method_types: ["card"],
    off_session: true,
    confirm: true,
    metadata: metadataOf(context, { orderId: input.orderId }),
  };
}

function toProviderCharge(intent: Stripe.PaymentIntent): ProviderCharge {
  const charge = typeof intent.latest_charge === "object" ? intent.latest_charge : null;
  return {
    paymentRef: intent.id,
    orderId: intent.metadata.orderId ?? null,
    amountMinor: intent.amount,
    refundedMinor: charge?.amount_refunded ?? 0,
    currency: intent.currency,
    status: intent.status,
  };
}

function toProviderRefund(refund: Stripe.Refund): ProviderRefund {
  const intent = refund.payment_intent;
  return {
    refundRef: refund.id,
    paymentRef: typeof intent === "string" ? intent : (intent?.id ?? ""),
    amountMinor: refund.amount,
    currency: refund.currency,
    status: refund.status ?? "unknown",
  };
}

const since = (sinceMs: number) => ({ created: { gte: Math.floor(sinceMs / 1000) }, limit: pageSize });
const behind = (after: string | undefined) => (after === undefined ? {} : { starting_after: after });

/**
 * Payments through Stripe's API v1. A thrown error means that no money moved; an outcome that is not known is returned as `unknown`. The vendor keeps
 * a key for at least 24 hours, so an effect may be repeated with its id within that time; later it must be reconciled instead.
 */
export function createStripePayments(options: StripeOptions): StripePayments {
  const { maxInFlight = 64, recentSeconds = 900 } = options;
  const { stripe, attempt, close } = openStripeClient({ ...options, maxSockets: maxInFlight });
  const inFlight = new Set<Promise<unknown>>();
  let isClosed = false;

  async function guarded<Value>(work: () => Promise<Value>): Promise<Value> {
    if (isClosed) throw new PartylineError("ABORTED", "the adapter is closed");
    if (inFlight.size >= maxInFlight)
      throw new PartylineError("QUEUE_FULL", `${maxInFlight} payment effects are under way`, { isRetryable: true });
    const running = work();
    inFlight.add(running);
    try {
      return await running;
    } finally {
      inFlight.delete(running);
    }
  }

  /** Intents of an order among those of a list. */
  async function readAll(
    signal: AbortSignal,
    orderId: string,
    page: (after: string | undefined, timeoutMs: number) => Promise<StripePage<Stripe.PaymentIntent>>,
    found: Map<string, ProviderCharge>,
  ): Promise<void> {
    const take = (intent: Stripe.PaymentIntent): void => {
      if (intent.metadata.orderId === orderId) found.set(intent.id, toProviderCharge(intent));
    };
    await readPages(attempt, signal, page, take, maxPages);
  }

  return {
    chargeSavedCard: (input, context) =>
      guarded(async () => {
        const params = offSessionPayment(input, context);
        const idempotencyKey = idempotencyKeyOf("charge", context.effectId);
        const attempted = await attempt(context.signal, (timeout) =>
          stripe.paymentIntents.create(params, { idempotencyKey, timeout }),
        );
        const { vendorWaitMs } = attempted;
        if (attempted.kind === "settled") return { ...attempted.charge, vendorWaitMs };
        const { id, status, last_payment_error: lastError } = attempted.value;
        const lastErrorCode = lastError?.decline_code ?? lastError?.code ?? "";
        return { ...judgeIntent({ id, status, lastErrorCode }), vendorWaitMs };
      }),

    refund: (input, context) =>
      guarded(async () => {
        if (!Number.isSafeInteger(input.amountMinor) || input.amountMinor <= 0)
          throw new PartylineError("INVALID_INPUT", "amountMinor must be a whole number above 0");
        const idempotencyKey = idempotencyKeyOf("refund", context.effectId);
        const attempted = await attempt(context.signal, (timeout) =>
          stripe.refunds.create(
            {
              payment_intent: input.paymentRef,
              amount: input.amountMinor,
              metadata: metadataOf(context, { reason: input.reason }),
              ...(input.reason === "requestedByCustomer" ? { reason: "requested_by_customer" } : {}),
            },
            { idempotencyKey, timeout },
          ),
        );
        // The key makes it safe to ask again, so an unknown refund is a retryable error.
        if (attempted.kind === "settled") throw unreadable(attempted.charge);
        const { id, status } = attempted.value;
        if (status === "failed" || status === "canceled")
          throw new PartylineError("VENDOR_REFUSED", `the refund ended as ${status}`);
        return { refundRef: id };
      }),

    findCharges: (input, context) =>
      guarded(async () => {
        if (!orderIdShape.test(input.orderId)) throw new PartylineError("INVALID_INPUT", "orderId is malformed");
        const found = new Map<string, ProviderCharge>();
        const expand = ["data.latest_charge"];
        // Search knows everything but the last minute or so; the list knows everything at once but cannot filter by metadata. The newer view wins.
        const query = `metadata['orderId']:'${input.orderId}'`;
        await readAll(
          context.signal,
          input.orderId,
          async (page, timeout) => {
            const params = { query, limit: pageSize, expand, ...(page === undefined ? {} : { page }) };
            const result = await stripe.paymentIntents.search(params, { timeout });
            return { data: result.data, ...(result.next_page === null ? {} : { next: result.next_page }) };
          },
          found,
        );
        const gte = Math.floor(Date.now() / 1000) - recentSeconds;
        await readAll(
          context.signal,
          input.orderId,
          async (after, timeout) => {
            const params = { created: { gte }, limit: pageSize, expand };
            const list = await stripe.paymentIntents.list(
              after === undefined ? params : { ...params, starting_after: after },
              { timeout },
            );
            return pageAfter(list);
          },
          found,
        );
        return { charges: [...found.values()] };
      }),

    listCharges: ({ sinceMs }, context) =>
      guarded(async () => {
        const charges: ProviderCharge[] = [];
        const params = { ...since(sinceMs), expand: ["data.latest_charge"] };
        await readPages(
          attempt,
          context.signal,
          async (after, timeout) =>
            pageAfter(await stripe.paymentIntents.list({ ...params, ...behind(after) }, { timeout })),
          (intent) => charges.push(toProviderCharge(intent)),
          maxBookPages,
        );
        return { charges };
      }),

    listRefunds: ({ sinceMs }, context) =>
      guarded(async () => {
        const refunds: ProviderRefund[] = [];
        await readPages(
          attempt,
          context.signal,
          async (after, timeout) =>
            pageAfter(await stripe.refunds.list({ ...since(sinceMs), ...behind(after) }, { timeout })),
          (refund) => refunds.push(toProviderRefund(refund)),
          maxBookPages,
        );
        return { refunds };
      }),

    async prewarm() {
      if (isClosed) return false;
      try {
        await stripe.paymentIntents.list({ limit: 1 }, { timeout: prewarmTimeoutMs });
        return true;
      } catch (error) {
        return error instanceof Stripe.errors.StripeError && error.statusCode !== undefined;
      }
    },

    async close() {
      isClosed = true;
      await Promise.allSettled(inFlight);
      close();
    },
  };
}
