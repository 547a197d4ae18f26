/** What only transactions that overlap can break, on a PostgreSQL server with more connections than the pool of a worker. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { serverIsMissing, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { createPostgresBackorders } from "./backorders.ts";
import { createPostgresOrderOperations } from "./operations/postgres.ts";
import { agreeing } from "./operations/testing/agreeing-caller.ts";
import { giveGiftCard, placePaidOrder, resetVariantShop, takeGiftCards } from "./operations/testing/variant-shop.ts";
import type { OrderKeeping, Orders } from "./port.ts";
import { createPostgresOrders } from "./postgres.ts";
import { addBuyers, anyone, assertBooksAgree, beginOf, buy, on, piecesOf, proven, tally } from "./testing/buyers.ts";

const quoteValidMs = 600_000;
const connections = 24;

describe("orders of many callers at once", { skip: await serverIsMissing() }, () => {
  let database: TestDatabase;
  let orders: Orders & OrderKeeping;
  let nowMs = Date.parse("2026-11-23T12:00:00Z");
  before(async () => {
    database = await startTestDatabase(connections, "server");
    orders = createPostgresOrders({ pool: database.pool, quoteValidMs, clock: () => nowMs });
  });
  after(() => database?.close());
  beforeEach(() => resetSmallShop(database.pool));

  const stockUp = (pieces: number) =>
    database.pool.query("UPDATE products SET on_hand = $1 WHERE id = 'kettle'", [pieces]);
  const quote = (callSid: string, productId = "kettle", quantity = 1) =>
    orders.quote({ lines: [{ productId, quantity }], identity: anyone }, on(callSid));

  it("sells the last 10 pieces to 10 of 50 buyers", async () => {
    await stockUp(10);
    const buyers = await addBuyers(database.pool, 50);
    const answers = await Promise.all(buyers.map((buyer, index) => buy(orders, buyer, "kettle", index % 7)));
    assert.deepEqual(tally(answers), { bought: 10, outOfStock: 40 });
    assert.deepEqual(await piecesOf(database.pool, "kettle"), { on_hand: 0, reserved: 0 });
    await assertBooksAgree(database.pool);
  });

  it("sells the last 10 pieces to 10 of 50 buyers who may wait, and what comes then to those who wait longest, whoever gives it out", async () => {
    await database.pool.query("UPDATE products SET on_hand = 10, backorder_days = 10 WHERE id = 'kettle'");
    const buyers = await addBuyers(database.pool, 50);
    const answers = await Promise.all(
      buyers.map(async (buyer) => {
        const quoted = await quote(buyer.callSid);
        assert.ok(quoted.status === "quoted");
        const begun = await beginOf(orders, buyer, quoted.quote);
        assert.ok(begun.status === "begun");
        const { orderNumber, isBackordered } = begun;
        const payment = { orderNumber, paymentRef: `pi_${orderNumber}` };
        const context = on(buyer.callSid);
        const { status } = isBackordered
          ? await orders.markHeld(payment, context)
          : await orders.markPaid(payment, context);
        return status;
      }),
    );
    assert.deepEqual(tally(answers), { paid: 10, held: 40 });
    await database.pool.query("UPDATE products SET on_hand = on_hand + 25 WHERE id = 'kettle'");
    const backorders = createPostgresBackorders({ pool: database.pool, clock: () => nowMs });
    await Promise.all(Array.from({ length: 4 }, () => backorders.ready(50)));
    const ready = (await backorders.ready(50)).map(({ orderNumber }) => orderNumber);
    const { rows } = await database.pool.query(
      "SELECT o.number FROM orders o JOIN reservations r ON r.quote_id = o.quote_id WHERE r.status = 'waiting'",
    );
    assert.deepEqual([ready.length, rows.length], [25, 15]);
    assert.deepEqual(await piecesOf(database.pool, "kettle"), { on_hand: 25, reserved: 25 });
    await assertBooksAgree(database.pool);
  });

  it("gives 50 quotes and 10 orders when 40 pieces turn out to be missing in between", async () => {
    await stockUp(50);
    const buyers = await addBuyers(database.pool, 50);
    const quotes = await Promise.all(buyers.map(({ callSid }) => quote(callSid)));
    await stockUp(10);
    const answers = await Promise.all(
      buyers.map(async (buyer, index) => {
        const quoted = quotes[index];
        assert.ok(quoted?.status === "quoted");
        const begun = await beginOf(orders, buyer, quoted.quote);
        return begun.status === "refused" ? begun.reason : begun.status;
      }),
    );
    assert.deepEqual(tally(answers), { begun: 10, outOfStock: 40 });
    await assertBooksAgree(database.pool);
  });

  it("sells baskets of the same products, named in any order, without waiting for each other forever, and no piece twice", async () => {
    await database.pool.query("UPDATE products SET on_hand = 12");
    const buyers = await addBuyers(database.pool, 30);
    const ids = ["kettle", "clock", "sofa"];
    const answers = await Promise.all(
      buyers.map(async (buyer, index) => {
        const named = ids.map((_, at) => ids[(index * 2 + at * (index % 2 === 0 ? 1 : 2)) % 3] ?? "kettle");
        const lines = named.slice(0, 1 + (index % 3)).map((productId) => ({ productId, quantity: 1 }));
        const quoted = await orders.quote({ lines, identity: anyone }, on(buyer.callSid));
        if (quoted.status === "refused") return { outcome: quoted.reason, held: [] };
        // Some think better of it, and take something else.
        if (index % 5 === 0) await orders.quote({ lines: lines.toReversed(), identity: anyone }, on(buyer.callSid));
        const begun = await beginOf(orders, buyer, quoted.quote);
        if (begun.status === "refused") return { outcome: begun.reason, held: [] };
        const { orderNumber } = begun;
        const paid = await orders.markPaid({ orderNumber, paymentRef: `pi_${orderNumber}` }, on(buyer.callSid));
        return { outcome: paid.status, held: quoted.quote.lines };
      }),
    );
    const outcomes = tally(answers.map(({ outcome }) => outcome));
    assert.ok((outcomes.paid ?? 0) >= 12, JSON.stringify(outcomes));
    for (const buyer of buyers) await orders.giveBack({}, on(buyer.callSid));
    for (const id of ids) {
      const sold = answers.flatMap(({ held }) => held.filter(({ productId }) => productId === id)).length;
      assert.deepEqual(await piecesOf(database.pool, id), { on_hand: 12 - sold, reserved: 0 });
    }
    await assertBooksAgree(database.pool);
  });

  it("tells a caller who comes before another has hung up that nothing is left, and one after it that there is", async () => {
    await stockUp(3);
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const callSid = `call-${index}`;
        const quoted = await quote(callSid);
        if (quoted.status === "refused") return quoted.reason;
        await orders.cancelQuote({ quoteId: quoted.quote.quoteId, identity: anyone }, on(callSid));
        return quoted.status;
      }),
    );
    assert.ok((tally(answers).quoted ?? 0) >= 3);
    assert.deepEqual(await piecesOf(database.pool, "kettle"), { on_hand: 3, reserved: 0 });
    await assertBooksAgree(database.pool);
  });

  it("gives a quote that runs out while it is ordered to the order or to the shelf, never to both", async () => {
    await stockUp(20);
    const buyers = await addBuyers(database.pool, 20);
    const quotes = await Promise.all(buyers.map(({ callSid }) => quote(callSid)));
    const [answers, ...released] = await Promise.all([
      Promise.all(
        buyers.map(async (buyer, index) => {
          const quoted = quotes[index];
          assert.ok(quoted?.status === "quoted");
          const begun = await beginOf(orders, buyer, quoted.quote);
          // Everybody's time is over when some have begun.
          if (index === 3) nowMs += quoteValidMs;
          return begun.status === "refused" ? begun.reason : begun.status;
        }),
      ),
      ...Array.from({ length: 6 }, () => orders.releaseExpired(50)),
    ]);
    const late = await orders.releaseExpired(50);
    const { begun = 0, quoteExpired = 0 } = tally(answers);
    assert.equal(begun + quoteExpired, 20);
    assert.equal(
      released.reduce((sum, count) => sum + count, late),
      quoteExpired,
    );
    assert.deepEqual(await piecesOf(database.pool, "kettle"), { on_hand: 20, reserved: begun });
    await assertBooksAgree(database.pool);
  });

  const withCode = async (callSid: string, discountCode: string) => {
    const quoted = await quote(callSid);
    assert.ok(quoted.status === "quoted");
    const { quoteId } = quoted.quote;
    return orders.applyDiscount({ quoteId, discountCode, identity: anyone }, on(callSid));
  };

  it("grants a code as often as it may be used, and to each customer as often as they may", async () => {
    await stockUp(100);
    await database.pool.query("UPDATE discounts SET usage_limit = 5 WHERE code = 'WELCOME'");
    const strangers = await addBuyers(database.pool, 20);
    const onFiveCalls = await addBuyers(database.pool, 5, "ana-again");
    const buyers = [...strangers, ...onFiveCalls];
    const discounted = await Promise.all(buyers.map(({ callSid }) => withCode(callSid, "WELCOME")));
    const answers = await Promise.all(
      buyers.map(async (buyer, index) => {
        const answer = discounted[index];
        assert.ok(answer?.status === "quoted");
        const begun = await beginOf(orders, buyer, answer.quote);
        return { customerId: buyer.customerId, answer: begun.status === "refused" ? begun.reason : begun.status };
      }),
    );
    assert.deepEqual(tally(answers.map(({ answer }) => answer)), { begun: 5, discountRefused: 20 });
    const ofOne = answers.filter(({ customerId, answer }) => customerId === "ana-again" && answer === "begun");
    assert.ok(ofOne.length <= 1);
    const { rows } = await database.pool.query("SELECT uses FROM discounts WHERE code = 'WELCOME'");
    assert.deepEqual(rows, [{ uses: 5 }]);
  });

  it("lets one customer order as often as they may in a day, however many calls they make at once", async () => {
    await stockUp(100);
    const limit = { maxOrders: 3, maxTotalMinor: 1_000_000 };
    await database.pool.query("UPDATE shop SET rules = jsonb_set(rules, '{limits,perCustomerAndDay}', $1)", [
      JSON.stringify(limit),
    ]);
    const buyers = await addBuyers(database.pool, 12, "ana-at-once");
    const answers = await Promise.all(buyers.map((buyer) => buy(orders, buyer, "kettle")));
    assert.deepEqual(tally(answers), { bought: 3, tooManyOrders: 9 });
    await assertBooksAgree(database.pool);
  });

  it("does one effect once, however many workers perform it at once", async () => {
    await stockUp(5);
    const [buyer] = await addBuyers(database.pool, 1);
    assert.ok(buyer !== undefined);
    const asked = on(buyer.callSid);
    const input = { lines: [{ productId: "kettle", quantity: 2 }], identity: anyone };
    const quotes = await Promise.all(Array.from({ length: 8 }, () => orders.quote(input, asked)));
    const ids = new Set(quotes.map((answer) => (answer.status === "quoted" ? answer.quote.quoteId : "")));
    assert.equal(ids.size, 1);
    const [first] = quotes;
    assert.ok(first?.status === "quoted");
    const { quoteId, quoteHash } = first.quote;
    const ordered = on(buyer.callSid);
    const order = { quoteId, quoteHash, cardId: buyer.cardId, chargeKey: "one", identity: proven };
    const begun = await Promise.all(Array.from({ length: 8 }, () => orders.begin(order, ordered)));
    const numbers = new Set(begun.map((answer) => (answer.status === "begun" ? answer.orderNumber : "")));
    assert.equal(numbers.size, 1);
    const [orderNumber = ""] = numbers;
    const paid = on(buyer.callSid);
    await Promise.all(Array.from({ length: 8 }, () => orders.markPaid({ orderNumber, paymentRef: "pi_one" }, paid)));
    assert.deepEqual(await piecesOf(database.pool, "kettle"), { on_hand: 3, reserved: 0 });
    await assertBooksAgree(database.pool);
  });

  it("never spends more of a gift card than is on it", async () => {
    await resetVariantShop(database.pool);
    await database.pool.query("UPDATE products SET on_hand = 20 WHERE id IN ('kettle', 'kettle-large')");
    const numbers: string[] = [];
    for (let index = 0; index < 6; index += 1)
      numbers.push(await placePaidOrder(database.pool, orders, `gift-${index}`));
    // Each exchange of a kettle for a large one costs 10.00 more, and the card has 25.00.
    await giveGiftCard(database.pool, 2_500);
    const operations = agreeing(createPostgresOrderOperations({ pool: database.pool, clock: () => nowMs }));
    const actor = { kind: "owner" as const, identity: proven, confirmation: null };
    const answers = await Promise.all(
      numbers.map(async (orderNumber, index) => {
        const asked = { orderNumber, productIds: ["kettle"], newProductIds: ["kettle-large"], methodId: "gift", actor };
        const answer = await operations.changeItems(asked, on(`gift-${index}`));
        return answer.status === "refused" ? answer.reason : answer.status;
      }),
    );
    assert.deepEqual(tally(answers), { changed: 2, giftCardTooLow: 4 });
    const { rows } = await database.pool.query("SELECT balance_minor FROM payment_methods WHERE id = 'gift'");
    assert.deepEqual(rows, [{ balance_minor: 500 }]);
    await assertBooksAgree(database.pool);
    await takeGiftCards(database.pool);
  });

  const deed = fc.record({
    buyer: fc.nat({ max: 5 }),
    what: fc.constantFrom(
      "quote",
      "quote",
      "code",
      "cancel",
      "begin",
      "begin",
      "pay",
      "decline",
      "hangUp",
      "sweep",
      "correct",
    ),
    productId: fc.constantFrom("kettle", "clock", "sofa"),
    // In any order, as callers name them.
    beside: fc.subarray(["sofa", "clock", "kettle"]),
    quantity: fc.integer({ min: 1, max: 5 }),
    copies: fc.integer({ min: 1, max: 3 }),
  });

  it("keeps the books whole whatever is done at once, twice, and in any order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(deed, { minLength: 1, maxLength: 12 }), { maxLength: 6 }), async (rounds) => {
        await resetSmallShop(database.pool);
        const buyers = await addBuyers(database.pool, 6);
        const known = {
          quotes: new Map<string, { quoteId: string; quoteHash: string }>(),
          numbers: new Map<string, string>(),
        };
        for (const round of rounds) {
          await Promise.all(
            round.map(async ({ buyer: at, what, productId, beside, quantity, copies }) => {
              const buyer = buyers[at];
              assert.ok(buyer !== undefined);
              const { callSid, cardId } = buyer;
              const context = on(callSid);
              const quoteOf = known.quotes.get(callSid) ?? { quoteId: "none", quoteHash: "none" };
              const orderNumber = known.numbers.get(callSid);
              const perform = async (): Promise<unknown> => {
                switch (what) {
                  case "quote":
                    return orders.quote(
                      {
                        lines: [productId, ...beside].map((id) => ({ productId: id, quantity })),
                        identity: anyone,
                      },
                      context,
                    );
                  case "code":
                    return orders.applyDiscount(
                      { quoteId: quoteOf.quoteId, discountCode: quantity > 3 ? "HALF" : "WELCOME", identity: anyone },
                      context,
                    );
                  case "cancel":
                    return orders.cancelQuote({ quoteId: quoteOf.quoteId, identity: anyone }, context);
                  case "begin":
                    return orders.begin({ ...quoteOf, cardId, chargeKey: context.effectId, identity: proven }, context);
                  case "pay":
                    if (orderNumber === undefined) return null;
                    return orders.markPaid({ orderNumber, paymentRef: `pi_${orderNumber}` }, context);
                  case "decline": {
                    if (orderNumber === undefined) return null;
                    const cause = { kind: "declined", declineCode: "generic_decline", paymentRef: null } as const;
                    return orders.releasePayment({ orderNumber, cause }, context);
                  }
                  case "hangUp":
                    return orders.giveBack({}, context);
                  case "sweep":
                    nowMs += quoteValidMs / 3;
                    return orders.releaseExpired(quantity);
                  case "correct":
                    return database.pool.query("UPDATE products SET on_hand = on_hand + $2 WHERE id = $1", [
                      productId,
                      quantity,
                    ]);
                }
              };
              const answers = await Promise.all(
                Array.from({ length: ["sweep", "correct"].includes(what) ? 1 : copies }, perform),
              );
              for (const answer of answers as {
                status?: string;
                quote?: { quoteId: string; quoteHash: string };
                orderNumber?: string;
              }[]) {
                if (answer?.status === "quoted" && answer.quote !== undefined) known.quotes.set(callSid, answer.quote);
                if (answer?.status === "begun" && answer.orderNumber !== undefined)
                  known.numbers.set(callSid, answer.orderNumber);
              }
            }),
          );
          const { rows } = await database.pool.query("SELECT id FROM products WHERE on_hand < 0 OR reserved < 0");
          assert.deepEqual(rows, []);
          await assertBooksAgree(database.pool);
        }
      }),
      { numRuns: 8 },
    );
  });
});
