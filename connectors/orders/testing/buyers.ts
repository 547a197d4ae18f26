import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { contextOf } from "../../postgres/testing/test-database.ts";
import type { Charge, OrderKeeping, Orders } from "../port.ts";
import { reconcile } from "../reconciliation.ts";

/** Somebody on a call of their own who has proven who they are, with one card. They live where there is no tax. */
export type Buyer = { readonly callSid: string; readonly customerId: string; readonly cardId: string };

/** Proof of identity, as an order asks for it. */
export const proven = { isRequired: true, provenSinceMs: null };
/** No proof, as a quote needs none. */
export const anyone = { isRequired: false, provenSinceMs: null };

/** Buyers of the small shop, each on a call. `customerId` makes all of them one customer on several calls. */
export async function addBuyers(pool: pg.Pool, count: number, customerId?: string): Promise<readonly Buyer[]> {
  const buyers = Array.from({ length: count }, (_, index) => {
    const id = customerId ?? `buyer-${index}`;
    return { callSid: `call-of-${customerId ?? "buyer"}-${index}`, customerId: id, cardId: `${id}-card` };
  });
  for (const { callSid, customerId: id, cardId } of buyers) {
    await pool.query(
      `INSERT INTO customers (id, first_name, full_name, provider_ref) VALUES ($1, 'Bo', 'Bo Buyer', 'cus_' || $1) ON CONFLICT DO NOTHING`,
      [id],
    );
    await pool.query(
      `INSERT INTO addresses (id, customer_id, lines, city, state, postal_code, is_default)
       VALUES ($1 || '-home', $1, '1 Test Street', 'Town', 'OR', '00000', true) ON CONFLICT DO NOTHING`,
      [id],
    );
    await pool.query(
      `INSERT INTO cards (id, customer_id, brand, last4, payment_method_ref, is_default)
       VALUES ($2, $1, 'visa', '4242', 'pm_' || $1, true) ON CONFLICT DO NOTHING`,
      [id, cardId],
    );
    await pool.query(
      `INSERT INTO call_identities (call_sid, customer_id, proven_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING`,
      [callSid, id],
    );
  }
  return buyers;
}

let effects = 0;
/** A new effect on a call. */
export function on(callSid: string) {
  effects += 1;
  return contextOf(callSid, `buying-${process.pid}-${effects}`);
}

/** Asks for an order of a quote. */
export function beginOf(orders: Orders, buyer: Buyer, quote: { readonly quoteId: string; readonly quoteHash: string }) {
  const context = on(buyer.callSid);
  const { quoteId, quoteHash } = quote;
  const chargeKey = `${context.effectId}/charge`;
  return orders.begin({ quoteId, quoteHash, cardId: buyer.cardId, chargeKey, identity: proven }, context);
}

/** The charge of an order that has a card. */
export function ofCard(charge: Charge) {
  const { customerRef, paymentMethodRef } = charge;
  assert.ok(customerRef !== null && paymentMethodRef !== null, "the order has no card");
  return { ...charge, customerRef, paymentMethodRef };
}

/** Quote, order and payment, one after another, with a moment of thought in between. `bought`, or why not. */
export async function buy(orders: Orders & OrderKeeping, buyer: Buyer, productId: string, pauseMs = 0) {
  const quoted = await orders.quote({ lines: [{ productId, quantity: 1 }], identity: anyone }, on(buyer.callSid));
  if (quoted.status === "refused") return quoted.reason;
  if (pauseMs > 0) await sleep(pauseMs);
  const begun = await beginOf(orders, buyer, quoted.quote);
  if (begun.status === "refused") return begun.reason;
  const { orderNumber } = begun;
  const paid = await orders.markPaid({ orderNumber, paymentRef: `pi_${orderNumber}` }, on(buyer.callSid));
  return paid.status === "paid" ? ("bought" as const) : paid.status;
}

/** How often each answer came. */
export function tally(answers: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

/** Pieces of a product. */
export async function piecesOf(pool: pg.Pool, productId: string): Promise<unknown> {
  const { rows } = await pool.query<{ on_hand: number; reserved: number }>(
    "SELECT on_hand, reserved FROM products WHERE id = $1",
    [productId],
  );
  return rows[0];
}

/** That stock, orders and ledger agree with each other. */
export async function assertBooksAgree(pool: pg.Pool): Promise<void> {
  const { stock, money } = await reconcile(pool);
  assert.deepEqual([stock, money], [[], []]);
}
