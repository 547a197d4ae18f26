/** Taking an operation back whose payment was declined: the order is as it was before, and the pieces too. */
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import type { FactLine, OrderAmounts, OrderFacts } from "./order-facts.ts";
import { replaceLines } from "./order-lines.ts";
import type { OrderState } from "./order-rules.ts";

/** What an order was like before an operation, as far as it is needed to take it back. */
export type Undo = {
  readonly state: OrderState;
  readonly lines: readonly FactLine[];
  readonly amounts: OrderAmounts;
};

/** What is kept of an order before an operation. */
export function undoOf({ state, lines, amounts }: OrderFacts): Undo {
  return { state, lines, amounts };
}

type LastStep = { revision: number; undo: Undo | null; actor: string; callSid: string; status: OrderState };

/**
 * Takes back the operation that was done last on an order; the order must be locked. While a payment is due nothing else is done with an order, so the last operation is the one
 * that the payment was for. False when it cannot be taken back.
 */
export async function undoLast(
  connection: Queryable,
  orderNumber: string,
  { effectId, now }: { readonly effectId: string; readonly now: Date },
): Promise<boolean> {
  const [last] = await rowsOf<LastStep>(
    connection,
    `SELECT p.revision, p.undo, p.actor, p.call_sid AS "callSid", o.status
     FROM orders o JOIN order_operations p ON p.order_number = o.number AND p.revision = o.revision - 1 WHERE o.number = $1`,
    [orderNumber],
  );
  if (last === undefined || last.undo === null) return false;
  const { state, lines, amounts } = last.undo;
  const revision = last.revision + 1;
  await rowsOf(
    connection,
    `INSERT INTO order_operations (order_number, revision, operation, from_status, to_status, effect_id, actor, call_sid, done_at)
     VALUES ($1, $2, 'takeBack', $3, $4, $5, $6, $7, $8)`,
    [orderNumber, revision, last.status, state, effectId, last.actor, last.callSid, now],
  );
  await rowsOf(
    connection,
    `UPDATE orders SET status = $2, revision = revision + 1, subtotal_minor = $3, discount_minor = $4, tax_minor = $5, total_minor = $6,
       updated_at = $7 WHERE number = $1`,
    [orderNumber, state, amounts.subtotalMinor, amounts.discountMinor, amounts.taxMinor, amounts.totalMinor, now],
  );
  await replaceLines(connection, orderNumber, lines);
  await rowsOf(
    connection,
    `INSERT INTO order_stock (order_number, revision, product_id, on_hand_delta, reserved_delta)
     SELECT order_number, $3, product_id, -on_hand_delta, -reserved_delta FROM order_stock WHERE order_number = $1 AND revision = $2
     ORDER BY product_id`,
    [orderNumber, last.revision, revision],
  );
  return true;
}
