import type { PaymentEvent } from "../payments/port.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";

/** What the provider told of a dispute. */
export type DisputeNews = Extract<PaymentEvent, { kind: "disputed" }> & { readonly now: Date };

/**
 * Keeps a dispute, marks its order, and enters the money that the bank holds back and what became of it: each once, in whatever order the news comes. News
 * that changes nothing gives false.
 */
export async function noteDispute(connection: Queryable, news: DisputeNews): Promise<boolean> {
  const orderNumber = news.paymentRef === null ? null : await orderOfPayment(connection, news.paymentRef);
  const inserted = await rowsOf(
    connection,
    `INSERT INTO disputes (id, order_number, payment_ref, amount_minor, currency, reason, status, is_money_held, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, false, $8) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      news.disputeRef,
      orderNumber,
      news.paymentRef,
      news.amountMinor,
      news.currency,
      news.reason,
      news.status,
      new Date(news.createdAtMs),
    ],
  );
  const [known] = await rowsOf<{ isMoneyHeld: boolean; isClosed: boolean; amountMinor: number }>(
    connection,
    `SELECT is_money_held AS "isMoneyHeld", closed_at IS NOT NULL AS "isClosed", amount_minor AS "amountMinor" FROM disputes WHERE id = $1 FOR UPDATE`,
    [news.disputeRef],
  );
  if (known === undefined || known.isClosed) return false;
  const isHeldNow = news.isMoneyHeld && !known.isMoneyHeld;
  if (inserted.length === 0 && !isHeldNow && news.end === null) return false;
  if (isHeldNow) await enter(connection, news, known.amountMinor, "opened");
  if (news.end !== null && (news.isMoneyHeld || known.isMoneyHeld))
    await enter(connection, news, known.amountMinor, news.end);
  await rowsOf(
    connection,
    "UPDATE disputes SET status = $2, is_money_held = is_money_held OR $3, closed_at = $4 WHERE id = $1",
    [news.disputeRef, news.status, news.isMoneyHeld, news.end === null ? null : news.now],
  );
  if (orderNumber !== null)
    await rowsOf(connection, "UPDATE orders SET dispute = $2, updated_at = $3 WHERE number = $1", [
      orderNumber,
      news.end ?? "open",
      news.now,
    ]);
  return true;
}

/** The order whose first payment, or whose price difference, it was; locked. */
async function orderOfPayment(connection: Queryable, paymentRef: string): Promise<string | null> {
  const [row] = await rowsOf<{ number: string }>(
    connection,
    `SELECT o.number FROM orders o WHERE o.number IN (
       SELECT order_number FROM payments WHERE provider_ref = $1
       UNION SELECT order_number FROM order_movements WHERE provider_ref = $1 AND kind = 'payment')
     ORDER BY o.number LIMIT 1 FOR UPDATE OF o`,
    [paymentRef],
  );
  return row?.number ?? null;
}

/** What each step moves: money that is held is neither the shop's nor gone. A dispute is of a payment, not of the order's sums, so the entries name no order. */
const moves = {
  opened: [
    { account: "disputes", sign: 1 },
    { account: "cash", sign: -1 },
  ],
  won: [
    { account: "cash", sign: 1 },
    { account: "disputes", sign: -1 },
  ],
  lost: [
    { account: "sales", sign: 1 },
    { account: "disputes", sign: -1 },
  ],
} as const;

async function enter(
  connection: Queryable,
  news: DisputeNews,
  amountMinor: number,
  step: keyof typeof moves,
): Promise<void> {
  const entries = moves[step];
  const ref = `dispute ${news.disputeRef} ${step === "opened" ? "opened" : "closed"}`;
  await rowsOf(
    connection,
    `INSERT INTO ledger_entries (transaction_ref, order_number, account, amount_minor, currency, entered_at)
     SELECT $1, NULL, e.account, e.sign * $4::bigint, $5, $6 FROM unnest($2::text[], $3::int[]) AS e (account, sign)`,
    [ref, entries.map(({ account }) => account), entries.map(({ sign }) => sign), amountMinor, news.currency, news.now],
  );
}
