/** Orders that were placed, from the tool call to the books and the payment provider: what is read back, done after a yes, refused, and resumed. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import {
  giveGiftCard,
  proveCaller,
  resetVariantShop,
} from "../../connectors/orders/operations/testing/variant-shop.ts";
import { reconcile } from "../../connectors/orders/reconciliation.ts";
import { startTestDatabase, type TestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import { refundParts } from "./refund-parts.ts";
import { callOfAna, callSid, isRefused, larger, reason } from "./testing/care-line.ts";
import { foundry } from "./testing/tool-call.ts";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(() => resetVariantShop(database.pool));

const rows = async (sql: string) => (await database.pool.query(sql)).rows;
const ana = (options: { readonly times?: number } = {}) => callOfAna(database.pool, options);

describe("an order that was placed", () => {
  it("is looked at with what can be done about it", async () => {
    const call = await ana();
    const found = await call.ask("getOrderDetails", { orderNumber: null });
    assert.ok(found.type === "ToolSucceeded", JSON.stringify(found));
    assert.deepEqual(
      found.orders.map(({ orderNumber, status, options }) => [orderNumber, status, options]),
      [[call.orderNumber, "paid", ["cancel", "changeItems", "changeAddress", "changePayment"]]],
    );
    assert.deepEqual(
      found.methods.map(({ methodId, last4 }) => [methodId, last4]),
      [
        ["ana-visa", "4242"],
        ["ana-second", "5555"],
      ],
    );
    assert.deepEqual(
      found.addresses.map(({ line1, state }) => [line1, state]),
      [["1 Test Street", "OR"]],
    );
    const variants = await call.ask("getOrderDetails", { orderNumber: null, productIds: ["kettle"] });
    assert.deepEqual(variants.type === "ToolSucceeded" && variants.products.map(({ productId }) => productId), [
      "kettle",
      "kettle-large",
    ]);
  });

  it("is cancelled after a yes to what was read back, and the money goes back once, however often a step is done", async () => {
    const call = await ana({ times: 2 });
    const first = await call.ask("cancelOrder", reason);
    isRefused(first, "notConfirmed");
    assert.deepEqual(first.type === "ToolRefused" && first.readBack?.movements, [
      { isRefund: true, amountMinor: 6_000, methodId: "ana-visa" },
    ]);
    assert.equal(await call.order(), "paid 6000 kettle*2");
    const done = await call.agree("cancelOrder", reason);
    assert.ok(done.type === "ToolSucceeded", JSON.stringify(done));
    assert.equal(done.order?.status, "cancelled");
    assert.equal(call.provider.refunds.size, 1);
    assert.equal(call.provider.heldMinor, 0);
    await call.booksAgree();
  });

  it("whose worker dies between the change and the money has its money moved by the next one, once", async () => {
    for (const diesAfter of ["cancel", "moveDue"]) {
      await resetVariantShop(database.pool);
      const call = await ana();
      await assert.rejects(call.agree("cancelOrder", reason, { diesAfter }), /died/);
      const runs = await Promise.all([call.housekeeping(), call.housekeeping()]);
      assert.equal(Math.max(...runs.map(({ moved }) => moved)), diesAfter === "cancel" ? 1 : 0);
      assert.equal(call.provider.refunds.size, 1, diesAfter);
      await call.booksAgree();
    }
  });

  it("has its items changed, and the difference is charged", async () => {
    const call = await ana();
    const done = await call.agree("exchangeItems", larger);
    assert.equal(done.type, "ToolSucceeded", JSON.stringify(done));
    assert.equal(await call.order(), "itemsChanged 7000 kettle-large*1 kettle*1");
    assert.equal(call.provider.heldMinor, 7_000);
    await call.booksAgree();
  });

  it("is as it was when the difference is declined, and another card can be tried", async () => {
    const call = await ana();
    call.provider.next = "declined";
    isRefused(await call.agree("exchangeItems", larger), "cardDeclined");
    assert.equal(await call.order(), "paid 6000 kettle*2");
    assert.deepEqual(await rows("SELECT id, on_hand, reserved FROM products WHERE id LIKE 'kettle%' ORDER BY id"), [
      { id: "kettle", on_hand: 18, reserved: 0 },
      { id: "kettle-large", on_hand: 2, reserved: 0 },
    ]);
    await call.booksAgree();
    call.provider.next = null;
    assert.equal((await call.agree("exchangeItems", { ...larger, methodId: "ana-second" })).type, "ToolSucceeded");
    assert.equal(await call.order(), "itemsChanged 7000 kettle-large*1 kettle*1");
    assert.equal(call.provider.heldMinor, 7_000);
    await call.booksAgree();
  });

  it("is paid with another card: first that one is charged, then the first one gets it back", async () => {
    const call = await ana();
    call.provider.next = "declined";
    isRefused(await call.agree("changeOrderPayment", { methodId: "ana-second" }), "cardDeclined");
    assert.deepEqual([call.provider.refunds.size, call.provider.heldMinor], [0, 6_000]);
    await call.booksAgree();
    call.provider.next = null;
    assert.equal((await call.agree("changeOrderPayment", { methodId: "ana-second" })).type, "ToolSucceeded");
    assert.deepEqual([call.provider.refunds.size, call.provider.heldMinor], [1, 6_000]);
    await call.booksAgree();
    // What is cancelled now goes back to the card that paid in the end.
    assert.equal((await call.agree("cancelOrder", reason)).type, "ToolSucceeded");
    assert.equal(call.provider.heldMinor, 0);
    await call.booksAgree();
  });

  it("whose payment moves from a gift card to a card gives nothing back before the card paid", async () => {
    const call = await ana();
    await giveGiftCard(database.pool, 9_000);
    assert.equal((await call.agree("changeOrderPayment", { methodId: "gift" })).type, "ToolSucceeded");
    assert.deepEqual(await rows("SELECT balance_minor::int AS left FROM payment_methods"), [{ left: 3_000 }]);
    assert.equal(call.provider.heldMinor, 0);
    const { stock, money } = await reconcile(database.pool);
    assert.deepEqual([stock, money], [[], []]);
  });

  it("whose charge nobody knows the end of is left alone until it is known, and is charged once", async () => {
    const call = await ana();
    call.provider.next = "charged and lost";
    const lost = await call.agree("exchangeItems", larger);
    assert.ok(lost.type === "ToolFailed" && lost.isOutcomeUnknown, JSON.stringify(lost));
    isRefused(await call.ask("changeOrderAddress", { address: { ...foundry, state: "OR" } }), "moneyUnderWay");
    assert.deepEqual(await call.housekeeping(), { moved: 0, declined: 0, open: 1, stuck: 0 });
    call.provider.next = null;
    assert.deepEqual(await call.housekeeping(), { moved: 1, declined: 0, open: 0, stuck: 0 });
    assert.equal(call.provider.heldMinor, 7_000);
    await call.booksAgree();
  });

  it("goes to another address under the same tax, and not to one under another", async () => {
    const call = await ana();
    const street = { ...foundry, state: "OR", postalCode: "97205" };
    assert.equal((await call.agree("changeOrderAddress", { address: street })).type, "ToolSucceeded");
    assert.deepEqual(await rows(`SELECT ship_to_line1 AS line1 FROM orders WHERE number = '${call.orderNumber}'`), [
      { line1: "9 Foundry Square" },
    ]);
    isRefused(await call.ask("changeOrderAddress", { address: foundry }), "taxWouldChange");
  });

  it("that was delivered is sent back or exchanged, to the method that paid; nothing moves before it is back", async () => {
    for (const [tool, given, status] of [
      ["returnItems", { productIds: ["kettle"] }, "returnRequested"],
      ["exchangeItems", larger, "exchangeRequested"],
    ] as const) {
      await resetVariantShop(database.pool);
      const call = await ana();
      await database.pool.query("UPDATE orders SET status = 'delivered'");
      const first = await call.ask(tool, given);
      assert.ok(first.type === "ToolRefused" && first.readBack !== null);
      assert.deepEqual(
        [first.readBack.movements, first.readBack.requestMethodId, first.readBack.differenceMinor],
        [[], "ana-visa", tool === "exchangeItems" ? 1_000 : 0],
      );
      const done = await call.agree(tool, given);
      assert.equal(done.type === "ToolSucceeded" && done.order?.status, status);
      assert.equal(call.provider.heldMinor, 6_000);
      await call.booksAgree();
    }
  });

  it("that changed between the read-back and the yes is read back anew", async () => {
    const call = await ana();
    const first = await call.ask("exchangeItems", larger);
    assert.ok(first.type === "ToolRefused" && first.readBack !== null);
    await database.pool.query("UPDATE products SET price_minor = 4500 WHERE id = 'kettle-large'");
    const again = await call.ask(
      "exchangeItems",
      { ...larger, confirmation: first.readBack.confirmation },
      { isConfirmed: true },
    );
    isRefused(again, "notConfirmed");
    assert.equal(again.type === "ToolRefused" && again.readBack?.movements[0]?.amountMinor, 1_500);
    assert.equal(await call.order(), "paid 6000 kettle*2");
  });

  it("of another customer, or of an unproven caller, is as if there were none", async () => {
    const call = await ana();
    await database.pool.query("DELETE FROM call_identities");
    for (const [tool, given] of [
      ["cancelOrder", reason],
      ["getOrderDetails", {}],
    ] as const)
      isRefused(await call.ask(tool, given), "identityRequired");
    await proveCaller(database.pool, callSid, "ben");
    for (const [tool, given] of [
      ["getOrderDetails", {}],
      ["cancelOrder", reason],
      ["returnItems", { productIds: ["kettle"] }],
      ["exchangeItems", larger],
      ["changeOrderAddress", { address: foundry }],
      ["changeOrderPayment", { methodId: "ana-second" }],
    ] as const)
      isRefused(await call.ask(tool, given), "notFound");
    assert.equal(await call.order(), "paid 6000 kettle*2");
  });

  it("is not touched on a call that is blocked, nor with a proof from before a challenge", async () => {
    const call = await ana();
    call.risk("challenge");
    await database.pool.query("UPDATE call_identities SET proven_at = '1970-01-01'");
    isRefused(await call.ask("cancelOrder", reason), "identityRequired");
    call.risk("block");
    for (const [tool, given] of [
      ["cancelOrder", reason],
      ["changeOrderPayment", { methodId: "ana-second" }],
    ] as const)
      isRefused(await call.ask(tool, given), "riskBlocked");
  });
});

describe("the parts of a refund", () => {
  it("come from the oldest charge first, after what went back before, and never from more than there is", () => {
    const charges = [
      { chargeRef: "a", amountMinor: 6_000 },
      { chargeRef: "b", amountMinor: 1_000 },
    ];
    assert.deepEqual(refundParts(charges, 0, 6_000), [{ chargeRef: "a", amountMinor: 6_000 }]);
    assert.deepEqual(refundParts(charges, 0, 6_500), [
      { chargeRef: "a", amountMinor: 6_000 },
      { chargeRef: "b", amountMinor: 500 },
    ]);
    assert.deepEqual(refundParts(charges, 6_500, 500), [{ chargeRef: "b", amountMinor: 500 }]);
    assert.deepEqual(refundParts(charges, 7_000, 0), []);
    assert.equal(refundParts(charges, 6_500, 501), null);
    assert.equal(refundParts([], 0, 1), null);
  });
});
