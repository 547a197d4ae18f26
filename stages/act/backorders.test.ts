/** Orders that waited for goods, on the embedded database and the simulated provider: what is taken when they come, and that nothing is taken twice whoever dies when. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { Messaging } from "../../connectors/messaging/port.ts";
import { openOrders } from "../../connectors/orders/open-orders.ts";
import type { AwaitedPayments } from "../../connectors/orders/port.ts";
import { compareWithProvider, ownPayments } from "../../connectors/orders/provider-comparison.ts";
import {
  addBuyers,
  anyone,
  assertBooksAgree,
  type Buyer,
  beginOf,
  ofCard,
  on,
} from "../../connectors/orders/testing/buyers.ts";
import type { PaymentLinks } from "../../connectors/payments/port.ts";
import { createStripePayments, type StripePayments } from "../../connectors/payments/stripe.ts";
import { createStripeHolds } from "../../connectors/payments/stripe-holds.ts";
import { createStripeLinks } from "../../connectors/payments/stripe-links.ts";
import { resetSmallShop } from "../../connectors/postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { fulfilBackorders } from "./backorders.ts";
import { endOverdue, openPayerApproval } from "./payer-approval.ts";
import { reclaim, reconcile } from "./reconcile.ts";

let database: TestDatabase;
let stripe: StripeSimulator;
let payments: StripePayments;
let holds: ReturnType<typeof createStripeHolds>;
let links: ReturnType<typeof createStripeLinks>;
let shop: ReturnType<typeof openOrders>;
let buyer: Buyer;

before(async () => {
  database = await startTestDatabase();
  const { pool } = database;
  shop = openOrders(pool, { quoteValidMs: 600_000, paymentLinkMs: 600_000, paymentLinkSendings: 3 });
  await resetSmallShop(pool);
  [buyer = buyer] = await addBuyers(pool, 1);
  stripe = await startStripeSimulator({
    searchDelayMs: 0,
    requestsPerSecond: 10_000,
    customers: [{ id: "cus_buyer-0", cards: [{ id: "pm_buyer-0", behaviour: "succeeds" }] }],
  });
  const provider = { apiKey: "sk_test_backorders", baseUrl: `http://127.0.0.1:${stripe.port}`, retryPauseMs: 1 };
  payments = createStripePayments(provider);
  holds = createStripeHolds(provider);
  links = createStripeLinks({ ...provider, doneUrl: "https://shop.example/paid" });
});
after(async () => {
  links?.close();
  await payments?.close();
  holds?.close();
  await stripe?.close();
  await database?.close();
});
// Each test leaves its order paid or given up.
beforeEach(async () => {
  await database.pool.query("UPDATE products SET on_hand = 0, backorder_days = 10 WHERE id = 'kettle'");
  await cardBecomes("succeeds");
  await telephoneBecomes(null);
  sent.clear();
});

/** Text messages by their keys: the same key is the same message. */
const sent = new Map<string, string>();
const messaging: Messaging = {
  async send({ body }, { effectId }) {
    sent.set(effectId, body);
    return { status: "accepted", messageRef: effectId, vendorWaitMs: 0 };
  },
};
const telephoneBecomes = (phone: string | null) =>
  database.pool.query("UPDATE customers SET phone = $1, pin_hash = 'none' WHERE id = 'buyer-0'", [phone]);
/** Every payer who was told of a page pays on it, and every link runs out. */
async function linksRunOut({ areFollowed }: { readonly areFollowed: boolean }): Promise<void> {
  await cardBecomes("succeeds");
  const pages = [...sent.values()].flatMap((body) => /http\S+/.exec(body)?.[0] ?? []);
  if (areFollowed) for (const page of pages) assert.equal((await fetch(page, { method: "POST" })).status, 200);
  await database.pool.query(
    "UPDATE payments SET link_valid_until = now() - interval '2 minutes' WHERE status = 'awaitingPayer'",
  );
  const { failed } = await endOverdue({ awaited: shop.awaitedAfterCall, links, orders: shop.orders }, 50);
  assert.equal(failed, 0);
}

async function control(path: string, body: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${stripe.port}/_control/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, await response.text());
}
const cardBecomes = (behaviour: string) => control("cards", { paymentMethod: "pm_buyer-0", behaviour });

