import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { loadShop } from "../../../shop/load.ts";
import { letterEmbeddings, smallShop } from "../../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../../postgres/testing/test-database.ts";
import type { OrderKeeping, Orders } from "../port.ts";
import { createPostgresOrders } from "../postgres.ts";
import { reconcile } from "../reconciliation.ts";
import { createPostgresDueMoney } from "./due-money.ts";
import { standardOrderRules } from "./order-rules.ts";
import type { Actor, DueMoney, OrderOperations } from "./port.ts";
import { createPostgresOrderOperations } from "./postgres.ts";
import { refusalWords } from "./refusal-words.ts";
import { agreeing } from "./testing/agreeing-caller.ts";
import { giveGiftCard, placePaidOrder, proveCaller, resetVariantShop, takeGiftCards } from "./testing/variant-shop.ts";

const identity = { isRequired: true, provenSinceMs: null };
const owner: Actor = { kind: "owner", identity, confirmation: null };
const staff: Actor = { kind: "staff" };
const reason = "no longer needed";

let database: TestDatabase;
let orders: Orders & OrderKeeping;
let unconfirmed: OrderOperations;
/** Of a caller who says yes to everything. */
let operations: OrderOperations;
let money: DueMoney;
let effects = 0;
before(async () => {
  database = await startTestDatabase(8);
  orders = createPostgresOrders({ pool: database.pool, quoteValidMs: 600_000 });
  unconfirmed = createPostgresOrderOperations({ pool: database.pool });
  operations = agreeing(unconfirmed);
  money = createPostgresDueMoney({ pool: database.pool });
});
after(() => database.close());
beforeEach(() => resetVariantShop(database.pool));

const on = (callSid: string) => {
  effects += 1;
  return contextOf(callSid, `operation-${effects}`);
};

const prove = (callSid: string, customerId = "ana") => proveCaller(database.pool, callSid, customerId);
/** Ana's order of two kettles, paid with a card. */
const paidOrder = (callSid: string) => placePaidOrder(database.pool, orders, callSid);
const rowsOf = async (statement: string, values: unknown[] = []) => (await database.pool.query(statement, values)).rows;
const stock = async (id: string) => (await rowsOf("SELECT on_hand, reserved FROM products WHERE id = $1", [id]))[0];
const ledgerOf = (orderNumber: string) =>
  rowsOf(
    "SELECT account, sum(amount_minor)::int AS minor FROM ledger_entries WHERE order_number = $1 GROUP BY account ORDER BY account",
    [orderNumber],
  );
const isRefused = (answer: { status: string }, why: keyof typeof refusalWords) => {
  const { storeWaitMs: _, ...rest } = answer as { status: string; storeWaitMs: number };
  assert.deepEqual(rest, { status: "refused", reason: why, sentence: refusalWords[why], readBack: null });
};
async function booksAgree() {
  const { stock: wrongStock, money: wrongMoney } = await reconcile(database.pool);
  assert.deepEqual([wrongStock, wrongMoney], [[], []]);
}

describe("authority", () => {
  it("comes from the database: a proven customer for their own orders, as if there were no others", async () => {
    const orderNumber = await paidOrder("call-a");
    isRefused(await operations.cancel({ orderNumber, actor: owner, reason }, on("call-b")), "identityRequired");
    await prove("call-b", "ben");
    isRefused(await operations.cancel({ orderNumber, actor: owner, reason }, on("call-b")), "notFound");
    isRefused(await operations.orderDetails({ orderNumber, actor: owner }, on("call-b")), "notFound");
    isRefused(await operations.customerDetails({ customerId: "ana", actor: owner }, on("call-b")), "notFound");
    isRefused(await operations.cancel({ orderNumber: "999999", actor: owner, reason }, on("call-a")), "notFound");
    isRefused(
      await operations.reportFulfilment({ orderNumber, actor: owner, operation: "pack" }, on("call-a")),
      "notAllowed",
    );
    const late: Actor = {
      kind: "owner",
      identity: { isRequired: true, provenSinceMs: Date.now() + 60_000 },
      confirmation: null,
    };
    isRefused(await operations.cancel({ orderNumber, actor: late, reason }, on("call-a")), "identityRequired");
    assert.equal((await operations.cancel({ orderNumber, actor: owner, reason }, on("call-a"))).status, "changed");
  });
});

