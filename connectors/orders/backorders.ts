/** Orders that wait for their goods: the amount is held on the card, the pieces are put aside as they come in, and then the money is taken. */
import type pg from "pg";
import { inTransaction, type Queryable, rowsOf } from "../postgres/pool.ts";
import { countDiscountUse } from "./discounts.ts";
import { orderSummary } from "./order-summary.ts";
import { lockOrder, setPayment } from "./payment.ts";
import type { Backorders, Orders, OverdueHold, ReadyBackorder } from "./port.ts";
import type { Surroundings } from "./quotes.ts";
import { closeQuote, takeArrived } from "./stock.ts";

/**
 * How long an amount is held at most. Visa allows the shortest time for a payment whose payer is not there, 4 days and 18 hours: it is let go some hours before that, so that it
 * is known when. https://docs.stripe.com/payments/capture-later
 */
const HOLD_MS = 4.5 * 86_400_000;

/** See `Orders.markHeld`. */
export async function holdOrder(
  { orderNumber, paymentRef }: Parameters<Orders["markHeld"]>[0],
  { connection, now }: Pick<Surroundings, "connection" | "now">,
) {
  const order = await lockOrder(connection, orderNumber);
  if (order.paymentRef === paymentRef && ["held", "lapsed", "succeeded"].includes(order.paymentStatus))
    return { status: "held" as const, order: await orderSummary(connection, orderNumber) };
  if (order.status !== "placed") {
    // One that was given up before is remembered as unsettled until the amount is let go.
    if (order.status === "paymentFailed")
      await setPayment(connection, orderNumber, { status: "unknown", paymentRef, declineCode: null, now });
    return { status: "notPayable" as const };
  }
  await setPayment(connection, orderNumber, { status: "held", paymentRef, declineCode: null, now });
  const until = new Date(now.getTime() + HOLD_MS);
  await rowsOf(connection, "UPDATE payments SET held_until = $2 WHERE order_number = $1", [orderNumber, until]);
  await setStatus(connection, orderNumber, "backordered", now);
  await rowsOf(connection, "UPDATE quotes SET status = 'ordered' WHERE id = $1", [order.quoteId]);
  return { status: "held" as const, order: await orderSummary(connection, orderNumber) };
}

/** What an order that waits for its goods held and waited for goes back, since an operation has ended it. The order must be locked; its state is the operation's. */
export async function withdrawBackorder(connection: Queryable, orderNumber: string, now: Date): Promise<void> {
  const order = await lockOrder(connection, orderNumber);
  const status = order.paymentStatus === "held" ? "lettingGo" : "notCharged";
  await setPayment(connection, orderNumber, { status, paymentRef: null, declineCode: null, now });
  if (order.quoteId !== null) await closeQuote(connection, order.quoteId);
}

/** Orders whose oldest wish for a product can be met: nobody waits for it longer, and there are enough. */
const SERVABLE = `SELECT o.number, o.quote_id AS "quoteId" FROM orders o
  WHERE o.status = 'backordered' AND EXISTS (
    SELECT 1 FROM reservations r JOIN products p ON p.id = r.product_id
    WHERE r.quote_id = o.quote_id AND r.status = 'waiting' AND p.on_hand - p.reserved >= r.quantity
      AND NOT EXISTS (SELECT 1 FROM reservations w WHERE w.product_id = r.product_id AND w.status = 'waiting'
        AND (w.waiting_since, w.quote_id) < (r.waiting_since, r.quote_id)))
  ORDER BY o.placed_at, o.number LIMIT $1`;

