/** The core with the database's real adapters, and a payment provider that does as it is told. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createPostgresCatalogue } from "../../connectors/catalogue/postgres.ts";
import { createPostgresCustomers } from "../../connectors/customers/postgres.ts";
import { withSealedDigits } from "../../connectors/customers/sealed-tries.ts";
import { createPostgresDueMoney } from "../../connectors/orders/operations/due-money.ts";
import { createPostgresOrderOperations } from "../../connectors/orders/operations/postgres.ts";
import { createPostgresOrders } from "../../connectors/orders/postgres.ts";
import type { ChargeOutcome, ChargeSavedCard, Payments, ProviderCharge } from "../../connectors/payments/port.ts";
import { letterEmbeddings, resetSmallShop } from "../../connectors/postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import { stamped } from "../../runtime/testing/record.ts";
import {
  noToolArguments,
  type ToolArguments,
  type ToolCalled,
  type ToolFailed,
  type ToolRefused,
  type ToolSucceeded,
} from "../../schemas/generated/records.ts";
import { type Config, type State, step } from "./core.ts";
import { createOrderMoney } from "./order-money.ts";
import type { ActEffect, ActPorts, PortAnswer } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { assessedCall } from "./testing/assessed-call.ts";
import { proofKey, sealed } from "./testing/tool-call.ts";

const callSid = "CA00000000000000000000000000000001";
const config: Config = {
  maxQuantity: 20,
  maxPriceMinor: 10_000_000,
  callerAttempts: 2,
  settleAttempts: 2,
  retryDelayMs: 10,
  riskPatienceMs: 2_500,
  paymentLinkMs: 600_000,
  paymentPollMs: 2_000,
};
type Result = ToolSucceeded | ToolRefused | ToolFailed;

/** Keeps charges by key, as the real one does, and answers as scripted for each payment method. */
function scriptedPayments() {
  const charges = new Map<string, ProviderCharge>();
  const script = new Map<string, (input: ChargeSavedCard) => ChargeOutcome>();
  const take = (input: ChargeSavedCard, effectId: string): ProviderCharge => {
    const known = charges.get(effectId);
    if (known !== undefined) return known;
    const { orderId, amountMinor, currency } = input;
    const charge = {
      paymentRef: `pi_${charges.size + 1}`,
      orderId,
      amountMinor,
      refundedMinor: 0,
      currency,
      status: "succeeded",
    };
    charges.set(effectId, charge);
    return charge;
  };
  const port: Payments = {
    async chargeSavedCard(input, { effectId }) {
      const scripted = script.get(input.paymentMethodRef)?.(input);
      if (scripted !== undefined && scripted.status !== "unknown") return scripted;
      const { paymentRef } = take(input, effectId);
      return scripted ?? { status: "succeeded", paymentRef, vendorWaitMs: 5 };
    },
    async refund({ paymentRef, amountMinor }) {
      for (const [key, charge] of charges)
        if (charge.paymentRef === paymentRef) charges.set(key, { ...charge, refundedMinor: amountMinor });
      return { refundRef: `re_${paymentRef}` };
    },
    async findCharges({ orderId }) {
      return { charges: [...charges.values()].filter((charge) => charge.orderId === orderId) };
    },
  };
  return { port, charges, script };
}

/** Of a line that sends no messages. */
const noApproval: ActPorts["payerApproval"] = {
  askPayer: async () => ({ status: "unreachable", validForMs: 0, storeWaitMs: 0, vendorWaitMs: 0 }),
  awaited: async () => ({ status: "over", storeWaitMs: 0 }),
  sendAgain: async () => ({ status: "unreachable", storeWaitMs: 0, vendorWaitMs: 0 }),
};

const unheld = async () => assert.fail("nothing of this shop is ordered before it is there");
const noHolds: ActPorts["holds"] = { hold: unheld, capture: unheld, letGo: unheld };

/** Of a line on which no card is keyed in. */
const noCardEntry: ActPorts["cardEntry"] = {
  addCard: async () => ({ status: "refused", reason: "notFound", storeWaitMs: 0, vendorWaitMs: 0 }),
};

let database: TestDatabase;
let nowMs = Date.parse("2026-11-23T12:00:00Z");
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(() => resetSmallShop(database.pool));