describe("a paid order", () => {
  it("is cancelled once: pieces and money go back, the books agree before and after the provider was told", async () => {
    const orderNumber = await paidOrder("call-a");
    assert.deepEqual(await stock("kettle"), { on_hand: 18, reserved: 0 });
    await database.pool.query(
      "UPDATE discounts SET uses = 1 WHERE code = 'WELCOME'; UPDATE orders SET discount_code = 'WELCOME'",
    );
    const context = on("call-a");
    const input = { orderNumber, actor: owner, reason };
    const first = await operations.cancel(input, context);
    assert.ok(first.status === "changed");
    assert.deepEqual([first.order.state, first.order.cancelReason], ["cancelled", reason]);
    assert.deepEqual(await rowsOf("SELECT uses FROM discounts WHERE code = 'WELCOME'"), [{ uses: 0 }]);
    assert.deepEqual(await stock("kettle"), { on_hand: 20, reserved: 0 });
    const again = await operations.cancel(input, context);
    assert.deepEqual(again.status === "changed" && again.order, first.order, "the same effect gives the same answer");
    await assert.rejects(operations.cancel({ ...input, reason: "ordered by mistake" }, context), {
      code: "INVALID_INPUT",
    });
    isRefused(await operations.cancel(input, on("call-a")), "wrongState");
    await booksAgree();
    const [due, ...more] = await money.dueMovements(10);
    assert.deepEqual(more, []);
    assert.partialDeepStrictEqual(due, {
      orderNumber,
      position: 1,
      kind: "refund",
      amountMinor: 6_000,
      methodId: "ana-visa",
      currency: "USD",
      callSid: "call-a",
      isAtProvider: true,
      customerRef: "cus_ana",
      paymentMethodRef: "pm_ana-visa",
      charges: [{ chargeRef: `pi-${orderNumber}`, amountMinor: 6_000 }],
      linkRef: null,
      refundedBeforeMinor: 0,
    });
    const settle = { orderNumber, position: 1, providerRef: "re_1" };
    await Promise.all([money.settleMovement(settle), money.settleMovement(settle)]);
    await assert.rejects(money.settleMovement({ ...settle, providerRef: "re_2" }), { code: "INVALID_INPUT" });
    assert.deepEqual(await money.dueMovements(10), []);
    assert.deepEqual(await ledgerOf(orderNumber), [
      { account: "cash", minor: 0 },
      { account: "sales", minor: 0 },
    ]);
    await booksAgree();
  });

  it("has one of its pieces changed, and tells the caller so", async () => {
    const orderNumber = await paidOrder("call-a");
    const swap = { productIds: ["kettle"], newProductIds: ["kettle-large"], methodId: "ana-second" };
    const answer = await operations.changeItems({ orderNumber, actor: owner, ...swap }, on("call-a"));
    assert.ok(answer.status === "changed", JSON.stringify(answer));
    assert.deepEqual(
      answer.order.lines.map(({ productId, quantity, unitPriceMinor }) => [productId, quantity, unitPriceMinor]),
      [
        ["kettle-large", 1, 4_000],
        ["kettle", 1, 3_000],
      ],
    );
    assert.equal(answer.order.amounts.totalMinor, 7_000);
    assert.deepEqual(
      [await stock("kettle"), await stock("kettle-large")],
      [
        { on_hand: 19, reserved: 0 },
        { on_hand: 1, reserved: 0 },
      ],
    );
    const [due] = await money.dueMovements(10);
    assert.deepEqual([due?.kind, due?.amountMinor, due?.methodId, due?.charges], ["payment", 1_000, "ana-second", []]);
    const told = await orders.status({ orderNumber, identity }, on("call-a"));
    assert.equal(told.status === "found" && told.order.status, "itemsChanged");
    isRefused(await operations.changeItems({ orderNumber, actor: owner, ...swap }, on("call-a")), "wrongState");
    await booksAgree();
  });

  it("takes two wishes at once, and one of them comes true", async () => {
    const orderNumber = await paidOrder("call-a");
    const swap = { productIds: ["kettle"], newProductIds: ["kettle-large"], methodId: "ana-visa" };
    const answers = await Promise.all([
      operations.changeItems({ orderNumber, actor: owner, ...swap }, on("call-a")),
      operations.cancel({ orderNumber, actor: owner, reason }, on("call-a")),
      operations.changeItems({ orderNumber, actor: owner, ...swap }, on("call-a")),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), ["changed", "refused", "refused"]);
    await booksAgree();
  });

  it("is paid with a gift card instead, which pays at once and must hold it", async () => {
    const orderNumber = await paidOrder("call-a");
    await giveGiftCard(database.pool, 5_999);
    const pay = () => operations.changePayment({ orderNumber, actor: owner, methodId: "gift" }, on("call-a"));
    isRefused(await pay(), "giftCardTooLow");
    await takeGiftCards(database.pool);
    await giveGiftCard(database.pool, 6_500);
    assert.equal((await pay()).status, "changed");
    assert.deepEqual(await rowsOf("SELECT balance_minor FROM payment_methods"), [{ balance_minor: 500 }]);
    assert.deepEqual(await rowsOf("SELECT kind, method_id, settlement FROM order_movements ORDER BY position"), [
      { kind: "payment", method_id: "gift", settlement: "settled" },
      { kind: "refund", method_id: "ana-visa", settlement: "due" },
    ]);
    await booksAgree();
  });

  it("goes elsewhere where the tax stays as it is", async () => {
    const orderNumber = await paidOrder("call-a");
    const address = {
      line1: "9 New Street",
      line2: "",
      city: "Salem",
      state: "OR",
      postalCode: "97301",
      country: "USA",
    };
    const send = (to: typeof address) =>
      operations.changeAddress({ orderNumber, actor: owner, address: to }, on("call-a"));
    isRefused(await send({ ...address, state: "NY" }), "taxWouldChange");
    isRefused(await send({ ...address, line1: " " }), "invalidArguments");
    const answer = await send(address);
    assert.deepEqual(answer.status === "changed" && answer.order.shipTo, address);
  });

  it("is packed, shipped, delivered, returned: what comes back is refunded and sold again, in that order alone", async () => {
    const orderNumber = await paidOrder("call-a");
    const report = (operation: "pack" | "ship" | "deliver") =>
      operations.reportFulfilment({ orderNumber, actor: staff, operation }, on("warehouse"));
    isRefused(await report("deliver"), "wrongState");
    for (const operation of ["pack", "ship", "deliver"] as const)
      assert.equal((await report(operation)).status, "changed");
    const ask = { orderNumber, actor: owner, productIds: ["kettle"], methodId: "ana-visa" };
    isRefused(await operations.requestReturn({ ...ask, methodId: "ana-second" }, on("call-a")), "refundElsewhere");
    assert.equal((await operations.requestReturn(ask, on("call-a"))).status, "changed");
    const back = await operations.reportFulfilment(
      { orderNumber, actor: staff, operation: "receiveReturn", damagedProductIds: [] },
      on("warehouse"),
    );
    assert.equal(back.status === "changed" && back.order.state, "returned");
    assert.deepEqual(await stock("kettle"), { on_hand: 19, reserved: 0 });
    const [due] = await money.dueMovements(10);
    assert.deepEqual([due?.kind, due?.amountMinor], ["refund", 3_000]);
    assert.deepEqual(
      (await rowsOf("SELECT operation, from_status, to_status FROM order_operations ORDER BY revision")).map((row) =>
        Object.values(row).join(" "),
      ),
      [
        "pack paid packed",
        "ship packed shipped",
        "deliver shipped delivered",
        "requestReturn delivered returnRequested",
        "receiveReturn returnRequested returned",
      ],
    );
    await booksAgree();
  });

  it("is exchanged: the new piece is put aside at once and leaves when the old one is back", async () => {
    const orderNumber = await paidOrder("call-a");
    await database.pool.query("UPDATE orders SET status = 'delivered' WHERE number = $1", [orderNumber]);
    const ask = {
      orderNumber,
      actor: owner,
      productIds: ["kettle", "kettle"],
      newProductIds: ["kettle-large", "kettle-large"],
    };
    assert.equal((await operations.requestExchange({ ...ask, methodId: "ana-visa" }, on("call-a"))).status, "changed");
    assert.deepEqual(await stock("kettle-large"), { on_hand: 2, reserved: 2 });
    await booksAgree();
    const other = await operations.product({ productId: "kettle-large" }, on("call-b"));
    assert.equal(other.status === "found" && other.product.isAvailable, false);
    const done = { orderNumber, actor: staff, operation: "completeExchange" } as const;
    assert.equal((await operations.reportFulfilment(done, on("warehouse"))).status, "changed");
    assert.deepEqual(
      [await stock("kettle"), await stock("kettle-large")],
      [
        { on_hand: 20, reserved: 0 },
        { on_hand: 0, reserved: 0 },
      ],
    );
    assert.deepEqual(
      (await money.dueMovements(10)).map(({ kind, amountMinor }) => [kind, amountMinor]),
      [["payment", 2_000]],
    );
    await booksAgree();
  });
});