// An order whose payer is to be asked and was told of no page has lost its worker.
const READY = `SELECT o.number AS "orderNumber", coalesce(o.call_sid, '') AS "callSid", p.amount_minor AS "amountMinor", lower(p.currency) AS currency,
    u.provider_ref AS "customerRef", c.payment_method_ref AS "paymentMethodRef", CASE p.status WHEN 'held' THEN p.provider_ref END AS "heldRef",
    CASE p.status WHEN 'awaitingPayer' THEN p.provider_ref END AS "declinedRef"
  FROM orders o JOIN payments p ON p.order_number = o.number JOIN customers u ON u.id = o.customer_id LEFT JOIN cards c ON c.id = p.card_id
  WHERE (o.status = 'backordered' AND p.status IN ('held', 'lapsed') OR p.status = 'awaitingPayer' AND p.held_until IS NOT NULL AND p.link_ref IS NULL)
    AND NOT EXISTS (SELECT 1 FROM reservations r WHERE r.quote_id = o.quote_id AND r.status = 'waiting')
  ORDER BY o.placed_at, o.number LIMIT $1`;

type ReadyRow = Omit<ReadyBackorder, "charge"> & ReadyBackorder["charge"];

/** Backorders in PostgreSQL; columns in deploy/migrations/0017_backorders.sql. Failures are DATABASE_FAILED. */
export function createPostgresBackorders(options: {
  readonly pool: pg.Pool;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}): Backorders {
  const { pool, clock = Date.now } = options;

  /** Something that is done with an order while nobody else changes it. */
  function withOrder(
    orderNumber: string,
    work: (connection: Queryable, order: Awaited<ReturnType<typeof lockOrder>>, now: Date) => Promise<unknown>,
  ): Promise<void> {
    return inTransaction(pool, async (connection) => {
      await work(connection, await lockOrder(connection, orderNumber), new Date(clock()));
    });
  }

  return {
    async ready(limit) {
      for (let left = limit; left > 0; ) {
        const servable = await rowsOf<{ number: string; quoteId: string }>(pool, SERVABLE, [left]);
        if (servable.length === 0) break;
        for (const { number, quoteId } of servable)
          await withOrder(number, async (connection, { status }) => {
            if (status === "backordered") await takeArrived(connection, quoteId);
          });
        left -= servable.length;
      }
      const rows = await rowsOf<ReadyRow>(pool, READY, [limit]);
      return rows.map(({ customerRef, paymentMethodRef, amountMinor, currency, ...order }) => ({
        ...order,
        charge: { customerRef, paymentMethodRef, amountMinor, currency },
      }));
    },

    overdueHolds: (limit) =>
      rowsOf<OverdueHold>(
        pool,
        `SELECT p.order_number AS "orderNumber", coalesce(o.call_sid, '') AS "callSid", p.provider_ref AS "heldRef"
         FROM payments p JOIN orders o ON o.number = p.order_number
         WHERE p.status = 'lettingGo' OR (p.status = 'held' AND p.held_until <= $1)
         ORDER BY p.updated_at, p.order_number LIMIT $2`,
        [new Date(clock()), limit],
      ),

    endHold: ({ orderNumber, isTaken }) =>
      withOrder(orderNumber, async (connection, { paymentStatus }, now) => {
        const change = { paymentRef: null, declineCode: null, now };
        if (paymentStatus === "lettingGo")
          await setPayment(connection, orderNumber, { ...change, status: isTaken ? "unknown" : "notCharged" });
        else if (paymentStatus === "held" && !isTaken)
          await setPayment(connection, orderNumber, { ...change, status: "lapsed" });
        else if (paymentStatus === "held")
          await rowsOf(connection, "UPDATE payments SET held_until = NULL WHERE order_number = $1", [orderNumber]);
      }),

    giveUp: ({ orderNumber, declineCode, paymentRef }) =>
      withOrder(orderNumber, async (connection, order, now) => {
        if (order.status !== "backordered" && order.paymentStatus !== "awaitingPayer") return;
        await setPayment(connection, orderNumber, { status: "declined", paymentRef, declineCode, now });
        await setStatus(connection, orderNumber, "paymentFailed", now);
        if (order.quoteId !== null) await closeQuote(connection, order.quoteId);
        if (order.discountCode !== null) await countDiscountUse(connection, order.discountCode, -1);
      }),
  };
}

async function setStatus(connection: Queryable, orderNumber: string, status: string, now: Date): Promise<void> {
  await rowsOf(connection, "UPDATE orders SET status = $2, updated_at = $3 WHERE number = $1", [
    orderNumber,
    status,
    now,
  ]);
}
