import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { config, order, product, quote, TestCall, visa } from "./test-call.ts";

describe("a lost stream", () => {
  it("given the stream came back, then it says so and says what was not heard", () => {
    const call = new TestCall().searched();
    call.hear(3);
    assert.deepEqual(call.detach(), []);
    assert.equal(call.timers.has("silence"), false);
    call.attach(1);
    assert.equal(
      call.said,
      "Sorry, we got cut off for a moment. Third, the tarn speaker, for $30.99. Which one would you like?",
    );
    assert.equal(call.dialogue, "productSearch");
  });
  it("given the stream is lost twice, then it apologises once each time", () => {
    const call = new TestCall().searched();
    call.hear(3);
    call.detach();
    call.attach(1);
    call.detach();
    call.attach(2);
    assert.equal(call.said.match(/cut off/g)?.length, 1);
    assert.match(call.said, /Third, the tarn speaker/);
  });
  it("given everything was heard, then the question is repeated", () => {
    const call = new TestCall().reviewed();
    call.detach();
    call.attach(1);
    assert.equal(call.said, "Sorry, we got cut off for a moment. Would you like to order it?");
  });
  it("given a receipt came meanwhile, then it is told when the caller is back", () => {
    const call = new TestCall().placing();
    call.detach();
    assert.deepEqual(call.succeed({ order: order() }), []);
    call.attach(1);
    assert.match(call.said, /cut off.*order number is 1 0 0 4 2/);
  });
});

describe("tools that do not answer", () => {
  it("given a search without result in time, then it apologises, and a late result is not told", () => {
    const call = new TestCall().greeted();
    call.means("searchProducts", { query: "lamp" });
    assert.equal(call.timers.get("tool"), call.at + config.toolTimeoutMs);
    call.due("tool");
    assert.match(call.said, /having trouble/);
    assert.deepEqual(call.succeed({ products: [product(1)] }), []);
  });
  it("given a payment without result in time, then no second one is made, and its success is told late", () => {
    const call = new TestCall().placing();
    const callId = call.called("placeOrder")?.eventId;
    call.due("tool");
    assert.match(call.said, /still confirming.*ask me for it.*won't be charged twice/);
    assert.equal(call.dialogue, "followUp");
    // Another order up to its confirmation.
    call.means("orderProduct", { productName: "skiff earbuds" });
    call.succeed({ quote: quote(1, { quoteId: "Q-2", quoteHash: "b".repeat(64) }, product(2)) });
    call.hear();
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1);
    assert.match(call.said, /still placing/);
    call.succeed({ order: order() }, callId);
    assert.match(call.said, /order number is 1 0 0 4 2/);
    assert.equal(call.dialogue, "receipt");
  });
  it("given a payment refused late, then that is told and an order may be placed again", () => {
    const call = new TestCall().placing();
    const callId = call.called("placeOrder")?.eventId;
    call.due("tool");
    call.refuse("cardDeclined", {}, callId);
    assert.match(call.said, /did not go through, and nothing was charged/);
    assert.equal(call.state?.placingCallId, null);
  });
  it("given a payment whose outcome is unknown, then nothing is promised", () => {
    const call = new TestCall().placing();
    call.fail(true);
    assert.match(call.said, /still confirming/);
    assert.equal(call.dialogue, "followUp");
  });
  it("given a payment that surely failed, then only a new yes tries again", () => {
    const call = new TestCall().placing();
    call.fail(false);
    assert.match(call.said, /nothing was charged.*Shall I place the order/);
    assert.equal(call.count("placeOrder"), 1);
    call.hear();
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 2);
  });
  it("given a quote that nobody waits for any more, then it is released", () => {
    const call = new TestCall().reviewed();
    call.means("orderProduct");
    const callId = call.called("quoteOrder")?.eventId;
    call.means("searchProducts", { query: "lamp" });
    call.succeed({ quote: quote() }, callId);
    assert.equal(call.called("cancelQuote")?.arguments.quoteId, "Q-1");
  });
});

