import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Quote } from "../../schemas/generated/records.ts";
import { answer } from "./answering.ts";
import { digitByDigit, joined, money } from "./spoken-numbers.ts";
import { order, product, quote, visa } from "./test-call.ts";
import {
  difference,
  nearestIntro,
  orderLines,
  productList,
  productReview,
  quoteReadBack,
  receiptLines,
} from "./wording.ts";

const texts = (lines: readonly { readonly text: string }[]) => lines.map((line) => line.text);

describe("numbers for the ear", () => {
  it("writes money with its sign and two digits, and currencies without minor units without them", () => {
    assert.deepEqual(
      [
        money(4_999, "USD"),
        money(5_000, "USD"),
        money(5, "EUR"),
        money(123_456, "GBP"),
        money(980, "JPY"),
        money(4_999, "CHF"),
        money(12_345, "KWD"),
        money(5_000, "XOF"),
      ],
      ["$49.99", "$50.00", "€0.05", "£1234.56", "¥980", "49.99 CHF", "12.345 KWD", "5000 XOF"],
    );
  });
  it("spaces digits and joins names", () => {
    assert.equal(digitByDigit("10042"), "1 0 0 4 2");
    assert.deepEqual(
      [joined([]), joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])],
      ["", "a", "a and b", "a, b and c"],
    );
  });
});

describe("lists", () => {
  it("gives each product a sentence of its own, marked with the product", () => {
    const lines = productList([], [product(1), product(2)]);
    assert.deepEqual(
      lines.map((line) => [line.text, line.productId, line.phraseId]),
      [
        ["First, the harbor headphones, for $10.99.", "P-1", null],
        ["Second, the skiff earbuds, for $20.99.", "P-2", null],
        ["Which one would you like?", null, "which-one"],
      ],
    );
  });
  it("tells products of the same name apart by what differs", () => {
    const black = product(1);
    const sand = product(2, { spokenName: "harbor headphones", attributes: [{ name: "colour", value: "sand" }] });
    assert.deepEqual(
      [difference(black, [black, sand]), difference(sand, [black, sand])],
      [", colour black", ", colour sand"],
    );
  });
  it("says nothing more where name and price differ, or the name says it", () => {
    assert.equal(difference(product(1), [product(1), product(2)]), "");
    const named = product(2, { spokenName: "black skiff earbuds", priceMinor: product(1).priceMinor });
    assert.equal(difference(named, [product(1), named]), "");
  });
  it("names the limit that could not be met", () => {
    const search = { priceMinMinor: 1_000, priceMaxMinor: 4_950 } as Parameters<typeof nearestIntro>[0];
    assert.deepEqual(texts(nearestIntro(search, [product(1), product(2)])), [
      "I have nothing between $10 and $49.50.",
      "These come closest.",
    ]);
    assert.deepEqual(texts(nearestIntro(null, [product(1)])), ["I have nothing exactly like that."]);
  });
  it("does not offer to order what is sold out", () => {
    assert.doesNotMatch(texts(productReview(product(1, { stock: 0 }))).join(" "), /order it/);
  });
  it("offers what can be ordered ahead as what it is: out of stock now, and sent within so many days", () => {
    const awaited = product(1, { stock: 0, backorderDays: 10 });
    const offer = "It is out of stock now, but we can send it within ten days.";
    assert.deepEqual(texts(productList([], [awaited])).slice(1, 2), [offer]);
    assert.match(texts(productReview(awaited)).join(" "), /out of stock now.+Would you like to order it/);
    assert.deepEqual(answer(awaited, "is it in stock"), [offer]);
    assert.equal(
      texts(productList([], [awaited, product(2, { backorderDays: 10 })]))[0],
      "First, the harbor headphones, for $10.99, out of stock now and sent within ten days.",
    );
    assert.doesNotMatch(texts(productList([], [product(2, { backorderDays: 10 })])).join(" "), /out of stock/);
  });
});

