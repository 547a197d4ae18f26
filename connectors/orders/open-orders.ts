import type pg from "pg";
import { createPostgresAwaitedPayments } from "./awaited-payments.ts";
import { createPostgresBackorders } from "./backorders.ts";
import { createPostgresAwaitedMovements } from "./operations/awaited-movements.ts";
import { createPostgresDueMoney } from "./operations/due-money.ts";
import { createPostgresOrderOperations } from "./operations/postgres.ts";
import { createPostgresPaymentEvents } from "./payment-events.ts";
import { createPostgresOrders } from "./postgres.ts";
import { createPostgresReceipts } from "./receipts.ts";
import { createPostgresSentLinks } from "./sent-links.ts";

/** Nobody is on the line who waits for it, and Stripe keeps a page open for a day at most. */
const AFTER_CALL_LINK_MS = 12 * 3_600_000;

/** Everything about orders that a worker uses, on one pool. */
export function openOrders(
  pool: pg.Pool,
  config: { readonly quoteValidMs: number; readonly paymentLinkMs: number; readonly paymentLinkSendings: number },
) {
  return {
    orders: createPostgresOrders({ pool, quoteValidMs: config.quoteValidMs }),
    backorders: createPostgresBackorders({ pool }),
    orderOperations: createPostgresOrderOperations({ pool }),
    dueMoney: createPostgresDueMoney({ pool }),
    awaitedMovements: createPostgresAwaitedMovements({ pool, linkValidMs: config.paymentLinkMs }),
    awaited: createPostgresAwaitedPayments({ pool, linkValidMs: config.paymentLinkMs }),
    awaitedAfterCall: createPostgresAwaitedPayments({ pool, linkValidMs: AFTER_CALL_LINK_MS }),
    sentLinks: createPostgresSentLinks({ pool, linkSendings: config.paymentLinkSendings }),
    receipts: createPostgresReceipts({ pool }),
    events: createPostgresPaymentEvents({ pool }),
  };
}
