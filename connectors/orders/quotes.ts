import { createHash } from "node:crypto";
import { PartylineError } from "../../runtime/errors.ts";
import type { LeftLine } from "../../schemas/generated/records.ts";
import { provenCustomer } from "../postgres/call-identity.ts";
import { cardsOf } from "../postgres/cards.ts";
import type { Queryable } from "../postgres/pool.ts";
import { rowsOf } from "../postgres/pool.ts";
import { readShopRules } from "../postgres/shop-rules.ts";
import { type DiscountableLine, discountCodeOf, findDiscount } from "./discounts.ts";
import { holdableLines, mergedLines } from "./holdable-lines.ts";
import type { IdentityDemand, Orders, Quoted } from "./port.ts";
import type { Discount } from "./pricing.ts";
import {
  insertQuote,
  lockOpenQuote,
  lockQuote,
  lockQuotesOf,
  priced,
  type QuoteRow,
  type QuoteTerms,
  quoteOf,
} from "./quote-row.ts";
import { notePayerLeft } from "./receipts.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { closeQuote, lockProducts, reserve } from "./stock.ts";

type Answer = Omit<Quoted, "storeWaitMs"> | Refusal;
type InputOf<M extends keyof Orders> = Parameters<Orders[M]>[0];

/** One transaction's surroundings. */
export type Surroundings = {
  readonly connection: Queryable;
  readonly callSid: string;
  readonly effectId: string;
  readonly now: Date;
  readonly quoteValidMs: number;
};

/** See `Orders.quote`. */
export async function makeQuote(input: InputOf<"quote">, around: Surroundings): Promise<Answer> {
  const { connection, callSid, now } = around;
  const rules = await readShopRules(connection);
  const wishes = mergedLines(input.lines);
  if (wishes.length === 0) return refusal("notFound");
  const identity = await identityOf(around, input.identity);
  if (identity === "missing") return refusal("identityRequired");
  await lockQuotesOf(connection, callSid);
  const older = await lockOpenQuote(connection, callSid);
  const olderLines = older?.lines ?? [];
  const products = await lockProducts(
    connection,
    [...wishes, ...olderLines].map(({ productId }) => productId),
  );
  const taxState = identity?.state ?? null;
  const { lines, leftLines } = holdableLines(wishes, { products, olderLines, taxState, rules });
  const [left] = leftLines;
  // Whoever asks for one thing hears why it cannot be had, and what was offered before still stands.
  if (left !== undefined && (lines.length === 0 || wishes.length === 1)) return refusalOf(left);
  if (older !== null) await closeQuote(connection, older.id);
  const terms: QuoteTerms = { lines, taxState };
  const quote: QuoteRow = {
    ...terms,
    ...priced(terms, null, rules),
    id: `q-${createHash("sha256").update(around.effectId).digest("hex").slice(0, 20)}`,
    callSid,
    status: "open",
    discountCode: null,
    validUntil: new Date(now.getTime() + around.quoteValidMs),
  };
  await insertQuote(connection, quote, now);
  for (const line of lines)
    if (line.backorderDays === null && !(await reserve(connection, quote, line, quote.validUntil)))
      throw new PartylineError("DATABASE_FAILED", "pieces that were counted under a lock are gone");
  return quoted(connection, quote, { customerId: identity?.customerId ?? null, leftLines });
}

function refusalOf({ reason, availableQuantity }: LeftLine): Refusal {
  if (reason === "outOfStock") return refusal("outOfStock", { availableQuantity: availableQuantity ?? 0 });
  return reason === "notFound" ? refusal("notFound") : refusal("overLimit", { limit: availableQuantity ?? 0 });
}

/** See `Orders.applyDiscount`. Codes are never added up: the newest replaces the older one. */
export async function discountQuote(input: InputOf<"applyDiscount">, around: Surroundings): Promise<Answer> {
  const { connection, now } = around;
  const identity = await identityOf(around, input.identity);
  if (identity === "missing") return refusal("identityRequired");
  const quote = await ownOpenQuote(around, input.quoteId);
  if ("reason" in quote) return quote;
  const customerId = identity?.customerId ?? null;
  const code = discountCodeOf(input.discountCode);
  const lines = await discountableLines(connection, quote);
  if (lines === null) return refusal("quoteExpired");
  const discount = await findDiscount(connection, { code, lines, customerId, now });
  if (discount === null) return refusal("discountRefused");
  const discounted = await changeQuote(connection, quote, { taxState: quote.taxState, discountCode: code, discount });
  return quoted(connection, discounted, { customerId, leftLines: [] });
}

