import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { createPostgresCustomers } from "../customers/postgres.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, type TestDatabase } from "../postgres/testing/test-database.ts";
import type { IdentityDemand, OrderKeeping, Orders } from "./port.ts";
import { createPostgresOrders } from "./postgres.ts";

const optional: IdentityDemand = { isRequired: false, provenSinceMs: null };
const required: IdentityDemand = { isRequired: true, provenSinceMs: null };
const quoteValidMs = 600_000;

/** What orders on PostgreSQL do, whichever kind of server it is. `open` gives an empty, migrated database; `skip` is why there is none. */
export function describeOrders(name: string, open: () => Promise<TestDatabase>, skip: string | false = false): void {
  describe(`orders contract: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let orders: Orders & OrderKeeping;
    let nowMs = 0;
    let effects = 0;
    before(async () => {
      database = await open();
      orders = createPostgresOrders({ pool: database.pool, quoteValidMs, clock: () => nowMs });
    });
    after(() => database?.close());
    beforeEach(async () => {
      nowMs = Date.parse("2026-11-23T12:00:00Z");
      await resetSmallShop(database.pool);
    });

    const on = (callSid: string) => {
      effects += 1;
      return contextOf(callSid, `effect-${effects}`);
    };
    const quote = (callSid: string, productId = "kettle", quantity = 1) =>
      orders.quote({ lines: [{ productId, quantity }], identity: optional }, on(callSid));

    async function quoted(callSid: string, productId = "kettle", quantity = 1) {
      const answer = await quote(callSid, productId, quantity);
      assert.ok(answer.status === "quoted", JSON.stringify(answer));
      return answer.quote;
    }

    /** Ana by default: Oregon, two cards. */
    async function prove(callSid: string, callerNumber = "+12025550101", digits = "4071") {
      const customers = createPostgresCustomers({ pool: database.pool, clock: () => nowMs });
      const outcome = await customers.verify({ callerNumber, digits }, on(callSid));
      assert.equal(outcome.status, "proven");
    }

    function begin(
      callSid: string,
      of: { quoteId: string; quoteHash: string },
      cardId = "ana-visa",
      identity = required,
    ) {
      const { quoteId, quoteHash } = of;
      const context = on(callSid);
      return orders.begin({ quoteId, quoteHash, cardId, chargeKey: `${context.effectId}/charge`, identity }, context);
    }

    async function stock(productId: string): Promise<unknown> {
      return (await database.pool.query("SELECT on_hand, reserved FROM products WHERE id = $1", [productId])).rows[0];
    }

    /** An answer without its time. */
    function untimed<T extends { storeWaitMs: number }>({ storeWaitMs, ...answer }: T) {
      assert.ok(storeWaitMs >= 0);
      return answer;
    }

    const refused = (reason: string, details: { limit?: number; availableQuantity?: number } = {}) => ({
      status: "refused",
      reason,
      limit: null,
      availableQuantity: null,
      ...details,
    });

    test("a quote reserves its pieces for its time, and the next quote of the call replaces it", async () => {
      const first = await quoted("call-a", "kettle", 3);
      assert.deepEqual(first.lines, [
        { productId: "kettle", spokenName: "steel kettle", quantity: 3, unitPriceMinor: 3_000, backorderDays: null },
      ]);
      // 90.00 + 6 % tax of the shop's default, shipping free.
      assert.equal(first.totalMinor, 9_540);
      assert.equal(first.validUntil, nowMs + quoteValidMs);
      assert.deepEqual(await stock("kettle"), { on_hand: 20, reserved: 3 });
      const second = await quoted("call-a", "clock", 1);
      assert.deepEqual(
        [await stock("kettle"), await stock("clock")],
        [
          { on_hand: 20, reserved: 0 },
          { on_hand: 1, reserved: 1 },
        ],
      );
      assert.notEqual(first.quoteId, second.quoteId);
      await prove("call-a");
      assert.deepEqual(untimed(await begin("call-a", first)), refused("quoteExpired"));
    });

    test("what cannot be quoted is refused with what could be", async () => {
      assert.deepEqual(untimed(await quote("call-a", "unicorn")), refused("notFound"));
      assert.deepEqual(untimed(await quote("call-a", "kettle", 6)), refused("overLimit", { limit: 5 }));
      // 900.00 a piece and at most 2,000.00 an order.
      assert.deepEqual(untimed(await quote("call-a", "sofa", 3)), refused("overLimit", { limit: 2 }));
      await quoted("call-a", "clock");
      assert.deepEqual(untimed(await quote("call-b", "clock")), refused("outOfStock", { availableQuantity: 0 }));
      assert.equal(
        (await quote("call-a", "clock")).status,
        "quoted",
        "the call's own reservation is not in its own way",
      );
    });

    test("the same effect twice is one effect, and the same key for something else is an error", async () => {
      const context = on("call-a");
      const input = { lines: [{ productId: "kettle", quantity: 2 }], identity: optional };
      const first = untimed(await orders.quote(input, context));
      nowMs += 5_000;
      assert.deepEqual(untimed(await orders.quote(input, context)), first);
      assert.deepEqual(await stock("kettle"), { on_hand: 20, reserved: 2 });
      await assert.rejects(orders.quote({ ...input, lines: [{ productId: "kettle", quantity: 3 }] }, context), {
        code: "INVALID_INPUT",
        isRetryable: false,
      });
    });

    test("twenty callers at once get the pieces that there are and no more", async () => {
      await database.pool.query("UPDATE products SET on_hand = 7 WHERE id = 'kettle'");
      const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => quote(`call-${index}`)));
      assert.equal(answers.filter(({ status }) => status === "quoted").length, 7);
      assert.deepEqual(await stock("kettle"), { on_hand: 7, reserved: 7 });
    });

    test("a quote that ran out gives its pieces back and cannot be ordered", async () => {
      const old = await quoted("call-a", "clock");
      await prove("call-a");
      nowMs += quoteValidMs - 1;
      assert.equal(await orders.releaseExpired(10), 0);
      nowMs += 1;
      assert.deepEqual(untimed(await begin("call-a", old)), refused("quoteExpired"));
      assert.equal(await orders.releaseExpired(10), 1);
      assert.deepEqual(await stock("clock"), { on_hand: 1, reserved: 0 });
      assert.equal(await orders.releaseExpired(10), 0);
    });

    test("a cancelled quote gives its pieces back, once", async () => {
      const { quoteId } = await quoted("call-a", "clock");
      const cancel = (callSid: string) => orders.cancelQuote({ quoteId, identity: optional }, on(callSid));
      assert.deepEqual(untimed(await cancel("call-b")), refused("ownership"));
      assert.deepEqual(untimed(await cancel("call-a")), { status: "cancelled" });
      assert.deepEqual(untimed(await cancel("call-a")), { status: "cancelled" });
      assert.deepEqual(await stock("clock"), { on_hand: 1, reserved: 0 });
    });

    test("a caller who hangs up gives their open quote back, and nobody else's, but not one that is being ordered", async () => {
      const giveBack = async (callSid: string) => (await orders.giveBack({}, on(callSid))).status;
      await quoted("call-a", "clock");
      await quoted("call-b", "kettle", 2);
      assert.equal(await giveBack("call-a"), "givenBack");
      assert.deepEqual(
        [await stock("clock"), await stock("kettle")],
        [
          { on_hand: 1, reserved: 0 },
          { on_hand: 20, reserved: 2 },
        ],
      );
      assert.equal(await giveBack("call-a"), "nothingOpen");
      await prove("call-c");
      const begun = await begin("call-c", await quoted("call-c", "clock"));
      assert.ok(begun.status === "begun");
      assert.equal(await giveBack("call-c"), "nothingOpen");
      assert.deepEqual(await stock("clock"), { on_hand: 1, reserved: 1 });
      assert.equal(
        (await orders.markPaid({ orderNumber: begun.orderNumber, paymentRef: "pi_1" }, on("call-c"))).status,
        "paid",
      );
    });

    test("one customer may order so often and for so much within 24 hours, whatever the call", async () => {
      const limit = { maxOrders: 2, maxTotalMinor: 12_000 };
      await database.pool.query("UPDATE shop SET rules = jsonb_set(rules, '{limits,perCustomerAndDay}', $1)", [
        JSON.stringify(limit),
      ]);
      const order = async (callSid: string, quantity: number) => {
        await prove(callSid);
        return begin(callSid, await quoted(callSid, "kettle", quantity));
      };
      // 60.00, and then 90.00 of which only 60.00 are left.
      const first = await order("call-a", 2);
      assert.ok(first.status === "begun");
      assert.deepEqual(untimed(await order("call-b", 3)), refused("overDailyAmount", { limit: 6_000 }));
      assert.equal((await order("call-c", 2)).status, "begun", "up to the limit");
      assert.deepEqual(untimed(await order("call-d", 1)), refused("tooManyOrders", { limit: 2 }));
      assert.deepEqual(await stock("kettle"), { on_hand: 20, reserved: 8 }, "a refused order leaves its quote");
      const cause = { kind: "declined", declineCode: "generic_decline", paymentRef: null } as const;
      await orders.releasePayment({ orderNumber: first.orderNumber, cause }, on("call-a"));
      assert.equal((await order("call-e", 1)).status, "begun", "what was never paid does not count");
      nowMs += 86_400_000;
      assert.equal((await order("call-f", 2)).status, "begun", "it is another day");
    });

    test("an order needs a proof of identity of this call, and a newer one after a challenge", async () => {
      const offer = await quoted("call-a");
      assert.deepEqual(untimed(await begin("call-a", offer)), refused("identityRequired"));
      await prove("call-b");
      assert.deepEqual(untimed(await begin("call-a", offer)), refused("identityRequired"));
      await prove("call-a");
      const challenged = { isRequired: true, provenSinceMs: nowMs + 1 };
      assert.deepEqual(untimed(await begin("call-a", offer, "ana-visa", challenged)), refused("identityRequired"));
      nowMs += 1;
      await prove("call-a");
      const repriced = await orders.reprice({}, on("call-a"));
      assert.ok(repriced.quote !== null);
      assert.equal((await begin("call-a", repriced.quote, "ana-visa", challenged)).status, "begun");
    });

    test("an order is of the call's own quote, with the customer's own card, at what was confirmed", async () => {
      await prove("call-a");
      await prove("call-b");
      const offer = await quoted("call-a");
      assert.deepEqual(untimed(await begin("call-b", offer)), refused("ownership"));
      assert.deepEqual(untimed(await begin("call-a", offer, "ben-visa")), refused("ownership"));
      assert.deepEqual(
        untimed(await begin("call-a", { ...offer, quoteHash: "0".repeat(64) })),
        refused("priceChanged"),
      );
      assert.deepEqual(untimed(await begin("call-a", { ...offer, quoteId: "q-none" })), refused("notFound"));
      await database.pool.query("UPDATE products SET price_minor = price_minor - 1 WHERE id = 'kettle'");
      assert.deepEqual(untimed(await begin("call-a", offer)), refused("priceChanged"));
      assert.equal((await database.pool.query("SELECT 1 FROM orders WHERE customer_id = 'ana'")).rowCount, 0);
      await prove("call-c", "+12025550102", "582916");
      assert.deepEqual(untimed(await begin("call-c", await quoted("call-c"))), refused("noCard"));
    });

    test("pieces that a stock correction took are missed before anything is charged", async () => {
      await prove("call-a");
      const offer = await quoted("call-a", "kettle", 2);
      await database.pool.query("UPDATE products SET on_hand = 1 WHERE id = 'kettle'");
      assert.deepEqual(untimed(await begin("call-a", offer)), refused("outOfStock", { availableQuantity: 1 }));
    });

    test("a paid order sells its pieces and balances the books; the ledger takes nothing back", async () => {
      await prove("call-a");
      const begun = await begin("call-a", await quoted("call-a", "clock"));
      assert.ok(begun.status === "begun");
      assert.deepEqual(begun.charge, {
        customerRef: "cus_ana",
        paymentMethodRef: "pm_ana-visa",
        // 45.50 + 5.95 shipping, no tax in Oregon.
        amountMinor: 5_145,
        currency: "usd",
      });
      const { orderNumber } = begun;
      const paid = await orders.markPaid({ orderNumber, paymentRef: "pi_1" }, on("call-a"));
      assert.ok(paid.status === "paid");
      assert.deepEqual(await stock("clock"), { on_hand: 0, reserved: 0 });
      const again = await orders.markPaid({ orderNumber, paymentRef: "pi_1" }, on("call-a"));
      assert.deepEqual(again.status === "paid" && again.order, paid.order);
      assert.equal((await orders.markPaid({ orderNumber, paymentRef: "pi_2" }, on("call-a"))).status, "notPayable");
      const ledger = await database.pool.query("SELECT account, amount_minor FROM ledger_entries ORDER BY account");
      assert.deepEqual(ledger.rows, [
        { account: "cash", amount_minor: 5_145 },
        { account: "sales", amount_minor: -4_550 },
        { account: "shipping", amount_minor: -595 },
      ]);
      await assert.rejects(database.pool.query("UPDATE ledger_entries SET amount_minor = 1"), /only ever added/);
      await assert.rejects(database.pool.query("DELETE FROM ledger_entries"), /only ever added/);
      await assert.rejects(
        database.pool.query(
          `INSERT INTO ledger_entries (transaction_ref, order_number, account, amount_minor, currency, entered_at)
       VALUES ('x', 'y', 'cash', 5, 'USD', now())`,
        ),
        /does not balance/,
      );
    });

    test("a released order returns its pieces and its discount, and the quote can be ordered again", async () => {
      await prove("call-a");
      const offer = await quoted("call-a");
      const cheaper = await orders.applyDiscount(
        { quoteId: offer.quoteId, discountCode: "Wel-come", identity: optional },
        on("call-a"),
      );
      assert.ok(cheaper.status === "quoted");
      assert.equal(cheaper.quote.discountMinor, 300);
      assert.notEqual(cheaper.quote.quoteHash, offer.quoteHash);
      assert.deepEqual(
        untimed(await begin("call-a", offer)),
        refused("priceChanged"),
        "the old hash was not said yes to",
      );
      const begun = await begin("call-a", cheaper.quote);
      assert.ok(begun.status === "begun");
      const uses = async () =>
        (await database.pool.query("SELECT uses FROM discounts WHERE code = 'WELCOME'")).rows[0]?.uses;
      assert.equal(await uses(), 1);
      nowMs += quoteValidMs;
      assert.equal(await orders.releaseExpired(10), 0, "a quote that is being ordered does not run out");
      const cause = { kind: "declined", declineCode: "generic_decline", paymentRef: null } as const;
      const released = await orders.releasePayment({ orderNumber: begun.orderNumber, cause }, on("call-a"));
      assert.deepEqual(
        released.cards.map(({ cardId }) => cardId),
        ["ana-second"],
      );
      assert.equal(await uses(), 0);
      assert.deepEqual(await stock("kettle"), { on_hand: 20, reserved: 1 });
      assert.equal((await begin("call-a", cheaper.quote, "ana-second")).status, "begun");
      assert.equal(await uses(), 1);
    });

    test("a discount keeps its conditions, its limits and the shop's ceiling", async () => {
      const { quoteId, subtotalMinor } = await quoted("call-a");
      const apply = (discountCode: string, callSid = "call-a", id = quoteId) =>
        orders.applyDiscount({ quoteId: id, discountCode, identity: optional }, on(callSid));
      assert.deepEqual(untimed(await apply("nonsense")), refused("discountRefused"));
      assert.deepEqual(untimed(await apply("gone")), refused("discountRefused"), "expired");
      assert.deepEqual(untimed(await apply("half", "call-b")), refused("ownership"));
      const half = await apply("half");
      assert.equal(half.status === "quoted" && half.quote.discountMinor, subtotalMinor / 4, "a quarter is the ceiling");
      const welcome = await apply("welcome");
      assert.equal(welcome.status === "quoted" && welcome.quote.discountMinor, 300, "codes replace each other");
      const clock = await quoted("call-b", "clock");
      assert.deepEqual(
        untimed(await apply("half", "call-b", clock.quoteId)),
        refused("discountRefused"),
        "wrong category",
      );
      await database.pool.query("UPDATE discounts SET uses = usage_limit WHERE code = 'WELCOME'");
      assert.deepEqual(untimed(await apply("welcome", "call-b", clock.quoteId)), refused("discountRefused"), "used up");
    });

    test("a code that each customer may use once is refused the second time, at the latest when the order is begun", async () => {
      await prove("call-a");
      const first = await quoted("call-a");
      const apply = (callSid: string, quoteId: string) =>
        orders.applyDiscount({ quoteId, discountCode: "WELCOME", identity: optional }, on(callSid));
      const cheaper = await apply("call-a", first.quoteId);
      assert.ok(cheaper.status === "quoted");
      assert.equal((await begin("call-a", cheaper.quote)).status, "begun");
      const anonymous = await apply("call-b", (await quoted("call-b")).quoteId);
      assert.ok(anonymous.status === "quoted", "nobody knows yet who it is");
      await prove("call-b");
      assert.deepEqual(untimed(await begin("call-b", anonymous.quote)), refused("discountRefused"));
      const repriced = await orders.reprice({}, on("call-b"));
      assert.equal(repriced.quote?.discountMinor, 0);
    });

    test("a customer hears of their own orders alone", async () => {
      const status = (callSid: string, orderNumber: string | null) =>
        orders.status({ orderNumber, identity: required }, on(callSid));
      assert.deepEqual(untimed(await status("call-b", "204817")), refused("identityRequired"));
      await prove("call-b", "+12025550102", "582916");
      await prove("call-a");
      const own = await status("call-b", "204817");
      assert.ok(own.status === "found");
      assert.deepEqual(own.order, {
        orderNumber: "204817",
        status: "delivered",
        lines: [
          { productId: "kettle", spokenName: "steel kettle", quantity: 1, unitPriceMinor: 3_000, backorderDays: null },
        ],
        totalMinor: 3_000,
        currency: "USD",
        placedAt: Date.parse("2026-09-14T16:22:05Z"),
        paidWithLast4: null,
        options: [],
      });
      assert.deepEqual(untimed(await status("call-b", null)), untimed(own), "the latest");
      assert.deepEqual(untimed(await status("call-a", "204817")), refused("notFound"), "as if there were none");
      assert.deepEqual(untimed(await status("call-a", null)), refused("notFound"));
    });
  });
}
