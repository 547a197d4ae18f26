import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  decideCancel,
  decideChangeAddress,
  decideChangeItems,
  decideChangePayment,
  decideExchange,
  decideReturn,
  nextState,
} from "./decide.ts";
import { decideCompleteExchange, decideProgress, decideReceiveReturn } from "./decide-fulfilment.ts";
import type { Decision, Movement, OrderChange, OrderFacts } from "./order-facts.ts";
import { type OrderRules, orderOperations, orderStates, standardOrderRules as standard } from "./order-rules.ts";
import { around, line, mugBlue, mugRed, order, product, rugLarge, rugSmall } from "./testing/sample-order.ts";

const changeOf = (decision: Decision): OrderChange => {
  assert.ok(decision.status === "allowed", JSON.stringify(decision));
  return decision.change;
};
const refused = (reason: string) => ({ status: "refused", reason });
const withRules = (more: Partial<OrderRules>): OrderRules => ({ ...standard, ...more });
const cancel = (of: OrderFacts, reason = "no longer needed") => decideCancel(of, around(), standard, reason);
const swap = (productIds: string[], newProductIds: string[], methodId = "card") => ({
  productIds,
  newProductIds,
  methodId,
});

describe("the table of transitions", () => {
  it("opens to a customer exactly what the standard rules name", () => {
    const open = orderStates.flatMap((state) =>
      orderOperations.flatMap((operation) => {
        const next = nextState(operation, state, "owner", standard);
        return next.status === "open" ? [`${state} ${operation} ${next.state}`] : [];
      }),
    );
    assert.deepEqual(open, [
      "backordered cancel cancelled",
      "backordered changeAddress backordered",
      "paid cancel cancelled",
      "paid changeItems itemsChanged",
      "paid changeAddress paid",
      "paid changePayment paid",
      "itemsChanged changeAddress itemsChanged",
      "itemsChanged changePayment itemsChanged",
      "delivered requestReturn returnRequested",
      "delivered requestExchange exchangeRequested",
    ]);
  });

  it("tells what is not possible now from what is not for this person", () => {
    assert.deepEqual(nextState("cancel", "shipped", "owner", standard), refused("wrongState"));
    assert.deepEqual(nextState("pack", "paid", "owner", standard), refused("notAllowed"));
    assert.equal(nextState("pack", "paid", "staff", standard).status, "open");
    const noReturns = withRules({
      transitions: standard.transitions.filter(({ operation }) => operation !== "requestReturn"),
    });
    assert.deepEqual(nextState("requestReturn", "delivered", "owner", noReturns), refused("notAllowed"));
  });
});

describe("cancelling", () => {
  it("given a paid order, everything goes back: the money where it came from, the pieces to the shelf", () => {
    const change = changeOf(cancel(order()));
    assert.equal(change.state, "cancelled");
    assert.equal(change.cancelReason, "no longer needed");
    assert.deepEqual(change.movements, [{ kind: "refund", amountMinor: 9_960, methodId: "card" }]);
    assert.deepEqual(change.stock, [
      { productId: "mug-red", onHandDelta: 2, reservedDelta: 0 },
      { productId: "rug-small", onHandDelta: 1, reservedDelta: 0 },
    ]);
  });

  it("given an order that was paid anew, what was refunded before is not refunded again", () => {
    const movements: Movement[] = [
      { kind: "payment", amountMinor: 9_960, methodId: "card" },
      { kind: "payment", amountMinor: 9_960, methodId: "wallet" },
      { kind: "refund", amountMinor: 9_960, methodId: "card" },
    ];
    assert.deepEqual(changeOf(cancel(order({ movements }))).movements, [
      { kind: "refund", amountMinor: 9_960, methodId: "wallet" },
    ]);
  });

  it("is refused for another reason than the shop takes, and taken for any where the shop takes any", () => {
    assert.deepEqual(cancel(order(), "because"), refused("reasonNotAccepted"));
    assert.deepEqual(cancel(order(), ""), refused("reasonNotAccepted"));
    const any = withRules({ cancel: { reasons: null } });
    assert.equal(decideCancel(order(), around(), any, "because").status, "allowed");
  });

  it("given an order that waits for its goods, moves neither money nor pieces: none have moved", () => {
    const waiting = changeOf(cancel(order({ state: "backordered", movements: [] })));
    assert.deepEqual([waiting.state, waiting.movements, waiting.stock], ["cancelled", [], []]);
  });

  it("is refused for every state but that of an order that is paid or waits for its goods, and without the method that would get the money", () => {
    for (const state of orderStates.filter((each) => each !== "paid" && each !== "backordered"))
      assert.deepEqual(cancel(order({ state })), refused("wrongState"), state);
    assert.deepEqual(
      decideCancel(order(), around({ methods: [] }), standard, "no longer needed"),
      refused("methodUnknown"),
    );
  });
});

