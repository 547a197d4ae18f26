/** Answers that are kept, on the local stack's Redis and database. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import type { Redis } from "ioredis";
import { type RunningRedis, startRedis } from "../../local/redis.ts";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import type { Embeddings } from "../embeddings/port.ts";
import { createPool, rowsOf } from "../postgres/pool.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { openCacheConnection } from "./cache-connection.ts";
import { withSearchCache } from "./cached.ts";
import type { Catalogue, SearchProducts } from "./port.ts";
import { offersOf } from "./product-rows.ts";
import { withQueryCache } from "./query-cache.ts";
import { createSearchCache } from "./search-cache.ts";
import { storeProducts } from "./store-products.ts";

let database: TestDatabase;
let server: RunningRedis;
let folder: string;
let redis: Redis;
const flat: Embeddings = {
  model: "flat",
  dimensions: 384,
  embed: async (texts) => texts.map(() => new Float32Array(384).fill(0.05)),
};
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partyline-search-cache-"));
  [database, server] = await Promise.all([startTestDatabase(2), startRedis({ directory: folder })]);
  redis = openCacheConnection(server.url);
  await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
});
after(async () => {
  redis.disconnect();
  await Promise.all([database.close(), server.stop()]);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await redis.flushall();
  const product = {
    title: "Lamp",
    spokenName: "lamp",
    description: "",
    category: "lamps",
    aliases: [],
    attributes: {},
    currency: "USD",
    rating: 4,
    reviewCount: 1,
    stock: 5,
  };
  const products = ["L-1", "L-2"].map((id, index) => ({ ...product, id, priceMinor: 1_000 * (index + 1) }));
  await storeProducts(database.pool, flat, products, { setsStock: true, retiresOthers: true });
});

/** A catalogue that finds both lamps, cheapest first, and counts how often it is asked. */
function counted() {
  let searches = 0;
  const inner: Catalogue = {
    async search() {
      searches += 1;
      const rows = await rowsOf<{ id: string }>(
        database.pool,
        "SELECT id FROM products WHERE is_active ORDER BY price_minor",
      );
      const chosen = rows.map(({ id }) => ({ productId: id, isMatch: true }));
      return { products: await offersOf(database.pool, chosen), storeWaitMs: 1 };
    },
    prefetch: async () => undefined,
    details: async () => ({ product: null, storeWaitMs: 1 }),
  };
  return { inner, searches: () => searches };
}

const wish: SearchProducts = {
  query: "a lamp",
  priceMinMinor: null,
  priceMaxMinor: null,
  quantity: 1,
  sort: "relevance",
};
const ask = async (catalogue: Catalogue, fields: Partial<SearchProducts> = {}) =>
  (await catalogue.search({ ...wish, ...fields }, contextOf("call-a", "effect"))).products;
const prices = (products: readonly ProductOffer[]) => products.map(({ priceMinor }) => priceMinor);

test("the same question is searched for once, in whatever letters; another one on its own", async () => {
  const { inner, searches } = counted();
  const catalogue = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(redis, 60) });
  const first = await ask(catalogue);
  assert.deepEqual(await ask(catalogue, { query: " A  Lamp" }), first);
  assert.equal(searches(), 1);
  await ask(catalogue, { priceMaxMinor: 1_500 });
  assert.equal(searches(), 2);
});

test("what was looked up ahead is at hand, even while the look-up is under way", async () => {
  const { inner, searches } = counted();
  const catalogue = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(redis, 60) });
  await Promise.all([catalogue.prefetch(wish, contextOf("call-a", "ahead")), ask(catalogue)]);
  assert.deepEqual(prices(await ask(catalogue)), [1_000, 2_000]);
  assert.equal(searches(), 1);
});

test("a changed price, a new product and a sold-out one are known at once", async () => {
  const { inner, searches } = counted();
  const catalogue = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(redis, 60) });
  assert.deepEqual(prices(await ask(catalogue)), [1_000, 2_000]);
  await rowsOf(database.pool, "UPDATE products SET price_minor = 900 WHERE id = 'L-2'");
  assert.deepEqual(prices(await ask(catalogue)), [900, 1_000]);
  await rowsOf(database.pool, "UPDATE products SET reserved = on_hand WHERE id = 'L-1'");
  await ask(catalogue);
  assert.equal(searches(), 3);
  await rowsOf(database.pool, "UPDATE products SET reserved = 0 WHERE id = 'L-1'");
});

