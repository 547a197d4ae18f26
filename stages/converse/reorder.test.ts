import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { order, product, quote, TestCall, visa } from "./test-call.ts";

const line = (number: number, quantity = 1) => {
  const { productId, spokenName, priceMinor } = product(number);
  return { productId, spokenName, quantity, unitPriceMinor: priceMinor, backorderDays: null };
};
const proven = { customerName: "Ada", cards: [visa] };

/** A caller who asked for the same as last time and proved who they are. */
function welcomed(): TestCall {
  const call = new TestCall().greeted();
  call.means("reorder");
  call.press("4071#");
  call.succeed(proven);
  return call;
}

describe("the same as last time", () => {
  it("given a caller who has proven nothing, nothing of the last order is asked for or told", () => {
    const call = new TestCall().greeted();
    call.means("reorder");
    assert.deepEqual([call.dialogue, call.count("checkOrderStatus")], ["authentication", 0]);
    assert.match(call.said, /^To find your last order, I need your PIN\./);
  });

  it("given a proof, the last order's one thing is quoted at today's price and in its number of pieces, and read back", () => {
    const call = welcomed();
    assert.equal(call.said, "Thank you, Ada.");
    assert.equal(call.called("checkOrderStatus")?.arguments.orderNumber, null);
    call.succeed({ order: order({ lines: [line(2, 3)] }) });
    assert.equal(call.called("getProductDetails")?.arguments.productId, "P-2");
    call.succeed({ products: [product(2)] });
    assert.equal(call.said, "Again, three times the skiff earbuds.");
    const asked = call.called("quoteOrder")?.arguments;
    assert.deepEqual([asked?.productId, asked?.quantity], ["P-2", 3]);
    call.succeed({ quote: quote(3, {}, product(2)), cards: [visa] });
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /three times the skiff earbuds/);
    call.hear();
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1, "only a yes orders");
  });

  it("given a number of pieces with the wish, that number is quoted", () => {
    const call = new TestCall().greeted();
    call.means("reorder", { quantity: 2 });
    call.press("4071#");
    call.succeed(proven);
    call.succeed({ order: order({ lines: [line(1, 1)] }) });
    call.succeed({ products: [product(1)] });
    assert.equal(call.called("quoteOrder")?.arguments.quantity, 2);
  });

  it("given an order number, that order is the one", () => {
    const call = new TestCall().greeted();
    call.means("reorder", { orderNumber: "20 48 17" });
    call.press("4071#");
    call.succeed(proven);
    assert.equal(call.called("checkOrderStatus")?.arguments.orderNumber, "204817");
  });

  it("given a caller who proved it before, the last order is looked up at once", () => {
    const call = welcomed();
    call.succeed({ order: order({ lines: [line(2)] }) });
    call.refuse("notFound");
    call.means("reorder");
    assert.equal(call.count("checkOrderStatus"), 2);
  });

  it("given a delivered order that was just told, it can be had again, and it is that one", () => {
    const call = new TestCall().greeted();
    call.means("checkOrderStatus", { orderNumber: "204817" });
    call.press("4071#");
    call.succeed(proven);
    call.succeed({ order: order({ orderNumber: "204817", status: "delivered", lines: [line(2)] }) });
    assert.match(call.said, /say: order it again\. Is there anything else/);
    call.means("reorder");
    assert.equal(call.called("checkOrderStatus")?.arguments.orderNumber, "204817");
    call.succeed({ order: order({ orderNumber: "204817", status: "delivered", lines: [line(2)] }) });
    assert.equal(call.called("getProductDetails")?.arguments.productId, "P-2");
  });

  it("given several things, all of them are quoted at today's prices, in their numbers of pieces", () => {
    const call = welcomed();
    call.succeed({ order: order({ lines: [line(1), line(2, 3)] }) });
    assert.equal(call.said, "Again, the harbor headphones and three times the skiff earbuds.");
    assert.deepEqual(call.called("quoteOrder")?.arguments.lines, [
      { productId: "P-1", quantity: 1 },
      { productId: "P-2", quantity: 3 },
    ]);
    call.succeed({ quote: quote(1, { lines: [line(1), line(2, 3)] }), cards: [visa] });
    assert.match(call.said, /^That is two things\. The harbor headphones at \$10\.99\./);
    assert.equal(call.dialogue, "confirmation");
  });

  it("given a product that is no longer sold, or no order at all, that is told and nothing is quoted", () => {
    const gone = welcomed();
    gone.succeed({ order: order({ lines: [line(2)] }) });
    gone.refuse("notFound");
    assert.match(gone.said, /found nothing like that/);
    const none = welcomed();
    none.refuse("notFound");
    assert.match(none.said, /can't find that order/);
    for (const call of [gone, none]) assert.equal(call.count("quoteOrder"), 0);
  });

  it("given a change of mind, a later question about an order or a product orders nothing", () => {
    const call = welcomed();
    call.means("searchProducts", { query: "lamp" });
    call.succeed({ products: [product(1), product(2)] });
    call.means("askDetails", { ordinal: 1, question: "how heavy is it" });
    call.succeed({ products: [product(1)] });
    assert.equal(call.count("quoteOrder"), 0);
    call.means("checkOrderStatus");
    call.succeed({ order: order({ lines: [line(2)] }) });
    assert.equal(call.dialogue, "followUp");
    assert.equal(call.count("quoteOrder"), 0);
  });
});

describe("who is calling", () => {
  it("given an order number with the wish, it goes along with the PIN; without one, the number alone", () => {
    const named = new TestCall().greeted();
    named.means("checkOrderStatus", { orderNumber: "20 48 17" });
    named.press("4071#");
    const { callerNumber, orderNumber } = named.called("verifyIdentity")?.arguments ?? {};
    assert.deepEqual([named.tried, orderNumber], ["4071", "204817"]);
    assert.notEqual(callerNumber, null);
    const plain = new TestCall().greeted();
    plain.means("checkOrderStatus");
    plain.press("4071#");
    assert.equal(plain.called("verifyIdentity")?.arguments.orderNumber, null);
  });
});
