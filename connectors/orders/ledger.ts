import { type Queryable, rowsOf } from "../postgres/pool.ts";

/** A charge as the books see it. */
export type LedgerCharge = {
  readonly orderNumber: string;
  readonly paymentRef: string;
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly totalMinor: number;
  readonly currency: string;
  readonly now: Date;
};

/** Enters a charge in double entry: cash against sales, tax and shipping. The database refuses what does not balance. */
export async function enterCharge(connection: Queryable, charge: LedgerCharge): Promise<void> {
  const entries = [
    { account: "cash", amountMinor: charge.totalMinor },
    { account: "sales", amountMinor: charge.discountMinor - charge.subtotalMinor },
    { account: "tax", amountMinor: -charge.taxMinor },
    { account: "shipping", amountMinor: -charge.shippingMinor },
  ].filter(({ amountMinor }) => amountMinor !== 0);
  await rowsOf(
    connection,
    `INSERT INTO ledger_entries (transaction_ref, order_number, account, amount_minor, currency, entered_at)
     SELECT $1, $2, e.account, e.amount_minor, $5, $6 FROM unnest($3::text[], $4::bigint[]) AS e (account, amount_minor)`,
    [
      charge.paymentRef,
      charge.orderNumber,
      entries.map(({ account }) => account),
      entries.map(({ amountMinor }) => amountMinor),
      charge.currency,
      charge.now,
    ],
  );
}