describe("changing items", () => {
  const change = (given: ReturnType<typeof swap>, of = order()) => decideChangeItems(of, around(), standard, given);

  it("given one of two mugs, the line is split, the difference with its tax is paid, the pieces change places", () => {
    const changed = changeOf(change(swap(["mug-red"], ["mug-blue"])));
    assert.equal(changed.state, "itemsChanged");
    assert.deepEqual(changed.lines, [line(mugBlue), line(mugRed), line(rugSmall)]);
    // 2.50 more and 0.25 tax.
    assert.deepEqual(changed.movements, [{ kind: "payment", amountMinor: 275, methodId: "card" }]);
    assert.deepEqual(changed.amounts, {
      subtotalMinor: 9_250,
      discountMinor: 400,
      taxMinor: 885,
      shippingMinor: 500,
      totalMinor: 10_235,
    });
    assert.deepEqual(changed.stock, [
      { productId: "mug-red", onHandDelta: 1, reservedDelta: 0 },
      { productId: "mug-blue", onHandDelta: -1, reservedDelta: 0 },
    ]);
  });

  it("given cheaper items, the difference is refunded; given the same price, a refund of nothing is noted", () => {
    const dear = order({
      lines: [line(mugRed, 2), line(rugLarge)],
      amounts: { ...order().amounts, subtotalMinor: 14_000, taxMinor: 1_360, totalMinor: 15_460 },
    });
    const [movement] = changeOf(change(swap(["rug-large"], ["rug-small"]), dear)).movements;
    assert.deepEqual(movement, { kind: "refund", amountMinor: 5_500, methodId: "card" });
    const twin = product("mug-green", mugRed.priceMinor);
    const at = around({ products: new Map([[twin.productId, twin]]) });
    const even = changeOf(decideChangeItems(order(), at, standard, swap(["mug-red"], ["mug-green"])));
    assert.deepEqual(even.movements, [{ kind: "refund", amountMinor: 0, methodId: "card" }]);
  });

  it("given both mugs, each becomes what was asked for it", () => {
    const mugGreen = product("mug-green", 900);
    const at = around({ products: new Map([mugBlue, mugGreen].map((each) => [each.productId, each])) });
    const given = swap(["mug-red", "mug-red"], ["mug-green", "mug-blue"]);
    const changed = changeOf(decideChangeItems(order(), at, standard, given));
    assert.deepEqual(changed.lines, [line(mugGreen), line(mugBlue), line(rugSmall)]);
  });

  it("is refused for what the order has not, for other kinds, and for what cannot be had", () => {
    assert.deepEqual(
      change(swap(["mug-red", "mug-red", "mug-red"], ["mug-blue", "mug-blue", "mug-blue"])),
      refused("itemNotInOrder"),
    );
    assert.deepEqual(change(swap(["mug-blue"], ["mug-red"])), refused("itemNotInOrder"));
    assert.deepEqual(change(swap(["mug-red"], ["rug-large"])), refused("otherType"));
    assert.deepEqual(change(swap(["mug-red"], ["mug-gold"])), refused("unavailable"));
    assert.deepEqual(change(swap(["mug-red"], ["no-such-thing"])), refused("unavailable"));
    assert.deepEqual(change(swap(["mug-red"], ["mug-red"])), refused("sameItem"));
    assert.deepEqual(change(swap(["mug-red", "rug-small"], ["mug-blue"])), refused("countsDiffer"));
    assert.deepEqual(change(swap([], [])), refused("nothingToDo"));
  });

  it("is refused when there is one piece for two wishes", () => {
    const last = product("mug-last", 1_000, { availablePieces: 1 });
    const at = around({ products: new Map([[last.productId, last]]) });
    const given = swap(["mug-red", "mug-red"], ["mug-last", "mug-last"]);
    assert.deepEqual(decideChangeItems(order(), at, standard, given), refused("unavailable"));
  });

  it("given a gift card, it must hold the difference", () => {
    assert.deepEqual(change(swap(["rug-small"], ["rug-large"], "gift")), refused("giftCardTooLow"));
    assert.equal(change(swap(["mug-red"], ["mug-blue"], "gift")).status, "allowed");
    assert.deepEqual(change(swap(["mug-red"], ["mug-blue"], "nobody's")), refused("methodUnknown"));
  });

  it("is possible once by the standard rules, and again where the shop says so", () => {
    const once = order({ state: "itemsChanged" });
    assert.deepEqual(change(swap(["mug-red"], ["mug-blue"]), once), refused("wrongState"));
    const often = withRules({
      transitions: [
        ...standard.transitions,
        { operation: "changeItems", from: ["itemsChanged"], to: "itemsChanged", by: ["owner"] },
      ],
    });
    assert.equal(decideChangeItems(once, around(), often, swap(["mug-red"], ["mug-blue"])).status, "allowed");
  });
});

