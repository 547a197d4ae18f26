import type pg from "pg";
import type { PaymentEvent } from "../payments/port.ts";
import { inTransaction, type Queryable, rowsOf } from "../postgres/pool.ts";
import { noteDispute } from "./disputes.ts";
import { awaitedMovement } from "./operations/awaited-movements.ts";
import { settleMovement } from "./operations/due-money.ts";
import { payOrder } from "./payment.ts";

/** What became of an event: `known`: it had come before. `ignored`: it says nothing that the shop does not know or can act upon. */
export type EventOutcome = "applied" | "ignored" | "known";

/** Acts on what the payment provider tells by itself. Every event is stored by its id in the transaction of what it does, so it acts once, in whatever order events come. */
export function createPostgresPaymentEvents(options: { readonly pool: pg.Pool; readonly clock?: () => number }): {
  apply(event: PaymentEvent): Promise<EventOutcome>;
} {
  const { pool, clock = Date.now } = options;
  return {
    apply: (event) =>
      inTransaction(pool, async (connection) => {
        const now = new Date(clock());
        const stored = await rowsOf(
          connection,
          `INSERT INTO payment_events (id, type, outcome, created_at, received_at) VALUES ($1, $2, 'ignored', $3, $4)
           ON CONFLICT (id) DO NOTHING RETURNING id`,
          [event.id, event.type, new Date(event.createdAtMs), now],
        );
        if (stored.length === 0) return "known";
        const isApplied =
          event.kind === "paid"
            ? await settlePaid(connection, event, now)
            : await noteDispute(connection, { ...event, now });
        if (!isApplied) return "ignored";
        await rowsOf(connection, "UPDATE payment_events SET outcome = 'applied' WHERE id = $1", [event.id]);
        return "applied";
      }),
  };
}

type Paid = Extract<PaymentEvent, { kind: "paid" }>;

/** Payments that had been given up: money that comes all the same must go back. */
const GIVEN_UP = new Set(["notCharged", "declined"]);

/**
 * A payer has paid. What an operation on the order has waited for is settled. An order that waited for it is paid; one that was given up is remembered as unsettled, and the reconciliation sends the money back. A
 * payment that is being made by a call (pending) or is settled already is somebody else's: the call's, or the reconciliation's.
 */
async function settlePaid(connection: Queryable, event: Paid, now: Date): Promise<boolean> {
  const [order] = await rowsOf<{
    status: string;
    callSid: string | null;
    paymentStatus: string;
    amountMinor: number;
    currency: string;
  }>(
    connection,
    `SELECT o.status, o.call_sid AS "callSid", p.status AS "paymentStatus", p.amount_minor AS "amountMinor", p.currency
     FROM orders o JOIN payments p ON p.order_number = o.number WHERE o.number = $1 FOR UPDATE OF o`,
    [event.orderId],
  );
  if (order === undefined) return false;
  const { orderId: orderNumber, paymentRef } = event;
  const position = await awaitedMovement(connection, event);
  if (position !== null) {
    await settleMovement(connection, { orderNumber, position, providerRef: paymentRef }, now);
    return true;
  }
  // Another amount is another payment of the order.
  if (order.amountMinor !== event.amountMinor || order.currency !== event.currency) return false;
  const isAwaited = order.paymentStatus === "awaitingPayer" && order.status === "placed";
  const isTooLate = order.status === "paymentFailed" && GIVEN_UP.has(order.paymentStatus);
  if (!isAwaited && !isTooLate) return false;
  const around = { connection, now, callSid: order.callSid ?? "", effectId: event.id, quoteValidMs: 0 };
  await payOrder({ orderNumber, paymentRef }, around);
  return true;
}
