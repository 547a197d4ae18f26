/** Writing products into a shop, and the index over their vectors. The vectors are made up, so that the nearest ones are known. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import type { Embeddings } from "../embeddings/port.ts";
import { rowsOf } from "../postgres/pool.ts";
import { startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { findCandidates } from "./candidates.ts";
import { type StoredProduct, storeProducts } from "./store-products.ts";
import { isIndexed, tendVectorIndex } from "./vector-index.ts";

const DIMENSIONS = 384;
let database: TestDatabase;
before(async () => {
  database = await startTestDatabase(2);
});
after(() => database.close());

/** A unit vector that depends on the text alone. */
function vectorOf(text: string): Float32Array {
  let seed = createHash("sha256").update(text).digest().readUInt32LE(0);
  const vector = Float32Array.from({ length: DIMENSIONS }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  });
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function countingEmbeddings() {
  const embedded: string[] = [];
  const embeddings: Embeddings = {
    model: "made-up",
    dimensions: DIMENSIONS,
    async embed(texts) {
      embedded.push(...texts);
      return texts.map(vectorOf);
    },
  };
  return { embeddings, embedded };
}

function product(number: number, fields: Partial<StoredProduct> = {}): StoredProduct {
  return {
    id: `T-${String(number).padStart(5, "0")}`,
    title: `Thing ${number}`,
    spokenName: `thing ${number}`,
    description: "A thing.",
    category: "things",
    aliases: ["article"],
    attributes: { colour: "red" },
    priceMinor: 1_000 + number,
    currency: "USD",
    rating: 4,
    reviewCount: 3,
    stock: 7,
    ...fields,
  };
}

const plain = { setsStock: false, retiresOthers: false };

test("writing again writes nothing; a changed price is no reason to embed; a changed text is", async () => {
  const { embeddings, embedded } = countingEmbeddings();
  const products = [product(1), product(2), product(3)];
  const store = (list: readonly StoredProduct[]) => storeProducts(database.pool, embeddings, list, plain);
  assert.deepEqual(await store(products), { added: 3, changed: 0, unchanged: 0, embedded: 3, retired: 0 });
  assert.deepEqual(await store(products), { added: 0, changed: 0, unchanged: 3, embedded: 0, retired: 0 });
  const changed = [product(1, { priceMinor: 5 }), product(2, { description: "Another thing." }), product(3)];
  assert.deepEqual(await store(changed), { added: 0, changed: 2, unchanged: 1, embedded: 1, retired: 0 });
  assert.equal(embedded.length, 4);
});

test("stock stays as calls left it, unless it is to be set", async () => {
  const { embeddings } = countingEmbeddings();
  await storeProducts(database.pool, embeddings, [product(10)], plain);
  await rowsOf(database.pool, "UPDATE products SET on_hand = 2 WHERE id = 'T-00010'");
  const onHand = async () =>
    (await rowsOf<{ pieces: number }>(database.pool, "SELECT on_hand AS pieces FROM products WHERE id = 'T-00010'"))[0]
      ?.pieces;
  await storeProducts(database.pool, embeddings, [product(10, { title: "New name", stock: 50 })], plain);
  assert.equal(await onHand(), 2);
  await storeProducts(database.pool, embeddings, [product(10, { stock: 50 })], { ...plain, setsStock: true });
  assert.equal(await onHand(), 50);
});

test("within how many days a product is sent that is out of stock is what was written last", async () => {
  const { embeddings } = countingEmbeddings();
  for (const backorderDays of [10, 20, undefined]) {
    await storeProducts(database.pool, embeddings, [product(15, { backorderDays })], plain);
    const rows = await rowsOf(database.pool, "SELECT backorder_days AS days FROM products WHERE id = 'T-00015'");
    assert.deepEqual(rows, [{ days: backorderDays ?? null }]);
  }
});

test("what is retired is sold no longer, and comes back when it is written again", async () => {
  const { embeddings } = countingEmbeddings();
  const summary = await storeProducts(database.pool, embeddings, [product(20)], { ...plain, retiresOthers: true });
  assert.ok(summary.retired > 0);
  const sold = await rowsOf<{ id: string }>(database.pool, "SELECT id FROM products WHERE is_active");
  assert.deepEqual(sold, [{ id: "T-00020" }]);
  assert.equal((await storeProducts(database.pool, embeddings, [product(1)], plain)).changed, 1);
});

test("a batch that fails leaves the batches before it, and nothing of itself", async () => {
  const { embeddings } = countingEmbeddings();
  const many = Array.from({ length: 30 }, (_, index) => product(100 + index));
  const wrong = product(199, { currency: "dollars" });
  await assert.rejects(storeProducts(database.pool, embeddings, [...many, wrong], plain), { code: "DATABASE_FAILED" });
  const [row] = await rowsOf<{ count: number }>(
    database.pool,
    "SELECT count(*)::int AS count FROM products WHERE id BETWEEN 'T-00100' AND 'T-00199'",
  );
  assert.equal(row?.count, 25);
});

test("the index finds what comparing every vector finds, however few products keep to the price", async () => {
  const { embeddings } = countingEmbeddings();
  const many = Array.from({ length: 600 }, (_, index) => product(1_000 + index, { priceMinor: 10_000 + index }));
  await storeProducts(database.pool, embeddings, many, { ...plain, retiresOthers: true });
  assert.equal(await tendVectorIndex(database.pool, 10_000), "kept");
  const ask = async (priceMaxMinor: number, exactUpTo: number) => {
    const found = await findCandidates(
      database.pool,
      {
        vector: vectorOf("a question"),
        model: "made-up",
        phrases: ["zebra"],
        quantity: 1,
        priceMinMinor: 10_000,
        priceMaxMinor,
        minRating: 0,
      },
      exactUpTo,
    );
    const within = found.filter(({ priceMinor }) => priceMinor <= priceMaxMinor);
    return within.toSorted((a, b) => b.similarity - a.similarity).map(({ productId }) => productId);
  };
  const bands = [10_600, 10_060, 10_004];
  const exact: (readonly string[])[] = [];
  for (const band of bands) exact.push(await ask(band, 10_000));
  assert.equal(await tendVectorIndex(database.pool, 500), "built");
  assert.equal(await isIndexed(database.pool), true);
  assert.equal(await tendVectorIndex(database.pool, 500), "kept");
  for (const [index, band] of bands.entries()) {
    const found = (await ask(band, 0)).slice(0, 50);
    const wanted = exact[index] ?? [];
    const shared = found.filter((id) => wanted.includes(id)).length;
    assert.equal(found.length, wanted.length, `up to ${band}`);
    assert.ok(shared >= wanted.length * 0.95, `${shared} of ${wanted.length} up to ${band}`);
  }
  assert.equal(await tendVectorIndex(database.pool, 10_000), "dropped");
  assert.equal(await isIndexed(database.pool), false);
});
