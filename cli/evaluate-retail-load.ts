/** Loads a retail shop into an empty store: the tables that the shop's own calls use. */
import type pg from "pg";
import type { OrderRules, OrderState } from "../connectors/orders/operations/order-rules.ts";
import { inTransaction, type Queryable, rowsOf } from "../connectors/postgres/pool.ts";
import { centsOf, type RetailOrder, type RetailShop, type RetailUser } from "./evaluate-retail-format.ts";

/** The state of an order, by what the file calls it. */
export const stateOfStatus: Readonly<Record<RetailOrder["status"], OrderState>> = {
  pending: "paid",
  "pending (item modified)": "itemsChanged",
  processed: "packed",
  delivered: "delivered",
  cancelled: "cancelled",
  "return requested": "returnRequested",
  "exchange requested": "exchangeRequested",
};

/** Prices are final in these files: no tax, no shipping. */
const shopRules = {
  currency: "USD",
  tax: { defaultBasisPoints: 0, rules: [], rounding: "half-up", appliesToShipping: false },
  shipping: { methods: [{ id: "included", flatMinor: 0, freeFromMinor: null }], defaultMethod: "included" },
  limits: { maxQuantityPerLine: 100, maxOrderTotalMinor: 100_000_000, maxDiscountBasisPoints: 0 },
};

/** `rules`: null for the standard rules. The store must be empty. */
export async function loadRetailShop(pool: pg.Pool, shop: RetailShop, rules: OrderRules | null): Promise<void> {
  await inTransaction(pool, async (connection) => {
    await rowsOf(connection, "INSERT INTO shop (id, rules, order_rules) VALUES (1, $1, $2)", [
      JSON.stringify(shopRules),
      rules === null ? null : JSON.stringify(rules),
    ]);
    await loadProducts(connection, shop);
    await loadUsers(connection, Object.values(shop.users));
    await loadOrders(connection, shop);
    await openBooks(connection);
  });
}

async function loadProducts(connection: Queryable, { products }: RetailShop): Promise<void> {
  const types = Object.values(products);
  await insert(
    connection,
    "product_types",
    { id: "text", name: "text", position: "bigint" },
    types.map(({ product_id, name }, position) => ({ id: product_id, name, position })),
  );
  const variants = types.flatMap(({ product_id, name, variants }) =>
    Object.values(variants).map((variant) => {
      const words = Object.values(variant.options).join(" ");
      return {
        id: variant.item_id,
        type_id: product_id,
        title: `${name} ${words}`.trim(),
        spoken_name: name,
        description: name,
        category: name.toLowerCase(),
        aliases: "",
        attributes: variant.options,
        attributes_text: words,
        price_minor: centsOf(variant.price),
        currency: "USD",
        rating: 0,
        review_count: 0,
        // The file says whether an item can be had, not how many pieces there are.
        on_hand: 0,
        is_counted: false,
        is_available: variant.available,
      };
    }),
  );
  await insert(
    connection,
    "products",
    {
      id: "text",
      type_id: "text",
      title: "text",
      spoken_name: "text",
      description: "text",
      category: "text",
      aliases: "text",
      attributes: "json",
      attributes_text: "text",
      price_minor: "bigint",
      currency: "text",
      rating: "numeric",
      review_count: "integer",
      on_hand: "integer",
      is_counted: "boolean",
      is_available: "boolean",
      position: "bigint",
    },
    variants.map((variant, position) => ({ ...variant, position })),
  );
}