describe("changing the payment", () => {
  const pay = (methodId: string, of = order()) => decideChangePayment(of, around(), standard, methodId);

  it("given another method, it pays what the first one gets back", () => {
    assert.deepEqual(changeOf(pay("wallet")).movements, [
      { kind: "payment", amountMinor: 9_960, methodId: "wallet" },
      { kind: "refund", amountMinor: 9_960, methodId: "card" },
    ]);
  });

  it("is refused with the same method, one that is not there, one that does not hold enough, and a second time", () => {
    assert.deepEqual(pay("card"), refused("sameMethod"));
    assert.deepEqual(pay("nobody's"), refused("methodUnknown"));
    assert.deepEqual(pay("gift"), refused("giftCardTooLow"));
    const { movements } = changeOf(pay("wallet"));
    assert.deepEqual(pay("card", order({ movements: [...order().movements, ...movements] })), refused("movedAlready"));
    assert.deepEqual(pay("wallet", order({ state: "packed" })), refused("wrongState"));
  });
});

describe("changing the address", () => {
  it("is refused where another tax would have to be paid", () => {
    const tax = around().tax;
    assert.equal(decideChangeAddress(order(), around(), standard, tax).status, "allowed");
    assert.deepEqual(
      decideChangeAddress(order(), around(), standard, { ...tax, basisPoints: 0 }),
      refused("taxWouldChange"),
    );
    assert.deepEqual(decideChangeAddress(order({ state: "shipped" }), around(), standard, tax), refused("wrongState"));
  });
});

describe("returning", () => {
  const delivered = order({ state: "delivered", deliveredAtMs: Date.parse("2026-11-01T12:00:00Z") });
  const give = (productIds: string[], methodId: string, rules = standard) =>
    decideReturn(delivered, around(), rules, { productIds, methodId });

  it("given a delivered order, nothing moves yet", () => {
    const change = changeOf(give(["mug-red"], "gift"));
    assert.equal(change.state, "returnRequested");
    assert.deepEqual(change.request, { kind: "return", productIds: ["mug-red"], methodId: "gift" });
    assert.deepEqual([change.movements, change.stock], [[], []]);
  });

  it("refunds to the original method or a gift card alone, or to any where the shop says so", () => {
    assert.equal(give(["mug-red"], "card").status, "allowed");
    assert.deepEqual(give(["mug-red"], "wallet"), refused("refundElsewhere"));
    assert.equal(
      give(["mug-red"], "wallet", withRules({ requestReturn: { refundTo: ["any"], withinDays: null } })).status,
      "allowed",
    );
    assert.deepEqual(
      give(["mug-red"], "gift", withRules({ requestReturn: { refundTo: ["original"], withinDays: null } })),
      refused("refundElsewhere"),
    );
  });

  it("is refused for what the order has not, and after the shop's days", () => {
    assert.deepEqual(give(["mug-red", "mug-red", "mug-red"], "card"), refused("itemNotInOrder"));
    assert.deepEqual(give([], "card"), refused("nothingToDo"));
    const days = (withinDays: number) => withRules({ requestReturn: { refundTo: ["original"], withinDays } });
    assert.equal(give(["mug-red"], "card", days(22)).status, "allowed");
    assert.deepEqual(give(["mug-red"], "card", days(21)), refused("tooLate"));
  });

  it("given the pieces back, their price less their share of the discount is refunded with its tax; damaged ones stay off the shelf", () => {
    const request = { kind: "return", productIds: ["mug-red", "rug-small"], methodId: "card" } as const;
    const asked = order({ state: "returnRequested", request });
    assert.deepEqual(
      decideReceiveReturn(asked, around(), standard, []),
      refused("notAllowed"),
      "the customer cannot say so",
    );
    const change = changeOf(decideReceiveReturn(asked, around({ actor: "staff" }), standard, ["rug-small"]));
    // 80.00 less 3.56 of the 4.00 discount, and the tax falls from 8.60 to 0.96.
    assert.deepEqual(change.movements, [{ kind: "refund", amountMinor: 8_000 - 356 + 860 - 96, methodId: "card" }]);
    assert.deepEqual(change.stock, [{ productId: "mug-red", onHandDelta: 1, reservedDelta: 0 }]);
    assert.equal(change.state, "returned");
  });
});

