import type pg from "pg";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { Receipts } from "./port.ts";

/** Options of {@link createPostgresReceipts}. */
export type ReceiptsOptions = {
  readonly pool: pg.Pool;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

/** Longer than a message takes with its retries; doubled with each try, up to an hour. */
const LEASE_SECONDS = 60;
const MAX_TRIES = 10;

/** Receipts in PostgreSQL; table in deploy/migrations/0015_payment_follow_ups.sql and 0018_payment_links.sql. Failures are DATABASE_FAILED. */
export function createPostgresReceipts({ pool, clock = Date.now }: ReceiptsOptions): Receipts {
  return {
    async claimDue(limit) {
      const now = clock();
      await rowsOf(
        pool,
        "UPDATE receipts SET status = 'givenUp', updated_at = $1 WHERE status = 'due' AND tries >= $2 AND next_try_at <= $1",
        [new Date(now), MAX_TRIES],
      );
      const rows = await rowsOf<ReceiptRow>(
        pool,
        `WITH claimed AS (
           UPDATE receipts SET tries = tries + 1, updated_at = $1,
             next_try_at = $1::timestamptz + make_interval(secs => least(3600, $2 * 2 ^ tries)) WHERE (order_number, position) IN (
             SELECT order_number, position FROM receipts WHERE status = 'due' AND next_try_at <= $1 ORDER BY next_try_at, order_number, position LIMIT $3
             FOR UPDATE SKIP LOCKED)
           RETURNING order_number, position)
         SELECT o.number AS "orderNumber", r.position, o.call_sid AS "callSid", coalesce(m.amount_minor, p.amount_minor) AS "amountMinor", o.currency,
           CASE WHEN c.do_not_contact THEN NULL ELSE c.phone END AS "toNumber"
         FROM claimed r JOIN orders o ON o.number = r.order_number JOIN customers c ON c.id = o.customer_id
           LEFT JOIN payments p ON p.order_number = r.order_number AND r.position = 0
           LEFT JOIN order_movements m ON m.order_number = r.order_number AND m.position = r.position
         ORDER BY o.number, r.position`,
        [new Date(now), LEASE_SECONDS, limit],
      );
      return rows.map((row) => ({ ...row, callSid: row.callSid ?? "" }));
    },

    async end({ orderNumber, position, status }) {
      await rowsOf(
        pool,
        "UPDATE receipts SET status = $3, updated_at = $4 WHERE order_number = $1 AND position = $2 AND status = 'due'",
        [orderNumber, position, status, new Date(clock())],
      );
    },
  };
}

type ReceiptRow = {
  orderNumber: string;
  position: number;
  callSid: string | null;
  amountMinor: number;
  currency: string;
  toNumber: string | null;
};

/** The caller has hung up, and was not told of the payment of an order that waited for its payer: a receipt is owed as soon as it is paid, which may be so already. */
export async function notePayerLeft(connection: Queryable, callSid: string, now: Date): Promise<void> {
  const left = await rowsOf<{ orderNumber: string; status: string }>(
    connection,
    `UPDATE payments p SET payer_left_at = $2 FROM orders o
     WHERE o.number = p.order_number AND o.call_sid = $1 AND p.link_valid_until IS NOT NULL AND p.status IN ('awaitingPayer', 'succeeded')
       AND p.payer_told_at IS NULL AND p.payer_left_at IS NULL RETURNING p.order_number AS "orderNumber", p.status`,
    [callSid, now],
  );
  for (const { orderNumber, status } of left)
    if (status === "succeeded") await oweReceipt(connection, orderNumber, now);
}

/** The call has learned that the order was paid: it tells its caller. */
export async function notePayerTold(database: Queryable, orderNumber: string, now: Date): Promise<void> {
  await rowsOf(
    database,
    "UPDATE payments SET payer_told_at = $2 WHERE order_number = $1 AND payer_told_at IS NULL AND payer_left_at IS NULL",
    [orderNumber, now],
  );
}

/** An order was paid: who was not there any more to be told gets a receipt, in the transaction of the payment. */
export async function oweReceipt(connection: Queryable, orderNumber: string, now: Date): Promise<void> {
  await rowsOf(
    connection,
    `INSERT INTO receipts (order_number, next_try_at, created_at, updated_at)
     SELECT order_number, $2, $2, $2 FROM payments WHERE order_number = $1 AND payer_left_at IS NOT NULL
     ON CONFLICT (order_number, position) DO NOTHING`,
    [orderNumber, now],
  );
}

/** What an operation costs was paid by a link: no call is told of it, so its payer gets a receipt, in the transaction of the payment. */
export async function oweMovementReceipt(
  connection: Queryable,
  { orderNumber, position }: { readonly orderNumber: string; readonly position: number },
  now: Date,
): Promise<void> {
  await rowsOf(
    connection,
    `INSERT INTO receipts (order_number, position, next_try_at, created_at, updated_at)
     SELECT order_number, position, $3, $3, $3 FROM awaited_movements WHERE order_number = $1 AND position = $2 AND link_ref IS NOT NULL
     ON CONFLICT (order_number, position) DO NOTHING`,
    [orderNumber, position, now],
  );
}
