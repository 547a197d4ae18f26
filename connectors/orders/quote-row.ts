import type { Quote, QuoteLine } from "../../schemas/generated/records.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { ShopRules } from "../postgres/shop-rules.ts";
import { type Discount, priceOrder, quoteHash } from "./pricing.ts";

/** A row of `quotes` with its lines, which never change. */
export type QuoteRow = {
  readonly id: string;
  readonly callSid: string;
  readonly status: "open" | "ordering" | "ordered" | "closed";
  /** In the order of asking, each product once. */
  readonly lines: readonly QuoteLine[];
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

const COLUMNS = `q.id, q.call_sid AS "callSid", q.status, q.tax_state AS "taxState", q.subtotal_minor AS "subtotalMinor",
  q.discount_minor AS "discountMinor", q.tax_minor AS "taxMinor", q.shipping_minor AS "shippingMinor",
  q.total_minor AS "totalMinor", q.currency, q.discount_code AS "discountCode", q.hash, q.valid_until AS "validUntil",
  (SELECT json_agg(json_build_object('productId', l.product_id, 'spokenName', l.spoken_name, 'quantity', l.quantity,
     'unitPriceMinor', l.unit_price_minor, 'backorderDays', l.backorder_days) ORDER BY l.line) FROM quote_lines l WHERE l.quote_id = q.id) AS lines`;

/** A quote, locked until the transaction ends; null when there is none. */
export async function lockQuote(connection: Queryable, quoteId: string): Promise<QuoteRow | null> {
  const [row] = await rowsOf<QuoteRow>(connection, `SELECT ${COLUMNS} FROM quotes q WHERE q.id = $1 FOR UPDATE OF q`, [
    quoteId,
  ]);
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
    `SELECT ${COLUMNS} FROM quotes q WHERE q.call_sid = $1 AND q.status = 'open' FOR UPDATE OF q`,
    [callSid],
  );
  return row ?? null;
}

/** Up to `limit` open quotes that ran out before `now`, locked; those that someone else works on are left out. Gives their ids. */
export async function lockExpiredQuotes(connection: Queryable, now: Date, limit: number): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string }>(
    connection,
    `SELECT id FROM quotes WHERE status = 'open' AND valid_until <= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [now, limit],
  );
  return rows.map(({ id }) => id);
}

/** What a quote is made of, before it is priced. */
export type QuoteTerms = Pick<QuoteRow, "lines" | "taxState">;

/** Prices terms under the shop's rules, with the hash that a confirmation is bound to. */
export function priced({ lines, taxState }: QuoteTerms, discount: Discount | null, rules: ShopRules) {
  const amounts = priceOrder({ lines, discount, state: taxState }, rules);
  const { currency } = rules;
  return { ...amounts, currency, hash: quoteHash({ ...amounts, lines, currency }) };
}

/** Stores a new open quote. */
export async function insertQuote(connection: Queryable, quote: QuoteRow, now: Date): Promise<void> {
  await rowsOf(
    connection,
    `INSERT INTO quotes (id, call_sid, status, tax_state, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, currency,
       discount_code, hash, valid_until, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      quote.id,
      quote.callSid,
      quote.status,
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
  for (const [index, { productId, spokenName, quantity, unitPriceMinor, backorderDays }] of quote.lines.entries())
    await rowsOf(
      connection,
      `INSERT INTO quote_lines (quote_id, line, product_id, spoken_name, quantity, unit_price_minor, backorder_days)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [quote.id, index + 1, productId, spokenName, quantity, unitPriceMinor, backorderDays],
    );
}

/** The quote as the caller hears of it. */
export function quoteOf(row: QuoteRow): Quote {
  return {
    quoteId: row.id,
    quoteHash: row.hash,
    lines: row.lines,
    subtotalMinor: row.subtotalMinor,
    discountMinor: row.discountMinor,
    taxMinor: row.taxMinor,
    shippingMinor: row.shippingMinor,
    totalMinor: row.totalMinor,
    currency: row.currency,
    validUntil: row.validUntil.getTime(),
  };
}
