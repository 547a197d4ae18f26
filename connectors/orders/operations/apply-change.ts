/** Writes what a decision brings about: the operation's place in the order's history, the order, money, pieces. One transaction, which the caller has begun. */
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import { withdrawBackorder } from "../backorders.ts";
import { countDiscountUse } from "../discounts.ts";
import { enterMovement } from "../ledger.ts";
import { partsOf } from "./movement-parts.ts";
import type { OrderChange, ServiceRequest } from "./order-facts.ts";
import { replaceLines } from "./order-lines.ts";
import type { OrderOperation } from "./order-rules.ts";
import type { Actor, PostalAddress } from "./port.ts";
import type { StoredMethod, StoredOrder } from "./stored-order.ts";
import { undoOf } from "./undo.ts";

/** Who does what, when. */
export type Doing = {
  readonly operation: OrderOperation;
  readonly actor: Actor["kind"];
  readonly callSid: string;
  readonly effectId: string;
  readonly now: Date;
};

/** The order must be locked, and unchanged since it was read. */
export async function applyChange(
  connection: Queryable,
  order: StoredOrder,
  change: OrderChange & { readonly shipTo?: PostalAddress },
  methods: readonly StoredMethod[],
  doing: Doing,
): Promise<void> {
  const { number, revision, facts } = order;
  const { now } = doing;
  // The step of an order's history is taken once: a second one with the same revision is refused by the database.
  await rowsOf(
    connection,
    `INSERT INTO order_operations (order_number, revision, operation, from_status, to_status, effect_id, actor, call_sid, done_at, undo)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      number,
      revision,
      doing.operation,
      facts.state,
      change.state,
      doing.effectId,
      doing.actor,
      doing.callSid,
      now,
      hasDuePayment(change, methods) ? JSON.stringify(undoOf(facts)) : null,
    ],
  );
  const amounts = change.amounts ?? facts.amounts;
  await rowsOf(
    connection,
    `UPDATE orders SET status = $2, revision = revision + 1, subtotal_minor = $3, discount_minor = $4, tax_minor = $5, total_minor = $6,
       cancel_reason = coalesce($7, cancel_reason), delivered_at = CASE WHEN $8 THEN $9 ELSE delivered_at END, updated_at = $9
     WHERE number = $1`,
    [
      number,
      change.state,
      amounts.subtotalMinor,
      amounts.discountMinor,
      amounts.taxMinor,
      amounts.totalMinor,
      change.cancelReason,
      change.state === "delivered" && facts.state !== "delivered",
      now,
    ],
  );
  if (change.shipTo !== undefined) await sendTo(connection, number, change.shipTo);
  if (change.lines !== null) await replaceLines(connection, number, change.lines);
  if (change.request !== null) await storeRequest(connection, number, change.request, now);
  await moveMoney(connection, order, change, methods, now);
  await moveStock(connection, order, change);
  if (facts.state === "backordered" && change.state !== "backordered") await withdrawBackorder(connection, number, now);
  // A cancelled order has not used its code.
  if (order.discountCode !== null && change.state === "cancelled" && facts.state !== "cancelled")
    await countDiscountUse(connection, order.discountCode, -1);
}

async function sendTo(connection: Queryable, orderNumber: string, address: PostalAddress): Promise<void> {
  await rowsOf(
    connection,
    `UPDATE orders SET ship_to_line1 = $2, ship_to_line2 = $3, ship_to_city = $4, ship_to_state = $5, ship_to_postal_code = $6,
       ship_to_country = $7 WHERE number = $1`,
    [orderNumber, address.line1, address.line2, address.city, address.state, address.postalCode, address.country],
  );
}

/** Whether the provider has yet to be asked for money, and may refuse. */
function hasDuePayment({ movements }: OrderChange, methods: readonly StoredMethod[]): boolean {
  return movements.some(
    ({ kind, amountMinor, methodId }) =>
      kind === "payment" && amountMinor > 0 && methods.find((method) => method.methodId === methodId)?.isAtProvider,
  );
}

async function storeRequest(connection: Queryable, number: string, request: ServiceRequest, now: Date): Promise<void> {
  const isExchange = request.kind === "exchange";
  await rowsOf(
    connection,
    `INSERT INTO order_requests (order_number, kind, product_ids, new_product_ids, new_unit_prices_minor, method_id, difference_minor, requested_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      number,
      request.kind,
      request.productIds,
      isExchange ? request.newProductIds : null,
      isExchange ? request.newUnitPricesMinor : null,
      request.methodId,
      isExchange ? request.differenceMinor : null,
      now,
    ],
  );
}

async function moveMoney(
  connection: Queryable,
  { number: orderNumber, customerId, currency, facts }: StoredOrder,
  change: OrderChange,
  methods: readonly StoredMethod[],
  now: Date,
): Promise<void> {
  // What goes back waits for what has to come first.
  const isWaiting = hasDuePayment(change, methods);
  for (const part of partsOf(facts.amounts, change)) {
    const { kind, amountMinor, methodId, taxMinor, shippingMinor } = part;
    const method = methods.find((candidate) => candidate.methodId === methodId);
    // What is at the payment provider moves when the provider was told; the rest moves here.
    const isSettled = amountMinor === 0 || (method?.isAtProvider !== true && !isWaiting);
    const [inserted] = await rowsOf<{ position: number }>(
      connection,
      `INSERT INTO order_movements (order_number, position, kind, amount_minor, tax_minor, shipping_minor, method_id, settlement, created_at)
       SELECT $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6, $7, $8
       FROM (SELECT position FROM order_movements WHERE order_number = $1
             UNION ALL SELECT position FROM withdrawn_movements WHERE order_number = $1) known
       RETURNING position`,
      [orderNumber, kind, amountMinor, taxMinor, shippingMinor, methodId, isSettled ? "settled" : "due", now],
    );
    const sign = kind === "payment" ? 1 : -1;
    if (isSettled && method?.kind === "giftCard")
      await rowsOf(
        connection,
        "UPDATE payment_methods SET balance_minor = balance_minor - $3 WHERE customer_id = $1 AND id = $2",
        [customerId, methodId, sign * amountMinor],
      );
    if (isSettled)
      await enterMovement(connection, {
        transactionRef: `order ${orderNumber} ${inserted?.position ?? 0}`,
        orderNumber,
        account: method?.kind === "giftCard" ? "giftCards" : "cash",
        amountMinor: sign * amountMinor,
        taxMinor: sign * taxMinor,
        shippingMinor: sign * shippingMinor,
        currency,
        now,
      });
  }
}

async function moveStock(
  connection: Queryable,
  { number, revision }: StoredOrder,
  { stock }: OrderChange,
): Promise<void> {
  if (stock.length === 0) return;
  await rowsOf(
    connection,
    `INSERT INTO order_stock (order_number, revision, product_id, on_hand_delta, reserved_delta)
     SELECT $1, $2, "productId", "onHandDelta", "reservedDelta"
     FROM json_to_recordset($3::json) AS s ("productId" text, "onHandDelta" integer, "reservedDelta" integer) ORDER BY "productId"`,
    [number, revision, JSON.stringify(stock)],
  );
}