describe("a yes", () => {
  it("is wanted for exactly what is done, and is void when something was done meanwhile", async () => {
    const orderNumber = await paidOrder("call-a");
    const change = (
      confirmation: string | null,
      newProductId = "kettle-large",
      actor: Actor = { ...owner, confirmation },
    ) =>
      unconfirmed.changeItems(
        { orderNumber, actor, productIds: ["kettle"], newProductIds: [newProductId], methodId: "ana-visa" },
        on("call-a"),
      );
    isRefused(await change(null, "clock"), "otherType");
    const asked = await change(null);
    assert.ok(asked.status === "refused" && asked.reason === "notConfirmed" && asked.readBack !== null);
    const { confirmation, ...told } = asked.readBack;
    const movements = [{ kind: "payment", amountMinor: 1_000, methodId: "ana-visa" }];
    assert.deepEqual(told, { movements, request: null, totalMinor: 7_000 });
    assert.deepEqual(await stock("kettle-large"), { on_hand: 2, reserved: 0 }, "nothing was done");
    await database.pool.query("UPDATE products SET price_minor = 4100 WHERE id = 'kettle-large'");
    const anew = await change(confirmation);
    assert.ok(anew.status === "refused" && anew.readBack !== null && anew.readBack.totalMinor === 7_100);
    assert.equal((await change(anew.readBack.confirmation)).status, "changed");
  });
});