describe("a yes", () => {
  it("given the total was not heard, then it is said before a yes counts", () => {
    const call = new TestCall().asked();
    call.means("provideDigits", { digits: "1234" });
    call.succeed({ cards: [visa] });
    call.hear(1);
    call.interrupt(1, "That is the");
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 0);
    assert.match(call.said, /^The total is \$15\.98, on your Visa ending 4 2 4 2\. Shall I/);
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1);
  });
  it("given payment under way, then another yes places nothing", () => {
    const call = new TestCall().placing();
    call.means("confirm");
    call.press("1");
    assert.equal(call.count("placeOrder"), 1);
  });
  it("given a price that changed, then the new total is read before a yes counts", () => {
    const call = new TestCall().placing();
    call.refuse("priceChanged");
    assert.equal(call.called("quoteOrder")?.arguments.productId, "P-1");
    call.succeed({ quote: quote(1, { quoteId: "Q-2", quoteHash: "b".repeat(64), totalMinor: 1_700 }) });
    assert.match(call.said, /\$17\.00/);
    assert.equal(call.count("placeOrder"), 1);
    call.hear();
    call.means("confirm");
    assert.equal(call.called("placeOrder")?.arguments.quoteHash, "b".repeat(64));
  });
  it("given a discount code, then the discounted total is read before a yes counts", () => {
    const call = new TestCall().readBack();
    call.means("applyDiscount", { discountCode: "SPRING" });
    assert.deepEqual(
      [call.called("applyDiscount")?.arguments.quoteId, call.called("applyDiscount")?.arguments.discountCode],
      ["Q-1", "SPRING"],
    );
    call.succeed({ quote: quote(1, { quoteHash: "c".repeat(64), discountMinor: 100, totalMinor: 1_498 }) });
    assert.match(call.said, /\$1\.00 off.*\$14\.98/);
    call.hear();
    call.means("confirm");
    assert.equal(call.called("placeOrder")?.arguments.quoteHash, "c".repeat(64));
  });
  it("given a code is still being checked, then a yes waits for the new total", () => {
    const call = new TestCall().readBack();
    call.means("applyDiscount", { discountCode: "SPRING" });
    assert.deepEqual(call.means("confirm"), []);
    assert.equal(call.dialogue, "confirmation");
    call.succeed({ quote: quote(1, { quoteHash: "c".repeat(64), totalMinor: 1_498 }) });
    assert.match(call.said, /\$14\.98/);
    assert.equal(call.count("placeOrder"), 0);
  });
  it("given another question came between, then the quote is read back again before a yes counts", () => {
    const call = new TestCall().readBack();
    call.means("applyDiscount", { discountCode: "SPRING" });
    call.means("checkOrderStatus");
    call.succeed({ order: order() });
    call.hear();
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 0);
    assert.match(call.said, /^That is the harbor headphones.*\$15\.98/);
    assert.equal(call.dialogue, "confirmation");
  });
  it("given a code could not be checked, then the quote is read back again before a yes counts", () => {
    const call = new TestCall().readBack();
    call.means("applyDiscount", { discountCode: "SPRING" });
    call.due("tool");
    assert.match(call.said, /having trouble.*\$15\.98/);
    call.hear();
    call.means("confirm");
    assert.equal(call.called("placeOrder")?.arguments.quoteHash, "a".repeat(64));
  });
  it("given a code that is refused, then the quote stands", () => {
    const call = new TestCall().readBack();
    call.means("applyDiscount", { discountCode: "NOPE" });
    call.refuse("discountRefused");
    assert.match(call.said, /code doesn't work.*\$15\.98/);
    assert.equal(call.dialogue, "confirmation");
  });
});

describe("turns and speech", () => {
  it("answers in the turn that asked, and cuts off what is still said for the turn before", () => {
    const call = new TestCall().searched();
    const [response] = call.means("help");
    assert.ok(response?.type === "ResponsePrepared");
    assert.deepEqual([response.turn, response.replacesCurrent, response.isInterruptible], [2, true, true]);
  });
  it("given a response to the same act goes on, then it does not cut itself off", () => {
    const call = new TestCall().placing();
    const [receipt] = call.succeed({ order: order() });
    assert.ok(receipt?.type === "ResponsePrepared");
    assert.equal(receipt.replacesCurrent, false);
  });
  it("given a receipt is being told, then the next turn does not cut it off", () => {
    const call = new TestCall().placing();
    call.succeed({ order: order() });
    const [response] = call.means("help");
    assert.ok(response?.type === "ResponsePrepared");
    assert.equal(response.replacesCurrent, false);
  });
  it("given an intent of an older turn comes late, then it is ignored", () => {
    const call = new TestCall().searched();
    call.means("selectProduct", { ordinal: 1 });
    const late = call.steps.find((each) => each.input.from === "intents")?.input;
    assert.ok(late !== undefined);
    assert.deepEqual(call.feed(late), []);
  });
  it("given a person is asked for, then the transfer waits until that was said", () => {
    const call = new TestCall().greeted();
    const [response, leave] = call.means("talkToPerson");
    assert.ok(response?.type === "ResponsePrepared" && leave?.type === "CallDirected");
    assert.deepEqual(
      [leave.direction, leave.toNumber, leave.afterResponseId, response.isInterruptible],
      ["transfer", config.transferNumber, response.eventId, false],
    );
    assert.deepEqual(call.means("searchProducts", { query: "lamp" }), [], "nothing is begun any more");
  });
});