function line(payments: Payments) {
  const { pool } = database;
  const clock = () => nowMs;
  const orders = createPostgresOrders({ pool, quoteValidMs: 600_000, clock });
  const ports: ActPorts = {
    catalogue: createPostgresCatalogue({ pool, embeddings: letterEmbeddings }),
    orders,
    orderOperations: createPostgresOrderOperations({ pool, clock }),
    orderMoney: createOrderMoney({ dueMoney: createPostgresDueMoney({ pool, clock }), payments }, clock),
    customers: withSealedDigits(createPostgresCustomers({ pool, clock }), proofKey),
    payments,
    holds: noHolds,
    payerApproval: noApproval,
    cardEntry: noCardEntry,
    operators: { noteUnassessed: async () => assert.fail("every call of this line is assessed") },
  };
  let state: State | null = null;

  async function performed(effect: ActEffect, times = 1): Promise<PortAnswer> {
    const key = effect.key ?? "";
    const context = contextOf(callSid, `act/${callSid}/${key}`);
    const method = (ports as Record<string, Record<string, (input: unknown, context: unknown) => Promise<unknown>>>)[
      effect.port
    ]?.[effect.call];
    assert.ok(method);
    let result: unknown;
    // A worker that dies after the effect and before it is noted performs it again.
    for (let time = 0; time < times; time += 1) result = await method(effect.input, context);
    return {
      from: "port",
      port: effect.port,
      call: effect.call,
      effectId: context.effectId,
      outcome: "result",
      result,
    } as PortAnswer;
  }

  async function call(
    tool: ToolCalled["tool"],
    intent: ToolCalled["intent"],
    given: Partial<ToolArguments>,
    options: { isConfirmed?: boolean; times?: number; until?: string } = {},
  ): Promise<Result> {
    const record = stamped("ToolCalled", {
      tool,
      intent,
      arguments: { ...noToolArguments, ...given },
      isConfirmed: options.isConfirmed ?? false,
      turn: 3,
    });
    let outcome = assessedCall(state, record, nowMs, config);
    for (;;) {
      state = outcome.state;
      const emitted = outcome.emit?.[0];
      if (emitted !== undefined) return emitted.record as Result;
      const effect = outcome.effects?.[0];
      assert.ok(effect, "a tool call gives a result or an effect");
      const answer = await performed(effect, options.times ?? 1);
      if (effect.call === options.until) throw new Error("died");
      outcome = step(state, answer, nowMs, config);
    }
  }

  const ask = {
    call,
    orders,
    settled: { orders, payments, holds: noHolds },
    prove: () => call("verifyIdentity", "provideDigits", { digits: sealed("4071"), callerNumber: "+12025550101" }),
    quote: (quantity = 1, productId = "kettle") => call("quoteOrder", "orderProduct", { productId, quantity }),
    place: (quoted: Result, cardId = "ana-visa", options: { times?: number; until?: string } = {}) => {
      assert.equal(quoted.type, "ToolSucceeded");
      const quote = quoted.type === "ToolSucceeded" ? quoted.quote : null;
      assert.ok(quote);
      const { quoteId, quoteHash } = quote;
      return call("placeOrder", "confirm", { quoteId, quoteHash, cardId }, { isConfirmed: true, ...options });
    },
  };
  return ask;
}

async function rows(sql: string): Promise<unknown[]> {
  return (await database.pool.query(sql)).rows;
}

