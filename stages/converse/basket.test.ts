import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LeftLine, Quote } from "../../schemas/generated/records.ts";
import { order, product, quote, TestCall, visa } from "./test-call.ts";

const hashes = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(64));

/** A quote of the products with these numbers, in these numbers of pieces. */
function offer(number: number, pieces: Readonly<Record<number, number>>): Quote {
  const lines = Object.entries(pieces).map(([key, quantity]) => {
    const { productId, spokenName, priceMinor } = product(Number(key));
    return { productId, spokenName, quantity, unitPriceMinor: priceMinor, backorderDays: null };
  });
  const subtotalMinor = lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  const quoteHash = hashes[number] ?? "";
  return quote(1, { quoteId: `Q-${number}`, quoteHash, lines, subtotalMinor, totalMinor: subtotalMinor + 499 });
}

/** What was asked to be quoted last: pieces by product. */
function asked(call: TestCall): Readonly<Record<string, number>> {
  const given = call.called("quoteOrder")?.arguments;
  const one = { productId: given?.productId ?? "", quantity: given?.quantity ?? 0 };
  return Object.fromEntries((given?.lines ?? [one]).map(({ productId, quantity }) => [productId, quantity]));
}

/** One harbor headphones, read back and heard. */
const counter = () => new TestCall().readBack([visa], offer(0, { 1: 1 }));
/** Two things, read back and heard. */
function counterOfTwo(): TestCall {
  const call = counter();
  call.means("orderProduct", { ordinal: 2 }, { text: "And the second one as well." });
  call.succeed({ quote: offer(1, { 1: 1, 2: 1 }) });
  call.hear();
  return call;
}

describe("several things at once", () => {
  for (const [text, lines] of [
    ["I'd like the harbor headphones and two of the skiff earbuds.", { "P-1": 1, "P-2": 2 }],
    ["The first one and the third one, please.", { "P-1": 1, "P-3": 1 }],
    ["Give me two tarn speakers, three harbor headphones and the earbuds.", { "P-3": 2, "P-1": 3, "P-2": 1 }],
    ["All three of them.", { "P-1": 1, "P-2": 1, "P-3": 1 }],
  ] as const)
    it(`given a list, when the caller says "${text}", all of it is quoted at once`, () => {
      const call = new TestCall().searched();
      call.means("orderProduct", {}, { text });
      assert.deepEqual(asked(call), lines);
      assert.equal(call.count("quoteOrder"), 1);
    });

  for (const [intent, text] of [
    ["refineSearch", "Something in black and for the ear buds."],
    ["searchProducts", "I am looking for a speaker and a radio."],
    ["selectProduct", "The black and earbuds one."],
    ["askDetails", "How long do the first and the second one last?"],
  ] as const)
    it(`given a list, when the caller says "${text}" (${intent}), nothing is ordered`, () => {
      const call = new TestCall().searched();
      call.means(intent, { query: "speaker", productName: "tarn speaker" }, { text });
      assert.equal(call.count("quoteOrder"), 0);
    });

  it("given a list, when two are named to be compared, or one only, nothing is put together", () => {
    const call = new TestCall().searched();
    call.means("selectProduct", {}, { text: "What is the difference between the first and the second one?" });
    assert.equal(call.count("quoteOrder"), 0);
    call.means("orderProduct", { ordinal: 2 }, { text: "The second one, please." });
    assert.deepEqual(asked(call), { "P-2": 1 });
  });
});

