import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import { ordered, type Preferences } from "./preferences.ts";

function shirt(productId: string, size: string, fields: Partial<ProductOffer> = {}): ProductOffer {
  return {
    productId,
    title: "Cotton Shirt",
    spokenName: "cotton shirt",
    category: "shirts",
    priceMinor: 2_000,
    currency: "USD",
    stock: 5,
    description: "A shirt.",
    attributes: [{ name: "size", value: size }],
    rating: 4,
    isMatch: true,
    backorderDays: null,
    ...fields,
  };
}
const wearsMedium: Preferences = { categories: ["shirts"], sizes: { shirts: "medium" } };
const ids = (products: readonly ProductOffer[]) => products.map(({ productId }) => productId);

describe("preferences", () => {
  it("given equal products, then the one in the customer's size passes the one before it, and only that", () => {
    const products = [shirt("small", "small"), shirt("large", "large"), shirt("medium", "Medium")];
    assert.deepEqual(ids(ordered(products, "cotton shirt", wearsMedium)), ["small", "medium", "large"]);
  });

  it("given a size that was named, then it comes before the customer's own", () => {
    const products = [shirt("large", "large"), shirt("medium", "medium")];
    assert.deepEqual(ids(ordered(products, "cotton shirt in large", wearsMedium)), ["large", "medium"]);
  });

  it("given a product that is nearer to what was asked for, then no taste passes it", () => {
    const kettle = shirt("kettle", "one", { title: "Steel Kettle", spokenName: "steel kettle", category: "kitchen" });
    const products = [kettle, shirt("medium", "medium")];
    assert.deepEqual(ids(ordered(products, "steel kettle", wearsMedium)), ["kettle", "medium"]);
  });

  it("given a kind of thing that the customer buys, then it passes another kind that fits as well", () => {
    const apron = shirt("apron", "one", { category: "aprons" });
    const products = [apron, shirt("small", "small")];
    assert.deepEqual(ids(ordered(products, "cotton", wearsMedium)), ["small", "apron"]);
  });

  it("given products that do not keep to the price, then they pass nothing", () => {
    const products = [shirt("large", "large"), shirt("medium", "medium", { isMatch: false })];
    assert.deepEqual(ids(ordered(products, "cotton shirt", wearsMedium)), ["large", "medium"]);
  });

  it("loses and doubles nothing", () => {
    const products = ["small", "medium", "large", "medium", "small"].map((size, index) => shirt(`${index}`, size));
    assert.deepEqual(ids(ordered(products, "shirt", wearsMedium)).toSorted(), ["0", "1", "2", "3", "4"]);
    assert.deepEqual(ordered([], "shirt", wearsMedium), []);
  });
});
