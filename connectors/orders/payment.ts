import { PartylineError } from "../../runtime/errors.ts";
import type { CardOnFile, QuoteLine } from "../../schemas/generated/records.ts";
import { provenCustomer } from "../postgres/call-identity.ts";
import { cardsOf } from "../postgres/cards.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import { readShopRules } from "../postgres/shop-rules.ts";
import { excessOf } from "./daily-limits.ts";
import { countDiscountUse, findDiscount } from "./discounts.ts";
import { enterCharge } from "./ledger.ts";
import { orderSummary } from "./order-summary.ts";
import type { Orders } from "./port.ts";
import type { Discount } from "./pricing.ts";
import { lockOpenQuote, lockQuotesOf, priced, type QuoteRow } from "./quote-row.ts";
import { ownOpenQuote, type Surroundings } from "./quotes.ts";
import { oweReceipt } from "./receipts.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { awaitPieces, closeQuote, convert, freePieces, lockProducts, sell, unconvert } from "./stock.ts";

type InputOf<M extends keyof Orders> = Parameters<Orders[M]>[0];
type AnswerOf<M extends keyof Orders> =
  Awaited<ReturnType<Orders[M]>> extends infer A ? (A extends unknown ? Omit<A, "storeWaitMs"> : never) : never;

/** How long a quote can be ordered again, at least, after a card was declined. */
const SECOND_CARD_MS = 5 * 60_000;

/** See `Orders.begin`. Whatever was true when the quote was made is looked at again. */
export async function beginOrder(input: InputOf<"begin">, around: Surroundings): Promise<AnswerOf<"begin">> {
  const { connection, now } = around;
  const customer = await provenCustomer(connection, around.callSid, input.identity.provenSinceMs);
  if (customer === null) return refusal("identityRequired");
  const quote = await ownOpenQuote(around, input.quoteId);
  if ("reason" in quote) return quote;
  if (quote.hash !== input.quoteHash) return refusal("priceChanged");
  const payer = await payerOf(connection, input.cardId, customer.customerId);
  if ("reason" in payer) return payer;
  const products = await lockProducts(
    connection,
    quote.lines.map(({ productId }) => productId),
  );
  const lines = quote.lines.flatMap((line) => {
    const product = products.get(line.productId);
    if (product === undefined) return [];
    const { priceMinor: unitPriceMinor, category } = product;
    // What was awaited and is there by now, or is awaited for longer, is another offer.
    const isAwaited = line.backorderDays !== null && freePieces(product) < line.quantity;
    return [{ ...line, unitPriceMinor, category, backorderDays: isAwaited ? product.backorderDays : null }];
  });
  if (lines.length < quote.lines.length) return refusal("quoteExpired");
  let discount: Discount | null = null;
  if (quote.discountCode !== null) {
    const use = { code: quote.discountCode, lines, customerId: customer.customerId, now };
    discount = await findDiscount(connection, use);
    if (discount === null) return refusal("discountRefused");
  }
  // Today's price, rules and the customer's own tax must give what was confirmed.
  const today = { lines, taxState: customer.state };
  const rules = await readShopRules(connection);
  if (priced(today, discount, rules).hash !== quote.hash) return refusal("priceChanged");
  const excess = await excessOf(connection, customer.customerId, quote.totalMinor, rules, now);
  if (excess !== null) return excess;
  const [there, awaited] = [quote.lines.filter((line) => !isBackordered(line)), quote.lines.filter(isBackordered)];
  if (awaited.length > 0 && payer.paymentMethodRef === null) return refusal("noCard");
  const conversion = await convert(connection, { id: quote.id, lines: there }, products);
  if (!conversion.isConverted) return refusal("outOfStock", { availableQuantity: conversion.availableQuantity });
  for (const line of awaited) await awaitPieces(connection, quote, line, now);
  if (quote.discountCode !== null) await countDiscountUse(connection, quote.discountCode, 1);
  const orderNumber = await insertOrder(connection, { quote, customer, payer, chargeKey: input.chargeKey, now });
  const { customerRef, paymentMethodRef } = payer;
  const charge = {
    customerRef,
    paymentMethodRef,
    amountMinor: quote.totalMinor,
    currency: quote.currency.toLowerCase(),
  };
  return { status: "begun", orderNumber, charge, isBackordered: awaited.length > 0 };
}

function isBackordered({ backorderDays }: QuoteLine): boolean {
  return backorderDays !== null;
}