async function loadUsers(connection: Queryable, users: readonly RetailUser[]): Promise<void> {
  await insert(
    connection,
    "customers",
    { id: "text", first_name: "text", full_name: "text", email: "text" },
    users.map(({ user_id, name, email }) => ({
      id: user_id,
      first_name: name.first_name,
      full_name: `${name.first_name} ${name.last_name}`,
      email,
    })),
  );
  await insert(
    connection,
    "addresses",
    {
      id: "text",
      customer_id: "text",
      lines: "text",
      line2: "text",
      city: "text",
      state: "text",
      postal_code: "text",
      country: "text",
      is_default: "boolean",
    },
    users.map(({ user_id, address }) => ({
      id: `${user_id}-default`,
      customer_id: user_id,
      lines: address.address1,
      line2: address.address2,
      city: address.city,
      state: address.state,
      postal_code: address.zip,
      country: address.country,
      is_default: true,
    })),
  );
  const kinds = { credit_card: "card", paypal: "wallet", gift_card: "giftCard" };
  await insert(
    connection,
    "payment_methods",
    {
      customer_id: "text",
      id: "text",
      kind: "text",
      brand: "text",
      last4: "text",
      balance_minor: "bigint",
      currency: "text",
      position: "integer",
    },
    users.flatMap(({ user_id, payment_methods }) =>
      Object.values(payment_methods).map((method, position) => ({
        customer_id: user_id,
        id: method.id,
        kind: kinds[method.source],
        brand: method.source === "credit_card" ? method.brand : null,
        last4: method.source === "credit_card" ? method.last_four : null,
        balance_minor: method.source === "gift_card" ? centsOf(method.balance) : null,
        currency: method.source === "gift_card" ? "USD" : null,
        position,
      })),
    ),
  );
}

async function loadOrders(connection: Queryable, { orders, users, products }: RetailShop): Promise<void> {
  const all = Object.values(orders);
  // The file has no dates: orders follow each other as their user's list has them.
  const begin = Date.UTC(2024, 0, 1);
  await insert(
    connection,
    "orders",
    {
      number: "text",
      customer_id: "text",
      status: "text",
      subtotal_minor: "bigint",
      discount_minor: "bigint",
      tax_minor: "bigint",
      shipping_minor: "bigint",
      total_minor: "bigint",
      currency: "text",
      cancel_reason: "text",
      ship_to_line1: "text",
      ship_to_line2: "text",
      ship_to_city: "text",
      ship_to_state: "text",
      ship_to_postal_code: "text",
      ship_to_country: "text",
      placed_at: "timestamptz",
      updated_at: "timestamptz",
    },
    all.map(({ order_id, user_id, address, items, status, cancel_reason }) => {
      const totalMinor = items.reduce((sum, { price }) => sum + centsOf(price), 0);
      const place = users[user_id]?.orders.indexOf(order_id) ?? 0;
      const placedAt = new Date(begin + place * 86_400_000).toISOString();
      return {
        number: order_id,
        customer_id: user_id,
        status: stateOfStatus[status],
        subtotal_minor: totalMinor,
        discount_minor: 0,
        tax_minor: 0,
        shipping_minor: 0,
        total_minor: totalMinor,
        currency: "USD",
        cancel_reason,
        ship_to_line1: address.address1,
        ship_to_line2: address.address2,
        ship_to_city: address.city,
        ship_to_state: address.state,
        ship_to_postal_code: address.zip,
        ship_to_country: address.country,
        placed_at: placedAt,
        updated_at: placedAt,
      };
    }),
  );
  await insert(
    connection,
    "order_lines",
    {
      order_number: "text",
      line: "integer",
      product_id: "text",
      spoken_name: "text",
      quantity: "integer",
      unit_price_minor: "bigint",
      type_id: "text",
      options: "json",
    },
    all.flatMap(({ order_id, items }) =>
      items.map(({ name, product_id, item_id, price, options }, index) => ({
        order_number: order_id,
        line: index + 1,
        product_id: item_id,
        spoken_name: name,
        quantity: 1,
        unit_price_minor: centsOf(price),
        type_id: product_id,
        options,
      })),
    ),
  );
  await insert(
    connection,
    "order_movements",
    {
      order_number: "text",
      position: "integer",
      kind: "text",
      amount_minor: "bigint",
      tax_minor: "bigint",
      shipping_minor: "bigint",
      method_id: "text",
      settlement: "text",
      created_at: "timestamptz",
    },
    all.flatMap(({ order_id, payment_history }) =>
      payment_history.map(({ transaction_type, amount, payment_method_id }, index) => ({
        order_number: order_id,
        position: index + 1,
        kind: transaction_type,
        amount_minor: centsOf(amount),
        tax_minor: 0,
        shipping_minor: 0,
        method_id: payment_method_id,
        settlement: "settled",
        created_at: new Date(begin).toISOString(),
      })),
    ),
  );
  await insert(
    connection,
    "order_shipments",
    { order_number: "text", position: "integer", tracking_ids: "text[]", product_ids: "text[]" },
    all.flatMap(({ order_id, fulfillments }) =>
      fulfillments.map(({ tracking_id, item_ids }, index) => ({
        order_number: order_id,
        position: index + 1,
        tracking_ids: arrayText(tracking_id),
        product_ids: arrayText(item_ids),
      })),
    ),
  );
  await insert(
    connection,
    "order_requests",
    {
      order_number: "text",
      kind: "text",
      product_ids: "text[]",
      new_product_ids: "text[]",
      new_unit_prices_minor: "bigint[]",
      method_id: "text",
      difference_minor: "bigint",
      requested_at: "timestamptz",
    },
    all.flatMap((order) => requestRows(order, products, new Date(begin).toISOString())),
  );
}

