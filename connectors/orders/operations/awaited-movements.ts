import type pg from "pg";
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import type { AwaitedMovements } from "./port.ts";

/** Options of {@link createPostgresAwaitedMovements}. */
export type AwaitedMovementsOptions = {
  readonly pool: pg.Pool;
  /** How long an operation waits for its payer, in milliseconds. */
  readonly linkValidMs: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

/** Payments of operations that wait for their payer, in PostgreSQL; table in deploy/migrations/0015_payment_follow_ups.sql. Failures are DATABASE_FAILED. */
export function createPostgresAwaitedMovements(options: AwaitedMovementsOptions): AwaitedMovements {
  const { pool, linkValidMs, clock = Date.now } = options;
  return {
    async awaitPayer({ orderNumber, position }) {
      const now = clock();
      const [row] = await rowsOf<{ phone: string | null }>(
        pool,
        `SELECT CASE WHEN c.do_not_contact THEN NULL ELSE c.phone END AS phone FROM order_movements m
         JOIN orders o ON o.number = m.order_number JOIN customers c ON c.id = o.customer_id
         WHERE m.order_number = $1 AND m.position = $2 AND m.kind = 'payment' AND m.settlement = 'due'`,
        [orderNumber, position],
      );
      if (row === undefined || row.phone === null) return { status: "unreachable" };
      await rowsOf(
        pool,
        "INSERT INTO awaited_movements (order_number, position, valid_until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [orderNumber, position, new Date(now + linkValidMs)],
      );
      const [awaited] = await rowsOf<{ validUntil: Date }>(
        pool,
        `SELECT valid_until AS "validUntil" FROM awaited_movements WHERE order_number = $1 AND position = $2`,
        [orderNumber, position],
      );
      if (awaited === undefined) return { status: "unreachable" };
      const validUntilMs = awaited.validUntil.getTime();
      return { status: "awaiting", toNumber: row.phone, validUntilMs, validForMs: linkValidMs };
    },

    async keepLink({ orderNumber, position, linkRef }) {
      const kept = await rowsOf(
        pool,
        "UPDATE awaited_movements SET link_ref = $3 WHERE order_number = $1 AND position = $2 RETURNING 1",
        [orderNumber, position, linkRef],
      );
      return { status: kept.length === 1 ? "kept" : "over" };
    },
  };
}

/**
 * The payment of an operation that a payer has made: of exactly this amount, under a reference that the books do not know. Null when none is waited for. The order
 * must be locked: it has one such payment at most, since nothing else is done with an order whose money is due.
 */
export async function awaitedMovement(
  connection: Queryable,
  paid: {
    readonly orderId: string;
    readonly paymentRef: string;
    readonly amountMinor: number;
    readonly currency: string;
  },
): Promise<number | null> {
  const [row] = await rowsOf<{ position: number }>(
    connection,
    `SELECT m.position FROM awaited_movements a JOIN order_movements m ON m.order_number = a.order_number AND m.position = a.position
       JOIN orders o ON o.number = m.order_number
     WHERE m.order_number = $1 AND m.settlement = 'due' AND m.amount_minor = $3 AND o.currency = $4
       AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_number = $1 AND p.provider_ref = $2)
       AND NOT EXISTS (SELECT 1 FROM order_movements k WHERE k.order_number = $1 AND k.provider_ref = $2)`,
    [paid.orderId, paid.paymentRef, paid.amountMinor, paid.currency],
  );
  return row?.position ?? null;
}
