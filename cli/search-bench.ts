/** A database of its own with a catalogue, and the line's own search over it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPostgresCatalogue } from "../connectors/catalogue/postgres.ts";
import { withFileCache } from "../connectors/embeddings/file-cache.ts";
import { createLocalEmbeddings } from "../connectors/embeddings/local.ts";
import { entitiesOf } from "../connectors/language-model/local-entities.ts";
import { see } from "../connectors/language-model/local-signals.ts";
import { createPool } from "../connectors/postgres/pool.ts";
import { migrate } from "../deploy/migrate.ts";
import { minorOfHundredths } from "../language/minor-units.ts";
import { demandsStock } from "../language/sort-order.ts";
import { aroundPrice } from "../language/wished-prices.ts";
import { cacheDirectory } from "../local/cache-directory.ts";
import { embeddingModelFiles } from "../local/embedding-model.ts";
import { startPostgres } from "../local/postgres.ts";
import { loadShop, readShop } from "../shop/load.ts";
import type { Product } from "../shop/shop-files.ts";
import { otherVectors } from "./sell-catalogue.ts";

/** The search over a catalogue. */
export type SearchBench = {
  /** Ids of the products for spoken words, best first, at most ten: matches, then what keeps to the limits and is less alike. */
  search(words: string): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Told how far something is. */
export type Progress = (what: string, done: number, total: number) => void;

const depth = 10;

/** Starts the database, loads and embeds the products (the first time on a machine, some 15 ms each), and opens the search. */
export async function openSearchBench(products: readonly Product[], onProgress: Progress): Promise<SearchBench> {
  const directory = await mkdtemp(join(tmpdir(), "partyline-evaluate-"));
  const closers: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of closers.toReversed()) await end();
  };
  try {
    const server = await startPostgres({ directory });
    closers.push(() => server.stop());
    await migrate(server.connectionString);
    const pool = createPool({
      postgresUrl: server.connectionString,
      postgresStatementTimeoutMs: 30_000,
      applicationName: "partyline evaluate",
      maxConnections: 2,
    });
    closers.push(() => pool.end());
    const { modelPath, tokenizerPath } = await embeddingModelFiles({});
    const model = await createLocalEmbeddings({
      embeddingModelPath: modelPath,
      embeddingTokenizerPath: tokenizerPath,
      threads: 2,
    });
    closers.push(() => model.close());
    const cached = await withFileCache(model, join(cacheDirectory(), otherVectors));
    let embedded = 0;
    const counted: typeof cached = {
      ...cached,
      async embed(texts, kind) {
        const vectors = await cached.embed(texts, kind);
        embedded += texts.length;
        onProgress("embedding", embedded, products.length);
        return vectors;
      },
    };
    await loadShop(pool, counted, { ...(await readShop()), products: [...products] });
    await cached.save();
    const catalogue = createPostgresCatalogue({ pool, embeddings: model });
    await catalogue.prewarm();
    const context = {
      callSid: "evaluate",
      effectId: "evaluate",
      signal: new AbortController().signal,
      notify: () => undefined,
    };
    return {
      async search(words) {
        const wish = { ...wishOf(words, products[0]?.currency), limit: depth, hasLooser: true };
        const found = await catalogue.search(wish, context);
        return found.products.map(({ productId }) => productId);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the line would search for in a shop of a currency. */
function wishOf(words: string, currency = "USD") {
  const { query, priceMinMinor, priceMaxMinor, priceTargetMinor, sort, quantity } = entitiesOf(
    "searchProducts",
    see(words, { offered: [], hasFocus: false }),
  );
  const minor = (hundredths: number | null | undefined) =>
    hundredths == null ? null : minorOfHundredths(hundredths, currency);
  const target = minor(priceTargetMinor);
  const around = target === null ? null : aroundPrice(target);
  return {
    query: (query ?? words).slice(0, 200),
    priceMinMinor: minor(priceMinMinor) ?? around?.priceMinMinor ?? null,
    priceMaxMinor: minor(priceMaxMinor) ?? around?.priceMaxMinor ?? null,
    sort: sort ?? "relevance",
    // Judgements know no stock: what is sold out answers a question too, unless it asks for pieces.
    quantity: quantity ?? (demandsStock(words) ? 1 : 0),
  };
}

/** What is searched for, to be read by a person. */
export function searchWords(words: string, currency: string | undefined): string {
  return JSON.stringify(wishOf(words, currency));
}
