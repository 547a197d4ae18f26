import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { step } from "./core.ts";
import { config, mastercard, order, product, quote, TestCall, visa } from "./test-call.ts";

describe("greeting", () => {
  it("given a call that is not known, when anything comes, then it is ignored", () => {
    const record = stamped("PlaybackReached", { responseId: "r", sentenceIndex: 0, heardText: "", isComplete: true });
    assert.deepEqual(step(null, { from: "playback", record }, 1, config), { state: null });
  });

  it("given something that changes nothing, then nothing is saved", () => {
    const call = new TestCall().greeted();
    const record = stamped("RiskAssessed", {
      assessedEventId: "e",
      score: 0,
      action: "allow",
      signals: [],
      ruleSetVersion: "1",
    });
    const outcome = step(call.state, { from: "risk", record }, call.at, config);
    assert.deepEqual(outcome, { state: call.state, save: false });
  });

  it("given a started call, when the first stream is attached, then it greets once and waits for silence no longer than the bound", () => {
    const call = new TestCall();
    const emitted = call.start();
    assert.equal(emitted.length, 1);
    const [response] = emitted;
    assert.ok(response?.type === "ResponsePrepared");
    assert.deepEqual(response.sentences, [
      { text: "Thank you for calling Harbour and Pine.", phraseId: "greeting" },
      { text: "What are you looking for?", phraseId: "what-to-find" },
    ]);
    assert.equal(response.isInterruptible, true);
    assert.equal(response.state, "greeting");
    assert.equal(call.attach(0).length, 0, "a repeated first stream does not greet again");
    call.hear();
    assert.equal(call.dialogue, "intentCapture");
    assert.equal(call.timers.get("silence"), call.at + config.silenceMs);
  });
});

describe("scenario 1: search, ask, order, pay, receipt, good-bye", () => {
  it("leads from the greeting to the end of the call", () => {
    const call = new TestCall().greeted();
    call.means("searchProducts", { query: "headphones", priceMaxMinor: 5_000 });
    const search = call.called("searchProducts");
    assert.deepEqual(
      [search?.arguments.query, search?.arguments.priceMaxMinor, search?.intent, search?.turn, search?.isConfirmed],
      ["headphones", 5_000, "searchProducts", 1, false],
    );
    assert.equal(call.dialogue, "productSearch");
    assert.equal(call.timers.has("silence"), false, "no silence is waited for while a tool works");
    call.succeed({ products: [product(1), product(2), product(3)] });
    assert.equal(
      call.said,
      "I found three. First, the harbor headphones, for $10.99. Second, the skiff earbuds, for $20.99. Third, the tarn speaker, for $30.99. Which one would you like?",
    );
    call.hear();
    call.means("selectProduct", { ordinal: 1 });
    assert.equal(call.dialogue, "review");
    assert.match(
      call.said,
      /^The price of the harbor headphones is \$10\.99\. The harbor headphones sounds clear\. Would you like to order it\?$/,
    );
    call.means("askDetails", { question: "how long does the battery last" });
    assert.deepEqual([call.called("getProductDetails")?.arguments.productId, call.dialogue], ["P-1", "question"]);
    call.succeed({ products: [product(1)] });
    assert.match(call.said, /^The battery is 38 hours\./);
    call.means("orderProduct");
    assert.deepEqual(
      [call.called("quoteOrder")?.arguments.productId, call.called("quoteOrder")?.arguments.quantity],
      ["P-1", 1],
    );
    call.succeed({ quote: quote() });
    assert.equal(call.dialogue, "authentication");
    assert.match(call.said, /PIN/);
    assert.doesNotMatch(call.said, /\$/);
    call.means("provideDigits", { digits: "1234" });
    assert.deepEqual([call.tried, call.called("verifyIdentity")?.arguments.callerNumber], ["1234", "+15550123"]);
    call.succeed({ cards: [mastercard, visa], customerName: "Anna" });
    assert.equal(call.dialogue, "confirmation");
    assert.equal(
      call.said,
      "Thank you, Anna. That is the harbor headphones at $10.99. There is $4.99 for shipping. The total is $15.98, on your Visa ending 4 2 4 2. Shall I place the order? Say yes or press 1, say no or press 2.",
    );
    call.hear();
    const placed = call.means("confirm");
    assert.deepEqual(
      placed.map((record) => record.type),
      ["ResponsePrepared", "ToolCalled"],
    );
    const place = call.called("placeOrder");
    assert.deepEqual(
      [
        place?.arguments.quoteId,
        place?.arguments.quoteHash,
        place?.arguments.cardId,
        place?.isConfirmed,
        place?.intent,
      ],
      ["Q-1", "a".repeat(64), "card-1", true, "confirm"],
    );
    assert.equal(call.dialogue, "payment");
    const [receipt] = call.succeed({ order: order() });
    assert.ok(receipt?.type === "ResponsePrepared");
    assert.equal(receipt.isInterruptible, false);
    assert.equal(
      call.said,
      "Your order is placed. Your order number is 1 0 0 4 2. The total is $15.98, paid with the card ending 4 2 4 2. Is there anything else I can do for you?",
    );
    call.hear();
    assert.equal(call.dialogue, "followUp");
    const [goodbye, leave] = call.means("goodbye");
    assert.equal(call.dialogue, "exit");
    assert.ok(goodbye?.type === "ResponsePrepared" && leave?.type === "CallDirected");
    assert.deepEqual([leave.direction, leave.afterResponseId], ["hangUp", goodbye.eventId]);
    call.hear();
    assert.deepEqual([call.end(), call.state], [[], null]);
  });
});

describe("scenario 7: an order's status", () => {
  it("given an unproven caller, then the PIN comes first, and then the order", () => {
    const call = new TestCall().greeted();
    call.means("checkOrderStatus", { orderNumber: "1 00 42" });
    assert.deepEqual([call.dialogue, call.count("checkOrderStatus")], ["authentication", 0]);
    call.means("provideDigits", { digits: "1234" });
    call.succeed({ customerName: "Anna" });
    assert.equal(call.called("checkOrderStatus")?.arguments.orderNumber, "10042");
    call.succeed({ order: order({ status: "shipped" }) });
    assert.equal(call.dialogue, "followUp");
    assert.match(call.said, /^Your order 1 0 0 4 2 has shipped and is on its way to you\..*\$15\.98/);
    call.means("deny");
    assert.deepEqual([call.dialogue, call.directed?.direction], ["exit", "hangUp"]);
  });

  it("given an order of someone else, then it is not found", () => {
    const call = new TestCall().greeted();
    call.means("checkOrderStatus", { orderNumber: "7" });
    call.means("provideDigits", { digits: "1234" });
    call.succeed({});
    call.refuse("ownership");
    assert.match(call.said, /can't find that order/);
  });
});

describe("scenario 11: hanging up", () => {
  it("given payment under way, when the call ends, then nothing is called off and the call is forgotten", () => {
    const call = new TestCall().placing();
    assert.deepEqual([call.end(), call.state], [[], null]);
  });

  it("given a quote that waits for a yes, when the call ends, then it is released", () => {
    const call = new TestCall().readBack();
    call.end();
    assert.deepEqual([call.called("cancelQuote")?.arguments.quoteId, call.state], ["Q-1", null]);
  });
});
