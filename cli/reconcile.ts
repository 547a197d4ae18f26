/** `npm run reconcile`: whether stock, orders, gift cards and ledger agree with each other, and payments with the provider's books. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { compareWithProvider, ownPayments, type ProviderComparison } from "../connectors/orders/provider-comparison.ts";
import { type Reconciliation, reconcile } from "../connectors/orders/reconciliation.ts";
import { createStripePayments } from "../connectors/payments/stripe.ts";
import { createPool } from "../connectors/postgres/pool.ts";
import { NoProviderError, providerAddress } from "./payment-provider.ts";
import { runCommand } from "./run-command.ts";
import { databaseUrl, NotRunningError } from "./running-address.ts";

const usage = `Usage: npm run reconcile [-- options]

Proves for every product that its stock is what was received, less what was shipped, that what is promised is reserved, and that what orders wait for is counted; for every order
that the ledger has what was paid and refunded; for all gift cards that the ledger owes what is left on them. Changes nothing.

With --payments it also compares each charge and refund of the payment provider's list with ours, since --days days.

Options:
  --payments       ask the payment provider, too
  --days N         how far back, 30 by default
  --json FILE      write what was found there, too
  --running FILE   what "npm start" wrote, .partyline/running.json by default

Environment:
  POSTGRES_URL     the database; by default that of what "npm start" runs
  STRIPE_SECRET_KEY, STRIPE_API_BASE
                   the payment provider; by default the simulator of what "npm start" runs

Ends with 0 when everything agrees, 1 when it does not, 2 when that could not be found out.
`;

function print({ products, stock, orders, transactions, money, due }: Reconciliation): boolean {
  for (const { productId, onHand, reserved, received, shipped, promised, backordered, awaited } of stock)
    process.stdout.write(
      `product ${productId}: ${onHand} on hand, ${reserved} reserved and ${backordered} backordered; received ${received} - shipped ${shipped} = ${received - shipped}, promised ${promised}, awaited ${awaited}\n`,
    );
  for (const fault of money) process.stdout.write(`${fault}\n`);
  const differences = stock.length + money.length;
  process.stdout.write(
    `${products} products, ${orders} orders, ${transactions} ledger transactions: ${differences === 0 ? "everything agrees" : `${differences} differences`}.\n`,
  );
  if (due > 0) process.stdout.write(`${due} movements wait for the payment provider.\n`);
  return differences === 0;
}

/** The clocks differ, and a charge is begun before it is noted. */
const MARGIN_MS = 3_600_000;
const DAY_MS = 86_400_000;

async function askProvider(
  pool: ReturnType<typeof createPool>,
  running: string,
  days: number,
): Promise<ProviderComparison> {
  const sinceMs = Date.now() - days * DAY_MS;
  const payments = createStripePayments({ ...(await providerAddress(running)), deadlineMs: 60_000 });
  const context = { callSid: "", effectId: "reconcile", signal: new AbortController().signal, notify: () => {} };
  try {
    const expected = await ownPayments(pool, { sinceMs });
    const reach = { sinceMs: sinceMs - MARGIN_MS };
    const [{ charges }, { refunds }] = await Promise.all([
      payments.listCharges(reach, context),
      payments.listRefunds(reach, context),
    ]);
    return compareWithProvider(expected, await ownPayments(pool, { charges, refunds }), { charges, refunds });
  } finally {
    await payments.close();
  }
}

function printComparison({ charges, refunds, differences, open }: ProviderComparison): boolean {
  for (const difference of differences) process.stdout.write(`${difference}\n`);
  const end = differences.length === 0 ? "the same as ours" : `${differences.length} differences`;
  process.stdout.write(`${charges} charges and ${refunds} refunds at the payment provider: ${end}.\n`);
  if (open > 0) process.stdout.write(`${open} payments and refunds of ours are not settled yet.\n`);
  return differences.length === 0;
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!Number.isFinite(days) || days <= 0 || days > 3_650)
    throw new RangeError(`--days ${text}: a number from 0 to 3650`);
  return days;
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      payments: { type: "boolean", default: false },
      days: { type: "string", default: "30" },
      json: { type: "string" },
      running: { type: "string", default: ".partyline/running.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const days = daysOf(values.days);
  const pool = createPool({
    postgresUrl: await databaseUrl(values.running),
    postgresStatementTimeoutMs: 60_000,
    applicationName: "partyline reconcile",
    maxConnections: 1,
  });
  try {
    const found = await reconcile(pool);
    const provider = values.payments ? await askProvider(pool, values.running, days) : null;
    const report = provider === null ? found : { ...found, provider };
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    const isWhole = print(found);
    return (provider === null || printComparison(provider)) && isWhole ? 0 : 1;
  } finally {
    await pool.end();
  }
}

await runCommand(main, [NotRunningError, NoProviderError, RangeError]);
