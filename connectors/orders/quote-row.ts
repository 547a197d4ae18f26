import type { Quote } from "../../schemas/generated/records.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { ShopRules } from "../postgres/shop-rules.ts";
import { type Discount, priceOrder, quoteHash } from "./pricing.ts";

/** A row of `quotes`. */
export type QuoteRow = {
  readonly id: string;
  readonly callSid: string;
  readonly status: "open" | "ordering" | "ordered" | "closed";
  readonly productId: string;
  readonly spokenName: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly taxState: string | null;
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly totalMinor: number;
  readonly currency: string;
  readonly discountCode: string | null;
  readonly hash: string;
  readonly validUntil: Date;
};

const COLUMNS = `id, call_sid AS "callSid", status, product_id AS "productId", spoken_name AS "spokenName", quantity,
  unit_price_minor AS "unitPriceMinor", tax_state AS "taxState", subtotal_minor AS "subtotalMinor",
  discount_minor AS "discountMinor", tax_minor AS "taxMinor", shipping_minor AS "shippingMinor",
  total_minor AS "totalMinor", currency, discount_code AS "discountCode", hash, valid_until AS "validUntil"`;

/** A quote, locked until the transaction ends; null when there is none. */
export async function lockQuote(connection: Queryable, quoteId: string): Promise<QuoteRow | null> {
  const [row] = await rowsOf<QuoteRow>(connection, `SELECT ${COLUMNS} FROM quotes WHERE id = $1 FOR UPDATE`, [quoteId]);
  return row ?? null;
}

/**
 * Keeps other transactions from giving the call a quote until this one ends: a call without an open quote has no row that could be locked. Taken before
 * any quote.
 */
export async function lockQuotesOf(connection: Queryable, callSid: string): Promise<void> {
  await rowsOf(connection, "SELECT pg_advisory_xact_lock(hashtextextended('quotes of ' || $1, 0))", [callSid]);
}

/** The open quote of a call, locked; null when there is none. */
export async function lockOpenQuote(connection: Queryable, callSid: string): Promise<QuoteRow | null> {
  const [row] = await rowsOf<QuoteRow>(
    connection,
    `SELECT ${COLUMNS} FROM quotes WHERE call_sid = $1 AND status = 'open' FOR UPDATE`,
    [callSid],
  );
  return row ?? null;
}

/** Up to `limit` open quotes that ran out before `now`, locked; those that someone else works on are left out. */
export async function lockExpiredQuotes(connection: Queryable, now: Date, limit: number): Promise<QuoteRow[]> {
  return rowsOf<QuoteRow>(
    connection,
    `SELECT ${COLUMNS} FROM quotes WHERE status = 'open' AND valid_until <= $1
     ORDER BY product_id, id LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [now, limit],
  );
}

/** What a quote is made of, before it is priced. */
export type QuoteTerms = Pick<QuoteRow, "productId" | "spokenName" | "quantity" | "unitPriceMinor" | "taxState">;

/** Prices terms under the shop's rules, with the hash that a confirmation is bound to. */
export function priced(terms: QuoteTerms, discount: Discount | null, rules: ShopRules) {
  const { unitPriceMinor, quantity, taxState } = terms;
  const amounts = priceOrder({ unitPriceMinor, quantity, discount, state: taxState }, rules);
  const { productId } = terms;
  const { currency } = rules;
  return { ...amounts, currency, hash: quoteHash({ ...amounts, productId, quantity, unitPriceMinor, currency }) };
}

/** Stores a new open quote. */
export async function insertQuote(connection: Queryable, quote: QuoteRow, now: Date): Promise<void> {
  await rowsOf(
    connection,
    `INSERT INTO quotes (id, call_sid, status, product_id, spoken_name, quantity, unit_price_minor, tax_state, subtotal_minor,
       discount_minor, tax_minor, shipping_minor, total_minor, currency, discount_code, hash, valid_until, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      quote.id,
      quote.callSid,
      quote.status,
      quote.productId,
      quote.spokenName,
      quote.quantity,
      quote.unitPriceMinor,
      quote.taxState,
      quote.subtotalMinor,
      quote.discountMinor,
      quote.taxMinor,
      quote.shippingMinor,
      quote.totalMinor,
      quote.currency,
      quote.discountCode,
      quote.hash,
      quote.validUntil,
      now,
    ],
  );
}

/** The quote as the caller hears of it. */
export function quoteOf(row: QuoteRow): Quote {
  const { productId, spokenName, quantity, unitPriceMinor } = row;
  return {
    quoteId: row.id,
    quoteHash: row.hash,
    lines: [{ productId, spokenName, quantity, unitPriceMinor }],
    subtotalMinor: row.subtotalMinor,
    discountMinor: row.discountMinor,
    taxMinor: row.taxMinor,
    shippingMinor: row.shippingMinor,
    totalMinor: row.totalMinor,
    currency: row.currency,
    validUntil: row.validUntil.getTime(),
  };
}
