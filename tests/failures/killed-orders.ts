/** Orders whose worker is killed: the servers, the worker, and what must be true in the end. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPostgresOrders } from "../../connectors/orders/postgres.ts";
import { addBuyers, anyone, assertBooksAgree, type Buyer, on } from "../../connectors/orders/testing/buyers.ts";
import { createStripePayments } from "../../connectors/payments/stripe.ts";
import { createStripeHolds } from "../../connectors/payments/stripe-holds.ts";
import { resetSmallShop } from "../../connectors/postgres/testing/small-shop.ts";
import { startTestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import { startRedis } from "../../local/redis.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { noToolArguments } from "../../schemas/generated/records.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { startStripeSimulator } from "../../simulators/stripe/server.ts";
import { reclaim, reconcile } from "../../stages/act/reconcile.ts";
import { openAskedPayers } from "./asked-payers.ts";
import { pipeCodec } from "./pipe-codec.ts";
import { type PipedWorker, startPipedWorker } from "./piped-worker.ts";

/** How a card behaves, as the simulator names it. */
type CardKind = "succeeds" | "insufficientFunds" | "authenticationRequired";
/** What somebody buys, by its product, and what they pay with (null: a link): kettles are there, clocks are awaited. */
type Purchase = { readonly productId: "kettle" | "clock"; readonly card: CardKind | null };

const PATIENCE_MS = 30_000;
const PIECES = 1_000;
const AT_ONCE = 6;
const QUOTE_VALID_MS = 600_000;

export type KilledOrders = Awaited<ReturnType<typeof openKilledOrders>>;