/** An order of one kettle for 35.95 whose amount is held at the provider. */
async function ordered() {
  const quoted = await shop.orders.quote(
    { lines: [{ productId: "kettle", quantity: 1 }], identity: anyone },
    on(buyer.callSid),
  );
  assert.ok(quoted.status === "quoted");
  const begun = await beginOf(shop.orders, buyer, quoted.quote);
  assert.ok(begun.status === "begun" && begun.isBackordered);
  const { orderNumber } = begun;
  const held = await holds.hold({ orderId: orderNumber, ...ofCard(begun.charge) }, on(buyer.callSid));
  assert.ok(held.status === "held", JSON.stringify(held));
  const { paymentRef } = held;
  assert.equal((await shop.orders.markHeld({ orderNumber, paymentRef }, on(buyer.callSid))).status, "held");
  return { orderNumber, paymentRef };
}
const arrive = () => database.pool.query("UPDATE products SET on_hand = on_hand + 1 WHERE id = 'kettle'");
const tooOld = () => database.pool.query("UPDATE payments SET held_until = now() WHERE status = 'held'");
const cancel = (orderNumber: string) =>
  shop.orderOperations.cancel({ orderNumber, actor: { kind: "staff" }, reason: "no longer needed" }, on(buyer.callSid));
const approvalThrough = (awaited: AwaitedPayments, pages: PaymentLinks, through: Messaging) =>
  openPayerApproval(
    {
      awaited,
      sentLinks: shop.sentLinks,
      links: pages,
      sms: { messaging: through, isConfigured: true },
      areLinksOffered: true,
    },
    { smsSignature: "Juniper House" },
  );
const reached = () => ({
  backorders: shop.backorders,
  orders: shop.orders,
  payments,
  holds,
  lateApproval: approvalThrough(shop.awaitedAfterCall, links, messaging),
});
const run = (through = reached()) => fulfilBackorders(through, 50);
const stateOf = async (orderNumber: string) => {
  const { rows } = await database.pool.query(
    "SELECT o.status || ' ' || p.status AS of FROM orders o JOIN payments p ON p.order_number = o.number WHERE o.number = $1",
    [orderNumber],
  );
  return rows[0].of;
};
/** What the customer has paid for an order by the provider's books, which must say what ours say. */
async function takenMinor(orderNumber: string): Promise<number> {
  const context = contextOf("", "compare");
  const [{ charges }, { refunds }] = await Promise.all([
    payments.listCharges({ sinceMs: 0 }, context),
    payments.listRefunds({ sinceMs: 0 }, context),
  ]);
  const ours = await ownPayments(database.pool, { charges, refunds });
  const expected = await ownPayments(database.pool, { sinceMs: 0 });
  assert.deepEqual(compareWithProvider(expected, ours, { charges, refunds }).differences, []);
  await assertBooksAgree(database.pool);
  const taken = charges.filter(({ status, orderId }) => status === "succeeded" && orderId === orderNumber);
  return taken.reduce((sum, { amountMinor, refundedMinor }) => sum + amountMinor - refundedMinor, 0);
}
const nothing = { paid: 0, asked: 0, givenUp: 0, lapsed: 0, open: 0 };

test("nothing is taken before the goods are there, and the held amount, once, when they are", async () => {
  const { orderNumber } = await ordered();
  assert.deepEqual(await run(), nothing);
  assert.equal(await takenMinor(orderNumber), 0);
  await arrive();
  assert.deepEqual(await Promise.all([run(), run()]).then((runs) => runs.some(({ paid }) => paid === 1)), true);
  assert.equal(await stateOf(orderNumber), "paid succeeded");
  assert.deepEqual(await run(), nothing);
  assert.equal(await takenMinor(orderNumber), 3_595);
});

test("an amount that was held for too long is let go, and its card is charged when the goods are there", async () => {
  const { orderNumber } = await ordered();
  await tooOld();
  assert.deepEqual(await run(), { ...nothing, lapsed: 1 });
  assert.equal(await stateOf(orderNumber), "backordered lapsed");
  assert.deepEqual(await run(), nothing);
  await arrive();
  assert.deepEqual(await run(), { ...nothing, paid: 1 });
  assert.equal(await takenMinor(orderNumber), 3_595);
});