describe("beside what is read back", () => {
  for (const [intent, text, lines] of [
    ["orderProduct", "And the second one as well.", { "P-1": 1, "P-2": 1 }],
    ["selectProduct", "Also add the second one.", { "P-1": 1, "P-2": 1 }],
    ["confirm", "Yes, and two of the tarn speakers too.", { "P-1": 1, "P-3": 2 }],
    ["refineSearch", "I'd also like the skiff earbuds.", { "P-1": 1, "P-2": 1 }],
    ["changeQuantity", "Add another one of those.", { "P-1": 2 }],
    ["orderProduct", "Two more of the harbor headphones.", { "P-1": 3 }],
  ] as const)
    it(`given a quote, when the caller says "${text}" (${intent}), both are quoted and the first is not given back`, () => {
      const call = counter();
      call.means(intent, {}, { text });
      assert.deepEqual(asked(call), lines);
      assert.deepEqual([call.count("cancelQuote"), call.count("placeOrder"), call.dialogue], [0, 0, "confirmation"]);
    });

  it("tells each product in a sentence of its own, and orders both by one yes to one hash", () => {
    const call = counterOfTwo();
    assert.equal(
      call.said,
      "That is two things. The harbor headphones at $10.99. The skiff earbuds at $20.99. There is $4.99 for shipping. " +
        "The total is $36.97, on your Visa ending 4 2 4 2. Shall I place the order? Say yes or press 1, say no or press 2.",
    );
    call.means("confirm");
    const placed = call.called("placeOrder");
    assert.deepEqual([placed?.arguments.quoteId, placed?.arguments.quoteHash], ["Q-1", hashes[1]]);
    call.succeed({ order: order() });
    call.means("orderProduct", { ordinal: 3 }, { text: "And the third one as well." });
    assert.deepEqual(asked(call), { "P-3": 1 }, "what was ordered is not ordered again");
  });

  it("given a change that is not answered yet, a yes orders nothing, and another change builds on it", () => {
    const call = counter();
    call.means("orderProduct", {}, { text: "And the second one as well." });
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 0);
    call.means("orderProduct", {}, { text: "And the third one, too." });
    assert.deepEqual(asked(call), { "P-1": 1, "P-2": 1, "P-3": 1 });
  });

  it("given a read-back of several that was cut off, a yes hears what was not heard, before it counts", () => {
    const call = counter();
    call.means("orderProduct", {}, { text: "And the second one as well." });
    call.succeed({ quote: offer(1, { 1: 1, 2: 1 }) });
    call.hear(2);
    call.interrupt(2, "The skiff");
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 0);
    assert.match(call.said, /^The skiff earbuds at \$20\.99\. .*The total is \$36\.97, .*Shall I place the order/);
    assert.doesNotMatch(call.said, /harbor/);
    call.hear();
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1);
  });

  it("given more than three things, those that were heard are summed up, and each was heard before a yes counts", () => {
    const call = counter();
    call.means("orderProduct", {}, { text: "And the second and the third one as well." });
    call.succeed({ quote: offer(1, { 1: 1, 2: 1, 3: 1 }) });
    call.hear(3);
    call.interrupt(3, "The tarn");
    call.means("searchProducts", { query: "radio" }, { text: "I also need a radio." });
    call.succeed({ products: [product(4)] });
    call.means("confirm");
    assert.deepEqual(asked(call), { "P-1": 1, "P-2": 1, "P-3": 1, "P-4": 1 });
    call.succeed({ quote: offer(2, { 1: 1, 2: 1, 3: 1, 4: 1 }) });
    assert.match(
      call.said,
      /^That is four things\. The tarn speaker at \$30\.99\. The moss radio at \$40\.99\. The other two are as I read to you before\. There is/,
    );
    call.hear(2);
    call.interrupt(2, "The moss");
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 0);
    assert.match(call.said, /The moss radio at \$40\.99\. .*The total is/);
    assert.doesNotMatch(call.said, /tarn|skiff|harbor/);
    call.hear();
    call.means("confirm");
    assert.equal(call.called("placeOrder")?.arguments.quoteHash, hashes[2]);
  });

  it("given the PIN is asked for, what is added is told, and the PIN is asked for again", () => {
    const call = new TestCall().asked(offer(0, { 1: 1 }));
    call.means("orderProduct", {}, { text: "And two of the skiff earbuds." });
    assert.equal(call.dialogue, "authentication");
    assert.deepEqual(asked(call), { "P-1": 1, "P-2": 2 });
    call.succeed({ quote: offer(1, { 1: 1, 2: 2 }) });
    assert.match(
      call.said,
      /^So far that is the harbor headphones and two times the skiff earbuds\. To use your saved card/,
    );
    call.press("1234#");
    call.succeed({ cards: [visa], customerName: "Ana", quote: offer(1, { 1: 1, 2: 2 }) });
    assert.match(call.said, /That is two things\./);
  });

  it("given a search for something else besides, what is found is ordered beside what was read back", () => {
    const call = counter();
    call.means("searchProducts", { query: "charger" }, { text: "I also need a charger." });
    assert.equal(call.count("cancelQuote"), 1, "pieces are not kept while the caller looks around");
    call.succeed({ products: [product(5)] });
    call.means("confirm");
    assert.deepEqual(asked(call), { "P-1": 1, "P-5": 1 });
  });

  it("given a search for something else instead, only that is ordered", () => {
    const call = counter();
    call.means("searchProducts", { query: "charger" }, { text: "I'd rather have a charger." });
    call.succeed({ products: [product(5)] });
    call.means("confirm");
    assert.deepEqual(asked(call), { "P-5": 1 });
  });

  it("given a no, what was dropped does not come back", () => {
    const call = counterOfTwo();
    call.means("deny", {}, { text: "No." });
    call.means("orderProduct", { ordinal: 3 }, { text: "And the third one as well." });
    assert.deepEqual(asked(call), { "P-3": 1 });
  });
});

