/** Sells another catalogue on a system that runs: what it does not list is sold no longer, customers and their orders stay. */
import { join } from "node:path";
import { withFileCache } from "../connectors/embeddings/file-cache.ts";
import { createLocalEmbeddings } from "../connectors/embeddings/local.ts";
import { createPool } from "../connectors/postgres/pool.ts";
import { cacheDirectory } from "../local/cache-directory.ts";
import { embeddingModelFiles } from "../local/embedding-model.ts";
import { loadShop, readShop } from "../shop/load.ts";
import type { Product } from "../shop/shop-files.ts";

/** File in the cache folder with the vectors of catalogues that are not the project's own. */
export const otherVectors = "embedded-other.json";

/** Loads the products into the database; the first time on a machine each has to be embedded, some 15 ms a product. */
export async function sellCatalogue(products: readonly Product[], postgresUrl: string): Promise<void> {
  const { modelPath, tokenizerPath } = await embeddingModelFiles({});
  const model = await createLocalEmbeddings({
    embeddingModelPath: modelPath,
    embeddingTokenizerPath: tokenizerPath,
    threads: 2,
  });
  const embeddings = await withFileCache(model, join(cacheDirectory(), otherVectors));
  const pool = createPool({
    postgresUrl,
    postgresStatementTimeoutMs: 30_000,
    applicationName: "partyline catalogue load",
    maxConnections: 1,
  });
  try {
    await loadShop(pool, embeddings, { ...(await readShop()), products: [...products] });
    await embeddings.save();
  } finally {
    await pool.end();
    await model.close();
  }
}