describe("exchanging", () => {
  const delivered = order({ state: "delivered" });
  const exchange = (given: ReturnType<typeof swap>) => decideExchange(delivered, around(), standard, given);

  it("given a delivered order, the difference is known and the new piece is put aside", () => {
    const change = changeOf(exchange(swap(["rug-small"], ["rug-large"])));
    assert.equal(change.state, "exchangeRequested");
    assert.deepEqual(change.request, {
      kind: "exchange",
      productIds: ["rug-small"],
      newProductIds: ["rug-large"],
      newUnitPricesMinor: [12_000],
      methodId: "card",
      differenceMinor: 5_500,
    });
    assert.deepEqual(change.stock, [{ productId: "rug-large", onHandDelta: 0, reservedDelta: 1 }]);
    assert.deepEqual(change.movements, []);
  });

  it("takes the same item for a faulty one, but not what cannot be paid or had", () => {
    assert.equal(exchange(swap(["mug-red"], ["mug-red"])).status, "allowed");
    assert.deepEqual(exchange(swap(["rug-small"], ["rug-large"], "gift")), refused("giftCardTooLow"));
    assert.deepEqual(exchange(swap(["mug-red"], ["mug-gold"])), refused("unavailable"));
  });

  it("given both done, the agreed difference moves, whatever the catalogue says by then", () => {
    const { request } = changeOf(exchange(swap(["rug-small"], ["rug-large"])));
    const dearer = { ...rugLarge, priceMinor: 99_000 };
    const at = around({ actor: "staff", products: new Map([...around().products, [dearer.productId, dearer]]) });
    const change = changeOf(decideCompleteExchange(order({ state: "exchangeRequested", request }), at, standard));
    assert.deepEqual(change.movements, [{ kind: "payment", amountMinor: 5_500, methodId: "card" }]);
    assert.deepEqual(change.lines, [line(mugRed, 2), line(rugLarge)]);
    assert.deepEqual(change.amounts, {
      ...order().amounts,
      subtotalMinor: 14_000,
      taxMinor: 1_360,
      totalMinor: 15_460,
    });
    assert.deepEqual(change.stock, [
      { productId: "rug-small", onHandDelta: 1, reservedDelta: 0 },
      { productId: "rug-large", onHandDelta: -1, reservedDelta: -1 },
    ]);
  });
});

describe("the warehouse", () => {
  it("packs, ships and delivers in this order", () => {
    const staff = around({ actor: "staff" });
    const states = [order().state];
    for (const operation of ["pack", "ship", "deliver"] as const) {
      const now = order({ state: states.at(-1) ?? "paid" });
      states.push(changeOf(decideProgress(now, staff, standard, operation)).state);
    }
    assert.deepEqual(states, ["paid", "packed", "shipped", "delivered"]);
    assert.deepEqual(decideProgress(order(), staff, standard, "ship"), refused("wrongState"));
  });
});
