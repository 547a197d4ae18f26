/**
 * Loads a shop's files into the database. May be run again at any time: what did not change is left alone, only texts that changed are
 * embedded anew, stock and customers' orders of a loaded shop stay as the calls left them.
 *
 * Run: POSTGRES_URL=… EMBEDDING_MODEL_PATH=… EMBEDDING_TOKENIZER_PATH=… node shop/load.ts [folder]
 * With STRIPE_SECRET_KEY (and STRIPE_API_BASE) the customers are made known to the payment provider, with EMBEDDING_CACHE_PATH the products' vectors are
 * kept in a file for the next empty database.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { storeProducts } from "../connectors/catalogue/store-products.ts";
import { hashPin, isPin } from "../connectors/customers/pin-hash.ts";
import { withFileCache } from "../connectors/embeddings/file-cache.ts";
import { openEmbeddings } from "../connectors/embeddings/open-embeddings.ts";
import type { Embeddings } from "../connectors/embeddings/port.ts";
import { catalogueEmbeddingSettings } from "../connectors/embeddings/settings.ts";
import { enterCharge } from "../connectors/orders/ledger.ts";
import { parseOrderRules } from "../connectors/orders/operations/order-rules.ts";
import { createPool, inTransaction, type Queryable, rowsOf } from "../connectors/postgres/pool.ts";
import { postgresSettings } from "../connectors/postgres/settings.ts";
import { parseShopRules } from "../connectors/postgres/shop-rules.ts";
import { migrate } from "../deploy/migrate.ts";
import { readSettings, type SettingsSpec, secret, text } from "../runtime/settings.ts";
import { provideCustomers, providePayments } from "./provider-customers.ts";
import { type Customer, type Product, parseShop, type Shop } from "./shop-files.ts";

/** What a load did. */
export type LoadSummary = { readonly products: number; readonly embedded: number; readonly customers: number };

/** Reads and checks the shop's files. Throws INVALID_INPUT with every fault. */
export async function readShop(folder: string = fileURLToPath(new URL(".", import.meta.url))): Promise<Shop> {
  const read = (name: string) => readFile(`${folder}/${name}`, "utf8");
  return parseShop({
    catalogue: await read("catalogue.jsonl"),
    customers: await read("customers.json"),
    discounts: await read("discounts.json"),
    shop: await read("shop.json"),
  });
}

/**
 * Brings the database to what the files say. The schema must be there. `providerRefs` are the payment provider's names of the customers, by our
 * id; a customer without one keeps the one that is stored, or gets {@link providerRefOf}. `paymentRefs` are its names of what past orders were paid with, by
 * order number; an order without one has no payment in the books.
 */
export async function loadShop(
  pool: pg.Pool,
  embeddings: Embeddings,
  shop: Shop,
  providerRefs: ReadonlyMap<string, string> = new Map(),
  paymentRefs: ReadonlyMap<string, string> = new Map(),
): Promise<LoadSummary> {
  await inTransaction(pool, async (connection) => {
    await rowsOf(
      connection,
      `INSERT INTO shop (id, rules, order_rules) VALUES (1, $1, $2)
       ON CONFLICT (id) DO UPDATE SET rules = excluded.rules, order_rules = excluded.order_rules`,
      [JSON.stringify(parseShopRules(shop.rules)), orderRulesOf(shop.rules)],
    );
    await loadDiscounts(connection, shop.discounts);
  });
  // What the shop no longer lists is no longer sold; orders of it stay readable.
  const { embedded } = await storeProducts(pool, embeddings, shop.products, { setsStock: false, retiresOthers: true });
  await inTransaction(pool, (connection) => loadTypes(connection, shop.products));
  for (const customer of shop.customers)
    await loadCustomer(pool, customer, shop, { providerRef: providerRefs.get(customer.id) ?? null, paymentRefs });
  return { products: shop.products.length, embedded, customers: shop.customers.length };
}

/** The shop's own rules for orders as they are stored; null for the standard ones. */
function orderRulesOf(rules: unknown): string | null {
  const own = typeof rules === "object" && rules !== null && "orderRules" in rules ? rules.orderRules : null;
  return own === null ? null : JSON.stringify(parseOrderRules(own));
}

