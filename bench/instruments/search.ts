/** Product search: the adapter's own search, the nearest vectors alone with and without an index, and a plain Redis GET beside them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { toSql } from "pgvector";
import { openCatalogue } from "../../connectors/catalogue/open-catalogue.ts";
import type { SearchProducts } from "../../connectors/catalogue/port.ts";
import { withFileCache } from "../../connectors/embeddings/file-cache.ts";
import { createLocalEmbeddings } from "../../connectors/embeddings/local.ts";
import { cacheDirectory } from "../../local/cache-directory.ts";
import { embeddingModelFiles } from "../../local/embedding-model.ts";
import { startRedis } from "../../local/redis.ts";
import { parseSpokenQueries, type SpokenQuery } from "../../shop/any-catalogue.ts";
import { readShop } from "../../shop/load.ts";
import { defineInstrument } from "../instrument.ts";
import { quantilesOf } from "../quantiles.ts";
import { type StoredCatalogue, storeCatalogue } from "../search/stored-catalogue.ts";
import { rateAtOnce, timesOf } from "../search/timed.ts";
import { column, type Row, type Table } from "../table.ts";

const AT_ONCE = 8;
const NEAREST = 5;
const CACHE_SECONDS = 3_600;
const latency = [column("P50", "ms", 2), column("P95", "ms", 2), column("P99", "ms", 2)];

function wishOf({ query, limits }: SpokenQuery): SearchProducts {
  return { query, priceMinMinor: null, priceMaxMinor: null, quantity: 1, sort: "relevance", ...limits };
}

const context = { callSid: "CA0", effectId: "bench", signal: new AbortController().signal, notify: () => undefined };

/** Ids of the nearest vectors, nearest first. */
async function nearest({ client }: StoredCatalogue, vector: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT product_id AS id FROM product_embeddings ORDER BY embedding <=> $1::vector LIMIT ${NEAREST}`,
    [vector],
  );
  return rows.map(({ id }) => id);
}

export const instrument = defineInstrument({
  name: "search",
  summary: "product search: latency by catalogue size, with and without an index, recall, and Redis beside it",
  options: {
    sizes: {
      kind: "numbers",
      summary: "products; beyond the shop's own they are synthetic",
      fallback: [3_000, 30_000],
      quick: [1_000],
      min: 1_000,
      max: 1_000_000,
    },
    rounds: { kind: "number", summary: "how often each question is asked", fallback: 3, quick: 1, min: 1, max: 1_000 },
    seconds: {
      kind: "number",
      summary: "time for each figure of operations a second",
      fallback: 3,
      quick: 0.1,
      min: 0.05,
      max: 600,
    },
  },
  async prepare(bench) {
    const { sizes, rounds, seconds } = bench.options;
    const serverUrl = process.env.POSTGRES_URL ?? "";
    const { modelPath, tokenizerPath } = await embeddingModelFiles({ onProgress: bench.progress });
    // No query is kept: each search is the first one for its words.
    const model = await createLocalEmbeddings({
      embeddingModelPath: modelPath,
      embeddingTokenizerPath: tokenizerPath,
      cachedQueries: 0,
    });
    bench.atEnd(() => model.close());
    const kept = await withFileCache(model, join(cacheDirectory(), "embedded-shop.json"));
    const redisServer = await startRedis({ directory: await bench.folder(), onProgress: bench.progress });
    bench.atEnd(() => redisServer.stop());
    const redis = new Redis(redisServer.url);
    bench.atEnd(() => redis.disconnect());
    const whole = await readShop();
    const shop = bench.isQuick ? { ...whole, products: whole.products.slice(0, 100) } : whole;
    const stored: StoredCatalogue[] = [];
    for (const size of sizes) {
      bench.signal.throwIfAborted();
      const folder = await bench.folder();
      const catalogue = await storeCatalogue(size, {
        serverUrl,
        folder,
        shop,
        embeddings: kept,
        progress: bench.progress,
      });
      bench.atEnd(() => catalogue.close());
      stored.push(catalogue);
    }
    await kept.save();
    const all = parseSpokenQueries(await readFile(new URL("../../shop/spoken-queries.jsonl", import.meta.url), "utf8"));
    const queries = bench.isQuick ? all.slice(0, 4) : all;
    const asked = Array.from({ length: rounds }, () => queries).flat();
    const vectors = new Map<string, string>();
    for (const { query } of queries) {
      const [vector] = await model.embed([query], "query");
      vectors.set(query, toSql(Array.from(vector ?? [])) ?? "");
    }
    const vectorOf = ({ query }: SpokenQuery): string => vectors.get(query) ?? "";

    /** Words to products. With the cache, every question was asked before: the rest is what an answer that is known still takes. */
    async function searchRow(catalogue: StoredCatalogue, isIndexed: boolean, isCached: boolean): Promise<Row> {
      const pool = isIndexed ? catalogue.pools.indexed : catalogue.pools.plain;
      const opened = openCatalogue({
        pool,
        embeddings: model,
        redisUrl: redisServer.url,
        searchCacheSeconds: isCached ? CACHE_SECONDS : 0,
      });
      const search = (query: SpokenQuery) => opened.catalogue.search(wishOf(query), context);
      try {
        await catalogue.showIndex(isIndexed);
        await opened.prewarm();
        if (isCached) {
          // Answers of another catalogue in this run may be kept under the same questions.
          await redis.flushall();
          for (const query of queries) await search(query);
        }
        const { p50, p95, p99 } = quantilesOf(await timesOf(asked, search));
        const rate = await rateAtOnce(AT_ONCE, seconds * 1000, (index) =>
          search(asked[index % asked.length] as SpokenQuery),
        );
        return {
          labels: [catalogue.products, isIndexed ? "HNSW" : "none", isCached ? "full" : "none"],
          cells: [p50, p95, p99, rate.perSecond, rate.failedShare * 100],
        };
      } finally {
        opened.close();
      }
    }

    async function nearestRows(catalogue: StoredCatalogue): Promise<readonly Row[]> {
      const exactIds = new Map<string, readonly string[]>();
      const rows: Row[] = [];
      for (const [way, isIndexed, effort] of [
        ["exact", false, 40],
        ["HNSW, ef_search 40", true, 40],
        ["HNSW, ef_search 200", true, 200],
      ] as const) {
        await catalogue.showIndex(isIndexed);
        // So that the index is used at every size: over a small table the planner prefers to scan.
        await catalogue.client.query(isIndexed ? "SET enable_seqscan = off" : "RESET enable_seqscan");
        await catalogue.client.query(`SET hnsw.ef_search = ${effort}`);
        let [found, wanted] = [0, 0];
        const times = await timesOf(asked, async (query) => {
          const ids = await nearest(catalogue, vectorOf(query));
          if (!isIndexed) exactIds.set(query.query, ids);
          const exact = exactIds.get(query.query) ?? [];
          found += ids.filter((id) => exact.includes(id)).length;
          wanted += exact.length;
        });
        const { p50, p95, p99 } = quantilesOf(times);
        const buildSeconds = isIndexed ? catalogue.indexSeconds : null;
        rows.push({ labels: [catalogue.products, way], cells: [p50, p95, p99, found / wanted, buildSeconds] });
      }
      await catalogue.client.query("RESET enable_seqscan; RESET hnsw.ef_search");
      return rows;
    }

    async function redisRow(): Promise<Row> {
      const value = JSON.stringify(shop.products.slice(0, NEAREST));
      await redis.set("bench:search", value);
      const get = () => redis.get("bench:search");
      const { p50, p95, p99 } = quantilesOf(await timesOf(Array.from({ length: bench.isQuick ? 100 : 2_000 }), get));
      const { perSecond: one } = await rateAtOnce(1, seconds * 1000, get);
      const { perSecond: many } = await rateAtOnce(AT_ONCE, seconds * 1000, get);
      return { labels: ["Redis GET", value.length], cells: [p50, p95, p99, one, many] };
    }

    return {
      settings: { database: serverUrl === "" ? "PGlite" : "PostgreSQL", queries: queries.length, atOnce: AT_ONCE },
      async measure(): Promise<readonly Table[]> {
        const searches: Row[] = [];
        const vectorRows: Row[] = [];
        for (const catalogue of stored) {
          bench.signal.throwIfAborted();
          for (const [isIndexed, isCached] of [
            [false, false],
            [true, false],
            [true, true],
          ] as const) {
            const how = `${isIndexed ? "with" : "without"} the index, ${isCached ? "with" : "without"} the cache`;
            bench.progress(`${catalogue.products} products ${how}`);
            searches.push(await searchRow(catalogue, isIndexed, isCached));
          }
          vectorRows.push(...(await nearestRows(catalogue)));
        }
        const embedding = quantilesOf(await timesOf(asked, ({ query }) => model.embed([query], "query")));
        return [
          {
            title: "A search by the adapter, from words to products",
            labels: ["products", "index", "cache"],
            columns: [
              ...latency,
              column(`${AT_ONCE} at once`, "1/s"),
              column(`failed with ${AT_ONCE} at once`, "%", 1),
            ],
            rows: searches,
          },
          {
            title: "Part of it: words to a vector",
            labels: ["part"],
            columns: latency,
            rows: [{ labels: ["embedding"], cells: [embedding.p50, embedding.p95, embedding.p99] }],
          },
          {
            title: `The nearest ${NEAREST} vectors alone`,
            labels: ["products", "way"],
            columns: [...latency, column(`recall@${NEAREST}`, "", 3), column("building the index", "s", 1)],
            rows: vectorRows,
          },
          {
            title: "For scale",
            labels: ["operation", "bytes"],
            columns: [...latency, column("one at a time", "1/s"), column(`${AT_ONCE} at once`, "1/s")],
            rows: [await redisRow()],
          },
        ];
      },
      conclude: () => [
        ...(serverUrl === ""
          ? [
              "The database is PGlite: one session behind all connections, so that searches at once wait for each other.",
            ]
          : []),
      ],
    };
  },
});