test("a caller searches, proves who they are, orders, pays, and asks for the order", async () => {
  const { port, charges } = scriptedPayments();
  const caller = line(port);
  const found = await caller.call("searchProducts", "searchProducts", { query: "steel kettle", priceMaxMinor: 4_000 });
  assert.equal(found.type, "ToolSucceeded");
  assert.deepEqual(
    found.type === "ToolSucceeded" && found.products.map(({ productId, isMatch }) => ({ productId, isMatch })),
    [{ productId: "kettle", isMatch: true }],
  );
  const proven = await caller.prove();
  assert.equal(proven.type === "ToolSucceeded" && proven.customerName, "Ana");
  const quoted = await caller.quote(2);
  assert.ok(quoted.type === "ToolSucceeded" && quoted.quote !== null);
  // 2 × 30.00, no tax in Oregon, shipping free from 50.00 on.
  assert.equal(quoted.quote.totalMinor, 6_000);
  assert.deepEqual(quoted.cards, [
    { cardId: "ana-visa", brand: "visa", last4: "4242", isDefault: true },
    { cardId: "ana-second", brand: "visa", last4: "5555", isDefault: false },
  ]);
  const placed = await caller.place(quoted);
  assert.ok(placed.type === "ToolSucceeded" && placed.order !== null);
  assert.deepEqual(placed.order, {
    orderNumber: placed.order.orderNumber,
    status: "paid",
    lines: [
      { productId: "kettle", spokenName: "steel kettle", quantity: 2, unitPriceMinor: 3_000, backorderDays: null },
    ],
    totalMinor: 6_000,
    currency: "USD",
    placedAt: nowMs,
    paidWithLast4: "4242",
    options: [],
  });
  assert.equal(placed.vendorWaitMs, 5);
  assert.ok(placed.storeWaitMs > 0);
  const status = await caller.call("checkOrderStatus", "checkOrderStatus", {});
  assert.deepEqual(status.type === "ToolSucceeded" && status.order, placed.order);
  assert.deepEqual(
    [...charges.values()],
    [
      {
        paymentRef: "pi_1",
        orderId: placed.order.orderNumber,
        amountMinor: 6_000,
        refundedMinor: 0,
        currency: "usd",
        status: "succeeded",
      },
    ],
  );
  assert.deepEqual(await rows("SELECT on_hand, reserved FROM products WHERE id = 'kettle'"), [
    { on_hand: 18, reserved: 0 },
  ]);
  assert.deepEqual(await rows("SELECT account, amount_minor FROM ledger_entries ORDER BY account"), [
    { account: "cash", amount_minor: 6_000 },
    { account: "sales", amount_minor: -6_000 },
  ]);
});

test("every step done twice gives one order, one charge and one sale", async () => {
  const { port, charges } = scriptedPayments();
  const caller = line(port);
  await caller.prove();
  const placed = await caller.place(await caller.quote(1), "ana-visa", { times: 2 });
  assert.equal(placed.type, "ToolSucceeded");
  assert.equal(charges.size, 1);
  assert.deepEqual(await rows("SELECT status FROM orders WHERE customer_id = 'ana'"), [{ status: "paid" }]);
  assert.deepEqual(await rows("SELECT on_hand, reserved FROM products WHERE id = 'kettle'"), [
    { on_hand: 19, reserved: 0 },
  ]);
});

test("a declined card charges nothing, and another card then pays the same quote once", async () => {
  const { port, charges, script } = scriptedPayments();
  const declined = {
    status: "declined",
    declineCode: "insufficient_funds",
    paymentRef: null,
    vendorWaitMs: 4,
  } as const;
  script.set("pm_ana-visa", () => declined);
  const caller = line(port);
  await caller.prove();
  const quoted = await caller.quote(1, "clock");
  const refused = await caller.place(quoted);
  assert.ok(refused.type === "ToolRefused");
  assert.equal(refused.reason, "cardDeclined");
  assert.deepEqual(refused.cards, [{ cardId: "ana-second", brand: "visa", last4: "5555", isDefault: false }]);
  assert.equal(refused.vendorWaitMs, 4);
  assert.deepEqual(await rows("SELECT on_hand, reserved FROM products WHERE id = 'clock'"), [
    { on_hand: 1, reserved: 1 },
  ]);
  const placed = await caller.place(quoted, "ana-second");
  assert.ok(placed.type === "ToolSucceeded");
  assert.equal(placed.order?.paidWithLast4, "5555");
  assert.equal(charges.size, 1);
  assert.deepEqual(await rows("SELECT status FROM orders WHERE customer_id = 'ana' ORDER BY number"), [
    { status: "paymentFailed" },
    { status: "paid" },
  ]);
  assert.deepEqual(await rows("SELECT on_hand, reserved FROM products WHERE id = 'clock'"), [
    { on_hand: 0, reserved: 0 },
  ]);
});

