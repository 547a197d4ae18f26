import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { resetSmallShop } from "../../postgres/testing/small-shop.ts";
import type { TestDatabase } from "../../postgres/testing/test-database.ts";
import { openOrders } from "../open-orders.ts";
import { addBuyers, anyone, assertBooksAgree, type Buyer, beginOf, buy, on, proven } from "./buyers.ts";

const dayMs = 86_400_000;

/** What orders of goods that are not there yet do, whichever kind of server it is. `open` gives an empty, migrated database; `skip` is why there is none. */
export function describeBackorders(
  name: string,
  open: () => Promise<TestDatabase>,
  skip: string | false = false,
): void {
  describe(`orders of goods that are awaited: ${name}`, { skip }, () => {
    let database: TestDatabase;
    let shop: ReturnType<typeof openOrders>;
    let first: Buyer;
    let second: Buyer;
    before(async () => {
      database = await open();
      shop = openOrders(database.pool, { quoteValidMs: 600_000, paymentLinkMs: 600_000, paymentLinkSendings: 3 });
    });
    after(() => database?.close());
    beforeEach(async () => {
      await resetSmallShop(database.pool);
      [first = first, second = second] = await addBuyers(database.pool, 2);
      // One clock is there; of kettles there is none, and they are sent within ten days.
      await set("UPDATE products SET on_hand = 0, backorder_days = 10 WHERE id = 'kettle'");
    });

    const set = (statement: string) => database.pool.query(statement);
    const pieces = async (productId: string) => {
      const { rows } = await database.pool.query(
        "SELECT on_hand || ' there, ' || reserved || ' reserved, ' || backordered || ' awaited' AS of FROM products WHERE id = $1",
        [productId],
      );
      return rows[0].of;
    };
    const ask = (wishes: Readonly<Record<string, number>>, { callSid } = first) => {
      const lines = Object.entries(wishes).map(([productId, quantity]) => ({ productId, quantity }));
      return shop.orders.quote({ lines, identity: anyone }, on(callSid));
    };
    async function quoted(wishes: Readonly<Record<string, number>>, buyer = first) {
      const answer = await ask(wishes, buyer);
      assert.ok(answer.status === "quoted", JSON.stringify(answer));
      return answer.quote;
    }
    async function begun(wishes: Readonly<Record<string, number>>, buyer = first) {
      const answer = await beginOf(shop.orders, buyer, await quoted(wishes, buyer));
      assert.ok(answer.status === "begun", JSON.stringify(answer));
      return answer;
    }
    /** An order whose amount is held under its own number. */
    async function held(wishes: Readonly<Record<string, number>>, buyer = first) {
      const { orderNumber } = await begun(wishes, buyer);
      const paymentRef = `pi_${orderNumber}`;
      const answer = await shop.orders.markHeld({ orderNumber, paymentRef }, on(buyer.callSid));
      assert.ok(answer.status === "held");
      return { orderNumber, paymentRef, order: answer.order };
    }
    const stateOf = async (orderNumber: string) => {
      const { rows } = await database.pool.query(
        "SELECT o.status || ' ' || p.status AS of FROM orders o JOIN payments p ON p.order_number = o.number WHERE o.number = $1",
        [orderNumber],
      );
      return rows[0].of;
    };

    test("what is out of stock is offered as awaited, holds no piece, and its hash is not that of what is there", async () => {
      const awaited = await quoted({ kettle: 2 });
      assert.deepEqual(awaited.lines, [
        { productId: "kettle", spokenName: "steel kettle", quantity: 2, unitPriceMinor: 3_000, backorderDays: 10 },
      ]);
      assert.equal(await pieces("kettle"), "0 there, 0 reserved, 0 awaited");
      await set("UPDATE products SET on_hand = 2 WHERE id = 'kettle'");
      const there = await quoted({ kettle: 2 });
      assert.equal(there.lines[0]?.backorderDays, null);
      assert.equal(there.totalMinor, awaited.totalMinor);
      assert.notEqual(there.quoteHash, awaited.quoteHash);
    });

    test("too few pieces make the whole line awaited, within the limits of any order, and leave the pieces to others", async () => {
      await set("UPDATE products SET on_hand = 2 WHERE id = 'kettle'");
      assert.equal((await quoted({ kettle: 3 })).lines[0]?.backorderDays, 10);
      assert.equal((await quoted({ kettle: 2 }, second)).lines[0]?.backorderDays, null);
      const tooMany = await ask({ kettle: 6 });
      assert.deepEqual(
        [tooMany.status === "refused" && tooMany.reason, tooMany.status === "refused" && tooMany.limit],
        ["overLimit", 5],
      );
    });

    test("what may not be ordered ahead is out of stock as ever", async () => {
      await set("UPDATE products SET backorder_days = NULL WHERE id = 'kettle'");
      const answer = await ask({ kettle: 1 });
      assert.deepEqual(answer.status === "refused" && [answer.reason, answer.availableQuantity], ["outOfStock", 0]);
    });

    test("pieces that come, go, or are awaited for longer between quote and yes void the quote", async () => {
      const changes = [
        "UPDATE products SET on_hand = 1 WHERE id = 'kettle'",
        "UPDATE products SET backorder_days = 11 WHERE id = 'kettle'",
        "UPDATE products SET backorder_days = NULL WHERE id = 'kettle'",
      ];
      for (const change of changes) {
        await set("UPDATE products SET on_hand = 0, backorder_days = 10 WHERE id = 'kettle'");
        const quote = await quoted({ kettle: 1 });
        await set(change);
        const answer = await beginOf(shop.orders, first, quote);
        assert.equal(answer.status === "refused" && answer.reason, "priceChanged", change);
      }
      assert.equal(await pieces("kettle"), "0 there, 0 reserved, 0 awaited");
    });

    test("an order waits for what is awaited, keeps what is there, and moves no money while the amount is held", async () => {
      const { isBackordered } = await begun({ kettle: 2, clock: 1 }, second);
      assert.equal(isBackordered, true);
      assert.equal(await pieces("kettle"), "0 there, 0 reserved, 2 awaited");
      assert.equal(await pieces("clock"), "1 there, 1 reserved, 0 awaited");
      const { orderNumber, order } = await held({ kettle: 3 });
      assert.deepEqual([order.status, order.paidWithLast4, order.lines[0]?.backorderDays], ["backordered", "4242", 10]);
      assert.equal(await stateOf(orderNumber), "backordered held");
      assert.deepEqual((await set("SELECT * FROM ledger_entries")).rows, []);
      await assertBooksAgree(database.pool);
    });

    test("a declined card gives the quote back, and another try waits anew", async () => {
      const quote = await quoted({ kettle: 1, clock: 1 });
      const cause = { kind: "declined", declineCode: "generic_decline", paymentRef: null } as const;
      for (let time = 0; time < 2; time += 1) {
        const again = await beginOf(shop.orders, first, quote);
        assert.ok(again.status === "begun");
        assert.equal(await pieces("kettle"), "0 there, 0 reserved, 1 awaited");
        await shop.orders.releasePayment({ orderNumber: again.orderNumber, cause }, on(first.callSid));
        assert.equal(await pieces("kettle"), "0 there, 0 reserved, 0 awaited");
        assert.equal(await pieces("clock"), "1 there, 1 reserved, 0 awaited");
      }
      await shop.orders.cancelQuote({ quoteId: quote.quoteId, identity: anyone }, on(first.callSid));
      await assertBooksAgree(database.pool);
    });

    test("who has no card to hold the amount on cannot order ahead", async () => {
      const { quoteId, quoteHash } = await quoted({ kettle: 1 });
      const input = { quoteId, quoteHash, cardId: null, chargeKey: "none", identity: proven };
      const answer = await shop.orders.begin(input, on(first.callSid));
      assert.equal(answer.status === "refused" && answer.reason, "noCard");
    });

    test("what comes in goes to who waits longest, all of an order at once, and to nobody else before", async () => {
      const older = await held({ kettle: 3 });
      const younger = await held({ kettle: 1 }, second);
      await set("UPDATE products SET on_hand = 2 WHERE id = 'kettle'");
      assert.deepEqual(await shop.backorders.ready(10), []);
      assert.equal(await pieces("kettle"), "2 there, 0 reserved, 4 awaited");
      const newcomer = await ask({ kettle: 1 }, { ...second, callSid: "another-call" });
      assert.equal(newcomer.status === "quoted" && newcomer.quote.lines[0]?.backorderDays, 10);
      await set("UPDATE products SET on_hand = 3 WHERE id = 'kettle'");
      assert.deepEqual(await shop.backorders.ready(10), [
        {
          orderNumber: older.orderNumber,
          callSid: first.callSid,
          heldRef: older.paymentRef,
          declinedRef: null,
          charge: { customerRef: "cus_buyer-0", paymentMethodRef: "pm_buyer-0", amountMinor: 9_000, currency: "usd" },
        },
      ]);
      assert.equal(await pieces("kettle"), "3 there, 3 reserved, 1 awaited");
      const paid = await shop.orders.markPaid(older, on(first.callSid));
      assert.equal(paid.status === "paid" && paid.order.status, "paid");
      await set("UPDATE products SET on_hand = on_hand + 1 WHERE id = 'kettle'");
      assert.deepEqual(
        (await shop.backorders.ready(10)).map(({ orderNumber }) => orderNumber),
        [younger.orderNumber],
      );
      await shop.orders.markPaid(younger, on(second.callSid));
      assert.equal(await pieces("kettle"), "0 there, 0 reserved, 0 awaited");
      const { rows } = await set("SELECT sum(amount_minor)::int AS cash FROM ledger_entries WHERE account = 'cash'");
      assert.deepEqual(rows, [{ cash: 9_000 + 3_595 }]);
      await assertBooksAgree(database.pool);
    });

    test("an amount is let go before its bank would, and the order waits on", async () => {
      const { orderNumber, paymentRef } = await held({ kettle: 1 });
      assert.deepEqual(await shop.backorders.overdueHolds(10), []);
      await database.pool.query("UPDATE payments SET held_until = held_until - $1 * interval '1 millisecond'", [
        5 * dayMs,
      ]);
      assert.deepEqual(await shop.backorders.overdueHolds(10), [
        { orderNumber, callSid: first.callSid, heldRef: paymentRef },
      ]);
      await shop.backorders.endHold({ orderNumber, isTaken: false });
      assert.equal(await stateOf(orderNumber), "backordered lapsed");
      assert.deepEqual(await shop.backorders.overdueHolds(10), []);
      await set("UPDATE products SET on_hand = 1 WHERE id = 'kettle'");
      assert.deepEqual(
        (await shop.backorders.ready(10)).map(({ heldRef }) => heldRef),
        [null],
      );
    });

    test("an order whose card is refused when its goods are there is given up, and they are free", async () => {
      const { orderNumber } = await held({ kettle: 1 });
      await shop.backorders.endHold({ orderNumber, isTaken: false });
      await set("UPDATE products SET on_hand = 1 WHERE id = 'kettle'");
      await shop.backorders.ready(10);
      const refusal = { orderNumber, declineCode: "insufficient_funds", paymentRef: "pi_declined" };
      for (let time = 0; time < 2; time += 1) await shop.backorders.giveUp(refusal);
      assert.equal(await stateOf(orderNumber), "paymentFailed declined");
      assert.equal(await pieces("kettle"), "1 there, 0 reserved, 0 awaited");
      assert.equal(await buy(shop.orders, second, "kettle"), "bought");
      await assertBooksAgree(database.pool);
    });

    test("a cancelled order lets its amount go and waits for nothing; money that was taken meanwhile is looked into", async () => {
      const { orderNumber, paymentRef } = await held({ kettle: 2, clock: 1 });
      const actor = { kind: "staff" } as const;
      const cancel = { orderNumber, actor, reason: "no longer needed" };
      const cancelled = await shop.orderOperations.cancel(cancel, on(first.callSid));
      assert.ok(cancelled.status === "changed", JSON.stringify(cancelled));
      assert.deepEqual([cancelled.order.state, cancelled.order.movements], ["cancelled", []]);
      assert.equal(await stateOf(orderNumber), "cancelled lettingGo");
      assert.equal(await pieces("kettle"), "0 there, 0 reserved, 0 awaited");
      assert.equal(await pieces("clock"), "1 there, 0 reserved, 0 awaited");
      assert.deepEqual(
        (await shop.backorders.overdueHolds(10)).map(({ heldRef }) => heldRef),
        [paymentRef],
      );
      await assertBooksAgree(database.pool);
      await shop.backorders.endHold({ orderNumber, isTaken: true });
      assert.equal(await stateOf(orderNumber), "cancelled unknown");
      const late = await shop.orders.markPaid({ orderNumber, paymentRef }, on(first.callSid));
      assert.equal(late.status, "notPayable");
    });

    test("nothing but cancelling and another address is possible while goods are awaited", async () => {
      const { orderNumber } = await held({ kettle: 1 });
      const actor = { kind: "staff" } as const;
      const given = { orderNumber, actor, productIds: ["kettle"], newProductIds: ["clock"], methodId: first.cardId };
      const answers = [
        await shop.orderOperations.changeItems(given, on(first.callSid)),
        await shop.orderOperations.changePayment(given, on(first.callSid)),
        await shop.orderOperations.requestReturn(given, on(first.callSid)),
        await shop.orderOperations.reportFulfilment({ orderNumber, actor, operation: "pack" }, on(first.callSid)),
      ];
      assert.deepEqual(
        answers.map((answer) => answer.status === "refused" && answer.reason),
        ["wrongState", "wrongState", "wrongState", "wrongState"],
      );
      const address = {
        line1: "2 Test Street",
        line2: "",
        city: "Town",
        state: "OR",
        postalCode: "00000",
        country: "US",
      };
      const moved = await shop.orderOperations.changeAddress({ orderNumber, actor, address }, on(first.callSid));
      assert.equal(moved.status === "changed" && moved.order.state, "backordered");
    });

    test("an order that was given up, or whose amount is held already, cannot be held for", async () => {
      const { orderNumber } = await begun({ kettle: 1 });
      await shop.orders.releasePayment({ orderNumber, cause: { kind: "notCharged" } }, on(first.callSid));
      const late = await shop.orders.markHeld({ orderNumber, paymentRef: "pi_late" }, on(first.callSid));
      assert.equal(late.status, "notPayable");
      assert.equal(await stateOf(orderNumber), "paymentFailed unknown");
      const living = await held({ kettle: 1 }, second);
      const { orderNumber: number } = living;
      const again = await shop.orders.markHeld(
        { orderNumber: number, paymentRef: living.paymentRef },
        on(second.callSid),
      );
      assert.equal(again.status, "held");
      const other = await shop.orders.markHeld({ orderNumber: number, paymentRef: "pi_other" }, on(second.callSid));
      assert.equal(other.status, "notPayable");
      const release = { orderNumber: number, cause: { kind: "notCharged" } } as const;
      assert.equal((await shop.orders.releasePayment(release, on(second.callSid))).status, "alreadyPaid");
      assert.equal(await stateOf(number), "backordered held");
    });
  });
}
