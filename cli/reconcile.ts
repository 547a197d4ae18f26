/** `npm run reconcile`: whether stock, orders, gift cards and ledger agree with each other. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Reconciliation, reconcile } from "../connectors/orders/reconciliation.ts";
import { createPool } from "../connectors/postgres/pool.ts";
import { PartylineError } from "../runtime/errors.ts";
import { databaseUrl, NoDatabaseError } from "./running-database.ts";

const usage = `Usage: npm run reconcile [-- options]

Proves for every product that its stock is what was received, less what was shipped, and that what is promised is reserved; for every order
that the ledger has what was paid and refunded; for all gift cards that the ledger owes what is left on them. Changes nothing.

Options:
  --json FILE      write what was found there, too
  --running FILE   what "npm start" wrote, .partyline/running.json by default

Environment:
  POSTGRES_URL     the database; by default that of what "npm start" runs

Ends with 0 when everything agrees, 1 when it does not, 2 when that could not be found out.
`;

function print({ products, stock, orders, transactions, money, due }: Reconciliation): boolean {
  for (const { productId, onHand, reserved, received, shipped, promised } of stock)
    process.stdout.write(
      `product ${productId}: ${onHand} on hand and ${reserved} reserved; received ${received} - shipped ${shipped} = ${received - shipped}, promised ${promised}\n`,
    );
  for (const fault of money) process.stdout.write(`${fault}\n`);
  const differences = stock.length + money.length;
  process.stdout.write(
    `${products} products, ${orders} orders, ${transactions} ledger transactions: ${differences === 0 ? "everything agrees" : `${differences} differences`}.\n`,
  );
  if (due > 0) process.stdout.write(`${due} movements wait for the payment provider.\n`);
  return differences === 0;
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "string" },
      running: { type: "string", default: ".partyline/running.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const pool = createPool({
    postgresUrl: await databaseUrl(values.running),
    postgresStatementTimeoutMs: 60_000,
    applicationName: "partyline reconcile",
    maxConnections: 1,
  });
  try {
    const found = await reconcile(pool);
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(found, null, 2)}\n`);
    return print(found) ? 0 : 1;
  } finally {
    await pool.end();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 2;
  const isKnown = error instanceof NoDatabaseError || error instanceof PartylineError;
  const isSystem = error instanceof Error && "code" in error;
  if (isKnown || isSystem) process.stderr.write(`${(error as Error).message.trimEnd()}\n`);
  else throw error;
}