describe("a shop of another kind", () => {
  it("has its own rules, which come with the shop's file and hold at once", async () => {
    const orderNumber = await paidOrder("call-a");
    const orderRules = {
      ...standardOrderRules,
      transitions: standardOrderRules.transitions.filter(({ operation }) => operation !== "changeItems"),
      cancel: { reasons: ["the weather"] },
    };
    await loadShop(database.pool, letterEmbeddings, {
      ...smallShop,
      rules: { ...(smallShop.rules as object), orderRules },
    });
    isRefused(await operations.cancel({ orderNumber, actor: owner, reason }, on("call-a")), "reasonNotAccepted");
    const swap = { productIds: ["kettle"], newProductIds: ["kettle-large"], methodId: "ana-visa" };
    isRefused(await operations.changeItems({ orderNumber, actor: owner, ...swap }, on("call-a")), "notAllowed");
    assert.equal(
      (await operations.cancel({ orderNumber, actor: owner, reason: "the weather" }, on("call-a"))).status,
      "changed",
    );
  });

  it("cannot be loaded with rules that make no sense", async () => {
    const rules = { ...(smallShop.rules as object), orderRules: { ...standardOrderRules, transitions: [] } };
    await assert.rejects(loadShop(database.pool, letterEmbeddings, { ...smallShop, rules }), { code: "INVALID_INPUT" });
  });
});

