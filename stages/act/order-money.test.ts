/** A worker that is killed while it moves the money of an order: another one goes on, and every charge and refund is made once. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createPostgresDueMoney } from "../../connectors/orders/operations/due-money.ts";
import { createPostgresOrderOperations } from "../../connectors/orders/operations/postgres.ts";
import { agreeing } from "../../connectors/orders/operations/testing/agreeing-caller.ts";
import { placePaidOrder, resetVariantShop } from "../../connectors/orders/operations/testing/variant-shop.ts";
import { createPostgresOrders } from "../../connectors/orders/postgres.ts";
import { reconcile } from "../../connectors/orders/reconciliation.ts";
import { createStripePayments, type StripePayments } from "../../connectors/payments/stripe.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { moveAllDue } from "./order-money.ts";

/** Where the worker is when it is killed. The new card is charged first, then the old one gets its money back. */
const points = [
  "before chargeSavedCard 1",
  "after chargeSavedCard 1",
  "after settleMovement 1",
  "after refund 1",
  "after settleMovement 2",
] as const;
const worker = join(import.meta.dirname, "testing/money-worker.ts");

describe("the money of an order that is paid with another card", () => {
  let database: TestDatabase;
  let stripe: StripeSimulator;
  let payments: StripePayments;
  const orders = new Map<string, string>();
  const stripeUrl = () => `http://127.0.0.1:${stripe.port}`;

  /** An order of 60.00 that was really charged, and whose customer said yes to another card. */
  async function paidAnew(callSid: string): Promise<string> {
    const { pool } = database;
    const orderNumber = await placePaidOrder(pool, createPostgresOrders({ pool, quoteValidMs: 600_000 }), callSid);
    const charge = { orderId: orderNumber, customerRef: "cus_ana", amountMinor: 6_000, currency: "usd" };
    const charged = await payments.chargeSavedCard(
      { ...charge, paymentMethodRef: "pm_ana-visa" },
      contextOf(callSid, `first ${callSid}`),
    );
    assert.equal(charged.status, "succeeded");
    const ref = charged.status === "succeeded" ? charged.paymentRef : "";
    await pool.query("UPDATE payments SET provider_ref = $2 WHERE order_number = $1", [orderNumber, ref]);
    const operations = agreeing(createPostgresOrderOperations({ pool }));
    const actor = { kind: "owner", identity: { isRequired: true, provenSinceMs: null }, confirmation: null } as const;
    const changed = await operations.changePayment(
      { orderNumber, methodId: "ana-second", actor },
      contextOf(callSid, `change ${callSid}`),
    );
    assert.equal(changed.status, "changed");
    return orderNumber;
  }

  /** Lets a worker move an order's money until it is where it shall be killed. */
  async function killedAt(point: string, orderNumber: string): Promise<void> {
    const child = spawn(process.execPath, [worker], {
      env: {
        ...process.env,
        POSTGRES_URL: database.connectionString,
        STRIPE_URL: stripeUrl(),
        ORDER: orderNumber,
        HOLD: point,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    assert.equal(line.toString(), "held\n");
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  before(async () => {
    database = await startTestDatabase();
    stripe = await startStripeSimulator({
      customers: [
        {
          id: "cus_ana",
          cards: [
            { id: "pm_ana-visa", behaviour: "succeeds" },
            { id: "pm_ana-second", behaviour: "succeeds" },
          ],
        },
      ],
      requestsPerSecond: 10_000,
    });
    payments = createStripePayments({ apiKey: "sk_test_killed", baseUrl: stripeUrl() });
    await resetVariantShop(database.pool);
    for (const [index, point] of points.entries()) orders.set(point, await paidAnew(`CA${index}`));
    await Promise.all(points.map((point) => killedAt(point, orders.get(point) ?? "")));
    const reached = { dueMoney: createPostgresDueMoney({ pool: database.pool }), payments };
    // Two workers find what was left, at once.
    const runs = await Promise.all([moveAllDue(reached, 50), moveAllDue(reached, 50)]);
    assert.deepEqual(
      runs.map(({ declined, stuck }) => declined + stuck),
      [0, 0],
    );
    assert.deepEqual(await moveAllDue(reached, 50), { moved: 0, declined: 0, open: 0, stuck: 0 });
  });
  after(async () => {
    await payments?.close();
    await stripe?.close();
    await database?.close();
  });

  for (const point of points)
    it(`is charged once and goes back once when the worker is killed ${point.replace(/ \d$/, "")}`, async () => {
      const orderId = orders.get(point) ?? "";
      const { charges } = await payments.findCharges({ orderId }, contextOf("CA", `find ${point}`));
      assert.deepEqual(
        charges.map(({ status, amountMinor, refundedMinor }) => [status, amountMinor, refundedMinor]).toSorted(),
        [
          ["succeeded", 6_000, 0],
          ["succeeded", 6_000, 6_000],
        ],
      );
    });

  it("stands in the books as the provider has it", async () => {
    const { stock, money } = await reconcile(database.pool);
    assert.deepEqual([stock, money], [[], []]);
  });
});