test("a charge whose answer is lost is reported as unknown, and reconciliation finds it and completes the order", async () => {
  const { port, script } = scriptedPayments();
  script.set("pm_ana-visa", () => ({ status: "unknown", reason: "timeout", vendorWaitMs: 9 }));
  const caller = line(port);
  await caller.prove();
  const placed = await caller.place(await caller.quote(1));
  assert.ok(placed.type === "ToolFailed");
  assert.equal(placed.isOutcomeUnknown, true);
  assert.deepEqual(await rows("SELECT status FROM payments"), [{ status: "unknown" }]);
  nowMs += 60_000;
  assert.deepEqual(await reconcile(caller.settled, reconcileAt()), {
    paid: 1,
    held: 0,
    released: 0,
    refunded: 0,
    open: 0,
    failed: 0,
  });
  assert.deepEqual(await rows("SELECT status FROM orders WHERE customer_id = 'ana'"), [{ status: "paid" }]);
  assert.deepEqual(await reconcile(caller.settled, reconcileAt()), {
    paid: 0,
    held: 0,
    released: 0,
    refunded: 0,
    open: 0,
    failed: 0,
  });
});

test("an order whose worker died before the charge is given up once no charge can come any more", async () => {
  const { port, charges } = scriptedPayments();
  const caller = line(port);
  await caller.prove();
  const quoted = await caller.quote(1);
  await assert.rejects(caller.place(quoted, "ana-visa", { until: "begin" }));
  nowMs += 60_000;
  assert.equal((await reconcile(caller.settled, reconcileAt())).released, 0, "too early: the worker may come back");
  nowMs += 600_000;
  assert.deepEqual(await reconcile(caller.settled, reconcileAt()), {
    paid: 0,
    held: 0,
    released: 1,
    refunded: 0,
    open: 0,
    failed: 0,
  });
  assert.equal(charges.size, 0);
  assert.deepEqual(await rows("SELECT status FROM orders WHERE customer_id = 'ana'"), [{ status: "paymentFailed" }]);
});

test("money that comes for an order that was given up goes back", async () => {
  const { port, charges } = scriptedPayments();
  const caller = line(port);
  await caller.prove();
  const quoted = await caller.quote(1);
  await assert.rejects(caller.place(quoted, "ana-visa", { until: "chargeSavedCard" }));
  const [order] = (await rows("SELECT number FROM orders WHERE customer_id = 'ana'")) as { number: string }[];
  assert.ok(order);
  // Given up by hand, while the worker is away.
  const release = { orderNumber: order.number, cause: { kind: "notCharged" } } as const;
  await caller.orders.releasePayment(release, contextOf(callSid, "by-hand"));
  assert.deepEqual(
    await caller.orders
      .markPaid({ orderNumber: order.number, paymentRef: "pi_1" }, contextOf(callSid, "late"))
      .then(({ status }) => status),
    "notPayable",
  );
  nowMs += 60_000;
  assert.deepEqual(await reconcile(caller.settled, reconcileAt()), {
    paid: 0,
    held: 0,
    released: 0,
    refunded: 1,
    open: 0,
    failed: 0,
  });
  assert.deepEqual(
    [...charges.values()].map(({ refundedMinor }) => refundedMinor),
    [3_595],
  );
  assert.deepEqual(await rows("SELECT status FROM payments"), [{ status: "refunded" }]);
});

test("a quote made before the caller was known is priced anew for them once they are", async () => {
  const caller = line(scriptedPayments().port);
  const anonymous = await caller.quote(1);
  // 30.00 + 6 % + 5.95
  assert.equal(anonymous.type === "ToolSucceeded" && anonymous.quote?.totalMinor, 3_775);
  const proven = await caller.prove();
  assert.ok(proven.type === "ToolSucceeded" && proven.quote !== null);
  assert.equal(proven.quote.totalMinor, 3_595);
  assert.equal(proven.cards.length, 2);
  const refused = await caller.place(anonymous);
  assert.equal(refused.type === "ToolRefused" && refused.reason, "priceChanged");
  assert.equal((await caller.place(proven)).type, "ToolSucceeded");
});

function reconcileAt() {
  return { now: nowMs, giveUpAfterMs: 300_000, pendingForMs: 30_000, unknownForMs: 30_000, limit: 20 };
}