describe("look-ups and customers", () => {
  it("finds customers by name and postal code or e-mail, however they are written, and no others", async () => {
    await database.pool.query(
      "UPDATE customers SET email = 'Zoë.Ünal@example.com', first_name = 'Zoë', full_name = 'Zoë D’Ünal' WHERE id = 'ana'",
    );
    const byName = (firstName: string, lastName: string, postalCode = "00000") =>
      operations.findCustomersByName({ firstName, lastName, postalCode }, on("call-a"));
    const found = await byName("ZOE", "d’unal");
    assert.deepEqual(found.status === "found" && found.customerIds, ["ana"]);
    isRefused(await byName("Zoe D’Unal", ""), "notFound");
    isRefused(await byName("Zoe", "D’Unal", "00001"), "notFound");
    isRefused(await byName("%", "%"), "notFound");
    const mail = await operations.findCustomersByEmail({ email: "zoe.unal@EXAMPLE.com" }, on("call-a"));
    assert.deepEqual(mail.status === "found" && mail.customerIds, ["ana"]);
  });

  it("tells types with their variants, products and sums", async () => {
    const types = await operations.productTypes({}, on("call-a"));
    assert.deepEqual(types.status === "found" && types.types.map(({ name }) => name), ["Clock", "Kettle"]);
    const type = await operations.productType({ typeId: "kettles" }, on("call-a"));
    assert.deepEqual(type.status === "found" && type.type.variants.map(({ productId }) => productId), [
      "kettle",
      "kettle-large",
    ]);
  });

  it("changes the customer's default address once, and notes a transfer", async () => {
    await prove("call-a");
    const address = {
      line1: "1 Elm",
      line2: "Floor 3",
      city: "Bend",
      state: "OR",
      postalCode: "97701",
      country: "USA",
    };
    const change = await operations.changeCustomerAddress({ customerId: "ana", address, actor: owner }, on("call-a"));
    assert.deepEqual(change.status === "changed" && change.customer.address, address);
    isRefused(
      await operations.changeCustomerAddress({ customerId: "nobody", address, actor: staff }, on("x")),
      "notFound",
    );
    const context = on("call-a");
    for (const _ of [1, 2])
      assert.equal(
        (await unconfirmed.transferToPerson({ summary: "a broken kettle", customerId: null }, context)).status,
        "noted",
      );
    assert.deepEqual(await rowsOf("SELECT summary FROM service_transfers WHERE effect_id = $1", [context.effectId]), [
      { summary: "a broken kettle" },
    ]);
  });

  it("refuses what nobody means: long texts, SQL, bytes that are no text", async () => {
    const orderNumber = await paidOrder("call-a");
    for (const odd of ["x".repeat(10_240), "'; DROP TABLE orders; --", "{{7*7}}", "nul\u0000byte", ""]) {
      const swap = { productIds: [odd], newProductIds: [odd], methodId: odd };
      const answers = [
        await operations.cancel({ orderNumber, actor: owner, reason: odd }, on("call-a")),
        await operations.cancel({ orderNumber: odd, actor: owner, reason }, on("call-a")),
        await operations.changeItems({ orderNumber, actor: owner, ...swap }, on("call-a")),
        await operations.changePayment({ orderNumber, actor: owner, methodId: odd }, on("call-a")),
        await operations.findCustomersByEmail({ email: odd }, on("call-a")),
        await operations.orderDetails({ orderNumber: odd, actor: owner }, on("call-a")),
        await operations.customerDetails({ customerId: odd, actor: owner }, on("call-a")),
        await operations.product({ productId: odd }, on("call-a")),
        await operations.productType({ typeId: odd }, on("call-a")),
        await operations.calculate({ expression: odd }, on("call-a")),
      ];
      for (const answer of answers)
        assert.ok(answer.status === "refused" && answer.sentence.length > 10, JSON.stringify(answer));
    }
    await booksAgree();
  });
});