/** Starts a PostgreSQL server, Redis, the payment provider's simulator and simulated telephones, for as many buyers as there are purchases. */
export async function openKilledOrders(purchases: readonly Purchase[]) {
  const { database, redis, stripe, payers, buyers, closeServers } = await openServers(purchases);
  const baseUrl = `http://127.0.0.1:${stripe.port}`;
  const orders = createPostgresOrders({ pool: database.pool, quoteValidMs: QUOTE_VALID_MS });
  const payments = createStripePayments({ apiKey: "sk_test_killed", baseUrl, retryPauseMs: 5 });
  const holds = createStripeHolds({ apiKey: "sk_test_killed", baseUrl, retryPauseMs: 5 });
  const results = new Map<string, AnyRecord[]>();
  const asked = new Map<string, readonly string[]>();
  const held = new Set<string>();
  let worker: PipedWorker | undefined;
  const send = (line: object) => worker?.send(line);

  function onLine(said: { held?: string; at?: string; published?: string }): void {
    if (said.held !== undefined) held.add(`${said.held} ${said.at}`);
    if (said.published === undefined) return;
    const record = pipeCodec().decode(Buffer.from(said.published, "base64"));
    if ("unknownSchemaId" in record) throw new Error("the worker published a record that nobody knows");
    const ofCall = results.get(record.callSid) ?? [];
    // What is published again after a crash has the same id, and readers drop it.
    if (ofCall.every(({ eventId }) => eventId !== record.eventId)) results.set(record.callSid, [...ofCall, record]);
  }

  return {
    buyers,
    stripe,
    payers,
    results,

    /** Starts the worker. It stops the calls' effects at the given points. */
    async start(holds: Readonly<Record<string, readonly string[]>> = {}): Promise<void> {
      held.clear();
      // Of a test that broke off, one may still be there.
      await worker?.kill();
      worker = await startPipedWorker(
        {
          POSTGRES_URL: database.connectionString,
          REDIS_URL: redis.url,
          STRIPE_URL: baseUrl,
          ...payers.environment,
          HOLD: JSON.stringify(holds),
        },
        onLine,
      );
      // What was asked for comes again, as from a log that nobody committed.
      for (const record of [...asked.values()].flat()) send({ record });
    },

    /** SIGKILL. */
    async kill(): Promise<void> {
      await worker?.kill();
    },

    /** Lets all of them order, some at a time: a machine that has other work, too, is not to run out of connections. */
    async orderAll(some: readonly Buyer[]): Promise<void> {
      for (let from = 0; from < some.length; from += AT_ONCE)
        await Promise.all(some.slice(from, from + AT_ONCE).map((buyer) => this.order(buyer)));
    },

    /** Gives the buyer a quote, and lets them order it. */
    async order(buyer: Buyer): Promise<void> {
      const { callSid } = buyer;
      const { productId = "kettle", card } = purchases[buyers.indexOf(buyer)] ?? {};
      const cardId = card === null ? null : buyer.cardId;
      const quoted = await orders.quote({ lines: [{ productId, quantity: 1 }], identity: anyone }, on(callSid));
      assert.ok(quoted.status === "quoted");
      const { quoteId, quoteHash } = quoted.quote;
      const record = stamped("ToolCalled", {
        eventId: `asked-by-${callSid}`,
        callSid,
        turn: 3,
        tool: "placeOrder",
        intent: "confirm",
        arguments: { ...noToolArguments, quoteId, quoteHash, cardId },
        isConfirmed: true,
      });
      const assessed = stamped("RiskAssessed", {
        eventId: `assessed-for-${callSid}`,
        callSid,
        assessedEventId: record.eventId,
        score: 0,
        action: "allow",
        signals: [],
        ruleSetVersion: "1",
      });
      const records = [record, assessed].map((each) => pipeCodec().encode(each).toString("base64"));
      asked.set(callSid, records);
      for (const bytes of records) send({ record: bytes });
    },

    go(callSid: string): void {
      send({ go: callSid });
    },

    /** Waits until the call is stopped at the point. */
    untilHeld: (callSid: string, at: string) => until(`${callSid} at "${at}"`, () => held.has(`${callSid} ${at}`)),

    /** Waits until every call that asked has been answered. */
    untilAnswered: () => until("an answer to each call", () => [...asked.keys()].every((call) => results.has(call))),

    /** Looks for what the provider kept of orders that were given up. */
    reclaim: () => reclaim({ orders, payments, holds }, { now: Date.now(), sinceMs: Date.now() - 600_000 }),

    /** What housekeeping does when nobody has tried anything for long. */
    settle: () =>
      reconcile(
        { orders, payments, holds },
        { now: Date.now() + 1, giveUpAfterMs: 0, pendingForMs: 0, unknownForMs: 0, limit: 1_000 },
      ),

    /**
     * No charge without order, no paid order lost, no double charge, stock right. Gives, for each call, how its orders ended.
     */
    async check(): Promise<ReadonlyMap<string, readonly string[]>> {
      const { rows } = await database.pool.query<{
        number: string;
        callSid: string;
        status: string;
        total: number;
        payment: string;
        ref: string | null;
      }>(
        `SELECT o.number, o.call_sid AS "callSid", o.status, o.total_minor AS total, p.status AS payment, p.provider_ref AS ref
         FROM orders o JOIN payments p ON p.order_number = o.number WHERE o.customer_id LIKE 'buyer-%' ORDER BY o.number`,
      );
      const kept = stripe
        .charges()
        .filter(
          ({ status, amount, amount_refunded }) => status === "succeeded" && Number(amount_refunded) < Number(amount),
        );
      const orderOf = (charge: (typeof kept)[number]) => (charge.metadata as Record<string, string>).orderId;
      const numbers = new Set(rows.map(({ number }) => number));
      assert.deepEqual(
        kept.filter((charge) => !numbers.has(orderOf(charge) ?? "")),
        [],
        "a charge without order",
      );
      const ends = new Map<string, readonly string[]>();
      for (const { number, callSid, status, total, payment, ref } of rows) {
        const charges = kept.filter((charge) => orderOf(charge) === number);
        const [charge] = charges;
        const isPaid = status === "paid";
        if (isPaid || status === "backordered") {
          assert.equal(payment, isPaid ? "succeeded" : "held");
          assert.equal(charges.length, 1, `order ${number} is ${status} and has ${charges.length} charges`);
          assert.deepEqual([charge?.payment_intent, charge?.amount, charge?.amount_refunded], [ref, total, 0]);
          assert.equal(charge?.captured, isPaid, `order ${number} is ${status}`);
        } else {
          assert.deepEqual(charges, [], `order ${number} is ${status} and was charged`);
          assert.ok(["declined", "notCharged", "refunded"].includes(payment), `payment of ${number}: ${payment}`);
        }
        ends.set(callSid, [...(ends.get(callSid) ?? []), `${status} ${payment}`]);
      }
      const paid = rows.filter(({ status }) => status === "paid").length;
      const stock = await database.pool.query("SELECT on_hand FROM products WHERE id = 'kettle'");
      assert.deepEqual(stock.rows, [{ on_hand: PIECES - paid }]);
      await assertBooksAgree(database.pool);
      await payers.check();
      return ends;
    },

    async close(): Promise<void> {
      await worker?.kill();
      await payments.close();
      holds.close();
      await closeServers();
    },
  };
}

/** All of them, or none. */
async function openServers(purchases: readonly Purchase[]) {
  const undo: (() => Promise<unknown>)[] = [];
  const closeServers = async () => {
    for (const close of undo.splice(0).reverse()) await close();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), "partyline-killed-"));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const redis = await startRedis({ directory });
    undo.push(() => redis.stop());
    const database = await startTestDatabase(12, "server");
    undo.push(() => database.close());
    await resetSmallShop(database.pool);
    await database.pool.query("UPDATE products SET on_hand = $1 WHERE id = 'kettle'", [PIECES]);
    await database.pool.query("UPDATE products SET on_hand = 0, backorder_days = 10 WHERE id = 'clock'");
    const buyers = await addBuyers(database.pool, purchases.length);
    const stripe = await startStripeSimulator({
      requestsPerSecond: 10_000,
      searchDelayMs: 0,
      customers: buyers.map(({ customerId }, index) => ({
        id: `cus_${customerId}`,
        cards: [{ id: `pm_${customerId}`, behaviour: purchases[index]?.card ?? "succeeds" }],
      })),
    });
    undo.push(() => stripe.close());
    const payers = await openAskedPayers(database.pool, stripe);
    undo.push(() => payers.close());
    return { database, redis, stripe, payers, buyers, closeServers };
  } catch (error) {
    await closeServers();
    throw error;
  }
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
