import type pg from "pg";
import { createPostgresAwaitedPayments } from "./awaited-payments.ts";
import { createPostgresAwaitedMovements } from "./operations/awaited-movements.ts";
import { createPostgresDueMoney } from "./operations/due-money.ts";
import { createPostgresOrderOperations } from "./operations/postgres.ts";
import { createPostgresPaymentEvents } from "./payment-events.ts";
import { createPostgresOrders } from "./postgres.ts";
import { createPostgresReceipts } from "./receipts.ts";

/** Everything about orders that a worker uses, on one pool. */
export function openOrders(
  pool: pg.Pool,
  config: { readonly quoteValidMs: number; readonly paymentLinkMs: number; readonly paymentLinkSendings: number },
) {
  return {
    orders: createPostgresOrders({ pool, quoteValidMs: config.quoteValidMs }),
    orderOperations: createPostgresOrderOperations({ pool }),
    dueMoney: createPostgresDueMoney({ pool }),
    awaitedMovements: createPostgresAwaitedMovements({ pool, linkValidMs: config.paymentLinkMs }),
    awaited: createPostgresAwaitedPayments({
      pool,
      linkValidMs: config.paymentLinkMs,
      linkSendings: config.paymentLinkSendings,
    }),
    receipts: createPostgresReceipts({ pool }),
    events: createPostgresPaymentEvents({ pool }),
  };
}
