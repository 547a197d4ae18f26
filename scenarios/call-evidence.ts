/** Reads what a call left behind in the shop's database and at the simulated payment provider. */
import { z } from "zod";
import type { ChangeSeen, ChargeSeen, OrderSeen } from "./expectations.ts";

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
      captured: z.boolean(),
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

/** Pieces that are still reserved for a call. */
export async function heldPiecesOf(callSid: string, query: ShopQuery): Promise<number> {
  const [row] = await query(
    "SELECT coalesce(sum(quantity), 0)::int AS pieces FROM reservations WHERE call_sid = $1 AND status IN ('held', 'converted')",
    [callSid],
  );
  return Number(row?.pieces ?? 0);
}

/** The charges that were made for a call, oldest first, declined ones included. `stripeControl` is the simulator's control URL. */
export async function chargesOf(callSid: string, stripeControl: string): Promise<readonly ChargeSeen[]> {
  const all = await allCharges(stripeControl);
  return all
    .filter(({ metadata }) => metadata.callSid === callSid)
    .toSorted((a, b) => a.created - b.created)
    .map((charge) => ({
      paymentRef: charge.payment_intent,
      orderNumber: charge.metadata.orderId ?? null,
      amountMinor: charge.amount,
      currency: charge.currency.toUpperCase(),
      status: charge.status === "succeeded" && !charge.captured ? "held" : charge.status,
      last4: charge.payment_method_details.card.last4,
      refundedMinor: charge.amount_refunded,
    }));
}

async function allCharges(stripeControl: string): Promise<z.infer<typeof charges>["charges"]> {
  const response = await fetch(new URL("/_control/charges", stripeControl), { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`the simulated payment provider answered ${response.status}`);
  return charges.parse(await response.json()).charges;
}

const changeRow = z.object({
  number: z.string(),
  status: z.string(),
  totalMinor: z.coerce.number(),
  shipTo: z.string().nullable(),
  lines: z.array(z.object({ productId: z.string(), quantity: z.number() })),
  request: z
    .object({ kind: z.string(), productIds: z.array(z.string()), newProductIds: z.array(z.string()).nullable() })
    .transform((request) => ({ ...request, newProductIds: request.newProductIds ?? [] }))
    .nullable(),
  movements: z.array(z.object({ kind: z.string(), amountMinor: z.number(), last4: z.string() })).nullable(),
  dueCount: z.coerce.number(),
});

/** The orders of earlier calls that were changed on a call, with what the simulated provider has for each; none of it without a provider. */
export async function changedOrdersOf(
  callSid: string,
  query: ShopQuery,
  stripeControl: string | undefined,
): Promise<readonly ChangeSeen[]> {
  const rows = await query(
    `SELECT o.number, o.status, o.total_minor AS "totalMinor",
       o.ship_to_line1 || ', ' || o.ship_to_city || ', ' || o.ship_to_state || ' ' || o.ship_to_postal_code AS "shipTo",
       (SELECT json_agg(json_build_object('productId', l.product_id, 'quantity', l.quantity) ORDER BY l.line) FROM order_lines l
         WHERE l.order_number = o.number) AS lines,
       (SELECT json_build_object('kind', r.kind, 'productIds', r.product_ids, 'newProductIds', r.new_product_ids) FROM order_requests r
         WHERE r.order_number = o.number) AS request,
       (SELECT json_agg(json_build_object('kind', m.kind, 'amountMinor', m.amount_minor, 'last4', coalesce(c.last4, '')) ORDER BY m.position)
         FROM order_movements m LEFT JOIN cards c ON c.id = m.method_id WHERE m.order_number = o.number) AS movements,
       (SELECT count(*)::int FROM order_movements m WHERE m.order_number = o.number AND m.settlement = 'due') AS "dueCount"
     FROM orders o WHERE coalesce(o.call_sid, '') <> $1
       AND EXISTS (SELECT 1 FROM order_operations p WHERE p.order_number = o.number AND p.call_sid = $1) ORDER BY o.number`,
    [callSid],
  );
  if (rows.length === 0) return [];
  const all = stripeControl === undefined ? [] : await allCharges(stripeControl);
  return rows.map((row) => {
    const changed = changeRow.parse(row);
    const chargedMinor = all
      .filter(({ status, metadata }) => status === "succeeded" && metadata.orderId === changed.number)
      .reduce((sum, { amount, amount_refunded: refunded }) => sum + amount - refunded, 0);
    return { ...changed, movements: changed.movements ?? [], chargedMinor };
  });
}
