/** An order and what surrounds it, read from the database and locked: order first, then products by id, then payment methods by id. */
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import { readShopRules, type ShopRules } from "../../postgres/shop-rules.ts";
import type {
  FactLine,
  FactProduct,
  Movement,
  OrderAmounts,
  OrderFacts,
  ServiceRequest,
  TaxTerms,
} from "./order-facts.ts";
import type { OrderState } from "./order-rules.ts";
import { pageMethodId } from "./page-method.ts";
import type { OrderDetails, PaymentMethod, PostalAddress } from "./port.ts";

/** An order as it is stored. */
export type StoredOrder = {
  readonly number: string;
  readonly customerId: string;
  /** How many operations were done. */
  readonly revision: number;
  readonly currency: string;
  readonly shipTo: PostalAddress | null;
  readonly shipToState: string | null;
  readonly shipments: OrderDetails["shipments"];
  readonly cancelReason: string | null;
  readonly discountCode: string | null;
  readonly placedAtMs: number;
  readonly facts: OrderFacts;
};

type Row = OrderAmounts & {
  number: string;
  customerId: string;
  revision: number;
  status: OrderState;
  currency: string;
  cancelReason: string | null;
  discountCode: string | null;
  placedAt: Date;
  deliveredAt: Date | null;
  line1: string | null;
  line2: string | null;
  city: string | null;
  state: string | null;
  postalCode: string | null;
  country: string | null;
  lines: FactLine[] | null;
  movements: Movement[] | null;
  shipments: { trackingIds: string[]; productIds: string[] }[] | null;
  request: (ServiceRequest & { readonly kind: string }) | null;
};

const SELECT = `SELECT o.number, o.customer_id AS "customerId", o.revision, o.status, o.currency, o.cancel_reason AS "cancelReason",
    o.discount_code AS "discountCode",
    o.subtotal_minor AS "subtotalMinor", o.discount_minor AS "discountMinor", o.tax_minor AS "taxMinor",
    o.shipping_minor AS "shippingMinor", o.total_minor AS "totalMinor", o.delivered_at AS "deliveredAt", o.placed_at AS "placedAt",
    o.ship_to_line1 AS "line1", o.ship_to_line2 AS "line2", o.ship_to_city AS "city", o.ship_to_state AS "state",
    o.ship_to_postal_code AS "postalCode", o.ship_to_country AS "country",
    (SELECT json_agg(json_build_object('productId', l.product_id, 'typeId', coalesce(l.type_id, p.type_id), 'name', l.spoken_name,
       'options', coalesce(l.options, p.attributes, '{}'::json), 'quantity', l.quantity, 'unitPriceMinor', l.unit_price_minor) ORDER BY l.line)
     FROM order_lines l LEFT JOIN products p ON p.id = l.product_id WHERE l.order_number = o.number) AS lines,
    (SELECT json_agg(json_build_object('kind', m.kind, 'amountMinor', m.amount_minor, 'methodId', m.method_id) ORDER BY m.position)
     FROM (SELECT 0 AS position, 'payment' AS kind, amount_minor, coalesce(card_id, '${pageMethodId}') AS method_id FROM payments
           WHERE order_number = o.number AND status = 'succeeded'
           UNION ALL SELECT position, kind, amount_minor, method_id FROM order_movements WHERE order_number = o.number) m) AS movements,
    (SELECT json_agg(json_build_object('trackingIds', s.tracking_ids, 'productIds', s.product_ids) ORDER BY s.position)
     FROM order_shipments s WHERE s.order_number = o.number) AS shipments,
    (SELECT json_build_object('kind', r.kind, 'productIds', r.product_ids, 'newProductIds', r.new_product_ids,
       'newUnitPricesMinor', r.new_unit_prices_minor, 'methodId', r.method_id, 'differenceMinor', r.difference_minor)
     FROM order_requests r WHERE r.order_number = o.number) AS request
  FROM orders o WHERE o.number = $1`;

/** An order; null when there is none. `isLocked`: nobody else changes it until the transaction ends. */
export async function readOrder(
  connection: Queryable,
  orderNumber: string,
  isLocked: boolean,
): Promise<StoredOrder | null> {
  if (isLocked) {
    // Locked by itself first: what is aggregated below must be read after the lock was got.
    const found = await rowsOf(connection, "SELECT 1 FROM orders WHERE number = $1 FOR UPDATE", [orderNumber]);
    if (found.length === 0) return null;
  }
  const [row] = await rowsOf<Row>(connection, SELECT, [orderNumber]);
  return row === undefined ? null : storedOrder(row);
}

function storedOrder(row: Row): StoredOrder {
  const { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor } = row;
  return {
    number: row.number,
    customerId: row.customerId,
    revision: row.revision,
    currency: row.currency,
    shipToState: row.state,
    shipTo: addressOf(row),
    shipments: row.shipments ?? [],
    cancelReason: row.cancelReason,
    discountCode: row.discountCode,
    placedAtMs: row.placedAt.getTime(),
    facts: {
      state: row.status,
      lines: row.lines ?? [],
      amounts: { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor },
      movements: row.movements ?? [],
      deliveredAtMs: row.deliveredAt?.getTime() ?? null,
      request: row.request === null ? null : requestOf(row.request),
    },
  };
}