test("pieces that go leave the answer as it is, and are told as they are", async () => {
  const { inner, searches } = counted();
  const catalogue = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(redis, 60) });
  await ask(catalogue);
  await rowsOf(database.pool, "UPDATE products SET reserved = 2 WHERE id = 'L-1'");
  assert.equal((await ask(catalogue))[0]?.stock, 3);
  assert.equal(searches(), 1);
  await rowsOf(database.pool, "UPDATE products SET reserved = 0 WHERE id = 'L-1'");
});

test("a kept match that keeps no longer to what was asked is searched for again", async () => {
  const { inner, searches } = counted();
  const catalogue = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(redis, 60) });
  await ask(catalogue, { quantity: 4 });
  await rowsOf(database.pool, "UPDATE products SET reserved = 3 WHERE id = 'L-1'");
  await ask(catalogue, { quantity: 4 });
  assert.equal(searches(), 2);
  await rowsOf(database.pool, "UPDATE products SET reserved = 0 WHERE id = 'L-1'");
});

test("many who ask at once, in this process and in another, search once", async () => {
  const { inner, searches } = counted();
  const other = openCacheConnection(server.url);
  await new Promise<void>((resolve) => other.once("ready", () => resolve()));
  const here = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(redis, 60) });
  const there = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(other, 60) });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index % 2 === 0 ? here : there)));
  assert.equal(searches(), 1);
  for (const answer of answers) assert.deepEqual(prices(answer), [1_000, 2_000]);
  other.disconnect();
});

test("what someone else wrote under the key is not believed", async () => {
  const { inner, searches } = counted();
  const catalogue = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(redis, 60) });
  await ask(catalogue);
  for (const rubbish of ["{", "null", '{"version":1}', '{"version":1,"chosen":[{}]}']) {
    for (const key of await redis.keys("partyline:search:*")) await redis.set(key, rubbish);
    assert.equal((await ask(catalogue)).length, 2);
  }
  assert.equal(searches(), 5);
});

test("vectors of queries are kept to the bit, embedded once, and documents are not kept", async () => {
  const embedded: string[] = [];
  const inner: Embeddings = {
    model: "counting",
    dimensions: 3,
    async embed(texts, kind) {
      embedded.push(...texts.map((text) => `${kind} ${text}`));
      return texts.map((text) => Float32Array.of(text.length, 0.1, -2.5));
    },
  };
  const cached = withQueryCache(inner, redis);
  const [first, again] = await cached.embed(["lamp", "lamp"], "query");
  assert.deepEqual(again, first);
  assert.deepEqual(await cached.embed(["lamp"], "query"), [Float32Array.of(4, 0.1, -2.5)]);
  await cached.embed(["lamp"], "document");
  await cached.embed(["lamp"], "document");
  assert.deepEqual(embedded, ["query lamp", "document lamp", "document lamp"]);
});

test("without Redis everything is searched for, and nothing waits", async () => {
  const { inner, searches } = counted();
  const away = openCacheConnection("redis://127.0.0.1:1");
  const catalogue = withSearchCache(inner, { pool: database.pool, cache: createSearchCache(away, 60) });
  await ask(catalogue);
  assert.deepEqual(prices(await ask(catalogue)), [1_000, 2_000]);
  assert.equal(searches(), 2);
  assert.equal((await withQueryCache(flat, away).embed(["lamp"], "query")).length, 1);
  away.disconnect();
});

test("a database that is away fails the search, also where its answer comes before it is asked for", async () => {
  const away = createPool({
    postgresUrl: "postgres://nobody@127.0.0.1:9/none",
    postgresStatementTimeoutMs: 1_000,
    applicationName: "partyline test",
    maxConnections: 1,
  });
  await away.end();
  const unheard: unknown[] = [];
  const onUnheard = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", onUnheard);
  const cache = createSearchCache(redis, 60);
  const slow: typeof cache = {
    ...cache,
    answer: async (...question) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return cache.answer(...question);
    },
  };
  const { inner } = counted();
  try {
    await assert.rejects(ask(withSearchCache(inner, { pool: away, cache: slow })));
    assert.deepEqual(unheard, []);
  } finally {
    process.off("unhandledRejection", onUnheard);
  }
});
