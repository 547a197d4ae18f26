import type pg from "pg";
import type { EffectContext } from "../../runtime/effect.ts";
import { once } from "../postgres/effect-record.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import { orderSummary } from "./order-summary.ts";
import { releaseOrder } from "./payment.ts";
import type { AwaitedPayments, LinkKeeping, OverdueLink } from "./port.ts";
import { notePayerTold } from "./receipts.ts";
import { closeQuote } from "./stock.ts";
import { timed } from "./timed.ts";

/** Options of {@link createPostgresAwaitedPayments}. */
export type AwaitedPaymentsOptions = {
  readonly pool: pg.Pool;
  /** How long an order waits for its payer, in milliseconds. */
  readonly linkValidMs: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

/** A link that nobody could be sent, because the worker died, is looked at this much later than one that was: its maker may still be at work. */
const UNSENT_GRACE_MS = 60_000;

/** Orders that wait for their payer, in PostgreSQL; tables in deploy/migrations/0009_messages.sql. */
export function createPostgresAwaitedPayments(options: AwaitedPaymentsOptions): AwaitedPayments & LinkKeeping {
  const { pool, linkValidMs, clock = Date.now } = options;

  function changing<I, A>(operation: string, work: (input: I, connection: Queryable, now: Date) => Promise<A>) {
    return (input: I, { callSid, effectId }: EffectContext) =>
      timed(() =>
        once(pool, { effectId, operation, input: { callSid, input } }, (connection) =>
          work(input, connection, new Date(clock())),
        ),
      );
  }

  const begin = changing("awaitPayer", async ({ orderNumber, paymentRef }: InputOf<"awaitPayer">, connection, now) => {
    const order = await lockAwaited(connection, orderNumber);
    // One that waited for its goods is asked for when they are there, and its caller is long gone.
    const isLate = order?.paymentStatus === "lapsed";
    if ((order?.paymentStatus !== "pending" && !isLate) || order.phone === null)
      return { status: "unreachable" as const };
    const validUntil = new Date(now.getTime() + linkValidMs);
    await rowsOf(
      connection,
      `UPDATE payments SET status = 'awaitingPayer', provider_ref = $2, decline_code = CASE WHEN $2::text IS NOT NULL AND NOT $5 THEN 'authentication_required' END,
         link_valid_until = $3, link_sendings = 1, updated_at = $4, payer_left_at = CASE WHEN $5 THEN $4 ELSE payer_left_at END
       WHERE order_number = $1`,
      [orderNumber, paymentRef, validUntil, now, isLate],
    );
    if (isLate) await rowsOf(connection, "UPDATE orders SET status = 'placed' WHERE number = $1", [orderNumber]);
    return { status: "awaiting" as const, validUntilMs: validUntil.getTime(), validForMs: linkValidMs };
  });

  return {
    async awaitPayer(input, context) {
      const answer = await begin(input, context);
      if (answer.status === "unreachable") return answer;
      // Read beside the effect: its stored result must not hold a number.
      const { phone } = (await readAwaited(pool, input.orderNumber)) ?? { phone: null };
      if (phone === null) return { status: "unreachable", storeWaitMs: answer.storeWaitMs };
      return { ...answer, toNumber: phone };
    },

    keepLink: changing("keepLink", async ({ orderNumber, linkRef }: InputOf<"keepLink">, connection, now) => {
      const kept = await rowsOf(
        connection,
        `UPDATE payments SET link_ref = $2, updated_at = $3 WHERE order_number = $1 AND status = 'awaitingPayer' RETURNING order_number`,
        [orderNumber, linkRef, now],
      );
      return { status: kept.length === 1 ? ("kept" as const) : ("over" as const) };
    }),

    awaited: ({ quoteId }, { callSid }) =>
      timed(async () => {
        const [row] = await rowsOf<{ number: string; paymentStatus: string }>(
          pool,
          `SELECT o.number, p.status AS "paymentStatus" FROM orders o JOIN payments p ON p.order_number = o.number
           WHERE o.call_sid = $1 AND o.quote_id = $2 AND p.link_valid_until IS NOT NULL ORDER BY o.placed_at DESC, o.number DESC LIMIT 1`,
          [callSid, quoteId],
        );
        if (row?.paymentStatus === "succeeded") {
          await notePayerTold(pool, row.number, new Date(clock()));
          return { status: "paid" as const, order: await orderSummary(pool, row.number) };
        }
        const isWaiting = row?.paymentStatus === "awaitingPayer" || row?.paymentStatus === "unknown";
        return { status: isWaiting ? ("waiting" as const) : ("over" as const) };
      }),

    giveUp: changing("giveUp", async ({ orderNumber }: InputOf<"giveUp">, connection, now) => {
      const order = await lockAwaited(connection, orderNumber);
      if (order?.paymentStatus === "succeeded") return { status: "alreadyPaid" as const };
      if (order?.paymentStatus !== "awaitingPayer") return { status: "released" as const };
      const around = { connection, now, callSid: order.callSid ?? "", effectId: "", quoteValidMs: 0 };
      await releaseOrder({ orderNumber, cause: { kind: "notCharged" } }, around);
      // Nobody tries another card any more: the pieces go back at once.
      if (order.quoteId !== null) await closeQuote(connection, order.quoteId);
      return { status: "released" as const };
    }),

    async overdueLinks(limit) {
      const now = clock();
      const rows = await rowsOf<Omit<OverdueLink, "callSid"> & { callSid: string | null }>(
        pool,
        `SELECT p.order_number AS "orderNumber", o.call_sid AS "callSid", p.link_ref AS "linkRef"
         FROM payments p JOIN orders o ON o.number = p.order_number
         WHERE p.status = 'awaitingPayer' AND p.link_valid_until <= CASE WHEN p.link_ref IS NULL THEN $2::timestamptz ELSE $1 END
         ORDER BY p.link_valid_until, p.order_number LIMIT $3`,
        [new Date(now), new Date(now - UNSENT_GRACE_MS), limit],
      );
      return rows.map((row) => ({ ...row, callSid: row.callSid ?? "" }));
    },
  };
}

type InputOf<M extends keyof AwaitedPayments> = Parameters<AwaitedPayments[M]>[0];
type AwaitedRow = { callSid: string | null; quoteId: string | null; paymentStatus: string; phone: string | null };

function lockAwaited(connection: Queryable, orderNumber: string): Promise<AwaitedRow | null> {
  return readAwaited(connection, orderNumber, "FOR UPDATE OF o");
}

async function readAwaited(
  database: Queryable,
  orderNumber: string,
  lock: "" | "FOR UPDATE OF o" = "",
): Promise<AwaitedRow | null> {
  const [row] = await rowsOf<AwaitedRow>(
    database,
    `SELECT o.call_sid AS "callSid", o.quote_id AS "quoteId", p.status AS "paymentStatus",
       -- A link instead of a charge is nothing that the caller asked for; one instead of a card is.
       CASE WHEN c.do_not_contact AND p.card_id IS NOT NULL THEN NULL ELSE c.phone END AS phone
     FROM orders o JOIN payments p ON p.order_number = o.number JOIN customers c ON c.id = o.customer_id
     WHERE o.number = $1 ${lock}`,
    [orderNumber],
  );
  return row ?? null;
}
