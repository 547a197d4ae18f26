import { z } from "zod";
import type { PaymentEvent } from "./port.ts";
import type { StripeEvent } from "./webhook.ts";

const currency = z.string().regex(/^[a-z]{3}$/);
const amount = z.int().min(1);
const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

const intent = z.object({
  id: z.string(),
  amount_received: amount,
  currency,
  metadata: z.object({ orderId: z.string() }),
});
const session = z.object({
  client_reference_id: z.string(),
  payment_status: z.string(),
  payment_intent: reference,
  amount_total: amount,
  currency,
});
const dispute = z.object({
  id: z.string(),
  payment_intent: reference.nullish(),
  amount,
  currency,
  reason: z.string(),
  status: z.string(),
});

/** A genuine event as the shop understands it; null for one that says nothing to it: another type, or a payment that is not of an order. https://docs.stripe.com/api/events/types */
export function readStripeEvent(event: StripeEvent): PaymentEvent | null {
  const { id, type, object } = event;
  const about = { id, type, createdAtMs: event.createdSeconds * 1000 };
  switch (type) {
    case "payment_intent.succeeded": {
      const paid = intent.safeParse(object);
      if (!paid.success) return null;
      const { metadata, amount_received: amountMinor } = paid.data;
      return {
        ...about,
        kind: "paid",
        orderId: metadata.orderId,
        paymentRef: paid.data.id,
        amountMinor,
        currency: paid.data.currency.toUpperCase(),
      };
    }
    case "checkout.session.completed": {
      const paid = session.safeParse(object);
      if (!paid.success || paid.data.payment_status !== "paid") return null;
      return {
        ...about,
        kind: "paid",
        orderId: paid.data.client_reference_id,
        paymentRef: paid.data.payment_intent,
        amountMinor: paid.data.amount_total,
        currency: paid.data.currency.toUpperCase(),
      };
    }
    case "charge.dispute.created":
    case "charge.dispute.closed": {
      const read = dispute.safeParse(object);
      if (!read.success) return null;
      const { status, reason } = read.data;
      const isClosed = type === "charge.dispute.closed";
      return {
        ...about,
        kind: "disputed",
        disputeRef: read.data.id,
        paymentRef: read.data.payment_intent ?? null,
        amountMinor: read.data.amount,
        currency: read.data.currency.toUpperCase(),
        reason,
        status,
        // https://docs.stripe.com/disputes/how-disputes-work: an inquiry, or early warning, takes nothing unless it becomes a dispute.
        isMoneyHeld: !status.startsWith("warning_"),
        end: isClosed ? (status === "lost" ? "lost" : "won") : null,
      };
    }
    default:
      return null;
  }
}
