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
  ];
  await enter(connection, { ...charge, transactionRef: charge.paymentRef }, entries);
}

/** Money that moved after the charge, as the books see it. Negative amounts go out. */
export type LedgerMovement = {
  readonly transactionRef: string;
  /** Null for what belongs to no order. */
  readonly orderNumber: string | null;
  /** Where the money is: with the shop, or what the shop owes the holders of gift cards. */
  readonly account: "cash" | "giftCards";
  readonly amountMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly currency: string;
  readonly now: Date;
};

/** Enters a movement in double entry against sales, tax and shipping. Nothing is entered for nothing. */
export async function enterMovement(connection: Queryable, movement: LedgerMovement): Promise<void> {
  const { amountMinor, taxMinor, shippingMinor } = movement;
  const entries = [
    { account: movement.account, amountMinor },
    { account: "sales", amountMinor: taxMinor + shippingMinor - amountMinor },
    { account: "tax", amountMinor: -taxMinor },
    { account: "shipping", amountMinor: -shippingMinor },
  ];
  await enter(connection, movement, entries);
}

/** What the entries of one transaction have in common. */
type Entered = {
  readonly transactionRef: string;
  readonly orderNumber: string | null;
  readonly currency: string;
  readonly now: Date;
};

/** Enters the sides of one transaction, but for those of nothing. */
async function enter(
  connection: Queryable,
  { transactionRef, orderNumber, currency, now }: Entered,
  sides: readonly { readonly account: string; readonly amountMinor: number }[],
): Promise<void> {
  const entries = sides.filter(({ amountMinor }) => amountMinor !== 0);
  if (entries.length === 0) return;
  await rowsOf(
    connection,
    `INSERT INTO ledger_entries (transaction_ref, order_number, account, amount_minor, currency, entered_at)
     SELECT $1, $2, e.account, e.amount_minor, $5, $6 FROM unnest($3::text[], $4::bigint[]) AS e (account, amount_minor)`,
    [
      transactionRef,
      orderNumber,
      entries.map(({ account }) => account),
      entries.map(({ amountMinor }) => amountMinor),
      currency,
      now,
    ],
  );
}