test("an amount that its bank let go by itself is charged anew", async () => {
  const { orderNumber, paymentRef } = await ordered();
  await control("holds/expire", { paymentIntent: paymentRef });
  await arrive();
  assert.deepEqual(await run(), { ...nothing, paid: 1 });
  assert.equal(await stateOf(orderNumber), "paid succeeded");
  assert.equal(await takenMinor(orderNumber), 3_595);
});

for (const behaviour of ["insufficientFunds", "authenticationRequired"])
  test(`a card that ends in ${behaviour} when the goods are there gives its order up, and the goods are free`, async () => {
    const { orderNumber, paymentRef } = await ordered();
    await control("holds/expire", { paymentIntent: paymentRef });
    await cardBecomes(behaviour);
    await arrive();
    assert.deepEqual(await run(), { ...nothing, givenUp: 1 });
    assert.equal(await stateOf(orderNumber), "paymentFailed declined");
    const { rows } = await database.pool.query(
      "SELECT on_hand, reserved, backordered FROM products WHERE id = 'kettle'",
    );
    assert.deepEqual(rows, [{ on_hand: 1, reserved: 0, backordered: 0 }]);
    assert.equal(await takenMinor(orderNumber), 0);
  });

for (const behaviour of ["insufficientFunds", "authenticationRequired"])
  for (const areFollowed of [true, false])
    test(`a card that ends in ${behaviour} is told its owner with a link, which is ${areFollowed ? "" : "not "}followed`, async () => {
      const { orderNumber, paymentRef } = await ordered();
      await control("holds/expire", { paymentIntent: paymentRef });
      await cardBecomes(behaviour);
      await telephoneBecomes("+12025560001");
      await arrive();
      assert.deepEqual(await run(), { ...nothing, asked: 1 });
      assert.deepEqual(await run(), nothing);
      assert.equal(await stateOf(orderNumber), "placed awaitingPayer");
      const [body, ...more] = sent.values();
      assert.match(
        body ?? "",
        new RegExp(`\\$35\\.95 for order ${orderNumber} here: http.+ The link works for 12 hours\\.$`),
      );
      assert.deepEqual(more, []);
      await linksRunOut({ areFollowed });
      assert.equal(await stateOf(orderNumber), areFollowed ? "paid succeeded" : "paymentFailed notCharged");
      assert.equal(await takenMinor(orderNumber), areFollowed ? 3_595 : 0);
      const { rows } = await database.pool.query("SELECT status FROM receipts WHERE order_number = $1", [orderNumber]);
      assert.deepEqual(rows, areFollowed ? [{ status: "due" }] : []);
    });

test("a cancelled order's amount is let go", async () => {
  const { orderNumber } = await ordered();
  assert.equal((await cancel(orderNumber)).status, "changed");
  await arrive();
  assert.deepEqual(await run(), { ...nothing, lapsed: 1 });
  assert.equal(await stateOf(orderNumber), "cancelled notCharged");
  assert.equal(await takenMinor(orderNumber), 0);
});

test("what cannot be reached now is tried again by the next run", async () => {
  const { orderNumber } = await ordered();
  await arrive();
  stripe.replaceFaults([{ operation: "payment_intents.capture", fault: "error", code: "503", times: 2 }]);
  assert.deepEqual(await run(), { ...nothing, open: 1 });
  assert.deepEqual(await run(), { ...nothing, paid: 1 });
  assert.equal(await takenMinor(orderNumber), 3_595);
});

/** What a worker does that dies before or after it does something for the first time. */
function dyingAt(point: string): ReturnType<typeof reached> {
  const mortal = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...given: unknown[]) => {
          // Whoever is dead does nothing any more.
          if (isDead || point === `before ${String(name)}`) die();
          const result: unknown = await method.apply(target, given);
          if (point === `after ${String(name)}`) die();
          return result;
        };
      },
    });
  let isDead = false;
  const die = () => {
    isDead = true;
    throw new Error("dead");
  };
  const { backorders, orders, awaitedAfterCall } = shop;
  return {
    backorders: mortal(backorders),
    orders: mortal(orders),
    payments: mortal(payments),
    holds: mortal(holds),
    lateApproval: mortal(approvalThrough(mortal(awaitedAfterCall), mortal(links), mortal(messaging))),
  };
}

