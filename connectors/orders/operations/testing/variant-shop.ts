import assert from "node:assert/strict";
import type pg from "pg";
import { resetSmallShop } from "../../../postgres/testing/small-shop.ts";
import { contextOf } from "../../../postgres/testing/test-database.ts";
import type { Orders } from "../../port.ts";

/** The small shop, in which the kettle for 30.00 also comes large, for 40.00, two pieces of it; under the standard rules, without gift cards. */
export async function resetVariantShop(pool: pg.Pool): Promise<void> {
  await pool.query("DELETE FROM payment_methods; UPDATE shop SET order_rules = NULL");
  await resetSmallShop(pool);
  await pool.query(
    `INSERT INTO product_types (id, name, position) VALUES ('kettles', 'Kettle', 1), ('clocks', 'Clock', 2) ON CONFLICT DO NOTHING;
     INSERT INTO products (id, title, spoken_name, description, category, aliases, attributes, attributes_text, price_minor, currency, rating,
       review_count, on_hand, position)
     VALUES ('kettle-large', 'Large kettle', 'large kettle', '', 'kitchen', '', '{"colour": "red", "size": "large"}', '', 4000, 'USD', 4, 1, 2, 9);
     UPDATE products SET type_id = 'kettles' WHERE id LIKE 'kettle%';
     UPDATE products SET type_id = 'clocks' WHERE id = 'clock'`,
  );
}

/** Says that the caller of a call is a customer. Ana pays no tax. */
export async function proveCaller(pool: pg.Pool, callSid: string, customerId: string): Promise<void> {
  await pool.query(
    "INSERT INTO call_identities (call_sid, customer_id, proven_at) VALUES ($1, $2, now()) ON CONFLICT (call_sid) DO NOTHING",
    [callSid, customerId],
  );
}

/** An order of two kettles for 60.00 that Ana placed on a call and paid with her first card. Gives its number. */
export async function placePaidOrder(pool: pg.Pool, orders: Orders, callSid: string): Promise<string> {
  const identity = { isRequired: true, provenSinceMs: null };
  const on = (step: string) => contextOf(callSid, `placing-${performance.now()}-${step}`);
  await proveCaller(pool, callSid, "ana");
  const quoted = await orders.quote({ lines: [{ productId: "kettle", quantity: 2 }], identity }, on("quote"));
  assert.ok(quoted.status === "quoted", JSON.stringify(quoted));
  const { quoteId, quoteHash } = quoted.quote;
  const charge = { cardId: "ana-visa", chargeKey: `${callSid}/charge` };
  const begun = await orders.begin({ quoteId, quoteHash, ...charge, identity }, on("begin"));
  assert.ok(begun.status === "begun", JSON.stringify(begun));
  const { orderNumber } = begun;
  const paid = await orders.markPaid({ orderNumber, paymentRef: `pi-${orderNumber}` }, on("pay"));
  assert.equal(paid.status, "paid");
  return orderNumber;
}

/** Sells Ana a gift card, for cash. */
export async function giveGiftCard(pool: pg.Pool, balanceMinor: number): Promise<void> {
  await pool.query(
    `WITH card AS (INSERT INTO payment_methods (customer_id, id, kind, balance_minor, currency, position)
       VALUES ('ana', 'gift', 'giftCard', $1, 'USD', 1) RETURNING balance_minor)
     INSERT INTO ledger_entries (transaction_ref, account, amount_minor, currency, entered_at)
     SELECT 'gift card sold', e.account, e.sign * balance_minor, 'USD', now()
     FROM card, (VALUES ('cash', 1), ('giftCards', -1)) AS e (account, sign)`,
    [balanceMinor],
  );
}

/** As if no gift card had ever been sold. */
export async function takeGiftCards(pool: pg.Pool): Promise<void> {
  await pool.query(
    `ALTER TABLE ledger_entries DISABLE TRIGGER USER; DELETE FROM ledger_entries WHERE order_number IS NULL;
     ALTER TABLE ledger_entries ENABLE TRIGGER USER; DELETE FROM payment_methods`,
  );
}