function requestOf(given: ServiceRequest): ServiceRequest {
  const { productIds, methodId } = given;
  return given.kind === "exchange" ? given : { kind: "return", productIds, methodId };
}

function addressOf({ line1, line2, city, state, postalCode, country }: Row): PostalAddress | null {
  if (line1 === null) return null;
  return {
    line1,
    line2: line2 ?? "",
    city: city ?? "",
    state: state ?? "",
    postalCode: postalCode ?? "",
    country: country ?? "",
  };
}

/** What a caller may hear of an order. */
export function detailsOf(order: StoredOrder): OrderDetails {
  const { lines, amounts, movements, request, state } = order.facts;
  const { number: orderNumber, customerId, currency, shipTo, shipments, cancelReason, placedAtMs } = order;
  return {
    orderNumber,
    customerId,
    state,
    lines,
    amounts,
    currency,
    shipTo,
    movements,
    shipments,
    cancelReason,
    request,
    placedAtMs,
  };
}

/** Products by id, locked; those of another currency are left out. */
export async function lockFactProducts(
  connection: Queryable,
  ids: readonly string[],
  currency: string,
): Promise<ReadonlyMap<string, FactProduct>> {
  const rows = await rowsOf<FactProduct>(
    connection,
    `SELECT p.id AS "productId", p.type_id AS "typeId", coalesce(t.name, p.spoken_name) AS name, p.attributes AS options,
       p.price_minor AS "priceMinor", p.is_counted AS "isCounted",
       CASE WHEN NOT p.is_active OR NOT p.is_available THEN 0 WHEN p.is_counted THEN greatest(p.on_hand - p.reserved - p.backordered, 0) END AS "availablePieces"
     FROM products p LEFT JOIN product_types t ON t.id = p.type_id
     WHERE p.id = ANY($1) AND p.currency = $2 ORDER BY p.id FOR UPDATE OF p`,
    [[...new Set(ids)], currency],
  );
  return new Map(rows.map((row) => [row.productId, row]));
}

/** A method and whether the payment provider moves its money. */
export type StoredMethod = PaymentMethod & { readonly isAtProvider: boolean };

const page = {
  methodId: pageMethodId,
  kind: "card",
  brand: null,
  last4: null,
  balanceMinor: null,
  isAtProvider: true,
} as const;

/** The ways to pay of an order's customer; gift cards and the like locked. What was paid on a page can be paid or given back there. */
export async function lockMethods(
  connection: Queryable,
  { customerId, facts }: Pick<StoredOrder, "customerId" | "facts">,
): Promise<readonly StoredMethod[]> {
  const own = await rowsOf<StoredMethod>(
    connection,
    `SELECT id AS "methodId", kind, brand, last4, balance_minor AS "balanceMinor", false AS "isAtProvider"
     FROM payment_methods WHERE customer_id = $1 ORDER BY position, id FOR UPDATE`,
    [customerId],
  );
  const isPaidOnPage = facts.movements.some(({ methodId }) => methodId === pageMethodId);
  return [...(await providerCards(connection, customerId)), ...own, ...(isPaidOnPage ? [page] : [])];
}

/** A customer's ways to pay, to be looked at. */
export async function readMethods(connection: Queryable, customerId: string): Promise<readonly PaymentMethod[]> {
  const own = await rowsOf<PaymentMethod>(
    connection,
    `SELECT id AS "methodId", kind, brand, last4, balance_minor AS "balanceMinor"
     FROM payment_methods WHERE customer_id = $1 ORDER BY position, id`,
    [customerId],
  );
  const cards = await providerCards(connection, customerId);
  return [...cards.map(({ isAtProvider: _, ...method }) => method), ...own];
}

async function providerCards(connection: Queryable, customerId: string): Promise<readonly StoredMethod[]> {
  return rowsOf<StoredMethod>(
    connection,
    `SELECT id AS "methodId", 'card' AS kind, brand, last4, NULL::bigint AS "balanceMinor", true AS "isAtProvider"
     FROM cards WHERE customer_id = $1 ORDER BY is_default DESC, id`,
    [customerId],
  );
}

/** How goods for a state are taxed today; what was never taxed by us (no state) stays untaxed. */
export async function taxTermsOf(connection: Queryable, state: string | null): Promise<TaxTerms> {
  const { tax }: ShopRules = await readShopRules(connection);
  const { appliesToShipping } = tax;
  if (state === null) return { basisPoints: 0, appliesToShipping };
  const basisPoints = tax.rules.find((rule) => rule.state === state)?.basisPoints ?? tax.defaultBasisPoints;
  return { basisPoints, appliesToShipping };
}