async function loadDiscounts(connection: Queryable, discounts: Shop["discounts"]): Promise<void> {
  for (const discount of discounts) {
    await rowsOf(
      connection,
      `INSERT INTO discounts (code, kind, basis_points, amount_minor, min_total_minor, categories, expires_at, usage_limit, usage_limit_per_customer)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, basis_points = excluded.basis_points, amount_minor = excluded.amount_minor,
         min_total_minor = excluded.min_total_minor, categories = excluded.categories, expires_at = excluded.expires_at,
         usage_limit = excluded.usage_limit, usage_limit_per_customer = excluded.usage_limit_per_customer`,
      [
        discount.code,
        discount.kind,
        discount.kind === "percent" ? discount.basisPoints : null,
        discount.kind === "amount" ? discount.amountMinor : null,
        discount.minTotalMinor,
        discount.categories,
        discount.expiresAt,
        discount.usageLimit,
        discount.usageLimitPerCustomer,
      ],
    );
  }
}

type OfProvider = { readonly providerRef: string | null; readonly paymentRefs: ReadonlyMap<string, string> };

async function loadCustomer(
  pool: pg.Pool,
  customer: Customer,
  shop: Shop,
  { providerRef, paymentRefs }: OfProvider,
): Promise<void> {
  const [known] = await rowsOf<{ hash: string }>(pool, "SELECT pin_hash AS hash FROM customers WHERE id = $1", [
    customer.id,
  ]);
  const isSamePin = known !== undefined && (await isPin(customer.pin, known.hash));
  const pinHash = isSamePin ? known.hash : await hashPin(customer.pin);
  await inTransaction(pool, async (connection) => {
    await rowsOf(
      connection,
      `INSERT INTO customers (id, first_name, full_name, phone, pin_hash, provider_ref, email, do_not_contact) VALUES ($1, $2, $3, $4, $5, $6, $8, $9)
       ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name, full_name = excluded.full_name, phone = excluded.phone,
         pin_hash = excluded.pin_hash, provider_ref = coalesce($7, customers.provider_ref), email = excluded.email,
         do_not_contact = excluded.do_not_contact`,
      [
        customer.id,
        customer.name.split(" ")[0],
        customer.name,
        customer.phone,
        pinHash,
        providerRef ?? providerRefOf(customer.id),
        providerRef,
        customer.email ?? null,
        customer.preferences?.doNotContact ?? false,
      ],
    );
    await rowsOf(connection, "UPDATE addresses SET is_default = false WHERE customer_id = $1", [customer.id]);
    for (const address of customer.addresses) {
      await rowsOf(
        connection,
        `INSERT INTO addresses (id, customer_id, lines, city, state, postal_code, is_default, label) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET lines = excluded.lines, city = excluded.city, state = excluded.state,
           postal_code = excluded.postal_code, is_default = excluded.is_default, label = excluded.label`,
        [
          address.id,
          customer.id,
          address.line1,
          address.city,
          address.state,
          address.postalCode,
          address.isDefault,
          address.label ?? null,
        ],
      );
    }
    await rowsOf(connection, "UPDATE cards SET is_default = false WHERE customer_id = $1", [customer.id]);
    for (const card of customer.savedCards) {
      await rowsOf(
        connection,
        `INSERT INTO cards (id, customer_id, brand, last4, payment_method_ref, is_default) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET brand = excluded.brand, last4 = excluded.last4,
           payment_method_ref = excluded.payment_method_ref, is_default = excluded.is_default`,
        [card.id, customer.id, card.brand, card.last4, card.providerPaymentMethod, card.isDefault],
      );
    }
    for (const order of customer.orders)
      await loadPastOrder(connection, customer.id, order, { shop, paymentRef: paymentRefs.get(order.number) ?? null });
  });
}

