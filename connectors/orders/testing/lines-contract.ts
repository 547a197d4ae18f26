import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { WishedLine } from "../../../schemas/generated/records.ts";
import { resetSmallShop } from "../../postgres/testing/small-shop.ts";
import type { TestDatabase } from "../../postgres/testing/test-database.ts";
import type { OrderKeeping, Orders } from "../port.ts";
import { createPostgresOrders } from "../postgres.ts";
import { addBuyers, anyone, assertBooksAgree, type Buyer, beginOf, on, piecesOf } from "./buyers.ts";

/** What orders of several products do, whichever kind of server it is. `open` gives an empty, migrated database; `skip` is why there is none. */
export function describeOrderLines(
  name: string,
  open: () => Promise<TestDatabase>,
  skip: string | false = false,
): void {
  describe(`orders of several products: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let orders: Orders & OrderKeeping;
    let buyer: Buyer;
    before(async () => {
      database = await open();
      orders = createPostgresOrders({ pool: database.pool, quoteValidMs: 600_000 });
    });
    after(() => database?.close());
    beforeEach(async () => {
      await resetSmallShop(database.pool);
      [buyer = buyer] = await addBuyers(database.pool, 1);
    });

    /** `{ kettle: 2 }`: two kettles. */
    const linesOf = (wishes: Readonly<Record<string, number>>): readonly WishedLine[] =>
      Object.entries(wishes).map(([productId, quantity]) => ({ productId, quantity }));
    const quote = (wishes: Readonly<Record<string, number>>, callSid = buyer.callSid) =>
      orders.quote({ lines: linesOf(wishes), identity: anyone }, on(callSid));
    async function quoted(wishes: Readonly<Record<string, number>>, callSid?: string) {
      const answer = await quote(wishes, callSid);
      assert.ok(answer.status === "quoted", JSON.stringify(answer));
      const held = Object.fromEntries(answer.quote.lines.map(({ productId, quantity }) => [productId, quantity]));
      const left = answer.leftLines.map(({ productId, reason, availableQuantity }) => [
        productId,
        reason,
        availableQuantity,
      ]);
      return { quote: answer.quote, held, left };
    }
    const pieces = async () => {
      const { rows } = await database.pool.query<{ id: string; left: string }>(
        "SELECT id, on_hand || ' - ' || reserved AS left FROM products ORDER BY id",
      );
      return Object.fromEntries(rows.map(({ id, left }) => [id, left]));
    };
    const limits = (path: string, value: number) =>
      database.pool.query("UPDATE shop SET rules = jsonb_set(rules, $1, $2)", [`{limits,${path}}`, String(value)]);

    test("a quote of several is one offer, one order, one charge and one entry in the books", async () => {
      const { quote: offer, left } = await quoted({ kettle: 2, clock: 1 });
      // 2 × 30.00 + 45.50; no tax where the buyer lives, shipping free from 50.00 on.
      const { subtotalMinor, taxMinor, shippingMinor, totalMinor } = offer;
      assert.deepEqual([subtotalMinor, taxMinor, shippingMinor, totalMinor, left], [10_550, 0, 0, 10_550, []]);
      assert.deepEqual(await pieces(), { kettle: "20 - 2", clock: "1 - 1", sofa: "9 - 0" });
      const begun = await beginOf(orders, buyer, offer);
      assert.ok(begun.status === "begun");
      assert.equal(begun.charge.amountMinor, 10_550);
      const { orderNumber } = begun;
      const paid = await orders.markPaid({ orderNumber, paymentRef: "pi_1" }, on(buyer.callSid));
      assert.deepEqual(paid.status === "paid" && paid.order.lines, [
        { productId: "kettle", spokenName: "steel kettle", quantity: 2, unitPriceMinor: 3_000, backorderDays: null },
        { productId: "clock", spokenName: "wall clock", quantity: 1, unitPriceMinor: 4_550, backorderDays: null },
      ]);
      assert.deepEqual(await pieces(), { kettle: "18 - 0", clock: "0 - 0", sofa: "9 - 0" });
      await assertBooksAgree(database.pool);
    });

    test("the same product twice is one line, and a new quote takes from what the older one held", async () => {
      const lines = [...linesOf({ kettle: 1, clock: 1 }), ...linesOf({ kettle: 3 })];
      const answer = await orders.quote({ lines, identity: anyone }, on(buyer.callSid));
      assert.deepEqual(
        answer.status === "quoted" && answer.quote.lines.map(({ productId, quantity }) => [productId, quantity]),
        [
          ["kettle", 4],
          ["clock", 1],
        ],
      );
      assert.deepEqual((await quoted({ clock: 1, kettle: 5 })).held, { clock: 1, kettle: 5 });
      assert.deepEqual(await pieces(), { kettle: "20 - 5", clock: "1 - 1", sofa: "9 - 0" });
      assert.deepEqual((await quoted({ kettle: 1 })).held, { kettle: 1 });
      assert.deepEqual(await pieces(), { kettle: "20 - 1", clock: "1 - 0", sofa: "9 - 0" });
    });

    test("a line that cannot be held is left out alone, with its reason", async () => {
      await quoted({ clock: 1 }, "another-call");
      const { held, left } = await quoted({ kettle: 1, clock: 1, unicorn: 1 });
      assert.deepEqual(held, { kettle: 1 });
      assert.deepEqual(left, [
        ["clock", "outOfStock", 0],
        ["unicorn", "notFound", null],
      ]);
      const tooMany = await quoted({ kettle: 9, sofa: 1 }, "a-greedy-one");
      assert.deepEqual([tooMany.held, tooMany.left], [{ sofa: 1 }, [["kettle", "overLimit", 5]]]);
      // Two sofas are 1,800.00 and at most 2,000.00 can be ordered, tax of 6 % for a stranger included: two kettles fit, three do not.
      const tooDear = await quoted({ sofa: 2, kettle: 3 }, "a-stranger");
      assert.deepEqual([tooDear.held, tooDear.left], [{ sofa: 2 }, [["kettle", "overLimit", 2]]]);
      await assertBooksAgree(database.pool);
    });

    test("a line that cannot be held in a greater number stays as it was", async () => {
      await database.pool.query("UPDATE products SET on_hand = 3 WHERE id = 'kettle'");
      await quoted({ kettle: 2, clock: 1 });
      const { held, left } = await quoted({ kettle: 4, clock: 1 });
      assert.deepEqual([held, left], [{ kettle: 2, clock: 1 }, [["kettle", "outOfStock", 3]]]);
    });

    test("when none can be held it is refused, and what was offered before still stands", async () => {
      const { quote: offer } = await quoted({ kettle: 1 });
      const answer = await quote({ unicorn: 1, clock: 99 });
      assert.deepEqual(answer.status === "refused" && answer.reason, "notFound");
      assert.deepEqual((await quote({ kettle: 99 })).status, "refused");
      assert.equal((await beginOf(orders, buyer, offer)).status, "begun");
    });

    test("an order has at most as many lines as the shop's rules say, ten without a rule", async () => {
      await database.pool.query(
        `INSERT INTO products SELECT id || n, title, spoken_name, description, category, aliases, attributes, attributes_text, price_minor, currency,
           rating, review_count, on_hand, 0, true, position + n FROM products, generate_series(1, 12) n WHERE id = 'kettle'`,
      );
      const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`kettle${index + 1}`, 1]));
      const ten = await quoted(many);
      assert.equal(Object.keys(ten.held).length, 10);
      assert.deepEqual(ten.left, [
        ["kettle11", "tooManyLines", 0],
        ["kettle12", "tooManyLines", 0],
      ]);
      await limits("maxLines", 2);
      assert.deepEqual((await quoted({ kettle: 1, clock: 1, sofa: 1 })).left, [["sofa", "tooManyLines", 0]]);
      await database.pool.query("DELETE FROM quote_lines; DELETE FROM reservations");
      await database.pool.query("DELETE FROM quotes");
    });

    test("a discount takes from the lines of its categories alone, and is looked at again when the order is begun", async () => {
      const { quote: offer } = await quoted({ kettle: 1, clock: 1 });
      const { quoteId } = offer;
      const half = await orders.applyDiscount({ quoteId, discountCode: "half", identity: anyone }, on(buyer.callSid));
      // Half of the kettle is 15.00; a quarter of both, the ceiling, is 18.87.
      assert.ok(half.status === "quoted");
      assert.equal(half.quote.discountMinor, 1_500);
      assert.equal((await beginOf(orders, buyer, half.quote)).status, "begun");
      await assertBooksAgree(database.pool);
    });

    test("one line whose price, piece or product is gone stops the whole order, before anything is charged", async () => {
      const faults: Readonly<Record<string, string>> = {
        priceChanged: "UPDATE products SET price_minor = price_minor + 1 WHERE id = 'clock'",
        outOfStock: "UPDATE products SET on_hand = 0 WHERE id = 'clock'",
        quoteExpired: "UPDATE products SET is_active = false WHERE id = 'clock'",
      };
      for (const [reason, statement] of Object.entries(faults)) {
        await resetSmallShop(database.pool);
        [buyer = buyer] = await addBuyers(database.pool, 1);
        const { quote: offer } = await quoted({ kettle: 1, clock: 1 });
        await database.pool.query(statement);
        const begun = await beginOf(orders, buyer, offer);
        assert.deepEqual(begun.status === "refused" && begun.reason, reason);
        assert.deepEqual(await piecesOf(database.pool, "kettle"), { on_hand: 20, reserved: 1 });
      }
    });

    test("a declined order gives all its pieces back to its quote, and a hang-up gives them to the shelf", async () => {
      const { quote: offer } = await quoted({ kettle: 2, clock: 1 });
      const begun = await beginOf(orders, buyer, offer);
      assert.ok(begun.status === "begun");
      const cause = { kind: "declined", declineCode: "generic_decline", paymentRef: null } as const;
      await orders.releasePayment({ orderNumber: begun.orderNumber, cause }, on(buyer.callSid));
      assert.deepEqual(await pieces(), { kettle: "20 - 2", clock: "1 - 1", sofa: "9 - 0" });
      assert.equal((await beginOf(orders, buyer, offer)).status, "begun");
      await quoted({ clock: 1, kettle: 1 }, "another-call").catch(() => undefined);
      await orders.giveBack({}, on("another-call"));
      await assertBooksAgree(database.pool);
    });

    test("the same effect twice is one effect, and its lines come back as they were", async () => {
      const context = on(buyer.callSid);
      const input = { lines: linesOf({ kettle: 2, clock: 1, unicorn: 1 }), identity: anyone };
      const { storeWaitMs: _, ...first } = await orders.quote(input, context);
      const { storeWaitMs: __, ...second } = await orders.quote(input, context);
      assert.deepEqual(second, first);
      assert.deepEqual(await pieces(), { kettle: "20 - 2", clock: "1 - 1", sofa: "9 - 0" });
    });
  });
}