describe("risk", () => {
  it("given confirm, then two yeses are needed", () => {
    const call = new TestCall().readBack();
    call.risk("confirm");
    call.means("confirm");
    assert.deepEqual([call.count("placeOrder"), call.dialogue], [0, "confirmation"]);
    assert.match(call.said, /Just to be sure/);
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1);
  });
  it("given challenge, then identity is proven again before money", () => {
    const call = new TestCall().readBack();
    call.risk("challenge");
    assert.equal(call.dialogue, "authentication");
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 0);
    call.means("provideDigits", { digits: "1234" });
    call.succeed({ cards: [visa] });
    assert.equal(call.dialogue, "confirmation");
  });
  it("given block, then the call goes to a person and the quote is released", () => {
    const call = new TestCall().readBack();
    call.risk("block");
    assert.deepEqual([call.dialogue, call.directed?.direction, call.count("cancelQuote")], ["exit", "transfer", 1]);
    assert.match(call.said, /can't help with this on this line/);
  });
  it("given block during payment, then the outcome is told first", () => {
    const call = new TestCall().placing();
    call.risk("block");
    assert.equal(call.dialogue, "payment");
    call.succeed({ order: order() });
    assert.match(call.said, /order number/);
    call.hear();
    assert.equal(call.directed?.direction, "transfer");
  });
  it("given a lower assessment later, then the highest counts", () => {
    const call = new TestCall().greeted();
    call.risk("challenge");
    call.risk("confirm");
    call.risk("allow");
    assert.equal(call.state?.risk, "challenge");
  });
});

describe("identity", () => {
  it("given three wrong PINs, then a person", () => {
    const call = new TestCall().asked();
    for (const triesLeft of [2, 1]) {
      call.means("provideDigits", { digits: "9999" });
      call.refuse("identityRefused", { triesLeft });
      assert.equal(call.dialogue, "authentication");
    }
    call.means("provideDigits", { digits: "9999" });
    call.refuse("identityRefused", { triesLeft: 0 });
    assert.deepEqual([call.dialogue, call.directed?.direction], ["exit", "transfer"]);
    assert.equal(call.count("cancelQuote"), 1);
  });
  it("given no saved card, and none that could be keyed in, and no link, then a person", () => {
    const call = new TestCall({ payConnector: "", smsSender: "" }).asked();
    call.means("provideDigits", { digits: "1234" });
    call.succeed({ cards: [] });
    assert.match(call.said, /don't find a saved card/);
    assert.equal(call.directed?.direction, "transfer");
  });
  it("given too few digits, then it asks again and no tool is called", () => {
    const call = new TestCall().asked();
    call.press("12#");
    call.means("provideDigits", { digits: "12" });
    assert.equal(call.count("verifyIdentity"), 0);
    assert.equal(call.dialogue, "authentication");
  });
  it("keeps no PIN in the state once it was sent", () => {
    const call = new TestCall().asked();
    call.press("8642#");
    assert.doesNotMatch(JSON.stringify(call.state), /8642/);
  });
});

describe("unclear words", () => {
  it("asks again in other words, then offers help, then a person", () => {
    const call = new TestCall().greeted();
    const told: string[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      call.means("unclear", {}, { confidence: 0.4 });
      told.push(call.said);
    }
    assert.notEqual(told[0], told[1]);
    assert.match(told[2] ?? "", /Press 0/);
    assert.deepEqual([call.dialogue, call.directed?.direction], ["exit", "transfer"]);
  });
  it("given a yes or no is asked for, then that is asked again", () => {
    const call = new TestCall().readBack();
    call.means("unclear", {}, { confidence: 0.4 });
    assert.match(call.said, /was that a yes or a no/);
    assert.equal(call.dialogue, "confirmation");
  });
  it("given a name that several products share, then it asks which", () => {
    const call = new TestCall().searched([
      product(1, { spokenName: "red lamp", title: "Red lamp A" }),
      product(2, { spokenName: "red lamp", title: "Red lamp B" }),
    ]);
    call.means("selectProduct", { productName: "red lamp" });
    assert.match(call.said, /not sure which one/);
  });
  it("given a product that was not found before, when it is ordered, then it is searched", () => {
    const call = new TestCall().searched();
    call.means("orderProduct", { productName: "moka pot" });
    assert.equal(call.called("searchProducts")?.arguments.query, "moka pot");
  });
  it("given more results than told, when more is asked for, then the rest is told", () => {
    const call = new TestCall().searched([1, 2, 3, 4, 5].map((number) => product(number)));
    call.means("refineSearch");
    assert.match(call.said, /First, the moss radio.*Second, the fell charger/);
    call.means("refineSearch");
    assert.match(call.said, /That's all/);
  });
  it("given a narrower search, then what was wanted before stays", () => {
    const call = new TestCall().searched();
    call.means("refineSearch", { priceMaxMinor: 2_000 });
    const found = call.called("searchProducts")?.arguments;
    assert.deepEqual([found?.query, found?.priceMaxMinor], ["headphones", 2_000]);
  });
});
