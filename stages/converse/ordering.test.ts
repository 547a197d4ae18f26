import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mastercard, order, product, quote, TestCall, visa } from "./test-call.ts";

describe("scenario 2: change of mind at confirmation", () => {
  it("given a read-back, when the caller says no, then the quote is released and the list stands again", () => {
    const call = new TestCall().readBack();
    const emitted = call.means("deny");
    assert.deepEqual(
      emitted.map((record) => (record.type === "ToolCalled" ? [record.tool, record.arguments.quoteId] : record.type)),
      [["cancelQuote", "Q-1"], "ResponsePrepared"],
    );
    assert.equal(call.dialogue, "productSearch");
    assert.match(call.said, /haven't ordered anything/);
    call.means("orderProduct", { productName: "skiff earbuds" });
    assert.equal(call.called("quoteOrder")?.arguments.productId, "P-2");
    call.succeed({ quote: quote(1, { quoteId: "Q-2", quoteHash: "b".repeat(64) }, product(2)) });
    assert.equal(call.dialogue, "confirmation", "identity stays proven");
    call.hear();
    call.means("confirm");
    assert.equal(call.called("placeOrder")?.arguments.quoteId, "Q-2");
  });

  it("given a read-back, when the caller searches for something else, then the quote is released", () => {
    const call = new TestCall().readBack();
    call.means("searchProducts", { query: "lamp" });
    assert.equal(call.count("cancelQuote"), 1);
    assert.equal(call.called("searchProducts")?.arguments.query, "lamp");
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 0);
  });

  it("given a read-back, when a quantity is changed, then the old quote is released and a new one asked for", () => {
    const call = new TestCall().readBack();
    call.means("changeQuantity", { quantity: 2 });
    assert.deepEqual([call.count("cancelQuote"), call.called("quoteOrder")?.arguments.quantity], [1, 2]);
    call.succeed({ quote: quote(2, { quoteId: "Q-2", quoteHash: "b".repeat(64) }) });
    assert.match(call.said, /two times the harbor headphones at \$10\.99 each.*\$26\.97/);
  });
});

describe("what one customer may order in a day", () => {
  for (const [reason, limit, words] of [
    ["tooManyOrders", 3, /at most three orders from one customer in a day/],
    ["overDailyAmount", 6_050, /Today I can sell you goods for up to \$60\.50 more/],
    ["overDailyAmount", 0, /as much as I can sell to one customer in a day/],
  ] as const)
    it(`given ${reason} with ${limit} left, when the order is refused, then it is told, nothing was charged, and the call goes on`, () => {
      const call = new TestCall().readBack();
      call.means("confirm");
      call.refuse(reason, { limit });
      assert.match(call.said, words);
      assert.match(call.said, /charged/);
      assert.equal(call.dialogue, "followUp");
    });
});

describe("scenario 4: a price limit and a quantity", () => {
  it("given nothing under the limit, when results come, then the nearest is told as such", () => {
    const call = new TestCall().greeted();
    call.means("searchProducts", { query: "headphones", priceMaxMinor: 500 });
    call.succeed({ products: [product(1, { isMatch: false })] });
    assert.equal(
      call.said,
      "I have nothing under $5. The closest is the harbor headphones, for $10.99. Would you like to order it?",
    );
  });

  it("given a quantity over the limit, when it is refused, then the limit is told and offered", () => {
    const call = new TestCall().reviewed();
    call.means("orderProduct", { quantity: 50 });
    call.refuse("overLimit", { limit: 10 });
    assert.equal(call.said, "I'm sorry, I can sell at most ten in one order. Would you like ten?");
    assert.equal(call.dialogue, "review");
    call.means("confirm");
    assert.equal(call.called("quoteOrder")?.arguments.quantity, 10);
  });

  it("given a search for too many pieces, when it is refused, then the limit is told and searched with", () => {
    const call = new TestCall().greeted();
    call.means("searchProducts", { query: "headphones", quantity: 50 });
    call.refuse("overLimit", { limit: 10 });
    assert.match(call.said, /at most ten/);
    assert.deepEqual(
      [call.called("searchProducts")?.arguments.query, call.called("searchProducts")?.arguments.quantity],
      ["headphones", 10],
    );
  });

  it("given around fifty dollars, then from a fifth below to a twentieth above is searched", () => {
    const call = new TestCall().greeted();
    call.means("searchProducts", { query: "lamp", priceTargetMinor: 5_000 });
    const found = call.called("searchProducts")?.arguments;
    assert.deepEqual([found?.priceMinMinor, found?.priceMaxMinor], [4_000, 5_250]);
  });

  it("given a search with a quantity, when the product is ordered, then that many are quoted", () => {
    const call = new TestCall().greeted();
    call.means("searchProducts", { query: "headphones", quantity: 2 });
    call.succeed({ products: [product(1)] });
    call.means("confirm");
    assert.equal(call.called("quoteOrder")?.arguments.quantity, 2);
  });
});

describe("scenario 5: out of stock between quote and confirmation", () => {
  it("given others were found, then it is told, nothing was charged, and the others are offered", () => {
    const call = new TestCall().placing();
    call.refuse("outOfStock", { availableQuantity: 0 });
    assert.match(
      call.said,
      /just sold out\. Nothing was charged\..*First, the skiff earbuds.*Second, the tarn speaker/,
    );
    assert.doesNotMatch(call.said, /order number/);
    assert.equal(call.dialogue, "productSearch");
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1);
  });

  it("given some are left, then those are offered", () => {
    const call = new TestCall().reviewed();
    call.means("orderProduct", { quantity: 5 });
    call.refuse("outOfStock", { availableQuantity: 2 });
    assert.match(call.said, /only two of the harbor headphones left/);
    call.means("confirm");
    assert.equal(call.called("quoteOrder")?.arguments.quantity, 2);
  });
});

describe("scenario 6: a declined card", () => {
  it("given another saved card, then it is offered, and only a new yes charges it", () => {
    const call = new TestCall().placing([visa, mastercard]);
    call.refuse("cardDeclined", { cards: [mastercard] });
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /declined, and nothing was charged\..*your Mastercard ending 4 4 4 4/);
    assert.equal(call.count("placeOrder"), 1);
    call.hear();
    call.means("confirm");
    assert.deepEqual([call.count("placeOrder"), call.called("placeOrder")?.arguments.cardId], [2, "card-2"]);
    call.succeed({ order: order({ paidWithLast4: "4444" }) });
    assert.match(call.said, /card ending 4 4 4 4/);
  });

  it("given no other card, and none that could be keyed in, and no link, then nothing is promised", () => {
    const call = new TestCall({ payConnector: "", smsSender: "" }).placing();
    call.refuse("cardDeclined");
    assert.match(call.said, /Nothing was charged/);
    assert.equal(call.dialogue, "followUp");
  });
});