describe("amounts", () => {
  it("reads a quote back with every amount that makes the total, the card, and the question last", () => {
    const lines = texts(quoteReadBack(quote(2, { discountMinor: 100, taxMinor: 83, totalMinor: 2_680 }), visa));
    assert.deepEqual(lines, [
      "That is two times the harbor headphones at $10.99 each.",
      "There is $1.00 off, $4.99 for shipping and $0.83 tax.",
      "The total is $26.80, on your Visa ending 4 2 4 2.",
      "Shall I place the order? Say yes or press 1, say no or press 2.",
    ]);
  });
  it("says of an offer what is not there yet, when it is sent, and that it is paid only then", () => {
    const [line] = quote().lines;
    assert.ok(line);
    const awaited = { ...line, backorderDays: 10 };
    const readBack = (lines: Quote["lines"]) => texts(quoteReadBack(quote(1, { lines }), visa)).slice(0, -3);
    assert.deepEqual(readBack([awaited]), [
      "That is the harbor headphones at $10.99.",
      "It is out of stock now.",
      "We send it within ten days, and your card is charged only then.",
    ]);
    assert.deepEqual(readBack([{ ...awaited, quantity: 2 }]).slice(1), [
      "I don't have enough of it now.",
      "We send them within ten days, and your card is charged only then.",
    ]);
    assert.deepEqual(
      readBack([{ ...awaited, backorderDays: 1 }, { ...awaited, spokenName: "lamp", backorderDays: 14 }, line]).slice(
        4,
      ),
      [
        "The harbor headphones is out of stock now.",
        "The lamp is out of stock now.",
        "We send everything together within 14 days, and your card is charged only then.",
      ],
    );
    assert.deepEqual(texts(receiptLines(order({ status: "backordered", lines: [awaited] }))), [
      "Your order is placed.",
      "Your order number is 1 0 0 4 2.",
      "The total of $15.98 is held on the card ending 4 2 4 2, and charged only when we send it.",
      "That is within ten days.",
    ]);
  });
  it("tells each status in words", () => {
    for (const status of [
      "placed",
      "paid",
      "packed",
      "shipped",
      "delivered",
      "cancelled",
      "refunded",
      "paymentFailed",
      "backordered",
    ] as const) {
      assert.match(texts(orderLines(order({ status })))[0] ?? "", /^Your order 1 0 0 4 2 (is|has|was|waits) .+\.$/);
    }
  });
});

describe("answers from what the shop says", () => {
  const item = product(1, {
    description: "Light over-ear headphones. The hard case is waterproof. A cable is in the box.",
    attributes: [
      { name: "colour", value: "sand" },
      { name: "batteryHours", value: "38" },
      { name: "weightGrams", value: "255" },
      { name: "pieceCount", value: "2" },
      { name: "bluetooth", value: "true" },
    ],
  });
  const cases: readonly (readonly [string | null, readonly string[] | null])[] = [
    ["what colour is it", ["The colour is sand."]],
    ["how long does the battery last", ["The battery is 38 hours."]],
    ["how heavy is it", ["The weight is 255 grams."]],
    ["how many pieces", ["The number of pieces is 2."]],
    ["does it have bluetooth", ["Yes, it has bluetooth."]],
    ["is the case waterproof", ["The hard case is waterproof."]],
    ["what does it cost", ["The price is $10.99."]],
    ["is it in stock", ["Yes, it is in stock."]],
    ["what do the reviews say", ["Customers rate it 4.5 out of five."]],
    [null, ["Light over-ear headphones.", "The hard case is waterproof."]],
    ["tell me more", ["Light over-ear headphones.", "The hard case is waterproof."]],
    ["does it support quantum teleportation", null],
  ];
  for (const [question, expected] of cases) {
    it(`answers ${question ?? "nothing in particular"}`, () => assert.deepEqual(answer(item, question), expected));
  }
});