/** See `Orders.markPaid`. */
export async function payOrder(
  { orderNumber, paymentRef }: InputOf<"markPaid">,
  { connection, now }: Surroundings,
): Promise<AnswerOf<"markPaid">> {
  const order = await lockOrder(connection, orderNumber);
  if (order.status !== "placed" && order.status !== "backordered") {
    if (order.paymentStatus === "succeeded") {
      if (order.paymentRef !== paymentRef) return { status: "notPayable" };
      return { status: "paid", order: await orderSummary(connection, orderNumber) };
    }
    // Its money went back already: whoever comes with it is late.
    if (order.paymentStatus === "refunded" && order.paymentRef === paymentRef) return { status: "notPayable" };
    // The order was given up before the money came: it is remembered as unsettled until it went back.
    await setPayment(connection, orderNumber, { status: "unknown", paymentRef, declineCode: null, now });
    return { status: "notPayable" };
  }
  await setPayment(connection, orderNumber, { status: "succeeded", paymentRef, declineCode: null, now });
  // On a page any card may have paid; what was asked to wait for its payer was not paid with the saved one.
  await rowsOf(connection, "UPDATE payments SET card_id = NULL WHERE order_number = $1 AND link_ref IS NOT NULL", [
    orderNumber,
  ]);
  await rowsOf(connection, "UPDATE orders SET status = 'paid', updated_at = $2 WHERE number = $1", [orderNumber, now]);
  if (order.quoteId !== null) await sell(connection, order.quoteId);
  await enterCharge(connection, { ...order, orderNumber, paymentRef, now });
  await oweReceipt(connection, orderNumber, now);
  return { status: "paid", order: await orderSummary(connection, orderNumber) };
}

/** See `Orders.releasePayment`. */
export async function releaseOrder(
  { orderNumber, cause }: InputOf<"releasePayment">,
  { connection, now }: Surroundings,
): Promise<AnswerOf<"releasePayment">> {
  const order = await lockOrder(connection, orderNumber);
  if (["succeeded", "held", "lapsed"].includes(order.paymentStatus)) return { status: "alreadyPaid", cards: [] };
  await setPayment(connection, orderNumber, {
    status: cause.kind,
    paymentRef: cause.kind === "notCharged" ? null : cause.paymentRef,
    declineCode: cause.kind === "declined" ? cause.declineCode : null,
    now,
  });
  if (order.status === "placed") {
    await rowsOf(connection, "UPDATE orders SET status = 'paymentFailed', updated_at = $2 WHERE number = $1", [
      orderNumber,
      now,
    ]);
    if (order.quoteId !== null) await reopenQuote(connection, order.quoteId, order.callSid, now);
    if (order.discountCode !== null) await countDiscountUse(connection, order.discountCode, -1);
  }
  return { status: "released", cards: await untriedCards(connection, order.customerId, order.quoteId) };
}

/** See `Orders.markUnknown`. */
export async function doubtOrder(
  { orderNumber }: InputOf<"markUnknown">,
  { connection, now }: Surroundings,
): Promise<AnswerOf<"markUnknown">> {
  await rowsOf(
    connection,
    "UPDATE payments SET status = 'unknown', updated_at = $2 WHERE order_number = $1 AND status = 'pending'",
    [orderNumber, now],
  );
  return { status: "unknown" };
}

type OrderRow = {
  status: string;
  customerId: string;
  quoteId: string | null;
  callSid: string | null;
  discountCode: string | null;
  subtotalMinor: number;
  discountMinor: number;
  taxMinor: number;
  shippingMinor: number;
  totalMinor: number;
  currency: string;
  paymentStatus: string;
  paymentRef: string | null;
};

/** An order with its payment, locked until the transaction ends. */
export async function lockOrder(connection: Queryable, orderNumber: string): Promise<OrderRow> {
  const [row] = await rowsOf<OrderRow>(
    connection,
    `SELECT o.status, o.customer_id AS "customerId", o.quote_id AS "quoteId", o.call_sid AS "callSid",
       o.discount_code AS "discountCode", o.subtotal_minor AS "subtotalMinor", o.discount_minor AS "discountMinor",
       o.tax_minor AS "taxMinor", o.shipping_minor AS "shippingMinor", o.total_minor AS "totalMinor", o.currency,
       p.status AS "paymentStatus", p.provider_ref AS "paymentRef"
     FROM orders o JOIN payments p ON p.order_number = o.number WHERE o.number = $1 FOR UPDATE`,
    [orderNumber],
  );
  if (row === undefined) throw new PartylineError("DATABASE_FAILED", "an order that was begun is not there");
  return row;
}

type PaymentChange = { status: string; paymentRef: string | null; declineCode: string | null; now: Date };