/** See `Orders.reprice`. A code that the customer may not use is dropped. */
export async function repriceQuote(_input: InputOf<"reprice">, around: Surroundings) {
  const { connection, callSid, now } = around;
  const nothing = { status: "repriced", quote: null } as const;
  const customer = await provenCustomer(connection, callSid, null);
  const quote = await lockOpenQuote(connection, callSid);
  if (quote === null || quote.validUntil <= now) return nothing;
  const lines = await discountableLines(connection, quote);
  if (lines === null) return nothing;
  const { discountCode: code } = quote;
  const use = { lines, customerId: customer?.customerId ?? null, now };
  const discount = code === null ? null : await findDiscount(connection, { ...use, code });
  const discountCode = discount === null ? null : code;
  const changed = await changeQuote(connection, quote, { taxState: customer?.state ?? null, discountCode, discount });
  return { status: "repriced", quote: quoteOf(changed) } as const;
}

/** See `Orders.cancelQuote`. */
export async function cancelQuote(
  input: InputOf<"cancelQuote">,
  around: Surroundings,
): Promise<{ readonly status: "cancelled" } | Refusal> {
  const identity = await identityOf(around, input.identity);
  if (identity === "missing") return refusal("identityRequired");
  const quote = await lockQuote(around.connection, input.quoteId);
  if (quote === null) return refusal("notFound");
  if (quote.callSid !== around.callSid) return refusal("ownership");
  if (quote.status === "open") await closeQuote(around.connection, quote.id);
  return { status: "cancelled" };
}

/** See `Orders.giveBack`. */
export async function giveBackQuote(
  _input: InputOf<"giveBack">,
  { connection, callSid, now }: Surroundings,
): Promise<{ readonly status: "givenBack" | "nothingOpen" }> {
  // Before the quotes: whoever gives an order up locks in this order, too.
  await notePayerLeft(connection, callSid, now);
  await lockQuotesOf(connection, callSid);
  const quote = await lockOpenQuote(connection, callSid);
  if (quote === null) return { status: "nothingOpen" };
  await closeQuote(connection, quote.id);
  return { status: "givenBack" };
}

/** The call's own quote that can still be ordered, locked, or why not. */
export async function ownOpenQuote(around: Surroundings, quoteId: string): Promise<QuoteRow | Refusal> {
  const quote = await lockQuote(around.connection, quoteId);
  if (quote === null) return refusal("notFound");
  if (quote.callSid !== around.callSid) return refusal("ownership");
  if (quote.status !== "open" || quote.validUntil <= around.now) return refusal("quoteExpired");
  return quote;
}

type QuoteChange = {
  readonly taxState: string | null;
  readonly discountCode: string | null;
  readonly discount: Discount | null;
};

async function changeQuote(connection: Queryable, quote: QuoteRow, change: QuoteChange): Promise<QuoteRow> {
  const { taxState, discountCode, discount } = change;
  const terms = { ...quote, taxState, discountCode };
  const changed = { ...terms, ...priced(terms, discount, await readShopRules(connection)) };
  const { discountMinor, taxMinor, shippingMinor, totalMinor, hash } = changed;
  await rowsOf(
    connection,
    `UPDATE quotes SET tax_state = $2, discount_code = $3, discount_minor = $4, tax_minor = $5, shipping_minor = $6, total_minor = $7,
       hash = $8 WHERE id = $1`,
    [quote.id, taxState, discountCode, discountMinor, taxMinor, shippingMinor, totalMinor, hash],
  );
  return changed;
}

async function identityOf({ connection, callSid }: Surroundings, demand: IdentityDemand) {
  const customer = await provenCustomer(connection, callSid, demand.provenSinceMs);
  return customer === null && demand.isRequired ? "missing" : customer;
}

async function quoted(
  connection: Queryable,
  quote: QuoteRow,
  { customerId, leftLines }: { readonly customerId: string | null; readonly leftLines: readonly LeftLine[] },
): Promise<Answer> {
  const cards = customerId === null ? [] : await cardsOf(connection, customerId);
  return { status: "quoted", quote: quoteOf(quote), cards, leftLines };
}

/** A quote's lines with what their products are; null when one of them is not sold any more. Locks the products. */
async function discountableLines(
  connection: Queryable,
  { lines }: QuoteRow,
): Promise<readonly DiscountableLine[] | null> {
  const products = await lockProducts(
    connection,
    lines.map(({ productId }) => productId),
  );
  const known = lines.flatMap((line) => {
    const product = products.get(line.productId);
    return product === undefined ? [] : [{ ...line, category: product.category }];
  });
  return known.length === lines.length ? known : null;
}
