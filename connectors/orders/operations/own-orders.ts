/** What a caller may talk about: their orders with what can be done about each, their ways to pay, their addresses; and what ordered items can be replaced by. */
import type { OrderOption, ProductOffer } from "../../../schemas/generated/records.ts";
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import { latestOrders } from "../order-summary.ts";
import { nextState } from "./decide.ts";
import type { OrderRules, OrderState } from "./order-rules.ts";
import { type OwnOrders, ownOrdersLimit } from "./port.ts";
import { readMethods } from "./stored-order.ts";
import { readOrderRules } from "./stored-rules.ts";

const options = [
  "cancel",
  "changeItems",
  "changeAddress",
  "changePayment",
  "requestReturn",
  "requestExchange",
] as const satisfies readonly OrderOption[];

function optionsOf(state: OrderState, rules: OrderRules): readonly OrderOption[] {
  return options.filter((operation) => nextState(operation, state, "owner", rules).status === "open");
}

/** A customer's orders; null when there is none such. */
export async function ownOrdersOf(
  database: Queryable,
  customerId: string,
  orderNumber: string | null,
): Promise<OwnOrders | null> {
  const orders = await latestOrders(database, customerId, orderNumber, ownOrdersLimit);
  if (orders.length === 0) return null;
  const rules = await readOrderRules(database);
  const methods = await readMethods(database, customerId);
  const addresses = await rowsOf<OwnOrders["addresses"][number]>(
    database,
    `SELECT lines AS line1, line2, city, state, postal_code AS "postalCode", country, label FROM addresses WHERE customer_id = $1
     ORDER BY is_default DESC, id LIMIT 10`,
    [customerId],
  );
  return {
    orders: orders.map((order) => ({ ...order, options: optionsOf(order.status, rules) })),
    methods: methods.map(({ methodId, kind, brand, last4 }) => ({ methodId, kind, brand, last4 })),
    addresses,
  };
}

type OfferRow = Omit<ProductOffer, "attributes" | "isMatch" | "backorderDays"> & {
  readonly attributes: Readonly<Record<string, string | number>>;
};

/** Products of the types of the given ones that can be had, cheapest first, at most 20. */
export async function replacementsOf(
  database: Queryable,
  productIds: readonly string[],
): Promise<readonly ProductOffer[]> {
  const rows = await rowsOf<OfferRow>(
    database,
    `SELECT p.id AS "productId", p.title, p.spoken_name AS "spokenName", p.category, p.price_minor AS "priceMinor", p.currency,
       greatest(p.on_hand - p.reserved - p.backordered, 0) AS stock, p.description, p.attributes, p.rating::float8 AS rating
     FROM products p
     WHERE p.is_active AND p.is_available AND (NOT p.is_counted OR p.on_hand > p.reserved + p.backordered)
       AND (p.id = ANY($1) OR p.type_id IN (SELECT type_id FROM products WHERE id = ANY($1)))
     ORDER BY p.price_minor, p.id LIMIT 20`,
    [productIds],
  );
  return rows.map(({ attributes, ...offer }) => ({
    ...offer,
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, value: String(value) })),
    isMatch: true,
    // A replacement is given at once.
    backorderDays: null,
  }));
}
