import type pg from "pg";
import type { EffectContext } from "../../runtime/effect.ts";
import { provenCustomer } from "../postgres/call-identity.ts";
import { once } from "../postgres/effect-record.ts";
import { inTransaction, rowsOf } from "../postgres/pool.ts";
import { holdOrder } from "./backorders.ts";
import { ownOrder } from "./order-summary.ts";
import { beginOrder, doubtOrder, payOrder, releaseOrder } from "./payment.ts";
import type { OrderKeeping, Orders, UnsettledPayment } from "./port.ts";
import { lockExpiredQuotes } from "./quote-row.ts";
import { cancelQuote, discountQuote, giveBackQuote, makeQuote, repriceQuote, type Surroundings } from "./quotes.ts";
import { refusal } from "./refusal.ts";
import { closeQuote, lockProductsHeldBy } from "./stock.ts";
import { timed } from "./timed.ts";

/** Options of {@link createPostgresOrders}. */
export type PostgresOrdersOptions = {
  readonly pool: pg.Pool;
  /** How long a quote and its reservation hold, in milliseconds. */
  readonly quoteValidMs: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

/** Orders in PostgreSQL; tables in deploy/migrations/0003_orders.sql. Failures are DATABASE_FAILED, or INVALID_INPUT for a key that was used for something else. */
export function createPostgresOrders(options: PostgresOrdersOptions): Orders & OrderKeeping {
  const { pool, quoteValidMs } = options;
  const clock = options.clock ?? Date.now;

  /** A method that changes something: once for each effect id, in one transaction, timed. */
  function changing<I, A>(operation: string, work: (input: I, around: Surroundings) => Promise<A>) {
    return (input: I, { callSid, effectId }: EffectContext) =>
      timed(() => {
        const now = new Date(clock());
        return once(pool, { effectId, operation, input: { callSid, input } }, (connection) =>
          work(input, { connection, callSid, effectId, now, quoteValidMs }),
        );
      });
  }

  return {
    quote: changing("quote", makeQuote),
    applyDiscount: changing("applyDiscount", discountQuote),
    reprice: changing("reprice", repriceQuote),
    cancelQuote: changing("cancelQuote", cancelQuote),
    giveBack: changing("giveBack", giveBackQuote),
    begin: changing("begin", beginOrder),
    markPaid: changing("markPaid", payOrder),
    markHeld: changing("markHeld", holdOrder),
    releasePayment: changing("releasePayment", releaseOrder),
    markUnknown: changing("markUnknown", doubtOrder),

    status: ({ orderNumber, identity }, { callSid }) =>
      timed(async () => {
        const customer = await provenCustomer(pool, callSid, identity.provenSinceMs);
        if (customer === null) return refusal("identityRequired");
        const order = await ownOrder(pool, customer.customerId, orderNumber);
        return order === null ? refusal("notFound") : { status: "found" as const, order };
      }),

    releaseExpired: (limit) =>
      inTransaction(pool, async (connection) => {
        const expired = await lockExpiredQuotes(connection, new Date(clock()), limit);
        await lockProductsHeldBy(connection, expired);
        for (const quoteId of expired) await closeQuote(connection, quoteId);
        return expired.length;
      }),

    async givenUp(orderNumbers) {
      const rows = await rowsOf<UnsettledRow>(
        pool,
        `${UNSETTLED} WHERE p.order_number = ANY($1) AND o.status IN ('paymentFailed', 'cancelled') AND p.status IN ('declined', 'notCharged', 'refunded')`,
        [orderNumbers],
      );
      return rows.map(unsettledOf);
    },

    async unsettled({ pendingForMs, unknownForMs, limit }) {
      const now = clock();
      const rows = await rowsOf<UnsettledRow>(
        pool,
        `${UNSETTLED}
         WHERE (p.status = 'pending' AND p.updated_at <= $1) OR (p.status = 'unknown' AND p.updated_at <= $2)
         ORDER BY p.updated_at, p.order_number LIMIT $3`,
        [new Date(now - pendingForMs), new Date(now - unknownForMs), limit],
      );
      return rows.map(unsettledOf);
    },
  };
}

type UnsettledRow = Omit<UnsettledPayment, "begunAtMs" | "newsAtMs"> & {
  readonly begunAt: Date;
  readonly newsAt: Date;
};

const UNSETTLED = `SELECT p.order_number AS "orderNumber", o.call_sid AS "callSid", p.amount_minor AS "amountMinor", p.created_at AS "begunAt",
    p.updated_at AS "newsAt"
  FROM payments p JOIN orders o ON o.number = p.order_number`;

function unsettledOf({ begunAt, newsAt, ...rest }: UnsettledRow): UnsettledPayment {
  return { ...rest, begunAtMs: begunAt.getTime(), newsAtMs: newsAt.getTime() };
}
