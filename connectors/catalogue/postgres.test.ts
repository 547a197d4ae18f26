/** The shop's own catalogue and questions, with the real model. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cacheDirectory } from "../../local/cache-directory.ts";
import { embeddingModelFiles } from "../../local/embedding-model.ts";
import { loadShop, readShop } from "../../shop/load.ts";
import type { Shop } from "../../shop/shop-files.ts";
import { startGeminiSimulator } from "../../simulators/gemini/server.ts";
import { withFileCache } from "../embeddings/file-cache.ts";
import { createGeminiEmbeddings } from "../embeddings/gemini.ts";
import { createLocalEmbeddings } from "../embeddings/local.ts";
import type { Embeddings } from "../embeddings/port.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import type { Catalogue, SearchProducts } from "./port.ts";
import { createPostgresCatalogue } from "./postgres.ts";
import { storeProducts } from "./store-products.ts";

let database: TestDatabase;
let embeddings: Embeddings & { close(): Promise<void> };
let shop: Shop;
let catalogue: Catalogue;
before(async () => {
  const { modelPath, tokenizerPath } = await embeddingModelFiles();
  embeddings = await createLocalEmbeddings({
    embeddingModelPath: modelPath,
    embeddingTokenizerPath: tokenizerPath,
    threads: 2,
  });
  database = await startTestDatabase();
  shop = await readShop();
  const kept = await withFileCache(embeddings, join(cacheDirectory(), "embedded-shop.json"));
  const summary = await loadShop(database.pool, kept, shop);
  await kept.save();
  assert.equal(summary.embedded, shop.products.length);
  catalogue = createPostgresCatalogue({ pool: database.pool, embeddings });
});
after(async () => {
  await database.close();
  await embeddings.close();
});

async function search(query: string, wish: Partial<SearchProducts> = {}) {
  const all = { query, priceMinMinor: null, priceMaxMinor: null, quantity: 1, sort: "relevance", ...wish } as const;
  return (await catalogue.search(all, contextOf("call-a", "effect"))).products;
}

test("every spoken question finds what answers it, and no match breaks its price", async () => {
  type Question = {
    query: string;
    expectedFilters: { priceMinMinor?: number; priceMaxMinor?: number };
    acceptable: string[];
  };
  const lines = (await readFile(new URL("../../shop/spoken-queries.jsonl", import.meta.url), "utf8"))
    .trim()
    .split("\n");
  const inStock = new Set(shop.products.filter(({ stock }) => stock > 0).map(({ id }) => id));
  const misses: string[] = [];
  for (const line of lines) {
    const { query, expectedFilters, acceptable } = JSON.parse(line) as Question;
    const found = await search(query, expectedFilters);
    const { priceMinMinor = 0, priceMaxMinor = Number.MAX_SAFE_INTEGER } = expectedFilters;
    for (const { isMatch, priceMinor } of found)
      assert.ok(!isMatch || (priceMinor >= priceMinMinor && priceMinor <= priceMaxMinor), query);
    const answers = acceptable.filter((id) => inStock.has(id));
    if (answers.length > 0 && !found.some(({ productId, isMatch }) => isMatch && answers.includes(productId)))
      misses.push(query);
  }
  assert.ok(lines.length >= 40);
  assert.deepEqual(misses, []);
});

test("when nothing keeps to the price, the nearest of its kind are told as such", async () => {
  const found = await search("electric kettle", { priceMaxMinor: 500 });
  assert.ok(found.length > 0);
  assert.ok(found.every(({ isMatch, priceMinor }) => !isMatch && priceMinor > 500));
  assert.match(found[0]?.title ?? "", /kettle/i);
});

test("words that the shop has nothing for match nothing", async () => {
  for (const query of ["a helicopter", "asdf qwer"]) {
    const found = await search(query);
    assert.ok(
      found.every(({ isMatch }) => !isMatch),
      query,
    );
  }
});

test("words that mean something to a database are only words", async () => {
  for (const query of ["'; DROP TABLE products; --", "kettle & | ! <-> :*", "the of and", "\\'(((", "price:1000 😀"])
    assert.ok((await search(query)).length > 0, query);
});

test("only what is there in the quantity is found, and stock that is promised is not there", async () => {
  const [first] = await search("steel travel mug");
  assert.ok(first);
  await database.pool.query("UPDATE products SET reserved = on_hand - 1 WHERE id = $1", [first.productId]);
  const has = (products: Awaited<ReturnType<typeof search>>) =>
    products.find(({ productId }) => productId === first.productId);
  assert.equal(has(await search("steel travel mug"))?.stock, 1);
  assert.equal(has(await search("steel travel mug", { quantity: 2 })), undefined);
  await database.pool.query("UPDATE products SET backordered = 1 WHERE id = $1", [first.productId]);
  assert.equal(has(await search("steel travel mug")), undefined, "others wait for it");
  await database.pool.query("UPDATE products SET backordered = 0 WHERE id = $1", [first.productId]);
  await database.pool.query("UPDATE products SET reserved = 0 WHERE id = $1", [first.productId]);
});

test("what may be ordered before it is there is found, and told as what it is", async () => {
  const awaited = shop.products.find(({ backorderDays }) => backorderDays !== undefined);
  assert.ok(awaited?.stock === 0);
  const found = (await search(awaited.title, { quantity: 2 })).find(({ productId }) => productId === awaited.id);
  assert.deepEqual([found?.isMatch, found?.stock, found?.backorderDays], [true, 0, awaited.backorderDays]);
});

test("what the words insist on is a condition, and so is a rating", async () => {
  const colourOf = ({ attributes }: { attributes: readonly { name: string; value: string }[] }) =>
    attributes.find(({ name }) => name === "colour")?.value ?? "";
  for (const query of ["headphones in black only", "headphones that must be black"]) {
    const found = await search(query);
    assert.ok(found.length > 0 && found.every(({ isMatch }) => isMatch), query);
    for (const product of found) assert.match(`${product.title} ${colourOf(product)} ${product.description}`, /black/i);
  }
  const rated = await search("headphones rated at least four and a half stars");
  assert.ok(rated.length > 0);
  assert.ok(rated.every(({ isMatch, rating }) => isMatch && rating >= 4.5));
});

test("the most popular come first where they are asked for", async () => {
  const reviews = new Map(shop.products.map(({ id, reviewCount }) => [id, reviewCount]));
  const found = await search("most popular headphones");
  const counts = found.map(({ productId }) => reviews.get(productId) ?? 0);
  assert.ok(counts.length > 1);
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => b - a),
  );
});

test("more and looser products may be asked for; they keep to the price and are not called matches", async () => {
  const wish = { priceMaxMinor: 4_000, limit: 10, hasLooser: true };
  const found = await search("electric kettle", wish);
  assert.equal(found.length, 10);
  assert.ok(found.every(({ priceMinor }) => priceMinor <= 4_000));
  const firstLoose = found.findIndex(({ isMatch }) => !isMatch);
  assert.ok(firstLoose >= 0 && found.slice(firstLoose).every(({ isMatch }) => !isMatch));
});

test("details are those of the shop, and of nothing else", async () => {
  const [product] = shop.products;
  assert.ok(product);
  const { product: told, storeWaitMs } = await catalogue.details(
    { productId: product.id },
    contextOf("call-a", "effect"),
  );
  assert.ok(storeWaitMs > 0);
  assert.deepEqual(told, {
    productId: product.id,
    title: product.title,
    spokenName: product.spokenName,
    category: product.category,
    priceMinor: product.priceMinor,
    currency: product.currency,
    stock: product.stock,
    description: product.description,
    attributes: Object.entries(product.attributes).map(([name, value]) => ({ name, value: String(value) })),
    rating: product.rating,
    isMatch: true,
    backorderDays: null,
  });
  const none = await catalogue.details({ productId: "P-00000" }, contextOf("call-a", "effect"));
  assert.equal(none.product, null);
});

test("loading again embeds only what changed, and leaves stock as the calls left it", async () => {
  const [first, second, ...rest] = shop.products;
  assert.ok(first && second);
  await database.pool.query("UPDATE products SET on_hand = 3 WHERE id = $1", [first.id]);
  const changed = { ...shop, products: [{ ...first, stock: 99, description: "Something else." }, ...rest] };
  assert.equal((await loadShop(database.pool, embeddings, changed)).embedded, 1);
  const stored = await database.pool.query("SELECT on_hand, description FROM products WHERE id = $1", [first.id]);
  assert.deepEqual(stored.rows, [{ on_hand: 3, description: "Something else." }]);
  const gone = await catalogue.details({ productId: second.id }, contextOf("call-a", "effect"));
  assert.equal(gone.product, null, "what the shop no longer lists is not sold");
});

test("a word that is misheard or spelled otherwise is taken for the one it is nearly the same as", async () => {
  for (const query of ["an electric kettel", "a kettlle"]) {
    const [first] = await search(query);
    assert.match(first?.spokenName ?? "", /kettle/, query);
    assert.equal(first?.isMatch, true, query);
  }
});

test("a product has a vector of each model, and a search with one that it has none of says so", async () => {
  const simulator = await startGeminiSimulator();
  const other = createGeminiEmbeddings({
    apiKey: "any",
    model: "gemini-embedding-001",
    baseUrl: `http://127.0.0.1:${simulator.port}`,
  });
  const elsewhere = createPostgresCatalogue({ pool: database.pool, embeddings: other });
  const wish = { query: "a kettle", priceMinMinor: null, priceMaxMinor: null, quantity: 1, sort: "relevance" } as const;
  await assert.rejects(elsewhere.search(wish, contextOf("call-a", "effect")), { code: "SETTINGS_INVALID" });
  const stored = shop.products.filter(
    (_, index) => index % 4 === 0 || /kettle/.test(shop.products[index]?.title ?? ""),
  );
  await storeProducts(database.pool, other, stored, { setsStock: false, retiresOthers: false });
  const { products } = await elsewhere.search(wish, contextOf("call-a", "effect"));
  assert.match(products[0]?.spokenName ?? "", /kettle/);
  assert.match((await search("a kettle"))[0]?.spokenName ?? "", /kettle/);
  await Promise.all([other.close(), simulator.close()]);
});
