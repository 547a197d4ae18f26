/** Reads what a call left behind in the shop's database and at the simulated payment provider. */
import { z } from "zod";
import type { ChargeSeen, OrderSeen } from "./expectations.ts";

/** Runs a query on the shop's database. */
export type ShopQuery = (sql: string, values: readonly string[]) => Promise<readonly Record<string, unknown>[]>;

const orderRow = z.object({
  number: z.string(),
  customerId: z.string(),
  status: z.string(),
  totalMinor: z.coerce.number(),
  currency: z.string(),
  paymentStatus: z.string().nullable(),
  paymentRef: z.string().nullable(),
  lines: z.array(z.object({ productId: z.string(), spokenName: z.string(), quantity: z.number() })),
});

const charges = z.object({
  charges: z.array(
    z.object({
      created: z.number(),
      amount: z.number(),
      amount_refunded: z.number(),
      currency: z.string(),
      customer: z.string().nullable(),
      status: z.string(),
      payment_intent: z.string(),
      payment_method_details: z.object({ card: z.object({ last4: z.string() }) }),
      metadata: z.record(z.string(), z.string()),
    }),
  ),
});

/** The orders of a call, oldest first, those whose payment failed included. */
export async function ordersOf(callSid: string, query: ShopQuery): Promise<readonly OrderSeen[]> {
  const rows = await query(
    `SELECT o.number, o.customer_id AS "customerId", o.status, o.total_minor AS "totalMinor", o.currency, p.status AS "paymentStatus",
       p.provider_ref AS "paymentRef",
       (SELECT json_agg(json_build_object('productId', l.product_id, 'spokenName', l.spoken_name, 'quantity', l.quantity) ORDER BY l.line) FROM order_lines l
         WHERE l.order_number = o.number) AS lines
     FROM orders o LEFT JOIN payments p ON p.order_number = o.number WHERE o.call_sid = $1 ORDER BY o.placed_at, o.number`,
    [callSid],
  );
  return rows.map((row) => orderRow.parse(row));
}

/** The charges that were made for a call, oldest first, declined ones included. `stripeControl` is the simulator's control URL. */
export async function chargesOf(callSid: string, stripeControl: string): Promise<readonly ChargeSeen[]> {
  const response = await fetch(new URL("/_control/charges", stripeControl), { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`the simulated payment provider answered ${response.status}`);
  return charges
    .parse(await response.json())
    .charges.filter(({ metadata }) => metadata.callSid === callSid)
    .toSorted((a, b) => a.created - b.created)
    .map((charge) => ({
      paymentRef: charge.payment_intent,
      orderNumber: charge.metadata.orderId ?? null,
      amountMinor: charge.amount,
      currency: charge.currency.toUpperCase(),
      status: charge.status,
      last4: charge.payment_method_details.card.last4,
      refundedMinor: charge.amount_refunded,
    }));
}
