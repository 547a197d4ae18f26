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
import { createLocalEmbeddings } from "../connectors/embeddings/local.ts";
import type { Embeddings } from "../connectors/embeddings/port.ts";
import { embeddingSettings } from "../connectors/embeddings/settings.ts";
import { parseOrderRules } from "../connectors/orders/operations/order-rules.ts";
import { createPool, inTransaction, type Queryable, rowsOf } from "../connectors/postgres/pool.ts";
import { postgresSettings } from "../connectors/postgres/settings.ts";
import { parseShopRules } from "../connectors/postgres/shop-rules.ts";
import { migrate } from "../deploy/migrate.ts";
import { readSettings, type SettingsSpec, secret, text } from "../runtime/settings.ts";
import { provideCustomers } from "./provider-customers.ts";
import { type Customer, parseShop, type Shop } from "./shop-files.ts";

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
 * id; a customer without one keeps the one that is stored, or gets {@link providerRefOf}.
 */
export async function loadShop(
  pool: pg.Pool,
  embeddings: Embeddings,
  shop: Shop,
  providerRefs: ReadonlyMap<string, string> = new Map(),
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
  for (const customer of shop.customers)
    await loadCustomer(pool, customer, shop, providerRefs.get(customer.id) ?? null);
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

async function loadCustomer(pool: pg.Pool, customer: Customer, shop: Shop, providerRef: string | null): Promise<void> {
  const [known] = await rowsOf<{ hash: string }>(pool, "SELECT pin_hash AS hash FROM customers WHERE id = $1", [
    customer.id,
  ]);
  const isSamePin = known !== undefined && (await isPin(customer.pin, known.hash));
  const pinHash = isSamePin ? known.hash : await hashPin(customer.pin);
  await inTransaction(pool, async (connection) => {
    await rowsOf(
      connection,
      `INSERT INTO customers (id, first_name, full_name, phone, pin_hash, provider_ref) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name, full_name = excluded.full_name, phone = excluded.phone,
         pin_hash = excluded.pin_hash, provider_ref = coalesce($7, customers.provider_ref)`,
      [
        customer.id,
        customer.name.split(" ")[0],
        customer.name,
        customer.phone,
        pinHash,
        providerRef ?? providerRefOf(customer.id),
        providerRef,
      ],
    );
    await rowsOf(connection, "UPDATE addresses SET is_default = false WHERE customer_id = $1", [customer.id]);
    for (const address of customer.addresses) {
      await rowsOf(
        connection,
        `INSERT INTO addresses (id, customer_id, lines, city, state, postal_code, is_default) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET lines = excluded.lines, city = excluded.city, state = excluded.state,
           postal_code = excluded.postal_code, is_default = excluded.is_default`,
        [address.id, customer.id, address.line1, address.city, address.state, address.postalCode, address.isDefault],
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
    for (const order of customer.orders) await loadPastOrder(connection, customer.id, order, shop);
  });
}

async function loadPastOrder(
  connection: Queryable,
  customerId: string,
  order: Customer["orders"][number],
  shop: Shop,
): Promise<void> {
  const inserted = await rowsOf(
    connection,
    `INSERT INTO orders (number, customer_id, status, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, currency,
       placed_at, updated_at)
     VALUES ($1, $2, $3, $4, 0, 0, 0, $4, $5, $6, $6) ON CONFLICT (number) DO NOTHING RETURNING number`,
    [order.number, customerId, order.status, order.totalMinor, order.currency, order.placedAt],
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
}

/** The name that a customer gets at the simulated payment provider, which is told it. */
export function providerRefOf(customerId: string): string {
  return `cus_${customerId.replace(/[^A-Za-z0-9]/g, "")}`;
}

const loadSettings = {
  ...postgresSettings,
  ...embeddingSettings,
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
  const model = await createLocalEmbeddings({ ...settings, threads: 2 });
  const kept = settings.embeddingCachePath === "" ? null : await withFileCache(model, settings.embeddingCachePath);
  try {
    await migrate(settings.postgresUrl);
    const folder = process.argv[2];
    const shop = await (folder === undefined ? readShop() : readShop(folder));
    const provider = { apiKey: settings.stripeSecretKey, baseUrl: settings.stripeApiBase };
    const refs = provider.apiKey === "" ? undefined : await provideCustomers(shop.customers, provider);
    const summary = await loadShop(pool, kept ?? model, shop, refs);
    await kept?.save();
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  } finally {
    await pool.end();
    await model.close();
  }
}
