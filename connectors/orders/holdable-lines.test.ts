import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseShopRules } from "../postgres/shop-rules.ts";
import { holdableLines, mergedLines } from "./holdable-lines.ts";
import { priceOrder } from "./pricing.ts";
import type { StockedProduct } from "./stock.ts";

const rules = parseShopRules({
  currency: "USD",
  tax: { defaultBasisPoints: 600, rules: [], rounding: "half-up", appliesToShipping: false },
  shipping: { methods: [{ id: "standard", flatMinor: 595, freeFromMinor: 5_000 }], defaultMethod: "standard" },
  limits: { maxQuantityPerLine: 5, maxLines: 3, maxOrderTotalMinor: 200_000, maxDiscountBasisPoints: 2_500 },
});
const ids = ["a", "b", "c", "d", "e"];

const shelf = fc.record({
  products: fc.array(
    fc.record({
      id: fc.constantFrom(...ids),
      priceMinor: fc.integer({ min: 1, max: 150_000 }),
      currency: fc.constantFrom("USD", "USD", "USD", "EUR"),
      onHand: fc.nat(12),
      reserved: fc.nat(12),
      backordered: fc.constantFrom(0, 0, 3),
      backorderDays: fc.constantFrom(null, null, 10),
    }),
    { maxLength: 5 },
  ),
  wishes: fc.array(
    fc.record({
      productId: fc.constantFrom(...ids, "gone"),
      quantity: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(1_000_000_000, 2_147_483_647)),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  older: fc.array(fc.record({ productId: fc.constantFrom(...ids), quantity: fc.integer({ min: 1, max: 5 }) }), {
    maxLength: 3,
  }),
  awaited: fc.subarray(ids),
});

test("whatever is asked for, what is held can be had, keeps every limit, and the rest is said with its reason", () => {
  fc.assert(
    fc.property(shelf, ({ products: given, wishes, older, awaited }) => {
      const before = new Map(mergedLines(older).map(({ productId, quantity }) => [productId, quantity]));
      // What the older quote awaits it does not hold.
      const held = new Map([...before].filter(([productId]) => !awaited.includes(productId)));
      const stocked = given.map((fields): StockedProduct => {
        // What the older quote holds is among what is promised.
        const reserved = fields.reserved + (held.get(fields.id) ?? 0);
        return { ...fields, reserved, spokenName: fields.id, category: "any" };
      });
      const products = new Map(stocked.map((product) => [product.id, product]));
      const olderLines = [...before].map(([productId, quantity]) => ({
        productId,
        quantity,
        spokenName: productId,
        unitPriceMinor: 1,
        backorderDays: held.has(productId) ? null : 10,
      }));
      const merged = mergedLines(wishes);
      const { lines, leftLines } = holdableLines(merged, { products, olderLines, taxState: null, rules });

      assert.ok(lines.length <= rules.limits.maxLines);
      assert.equal(new Set(lines.map(({ productId }) => productId)).size, lines.length);
      if (lines.length > 0) {
        const { totalMinor } = priceOrder({ lines, discount: null, state: null }, rules);
        assert.ok(totalMinor <= rules.limits.maxOrderTotalMinor);
      }
      for (const { productId, quantity, unitPriceMinor, backorderDays } of lines) {
        const product = products.get(productId);
        assert.ok(product !== undefined && product.currency === rules.currency);
        assert.equal(unitPriceMinor, product.priceMinor);
        assert.ok(quantity >= 1 && quantity <= rules.limits.maxQuantityPerLine);
        const free = product.onHand - product.reserved - product.backordered + (held.get(productId) ?? 0);
        assert.equal(backorderDays, quantity > Math.max(0, free) ? product.backorderDays : null);
        if (backorderDays === null) assert.ok(quantity <= free, "held from what is there");
      }
      for (const { productId, quantity } of merged) {
        const line = lines.find((other) => other.productId === productId);
        const left = leftLines.find((other) => other.productId === productId);
        assert.equal(left === undefined, line?.quantity === quantity, "held as it was asked for, or said");
        if (line !== undefined && line.quantity !== quantity) assert.equal(line.quantity, before.get(productId));
      }
    }),
  );
});

test("merging keeps the order of naming, counts every piece, and never more than a number of pieces can be", () => {
  assert.deepEqual(
    mergedLines([
      { productId: "b", quantity: 1 },
      { productId: "a", quantity: 2 },
      { productId: "b", quantity: 3 },
    ]),
    [
      { productId: "b", quantity: 4 },
      { productId: "a", quantity: 2 },
    ],
  );
  const flood = Array.from({ length: 10_000 }, () => ({ productId: "a", quantity: 2_147_483_647 }));
  assert.deepEqual(mergedLines(flood), [{ productId: "a", quantity: 1_000_000_000 }]);
});