async function loadPastOrder(
  connection: Queryable,
  customerId: string,
  order: Customer["orders"][number],
  { shop, paymentRef }: { readonly shop: Shop; readonly paymentRef: string | null },
): Promise<void> {
  const { taxMinor = 0, shippingMinor = 0, totalMinor } = order;
  const subtotalMinor = totalMinor - taxMinor - shippingMinor;
  const inserted = await rowsOf(
    connection,
    `INSERT INTO orders (number, customer_id, status, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, currency,
       ship_to_state, placed_at, updated_at)
     VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (number) DO NOTHING RETURNING number`,
    [
      order.number,
      customerId,
      order.status,
      subtotalMinor,
      taxMinor,
      shippingMinor,
      totalMinor,
      order.currency,
      order.shipToState ?? null,
      order.placedAt,
    ],
  );
  if (inserted.length === 0) return;
  for (const [index, line] of order.lines.entries()) {
    const product = shop.products.find(({ id }) => id === line.productId);
    await rowsOf(
      connection,
      `INSERT INTO order_lines (order_number, line, product_id, spoken_name, quantity, unit_price_minor) VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        order.number,
        index + 1,
        line.productId,
        product?.spokenName ?? line.productId,
        line.quantity,
        line.unitPriceMinor,
      ],
    );
  }
  if (order.paidWith === undefined || paymentRef === null) return;
  await rowsOf(
    connection,
    `INSERT INTO payments (order_number, charge_key, card_id, status, amount_minor, currency, provider_ref, created_at, updated_at)
     VALUES ($1, $2, $3, 'succeeded', $4, $5, $6, $7, $7)`,
    [order.number, `shop/${order.number}`, order.paidWith, totalMinor, order.currency, paymentRef, order.placedAt],
  );
  const { number: orderNumber, currency } = order;
  const amounts = { subtotalMinor, discountMinor: 0, taxMinor, shippingMinor, totalMinor };
  await enterCharge(connection, { orderNumber, paymentRef, ...amounts, currency, now: new Date(order.placedAt) });
}

/** Makes variants of one kind known as such. */
async function loadTypes(connection: Queryable, products: readonly Product[]): Promise<void> {
  const typed = products.flatMap(({ id, typeId, spokenName }) =>
    typeId === undefined ? [] : [{ id, typeId, spokenName }],
  );
  if (typed.length === 0) return;
  await rowsOf(
    connection,
    `INSERT INTO product_types (id, name, position)
     SELECT DISTINCT ON ("typeId") "typeId", "spokenName", 0
     FROM json_to_recordset($1::json) AS v (id text, "typeId" text, "spokenName" text) ORDER BY "typeId", id
     ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(typed)],
  );
  await rowsOf(
    connection,
    `UPDATE products p SET type_id = v."typeId" FROM json_to_recordset($1::json) AS v (id text, "typeId" text)
     WHERE p.id = v.id AND p.type_id IS DISTINCT FROM v."typeId"`,
    [JSON.stringify(typed)],
  );
}

/** The name that a customer gets at the simulated payment provider, which is told it. */
export function providerRefOf(customerId: string): string {
  return `cus_${customerId.replace(/[^A-Za-z0-9]/g, "")}`;
}

const loadSettings = {
  ...postgresSettings,
  ...catalogueEmbeddingSettings,
  embeddingCachePath: text({
    doc: "File that keeps the products' vectors for the next empty database; none if empty",
    variable: "EMBEDDING_CACHE_PATH",
    fallback: "",
  }),
  stripeSecretKey: secret({
    doc: "Key with which the customers are made known to the payment provider; they are not, if empty",
    variable: "STRIPE_SECRET_KEY",
    fallback: "",
  }),
  stripeApiBase: text({
    doc: "Address of Stripe's API, where it is not the vendor's own",
    variable: "STRIPE_API_BASE",
    fallback: "",
  }),
} as const satisfies SettingsSpec;

if (import.meta.main) {
  const settings = readSettings("load", loadSettings, process.env);
  const pool = createPool({ ...settings, applicationName: "partyline shop load", maxConnections: 1 });
  const model = await openEmbeddings(settings, 2);
  const kept = settings.embeddingCachePath === "" ? null : await withFileCache(model, settings.embeddingCachePath);
  try {
    await migrate(settings.postgresUrl);
    const folder = process.argv[2];
    const shop = await (folder === undefined ? readShop() : readShop(folder));
    const provider = { apiKey: settings.stripeSecretKey, baseUrl: settings.stripeApiBase };
    const refs = provider.apiKey === "" ? undefined : await provideCustomers(shop.customers, provider);
    const paid = refs === undefined ? undefined : await providePayments(shop.customers, refs, provider);
    const summary = await loadShop(pool, kept ?? model, shop, refs, paid);
    await kept?.save();
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  } finally {
    await pool.end();
    await model.close();
  }
}