function requestRows(order: RetailOrder, products: RetailShop["products"], requestedAt: string) {
  const row = { order_number: order.order_id, requested_at: requestedAt };
  if (order.return_items != null)
    return [
      {
        ...row,
        kind: "return",
        product_ids: arrayText(order.return_items),
        method_id: order.return_payment_method_id ?? "",
      },
    ];
  const { exchange_items, exchange_new_items } = order;
  if (exchange_items == null || exchange_new_items == null) return [];
  const priceOf = (itemId: string): number =>
    Object.values(products).find(({ variants }) => variants[itemId] !== undefined)?.variants[itemId]?.price ?? 0;
  return [
    {
      ...row,
      kind: "exchange",
      product_ids: arrayText(exchange_items),
      new_product_ids: arrayText(exchange_new_items),
      new_unit_prices_minor: `{${exchange_new_items.map((itemId) => centsOf(priceOf(itemId))).join(",")}}`,
      method_id: order.exchange_payment_method_id ?? "",
      difference_minor: centsOf(order.exchange_price_difference ?? 0),
    },
  ];
}

/** The ledger begins with what the file says: payments and refunds of the orders, and what is left on gift cards. */
async function openBooks(connection: Queryable): Promise<void> {
  const insertInto =
    "INSERT INTO ledger_entries (transaction_ref, order_number, account, amount_minor, currency, entered_at)";
  await rowsOf(
    connection,
    `${insertInto}
     SELECT 'order ' || m.order_number || ' ' || m.position, m.order_number, e.account,
       e.sign * CASE m.kind WHEN 'payment' THEN m.amount_minor ELSE -m.amount_minor END, o.currency, m.created_at
     FROM order_movements m JOIN orders o ON o.number = m.order_number
     LEFT JOIN payment_methods p ON p.customer_id = o.customer_id AND p.id = m.method_id
     CROSS JOIN LATERAL (VALUES (CASE p.kind WHEN 'giftCard' THEN 'giftCards' ELSE 'cash' END, 1), ('sales', -1)) AS e (account, sign)
     WHERE m.amount_minor <> 0`,
  );
  // Gift cards were bought before the books begin: what is owed for them is what is left and what was spent on these orders.
  await rowsOf(
    connection,
    `${insertInto}
     SELECT 'opening balance of gift cards', NULL, e.account, e.sign * g.owed, g.currency, now()
     FROM (SELECT p.currency, sum(p.balance_minor)::bigint
             + coalesce((SELECT sum(l.amount_minor) FROM ledger_entries l WHERE l.account = 'giftCards' AND l.currency = p.currency), 0)::bigint AS owed
           FROM payment_methods p WHERE p.kind = 'giftCard' GROUP BY p.currency) g
     CROSS JOIN LATERAL (VALUES ('giftCards', -1), ('opening', 1)) AS e (account, sign)
     WHERE g.owed <> 0`,
  );
}

/** An array as PostgreSQL writes it. */
function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => JSON.stringify(value)).join(",")}}`;
}

/** Inserts rows with columns of the given types. Names and types are constants of this file. */
async function insert(
  connection: Queryable,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).join(", ");
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await rowsOf(
    connection,
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_to_recordset($1::json) AS r (${typed.join(", ")})`,
    [JSON.stringify(rows)],
  );
}
