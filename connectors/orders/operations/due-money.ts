import type pg from "pg";
import { PartylineError } from "../../../runtime/errors.ts";
import { inTransaction, type Queryable, rowsOf } from "../../postgres/pool.ts";
import { enterMovement } from "../ledger.ts";
import { oweMovementReceipt } from "../receipts.ts";
import { pageMethodId } from "./page-method.ts";
import type { DueMoney, DueMovement } from "./port.ts";
import { undoLast } from "./undo.ts";

type DueRow = {
  kind: DueMovement["kind"];
  amountMinor: number;
  taxMinor: number;
  shippingMinor: number;
  methodId: string;
  customerId: string;
  currency: string;
  settlement: "due" | "settled";
  providerRef: string | null;
  methodKind: string | null;
};

// The charges of a method: the order's first one, then those of operations. What went back before is counted by position.
const DUE = `SELECT m.order_number AS "orderNumber", m.position, m.kind, m.amount_minor AS "amountMinor", m.method_id AS "methodId", o.currency,
    coalesce((SELECT p.call_sid FROM order_operations p WHERE p.order_number = m.order_number AND p.done_at = m.created_at
      ORDER BY p.revision DESC LIMIT 1), o.call_sid, '') AS "callSid",
    (extract(epoch FROM m.created_at) * 1000)::float8 AS "dueSinceMs",
    c.id IS NOT NULL OR m.method_id = '${pageMethodId}' AS "isAtProvider", u.provider_ref AS "customerRef", c.payment_method_ref AS "paymentMethodRef",
    coalesce((SELECT json_agg(json_build_object('chargeRef', k.ref, 'amountMinor', k.amount) ORDER BY k.position)
      FROM (SELECT 0 AS position, p.provider_ref AS ref, p.amount_minor AS amount FROM payments p
            WHERE p.order_number = m.order_number AND coalesce(p.card_id, '${pageMethodId}') = m.method_id AND p.status = 'succeeded'
            UNION ALL SELECT b.position, b.provider_ref, b.amount_minor FROM order_movements b
            WHERE b.order_number = m.order_number AND b.method_id = m.method_id AND b.kind = 'payment' AND b.settlement = 'settled'
              AND b.provider_ref IS NOT NULL) k), '[]'::json) AS charges,
    w.link_ref AS "linkRef", (extract(epoch FROM w.valid_until) * 1000)::float8 AS "linkValidUntilMs",
    coalesce((SELECT sum(b.amount_minor) FROM order_movements b WHERE b.order_number = m.order_number AND b.method_id = m.method_id
      AND b.kind = 'refund' AND b.position < m.position), 0)::bigint AS "refundedBeforeMinor"
  FROM order_movements m JOIN orders o ON o.number = m.order_number JOIN customers u ON u.id = o.customer_id
  LEFT JOIN cards c ON c.id = m.method_id AND c.customer_id = o.customer_id
  LEFT JOIN awaited_movements w ON w.order_number = m.order_number AND w.position = m.position
  WHERE m.settlement = 'due'`;

/** Money of operations that has yet to move, in PostgreSQL. Failures are DATABASE_FAILED, or INVALID_INPUT for another reference of what is settled. */
export function createPostgresDueMoney(options: { readonly pool: pg.Pool; readonly clock?: () => number }): DueMoney {
  const { pool, clock = Date.now } = options;
  return {
    dueMovements: (limit, orderNumber) =>
      rowsOf<DueMovement>(
        pool,
        `${DUE} AND ($2::text IS NULL OR m.order_number = $2) ORDER BY m.created_at, m.order_number, m.position LIMIT $1`,
        [limit, orderNumber ?? null],
      ),

    settleMovement: (input) =>
      inTransaction(pool, (connection) => settleMovement(connection, input, new Date(clock()))),

    withdrawMovement: ({ orderNumber, position, declineCode }) =>
      inTransaction(pool, async (connection) => {
        const now = new Date(clock());
        // Order first, as everywhere.
        await rowsOf(connection, "SELECT 1 FROM orders WHERE number = $1 FOR UPDATE", [orderNumber]);
        const row = await lockedMovement(connection, orderNumber, position);
        if (row === undefined) return { status: "withdrawn" };
        if (row.settlement === "settled") throw new PartylineError("INVALID_INPUT", "this money moved already");
        const effectId = `take back ${orderNumber} ${position}`;
        if (row.kind !== "payment" || !(await undoLast(connection, orderNumber, { effectId, now })))
          throw new PartylineError("INVALID_INPUT", "only the operation that was done last can be taken back");
        await rowsOf(
          connection,
          `WITH gone AS (DELETE FROM order_movements WHERE order_number = $1 AND settlement = 'due' RETURNING *)
           INSERT INTO withdrawn_movements (order_number, position, kind, amount_minor, method_id, decline_code, withdrawn_at)
           SELECT order_number, position, kind, amount_minor, method_id, $2, $3 FROM gone`,
          [orderNumber, declineCode, now],
        );
        return { status: "withdrawn" };
      }),
  };
}

/** See `DueMoney.settleMovement`. */
export async function settleMovement(
  connection: Queryable,
  { orderNumber, position, providerRef }: Parameters<DueMoney["settleMovement"]>[0],
  now: Date,
): Promise<{ readonly status: "settled" }> {
  const row = await lockedMovement(connection, orderNumber, position);
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
  await oweMovementReceipt(connection, { orderNumber, position }, now);
  const sign = row.kind === "payment" ? 1 : -1;
  const isGiftCard = row.methodKind === "giftCard";
  if (isGiftCard)
    await rowsOf(
      connection,
      "UPDATE payment_methods SET balance_minor = balance_minor - $3 WHERE customer_id = $1 AND id = $2",
      [row.customerId, row.methodId, sign * row.amountMinor],
    );
  await enterMovement(connection, {
    transactionRef: `order ${orderNumber} ${position}`,
    orderNumber,
    account: isGiftCard ? "giftCards" : "cash",
    amountMinor: sign * row.amountMinor,
    taxMinor: sign * row.taxMinor,
    shippingMinor: sign * row.shippingMinor,
    currency: row.currency,
    now,
  });
  return { status: "settled" };
}

async function lockedMovement(
  connection: Queryable,
  orderNumber: string,
  position: number,
): Promise<DueRow | undefined> {
  const [row] = await rowsOf<DueRow>(
    connection,
    `SELECT m.kind, m.amount_minor AS "amountMinor", m.tax_minor AS "taxMinor", m.shipping_minor AS "shippingMinor", m.method_id AS "methodId",
       o.customer_id AS "customerId", o.currency, m.settlement, m.provider_ref AS "providerRef",
       (SELECT p.kind FROM payment_methods p WHERE p.customer_id = o.customer_id AND p.id = m.method_id) AS "methodKind"
     FROM order_movements m JOIN orders o ON o.number = m.order_number
     WHERE m.order_number = $1 AND m.position = $2 FOR UPDATE OF m`,
    [orderNumber, position],
  );
  return row;
}
