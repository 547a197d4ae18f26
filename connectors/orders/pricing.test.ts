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
  assert.deepEqual(priceOrder({ unitPriceMinor: 1_250, quantity: 2, discount: null, state: "MN" }, rules), {
    subtotalMinor: 2_500,
    discountMinor: 0,
    taxMinor: 172,
    shippingMinor: 595,
    totalMinor: 3_267,
  });
});

test("an unknown state pays the shop's default rate, and so does a caller who is not known", () => {
  const order = { unitPriceMinor: 1_000, quantity: 1, discount: null };
  assert.equal(priceOrder({ ...order, state: "ZZ" }, rules).taxMinor, 60);
  assert.equal(priceOrder({ ...order, state: null }, rules).taxMinor, 60);
  assert.equal(priceOrder({ ...order, state: "OR" }, rules).taxMinor, 0);
});

test("tax is rounded half up", () => {
  // 6 % of 4.25 is 25.5 cents.
  assert.equal(priceOrder({ unitPriceMinor: 425, quantity: 1, discount: null, state: null }, rules).taxMinor, 26);
});

test("a discount keeps the shipping threshold, is taxed on what is left, and stops at the ceiling", () => {
  const half: Discount = { kind: "percent", basisPoints: 5_000 };
  assert.deepEqual(priceOrder({ unitPriceMinor: 5_000, quantity: 1, discount: half, state: null }, rules), {
    subtotalMinor: 5_000,
    discountMinor: 1_250,
    taxMinor: 225,
    shippingMinor: 0,
    totalMinor: 3_975,
  });
});

const order = fc.record({
  unitPriceMinor: fc.integer({ min: 1, max: 10_000_000 }),
  quantity: fc.integer({ min: 1, max: 1_000 }),
  discount: fc.oneof(
    fc.constant(null),
    fc.record({ kind: fc.constant("percent" as const), basisPoints: fc.integer({ min: 1, max: 10_000 }) }),
    fc.record({ kind: fc.constant("amount" as const), amountMinor: fc.integer({ min: 1, max: 100_000_000 }) }),
  ),
  state: fc.constantFrom(null, "OR", "MN", "ZZ"),
});

test("every price is made of whole, non-negative amounts that add up, within the discount's ceiling", () => {
  fc.assert(
    fc.property(order, (given) => {
      const { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor } = priceOrder(given, rules);
      const amounts = [subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor];
      assert.ok(amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0));
      assert.equal(subtotalMinor, given.unitPriceMinor * given.quantity);
      assert.equal(totalMinor, subtotalMinor - discountMinor + taxMinor + shippingMinor);
      assert.ok(discountMinor * 4 <= subtotalMinor);
      assert.ok(totalMinor > 0);
    }),
  );
});

test("more pieces never cost less in all, apart from the shipping that they save", () => {
  fc.assert(
    fc.property(order, (given) => {
      const one = priceOrder(given, rules);
      const more = priceOrder({ ...given, quantity: given.quantity + 1 }, rules);
      assert.ok(more.totalMinor - more.shippingMinor >= one.totalMinor - one.shippingMinor);
    }),
  );
});

test("the hash changes with every part of the offer", () => {
  const offer = {
    ...priceOrder({ unitPriceMinor: 1_000, quantity: 2, discount: null, state: null }, rules),
    productId: "kettle",
    quantity: 2,
    unitPriceMinor: 1_000,
    currency: "USD",
  };
  const changed = Object.entries(offer).map(([name, value]) =>
    quoteHash({ ...offer, [name]: typeof value === "number" ? value + 1 : `${value}x` }),
  );
  assert.match(quoteHash(offer), /^[0-9a-f]{64}$/);
  assert.equal(new Set([quoteHash(offer), ...changed]).size, Object.keys(offer).length + 1);
});
