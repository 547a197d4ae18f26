import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseShopRules, type ShopRules } from "../postgres/shop-rules.ts";
import { type Discount, priceOrder, quoteHash } from "./pricing.ts";

const rules: ShopRules = parseShopRules({
  currency: "USD",
  tax: {
    defaultBasisPoints: 600,
    rules: [
      { state: "OR", basisPoints: 0 },
      { state: "MN", basisPoints: 688 },
    ],
    rounding: "half-up",
    appliesToShipping: false,
  },
  shipping: { methods: [{ id: "standard", flatMinor: 595, freeFromMinor: 5_000 }], defaultMethod: "standard" },
  limits: { maxQuantityPerLine: 5, maxOrderTotalMinor: 200_000, maxDiscountBasisPoints: 2_500 },
});

test("an order below the threshold pays shipping, and tax on its goods alone", () => {
  assert.deepEqual(
    priceOrder({ lines: [{ unitPriceMinor: 1_250, quantity: 2 }], discount: null, state: "MN" }, rules),
    {
      subtotalMinor: 2_500,
      discountMinor: 0,
      taxMinor: 172,
      shippingMinor: 595,
      totalMinor: 3_267,
    },
  );
});

test("an unknown state pays the shop's default rate, and so does a caller who is not known", () => {
  const order = { lines: [{ unitPriceMinor: 1_000, quantity: 1 }], discount: null };
  assert.equal(priceOrder({ ...order, state: "ZZ" }, rules).taxMinor, 60);
  assert.equal(priceOrder({ ...order, state: null }, rules).taxMinor, 60);
  assert.equal(priceOrder({ ...order, state: "OR" }, rules).taxMinor, 0);
});

test("tax is rounded half up", () => {
  // 6 % of 4.25 is 25.5 cents.
  assert.equal(
    priceOrder({ lines: [{ unitPriceMinor: 425, quantity: 1 }], discount: null, state: null }, rules).taxMinor,
    26,
  );
});

test("a discount keeps the shipping threshold, is taxed on what is left, and stops at the ceiling", () => {
  const half: Discount = { kind: "percent", basisPoints: 5_000, coveredMinor: 5_000 };
  assert.deepEqual(
    priceOrder({ lines: [{ unitPriceMinor: 5_000, quantity: 1 }], discount: half, state: null }, rules),
    {
      subtotalMinor: 5_000,
      discountMinor: 1_250,
      taxMinor: 225,
      shippingMinor: 0,
      totalMinor: 3_975,
    },
  );
});

test("a discount takes from the lines that it covers alone", () => {
  const lines = [
    { unitPriceMinor: 3_000, quantity: 1 },
    { unitPriceMinor: 1_000, quantity: 2 },
  ];
  const price = (discount: Discount) => priceOrder({ lines, discount, state: "OR" }, rules).discountMinor;
  assert.equal(price({ kind: "percent", basisPoints: 2_000, coveredMinor: 2_000 }), 400);
  assert.equal(price({ kind: "amount", amountMinor: 900, coveredMinor: 500 }), 500);
  assert.equal(
    price({ kind: "amount", amountMinor: 2_000, coveredMinor: 5_000 }),
    1_250,
    "a quarter of all is the ceiling",
  );
});

const coveredMinor = fc.integer({ min: 0, max: 10_000_000_000 });
const order = fc.record({
  lines: fc.array(
    fc.record({
      unitPriceMinor: fc.integer({ min: 1, max: 10_000_000 }),
      quantity: fc.integer({ min: 1, max: 1_000 }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  discount: fc.oneof(
    fc.constant(null),
    fc.record({
      kind: fc.constant("percent" as const),
      basisPoints: fc.integer({ min: 1, max: 10_000 }),
      coveredMinor,
    }),
    fc.record({
      kind: fc.constant("amount" as const),
      amountMinor: fc.integer({ min: 1, max: 100_000_000 }),
      coveredMinor,
    }),
  ),
  state: fc.constantFrom(null, "OR", "MN", "ZZ"),
});

test("every price is made of whole, non-negative amounts that add up over all lines, within the discount's ceiling", () => {
  fc.assert(
    fc.property(order, (given) => {
      const { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor } = priceOrder(given, rules);
      const amounts = [subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor];
      assert.ok(amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0));
      let sum = 0;
      for (const line of given.lines) sum += line.unitPriceMinor * line.quantity;
      assert.equal(subtotalMinor, sum);
      assert.equal(totalMinor, subtotalMinor - discountMinor + taxMinor + shippingMinor);
      assert.ok(discountMinor * 4 <= subtotalMinor);
      assert.ok(totalMinor > 0);
    }),
  );
});

test("what an order costs does not depend on how its pieces are split into lines", () => {
  fc.assert(
    fc.property(order, (given) => {
      const apart = given.lines.flatMap((line) =>
        line.quantity === 1
          ? [line]
          : [
              { ...line, quantity: line.quantity - 1 },
              { ...line, quantity: 1 },
            ],
      );
      assert.deepEqual(priceOrder({ ...given, lines: apart.toReversed() }, rules), priceOrder(given, rules));
    }),
  );
});

test("more pieces never cost less in all, apart from the shipping that they save", () => {
  fc.assert(
    fc.property(order, fc.nat(9), (given, at) => {
      const one = priceOrder(given, rules);
      const lines = given.lines.map((line, index) =>
        index === at % given.lines.length ? { ...line, quantity: line.quantity + 1 } : line,
      );
      const more = priceOrder({ ...given, discount: null, lines }, rules);
      assert.ok(more.totalMinor - more.shippingMinor >= one.totalMinor - one.shippingMinor);
    }),
  );
});

test("the hash changes with every part of the offer, and with every part of every line", () => {
  const lines = [
    { productId: "kettle", quantity: 2, unitPriceMinor: 1_000, backorderDays: 10 },
    { productId: "mug", quantity: 3, unitPriceMinor: 400, backorderDays: 20 },
  ];
  const offer = { ...priceOrder({ lines, discount: null, state: null }, rules), lines, currency: "USD" };
  const other = (value: number | string) => (typeof value === "number" ? value + 1 : `${value}x`);
  const { lines: _, ...amounts } = offer;
  const changed = [
    ...Object.entries(amounts).map(([name, value]) => quoteHash({ ...offer, [name]: other(value) })),
    ...lines.flatMap((line, at) =>
      Object.entries(line).map(([name, value]) =>
        quoteHash({ ...offer, lines: lines.with(at, { ...line, [name]: other(value) }) }),
      ),
    ),
    quoteHash({ ...offer, lines: lines.slice(0, 1) }),
    quoteHash({
      ...offer,
      lines: [...lines, { productId: "pan", quantity: 1, unitPriceMinor: 1, backorderDays: null }],
    }),
    quoteHash({ ...offer, lines: lines.map((line) => ({ ...line, backorderDays: null })) }),
  ];
  assert.match(quoteHash(offer), /^[0-9a-f]{64}$/);
  assert.equal(new Set([quoteHash(offer), ...changed]).size, 6 + 8 + 3 + 1);
});
