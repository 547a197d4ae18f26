import type pg from "pg";
import { PartylineError } from "../../../runtime/errors.ts";
import { inTransaction, rowsOf } from "../../postgres/pool.ts";
import { enterMovement } from "../ledger.ts";
import type { DueMoney, DueMovement } from "./port.ts";

type DueRow = {
  kind: DueMovement["kind"];
  amountMinor: number;
  taxMinor: number;
  shippingMinor: number;
  currency: string;
  settlement: "due" | "settled";
  providerRef: string | null;
};

/** Money of operations that the payment provider has yet to be told of, in PostgreSQL. Failures are DATABASE_FAILED, or INVALID_INPUT for another reference of what is settled. */
export function createPostgresDueMoney(options: { readonly pool: pg.Pool; readonly clock?: () => number }): DueMoney {
  const { pool, clock = Date.now } = options;
  return {
    dueMovements: (limit) =>
      rowsOf<DueMovement>(
        pool,
        `SELECT m.order_number AS "orderNumber", m.position, m.kind, m.amount_minor AS "amountMinor", m.method_id AS "methodId", o.currency,
           coalesce(o.call_sid, '') AS "callSid", p.provider_ref AS "chargeRef"
         FROM order_movements m JOIN orders o ON o.number = m.order_number
         LEFT JOIN payments p ON p.order_number = m.order_number AND p.card_id = m.method_id AND p.status = 'succeeded'
         WHERE m.settlement = 'due' ORDER BY m.created_at, m.order_number, m.position LIMIT $1`,
        [limit],
      ),

    settleMovement: ({ orderNumber, position, providerRef }) =>
      inTransaction(pool, async (connection) => {
        const [row] = await rowsOf<DueRow>(
          connection,
          `SELECT m.kind, m.amount_minor AS "amountMinor", m.tax_minor AS "taxMinor", m.shipping_minor AS "shippingMinor", o.currency,
             m.settlement, m.provider_ref AS "providerRef"
           FROM order_movements m JOIN orders o ON o.number = m.order_number
           WHERE m.order_number = $1 AND m.position = $2 FOR UPDATE OF m`,
          [orderNumber, position],
        );
        if (row === undefined) throw new PartylineError("INVALID_INPUT", "no such movement of money");
        if (row.settlement === "settled") {
          if (row.providerRef === providerRef) return { status: "settled" };
          throw new PartylineError("INVALID_INPUT", "this money moved already, under another reference");
        }
        await rowsOf(
          connection,
          `UPDATE order_movements SET settlement = 'settled', provider_ref = $3 WHERE order_number = $1 AND position = $2`,
          [orderNumber, position, providerRef],
        );
        const sign = row.kind === "payment" ? 1 : -1;
        await enterMovement(connection, {
          transactionRef: `order ${orderNumber} ${position}`,
          orderNumber,
          account: "cash",
          amountMinor: sign * row.amountMinor,
          taxMinor: sign * row.taxMinor,
          shippingMinor: sign * row.shippingMinor,
          currency: row.currency,
          now: new Date(clock()),
        });
        return { status: "settled" };
      }),
  };
}
