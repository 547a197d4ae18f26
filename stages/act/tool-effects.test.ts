import assert from "node:assert/strict";
import { test } from "node:test";
import { assessedCall } from "./testing/assessed-call.ts";
import { config } from "./testing/config.ts";
import { foundry, goodArguments, sealed, toolCalled } from "./testing/tool-call.ts";

type Names = keyof typeof goodArguments;
const names = Object.keys(goodArguments) as Names[];
const identity = (isRequired: boolean, provenSinceMs: number | null = null) => ({ isRequired, provenSinceMs });

test("each tool, asked for rightly, becomes one effect whose key is the tool call's own", () => {
  const actor = { kind: "owner", identity: identity(true), confirmation: null };
  const { label: _, ...street } = foundry;
  const expected: { readonly [T in Names]: readonly [string, string, object] } = {
    searchProducts: [
      "catalogue",
      "search",
      { query: "a kettle", priceMinMinor: null, priceMaxMinor: 4_000, quantity: 2, sort: "priceAscending" },
    ],
    getProductDetails: ["catalogue", "details", { productId: "kettle" }],
    quoteOrder: ["orders", "quote", { lines: [{ productId: "kettle", quantity: 2 }], identity: identity(false) }],
    applyDiscount: ["orders", "applyDiscount", { quoteId: "q-1", discountCode: "WELCOME", identity: identity(false) }],
    cancelQuote: ["orders", "cancelQuote", { quoteId: "q-1", identity: identity(false) }],
    placeOrder: [
      "orders",
      "begin",
      {
        quoteId: "q-1",
        quoteHash: "a".repeat(64),
        cardId: "card-1",
        chargeKey: "call-1/charge",
        identity: identity(true),
      },
    ],
    verifyIdentity: ["customers", "verify", { callerNumber: "+12025550143", sealedDigits: sealed("4071") }],
    sendCode: ["customers", "sendCode", { callerNumber: "+12025550143" }],
    sendLinkAgain: ["payerApproval", "sendAgain", { identity: identity(true) }],
    awaitPayment: ["payerApproval", "awaited", { quoteId: "q-1" }],
    addCard: ["cardEntry", "addCard", { paymentMethodRef: "pm_1", identity: identity(true) }],
    checkOrderStatus: ["orders", "status", { orderNumber: "204817", identity: identity(true) }],
    getOrderDetails: ["orderOperations", "ownOrders", { orderNumber: "204817", actor }],
    cancelOrder: ["orderOperations", "cancel", { orderNumber: "204817", actor, reason: "no longer needed" }],
    returnItems: [
      "orderOperations",
      "requestReturn",
      { orderNumber: "204817", actor, productIds: ["kettle", "kettle"], methodId: "card-1" },
    ],
    exchangeItems: [
      "orderOperations",
      "swapItems",
      { orderNumber: "204817", actor, productIds: ["kettle"], newProductIds: ["kettle-large"], methodId: null },
    ],
    changeOrderAddress: ["orderOperations", "changeAddress", { orderNumber: "204817", actor, address: street }],
    changeOrderPayment: ["orderOperations", "changePayment", { orderNumber: "204817", actor, methodId: "card-2" }],
  };
  for (const name of names) {
    const out = assessedCall(null, toolCalled(name), 1_000, config);
    const [port, call, input] = expected[name];
    assert.equal(out.emit, undefined, name);
    assert.deepEqual(
      out.effects?.map((effect) => [effect.port, effect.call, effect.input]),
      [[port, call, input]],
      name,
    );
    assert.match(out.effects?.[0]?.key ?? "", /^call-1\//, name);
  }
});