/** How an order goes until its worker dies, and what the customer has paid in the end. */
const ways = {
  "taken from what is held": { calls: ["ready", "capture", "markPaid"], prepare: async () => {}, paidMinor: 3_595 },
  "charged, since nothing is held any more": {
    calls: ["endHold", "findCharges", "chargeSavedCard", "markPaid"],
    prepare: (paymentRef: string) => control("holds/expire", { paymentIntent: paymentRef }),
    paidMinor: 3_595,
  },
  "held for too long": { calls: ["overdueHolds", "letGo", "endHold"], prepare: tooOld, paidMinor: 3_595 },
  "refused when its goods are there": {
    calls: ["chargeSavedCard", "giveUp"],
    prepare: async (paymentRef: string) => {
      await control("holds/expire", { paymentIntent: paymentRef });
      await cardBecomes("insufficientFunds");
    },
    paidMinor: 0,
  },
};
for (const [name, { calls, prepare, paidMinor }] of Object.entries(ways))
  for (const point of calls.flatMap((call) => [`before ${call}`, `after ${call}`]))
    test(`an order that is ${name} comes to the same end although its worker dies ${point}`, async () => {
      const { orderNumber, paymentRef } = await ordered();
      await prepare(paymentRef);
      await arrive();
      await run(dyingAt(point)).catch(() => undefined);
      await run();
      assert.equal(await stateOf(orderNumber), paidMinor > 0 ? "paid succeeded" : "paymentFailed declined");
      assert.equal(await takenMinor(orderNumber), paidMinor);
    });

for (const call of ["askPayer", "awaitPayer", "createLink", "keepLink", "send"])
  for (const point of [`before ${call}`, `after ${call}`])
    test(`a payer has one link at most, and their order what they paid for, although a worker dies ${point}`, async () => {
      const { orderNumber, paymentRef } = await ordered();
      await control("holds/expire", { paymentIntent: paymentRef });
      await cardBecomes("insufficientFunds");
      await telephoneBecomes("+12025560001");
      await arrive();
      await run(dyingAt(point)).catch(() => undefined);
      await run();
      // Whoever dies between the page and the message leaves an order that nobody is told of, and that ends with its page.
      const isTold = !["after keepLink", "before send"].includes(point);
      assert.equal(sent.size, isTold ? 1 : 0);
      await linksRunOut({ areFollowed: true });
      assert.equal(await stateOf(orderNumber), isTold ? "paid succeeded" : "paymentFailed notCharged");
      assert.equal(await takenMinor(orderNumber), isTold ? 3_595 : 0);
    });

for (const point of ["after capture", "before markPaid", "before refund", "after refund", "before releasePayment"])
  test(`an order that is cancelled while its amount is taken gives it back although its worker dies ${point}`, async () => {
    const { orderNumber } = await ordered();
    await arrive();
    const through = dyingAt(point);
    const { capture } = through.holds;
    through.holds = {
      ...holds,
      async capture(input, context) {
        await cancel(orderNumber);
        return capture(input, context);
      },
    };
    await run(through).catch(() => undefined);
    await run();
    const ages = { now: Date.now() + 1, giveUpAfterMs: 0, pendingForMs: 0, unknownForMs: 0, limit: 10 };
    await reconcile({ orders: shop.orders, payments, holds }, ages);
    assert.equal(await stateOf(orderNumber), "cancelled refunded");
    assert.equal(await takenMinor(orderNumber), 0);
  });

test("an amount that is held for an order that was given up is found and let go", async () => {
  const quoted = await shop.orders.quote(
    { lines: [{ productId: "kettle", quantity: 1 }], identity: anyone },
    on(buyer.callSid),
  );
  assert.ok(quoted.status === "quoted");
  const begun = await beginOf(shop.orders, buyer, quoted.quote);
  assert.ok(begun.status === "begun");
  const { orderNumber } = begun;
  await shop.orders.releasePayment({ orderNumber, cause: { kind: "notCharged" } }, on(buyer.callSid));
  // The worker that held it is dead, and has told nobody.
  assert.equal((await holds.hold({ orderId: orderNumber, ...ofCard(begun.charge) }, on(buyer.callSid))).status, "held");
  const found = await reclaim({ orders: shop.orders, payments, holds }, { now: Date.now(), sinceMs: 0 });
  assert.deepEqual(found, { refunded: 0, released: 1, failed: 0 });
  assert.deepEqual(
    (await payments.findCharges({ orderId: orderNumber }, on(""))).charges.map(({ status }) => status),
    ["canceled"],
  );
  assert.equal(await stateOf(orderNumber), "paymentFailed notCharged");
});