describe("off and otherwise", () => {
  for (const [intent, text, lines] of [
    ["deny", "No, take the skiff earbuds off again.", { "P-1": 1 }],
    ["goBack", "Take that off again.", { "P-1": 1 }],
    ["cancelOrder", "Remove the harbor headphones.", { "P-2": 1 }],
    ["orderProduct", "Without the earbuds, please.", { "P-1": 1 }],
    ["deny", "I don't want the headphones after all.", { "P-2": 1 }],
  ] as const)
    it(`given two things, when the caller says "${text}" (${intent}), the other is quoted alone`, () => {
      const call = counterOfTwo();
      call.means(intent, {}, { text });
      assert.deepEqual(asked(call), lines);
      assert.equal(call.dialogue, "confirmation");
    });

  for (const [quantity, text, lines] of [
    [3, "Make it three.", { "P-1": 1, "P-2": 3 }],
    [2, "Make it two of the headphones.", { "P-1": 2, "P-2": 1 }],
    [null, "Three of the harbor headphones.", { "P-1": 3, "P-2": 1 }],
  ] as const)
    it(`given two things, when the caller says "${text}", one line changes and the other stays`, () => {
      const call = counterOfTwo();
      call.means("changeQuantity", { quantity }, { text });
      assert.deepEqual(asked(call), lines);
    });

  it("given one thing, when it is taken off, nothing is left and nothing is ordered", () => {
    const call = counter();
    call.means("deny", {}, { text: "No, take that off again." });
    assert.deepEqual([call.dialogue, call.count("cancelQuote"), call.count("quoteOrder")], ["productSearch", 1, 1]);
  });
});

describe("what the shop does not hold of it", () => {
  const left = (fields: Partial<LeftLine>): LeftLine => ({
    productId: "P-2",
    spokenName: "skiff earbuds",
    quantity: 9,
    reason: "outOfStock",
    availableQuantity: 0,
    ...fields,
  });
  for (const [fields, words] of [
    [{}, "I'm sorry, I have none of the skiff earbuds left."],
    [{ availableQuantity: 1 }, "I'm sorry, there is only one of the skiff earbuds left."],
    [
      { reason: "overLimit", availableQuantity: 5 },
      "I'm sorry, I can sell at most five of the skiff earbuds in one order.",
    ],
    [
      { reason: "overLimit", availableQuantity: 0 },
      "I'm sorry, with the skiff earbuds this would be more than I can sell in one order.",
    ],
    [{ reason: "tooManyLines" }, "I'm sorry, I can't put the skiff earbuds in: this order is full."],
    [{ reason: "notFound", spokenName: "" }, "I'm sorry, I can't sell one of the things any more."],
  ] as const)
    it(`says "${words}", and reads back the rest`, () => {
      const call = counter();
      call.means("orderProduct", {}, { text: "And nine of the skiff earbuds." });
      call.succeed({ quote: offer(1, { 1: 1 }), leftLines: [left(fields)] });
      assert.ok(call.said.startsWith(`${words} That is the harbor headphones at $10.99.`), call.said);
      assert.equal(call.dialogue, "confirmation");
    });

  it("given a number that was too great, the next number is of that product, beside the rest", () => {
    const call = counter();
    call.means("orderProduct", {}, { text: "And nine of the skiff earbuds." });
    call.succeed({ quote: offer(1, { 1: 1 }), leftLines: [left({ reason: "overLimit", availableQuantity: 5 })] });
    call.means("changeQuantity", { quantity: 5 }, { text: "Then five of them." });
    assert.deepEqual(asked(call), { "P-1": 1, "P-2": 5 });
  });

  it("given a piece that sold out before the yes, what is left of several is asked for and read back anew", () => {
    const call = counterOfTwo();
    call.means("confirm");
    call.refuse("outOfStock", { availableQuantity: 0 });
    assert.match(call.said, /something of it has sold out meanwhile.*Nothing was charged/);
    assert.deepEqual(asked(call), { "P-1": 1, "P-2": 1 });
    call.succeed({ quote: offer(2, { 1: 1 }), leftLines: [left({ quantity: 1 })] });
    assert.match(call.said, /none of the skiff earbuds left\. That is the harbor headphones/);
    call.hear();
    call.means("confirm");
    assert.equal(call.called("placeOrder")?.arguments.quoteHash, hashes[2]);
  });

  for (const reason of ["priceChanged", "quoteExpired"] as const)
    it(`given ${reason}, all lines are quoted again`, () => {
      const call = counterOfTwo();
      call.means("confirm");
      call.refuse(reason);
      assert.deepEqual(asked(call), { "P-1": 1, "P-2": 1 });
      assert.equal(call.dialogue, "review");
    });

  it("given a database that does not answer, what was read back before is read back again", () => {
    const call = counter();
    call.means("orderProduct", {}, { text: "And the second one as well." });
    call.fail();
    assert.match(call.said, /having trouble.*That is the harbor headphones at \$10\.99/);
    call.hear();
    call.means("confirm");
    assert.equal(call.called("placeOrder")?.arguments.quoteId, "Q-0");
  });
});
