import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, it } from "node:test";
import { promisify } from "node:util";
import type { Queryable } from "../postgres/pool.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { createPostgresOrders } from "./postgres.ts";
import { compareBooks, reconcile } from "./reconciliation.ts";

const run = promisify(execFile);
const identity = { isRequired: true, provenSinceMs: null };

let database: TestDatabase;
let effects = 0;
const on = (callSid: string) => {
  effects += 1;
  return contextOf(callSid, `reconciliation-${effects}`);
};

/** One order that is paid, one whose payment was declined, and a quote that is open. */
before(async () => {
  database = await startTestDatabase();
  await resetSmallShop(database.pool);
  const orders = createPostgresOrders({ pool: database.pool, quoteValidMs: 600_000 });
  for (const [callSid, end] of [
    ["call-a", "paid"],
    ["call-b", "declined"],
    ["call-c", "quoted"],
  ] as const) {
    await database.pool.query(
      "INSERT INTO call_identities (call_sid, customer_id, proven_at) VALUES ($1, 'ana', now())",
      [callSid],
    );
    const quoted = await orders.quote({ lines: [{ productId: "kettle", quantity: 2 }], identity }, on(callSid));
    assert.ok(quoted.status === "quoted");
    if (end === "quoted") continue;
    const chargeKey = `${callSid}-charge`;
    const begun = await orders.begin({ ...quoted.quote, cardId: "ana-visa", chargeKey, identity }, on(callSid));
    assert.ok(begun.status === "begun");
    const { orderNumber } = begun;
    if (end === "paid") await orders.markPaid({ orderNumber, paymentRef: `pi-${orderNumber}` }, on(callSid));
    else
      await orders.releasePayment(
        { orderNumber, cause: { kind: "declined", declineCode: "generic_decline", paymentRef: null } },
        on(callSid),
      );
  }
});
after(() => database.close());

/** What is found after a statement, which is taken back. */
async function foundAfter(statement: string): Promise<{ stock: readonly string[]; money: readonly string[] }> {
  const connection = await database.pool.connect();
  try {
    await connection.query("BEGIN");
    await connection.query(statement);
    const { stock, money } = await compareBooks(connection as Queryable);
    return { stock: stock.map(({ productId }) => productId), money };
  } finally {
    await connection.query("ROLLBACK");
    connection.release();
  }
}

it("agrees after sales, declines and open quotes, and after deliveries and counts anew", async () => {
  const { stock, money, ...counted } = await reconcile(database.pool);
  assert.deepEqual([stock, money], [[], []]);
  assert.deepEqual(counted, { products: 3, orders: 3, transactions: 1, due: 0 });
  const again = await foundAfter(
    "UPDATE products SET on_hand = on_hand + 7 WHERE id = 'kettle'; UPDATE products SET on_hand = 1 WHERE id = 'sofa'",
  );
  assert.deepEqual(again, { stock: [], money: [] });
  const { rows } = await database.pool.query(
    "SELECT kind, pieces FROM stock_movements WHERE product_id = 'kettle' ORDER BY id",
  );
  assert.deepEqual(
    rows.map(({ kind, pieces }) => `${kind} ${pieces}`),
    ["received 20", "sold -2"],
  );
});

const faults: Readonly<Record<string, readonly [statement: string, product: string | null, words: RegExp | null]>> = {
  "a promise that nobody holds": ["UPDATE products SET reserved = reserved + 1 WHERE id = 'clock'", "clock", null],
  "a promise that was forgotten": ["UPDATE products SET reserved = 0 WHERE id = 'kettle'", "kettle", null],
  "pieces that nobody waits for": ["UPDATE products SET backordered = 1 WHERE id = 'clock'", "clock", null],
  "pieces that vanished from the shelf's history": [
    "DELETE FROM stock_movements WHERE product_id = 'sofa'",
    "sofa",
    null,
  ],
  "a sale that the shelf knows nothing of": [
    "UPDATE reservations SET quantity = quantity + 1 WHERE status = 'sold'",
    "kettle",
    null,
  ],
  "a payment that the ledger knows nothing of": [
    "UPDATE payments SET amount_minor = amount_minor + 1 WHERE status = 'succeeded'",
    null,
    /the ledger has 6000 USD, its payments and refunds come to 6001/,
  ],
  "a refund of more than was paid": [
    `INSERT INTO order_movements (order_number, position, kind, amount_minor, method_id, settlement, created_at)
     SELECT number, 1, 'refund', 6001, 'ana-visa', 'due', now() FROM orders WHERE status = 'paid'`,
    null,
    /6001 was refunded of 6000 that was paid/,
  ],
  "a gift card out of nowhere": [
    "INSERT INTO payment_methods (customer_id, id, kind, balance_minor, currency, position) VALUES ('ana', 'gift', 'giftCard', 500, 'USD', 1)",
    null,
    /gift cards hold 500 USD, the ledger owes their holders 0/,
  ],
  "a total that does not add up": [
    "UPDATE orders SET total_minor = total_minor + 5 WHERE status = 'paid'",
    null,
    /do not add up/,
  ],
  "a line that was changed by hand": [
    "UPDATE order_lines SET quantity = quantity + 1 WHERE order_number = (SELECT number FROM orders WHERE status = 'paid')",
    null,
    /its lines come to 9000, not to 6000/,
  ],
};
for (const [what, [statement, product, words]] of Object.entries(faults))
  it(`finds ${what}`, async () => {
    const { stock, money } = await foundAfter(statement);
    assert.deepEqual(stock, product === null ? [] : [product]);
    if (words === null) assert.deepEqual(money, []);
    else assert.match(money.join("\n"), words);
  });

it("is a command that ends with 0, 1 or 2", async () => {
  const command = (url: string) =>
    run(process.execPath, ["cli/reconcile.ts"], { env: { ...process.env, POSTGRES_URL: url }, timeout: 30_000 });
  const url = String(database.pool.options.connectionString);
  assert.match((await command(url)).stdout, /3 products, 3 orders, 1 ledger transactions: everything agrees\./);
  await database.pool.query("UPDATE products SET reserved = reserved + 1 WHERE id = 'clock'");
  await assert.rejects(command(url), (error: { code: number; stdout: string }) => {
    assert.equal(error.code, 1);
    assert.match(
      error.stdout,
      /product clock: 1 on hand, 1 reserved and 0 backordered; received 1 - shipped 0 = 1, promised 0, awaited 0/,
    );
    return true;
  });
  await assert.rejects(command("postgresql://postgres@127.0.0.1:1/none"), { code: 2 });
});