/** What has become of an order's payment. The order must be locked. */
export async function setPayment(connection: Queryable, orderNumber: string, change: PaymentChange): Promise<void> {
  await rowsOf(
    connection,
    `UPDATE payments SET status = $2, provider_ref = coalesce($3, provider_ref), decline_code = $4, updated_at = $5
     WHERE order_number = $1`,
    [orderNumber, change.status, change.paymentRef, change.declineCode, change.now],
  );
}

/** Who pays, and the saved card; without one they pay on a page of the provider. */
type Payer = { customerRef: string | null; paymentMethodRef: string | null; cardId: string | null };

async function payerOf(connection: Queryable, cardId: string | null, customerId: string): Promise<Payer | Refusal> {
  if (cardId === null) {
    const [customer] = await rowsOf<Pick<Payer, "customerRef">>(
      connection,
      `SELECT provider_ref AS "customerRef" FROM customers WHERE id = $1`,
      [customerId],
    );
    return { customerRef: customer?.customerRef ?? null, paymentMethodRef: null, cardId };
  }
  const rows = await rowsOf<Payer>(
    connection,
    `SELECT c.id AS "cardId", c.payment_method_ref AS "paymentMethodRef", u.provider_ref AS "customerRef"
     FROM cards c JOIN customers u ON u.id = c.customer_id WHERE c.customer_id = $1`,
    [customerId],
  );
  if (rows.length === 0) return refusal("noCard");
  return rows.find((row) => row.cardId === cardId) ?? refusal("ownership");
}

async function insertOrder(
  connection: Queryable,
  given: {
    quote: QuoteRow;
    customer: { customerId: string; state: string | null };
    payer: Payer;
    chargeKey: string;
    now: Date;
  },
): Promise<string> {
  const { quote, customer, payer, chargeKey, now } = given;
  const [order] = await rowsOf<{ number: string }>(
    connection,
    `INSERT INTO orders (number, customer_id, call_sid, quote_id, status, subtotal_minor, discount_minor, tax_minor, shipping_minor,
       total_minor, currency, discount_code, ship_to_state, placed_at, updated_at)
     SELECT nextval('order_numbers')::text, $2, call_sid, id, 'placed', subtotal_minor, discount_minor, tax_minor, shipping_minor,
       total_minor, currency, discount_code, $3, $4, $4
     FROM quotes WHERE id = $1 RETURNING number`,
    [quote.id, customer.customerId, customer.state, now],
  );
  const number = order?.number ?? "";
  await rowsOf(
    connection,
    `INSERT INTO order_lines (order_number, line, product_id, spoken_name, quantity, unit_price_minor, backorder_days)
     SELECT $1, line, product_id, spoken_name, quantity, unit_price_minor, backorder_days FROM quote_lines WHERE quote_id = $2`,
    [number, quote.id],
  );
  await rowsOf(
    connection,
    `INSERT INTO payments (order_number, charge_key, card_id, status, amount_minor, currency, created_at, updated_at)
     VALUES ($1, $2, $3, 'pending', $4, $5, $6, $6)`,
    [number, chargeKey, payer.cardId, quote.totalMinor, quote.currency, now],
  );
  await rowsOf(connection, "UPDATE quotes SET status = 'ordering' WHERE id = $1", [quote.id]);
  return number;
}

/** The pieces go back to the quote, so that another card can be tried, unless the caller has asked for something else meanwhile. */
async function reopenQuote(connection: Queryable, quoteId: string, callSid: string | null, now: Date): Promise<void> {
  if (callSid !== null) await lockQuotesOf(connection, callSid);
  const newer = callSid === null ? null : await lockOpenQuote(connection, callSid);
  if (newer !== null) return closeQuote(connection, quoteId);
  const [row] = await rowsOf<{ validUntil: Date }>(
    connection,
    `SELECT valid_until AS "validUntil" FROM quotes WHERE id = $1 FOR UPDATE`,
    [quoteId],
  );
  const until = Math.max(row?.validUntil.getTime() ?? 0, now.getTime() + SECOND_CARD_MS);
  await unconvert(connection, quoteId, new Date(until));
}

/** The customer's cards that were not declined for this quote. */
async function untriedCards(connection: Queryable, customerId: string, quoteId: string | null): Promise<CardOnFile[]> {
  const declined = await rowsOf<{ cardId: string }>(
    connection,
    `SELECT p.card_id AS "cardId" FROM payments p JOIN orders o ON o.number = p.order_number
     WHERE o.quote_id = $1 AND p.status = 'declined'`,
    [quoteId],
  );
  const tried = new Set(declined.map(({ cardId }) => cardId));
  return (await cardsOf(connection, customerId)).filter(({ cardId }) => !tried.has(cardId));
}
