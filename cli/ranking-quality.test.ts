import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ndcg10, violationsTop5 } from "./ranking-quality.ts";

const judged = new Map([
  ["exact", 2],
  ["also exact", 2],
  ["partial", 1],
]);

describe("NDCG@10", () => {
  it("is 1 for the ideal order and 0 for nothing of it", () => {
    assert.equal(ndcg10(["exact", "also exact", "partial"], judged), 1);
    assert.equal(ndcg10(["other"], judged), 0);
    assert.equal(ndcg10([], judged), 0);
  });

  it("discounts by the logarithm of the rank, with gain 2^rel - 1", () => {
    const ideal = 3 + 3 / Math.log2(3) + 1 / 2;
    assert.equal(ndcg10(["partial", "other", "exact"], judged), (1 + 3 / 2) / ideal);
  });

  it("looks at ten, and counts a product once", () => {
    const others = Array.from({ length: 10 }, (_, index) => `other ${index}`);
    assert.equal(ndcg10([...others, "exact"], judged), 0);
    assert.equal(ndcg10(["exact", "exact"], judged), ndcg10(["exact"], judged));
  });

  it("is not there where nothing was judged", () => assert.equal(ndcg10(["exact"], new Map()), null));
});

describe("limits that are broken in the first five", () => {
  const prices = new Map(["a", "b", "c", "d", "e", "f"].map((id, index) => [id, (index + 1) * 100]));
  const count = (ids: readonly string[], limits: Parameters<typeof violationsTop5>[1]) =>
    violationsTop5(ids, limits, (id) => prices.get(id));

  it("are counted, bounds included, the sixth left out", () => {
    const limits = { priceMinMinor: 200, priceMaxMinor: 400 };
    assert.deepEqual(count(["a", "b", "c", "d", "e", "f"], limits), { broken: 2, shown: 5 });
    assert.deepEqual(count(["b", "d"], limits), { broken: 0, shown: 2 });
  });

  it("are broken by what nobody knows", () => assert.deepEqual(count(["x"], {}), { broken: 1, shown: 1 }));
});
