/** What an order's money has to say about an operation, before it is done. */
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import type { Movement } from "./order-facts.ts";
import type { StoredMethod } from "./stored-order.ts";

/** Whether a payment for the order has yet to be made. */
export async function isPaymentDue(connection: Queryable, orderNumber: string): Promise<boolean> {
  const due = await rowsOf(
    connection,
    "SELECT 1 FROM order_movements WHERE order_number = $1 AND settlement = 'due' AND kind = 'payment' LIMIT 1",
    [orderNumber],
  );
  return due.length > 0;
}

/** Whether a bank holds the order's money back, or has given it back to the cardholder: nothing of it may go back a second time. */
export async function isDisputed(connection: Queryable, orderNumber: string): Promise<boolean> {
  const disputed = await rowsOf(
    connection,
    "SELECT 1 FROM orders WHERE number = $1 AND dispute IN ('open', 'lost') LIMIT 1",
    [orderNumber],
  );
  return disputed.length > 0;
}

/** Whether more would go back to a card at the provider than was charged to it: a card is refunded only what it paid. */
export function isRefundOfNothing(
  before: readonly Movement[],
  now: readonly Movement[],
  methods: readonly StoredMethod[],
): boolean {
  return methods
    .filter(({ isAtProvider }) => isAtProvider)
    .some(({ methodId }) => {
      const ofMethod = [...before, ...now].filter((movement) => movement.methodId === methodId);
      const heldMinor = ofMethod.reduce(
        (sum, { kind, amountMinor }) => sum + (kind === "payment" ? amountMinor : -amountMinor),
        0,
      );
      return heldMinor < 0;
    });
}
