import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type pg from "pg";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { withPreferences } from "./personal.ts";
import type { Catalogue, SearchProducts } from "./port.ts";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await resetSmallShop(database.pool);
  await database.pool.query(
    `INSERT INTO call_identities (call_sid, customer_id, proven_at, proven_by) VALUES ('call-ben', 'ben', now(), 'pin')`,
  );
});

const offer = (productId: string, category: string): ProductOffer => ({
  productId,
  title: "Steel Thing",
  spokenName: "steel thing",
  category,
  priceMinor: 3_000,
  currency: "USD",
  stock: 5,
  description: "",
  attributes: [],
  rating: 4,
  isMatch: true,
  backorderDays: null,
});
const wish: SearchProducts = {
  query: "steel thing",
  priceMinMinor: null,
  priceMaxMinor: null,
  quantity: 1,
  sort: "relevance",
};

/** A catalogue that finds one thing of each kind; Ben has bought of one of them before. */
async function shop() {
  const { rows } = await database.pool.query(
    `SELECT p.category FROM orders o JOIN order_lines l ON l.order_number = o.number JOIN products p ON p.id = l.product_id WHERE o.customer_id = 'ben'`,
  );
  const bought: string = rows[0]?.category;
  const answer = { products: [offer("other", "never bought"), offer("liked", bought)], storeWaitMs: 1 };
  const inner: Catalogue = {
    search: async () => answer,
    prefetch: async () => undefined,
    details: async () => ({ product: null, storeWaitMs: 0 }),
  };
  const catalogue = withPreferences(inner, { pool: database.pool });
  return {
    answer,
    search: (callSid: string, given: Partial<SearchProducts> = {}) =>
      catalogue.search({ ...wish, ...given }, contextOf(callSid, "effect-1")),
  };
}
const ids = (products: readonly ProductOffer[]) => products.map(({ productId }) => productId);

describe("personal answers", () => {
  it("given a caller who has proven who they are, then what suits their orders comes first of equals", async () => {
    const { search } = await shop();
    assert.deepEqual(ids((await search("call-ben")).products), ["liked", "other"]);
  });

  it("given a caller who has not, then the answer is the very one of the catalogue, also when the number is a customer's", async () => {
    const { search, answer } = await shop();
    assert.equal(await search("call-unknown"), answer);
  });

  it("given a customer who has bought nothing, then too", async () => {
    await database.pool.query(
      `INSERT INTO call_identities (call_sid, customer_id, proven_at, proven_by) VALUES ('call-ana', 'ana', now(), 'pin')`,
    );
    const { search, answer } = await shop();
    assert.equal(await search("call-ana"), answer);
  });

  it("given an order that the caller asked for, then it stays", async () => {
    const { search, answer } = await shop();
    assert.equal(await search("call-ben", { sort: "priceAscending" }), answer);
  });

  it("given a cancelled order, or a customer who was erased, then nothing is known of their taste", async () => {
    const { search, answer } = await shop();
    await database.pool.query("UPDATE customers SET erased_at = now() WHERE id = 'ben'");
    assert.equal(await search("call-ben"), answer);
    await database.pool.query("UPDATE customers SET erased_at = NULL WHERE id = 'ben'");
    await database.pool.query("UPDATE orders SET status = 'cancelled' WHERE customer_id = 'ben'");
    assert.equal(await search("call-ben"), answer);
  });

  it("given a database that does not tell, then the search goes without", async () => {
    const { answer } = await shop();
    const inner: Catalogue = {
      search: async () => answer,
      prefetch: async () => undefined,
      details: async () => ({ product: null, storeWaitMs: 0 }),
    };
    const gone = { query: () => Promise.reject(new Error("the database is away")) } as unknown as pg.Pool;
    const catalogue = withPreferences(inner, { pool: gone });
    assert.equal(await catalogue.search(wish, contextOf("call-ben", "effect-1")), answer);
  });
});
