import type pg from "pg";
import type { Embeddings } from "../embeddings/port.ts";
import { openCacheConnection } from "./cache-connection.ts";
import { withSearchCache } from "./cached.ts";
import { withPreferences } from "./personal.ts";
import type { Catalogue } from "./port.ts";
import { createPostgresCatalogue } from "./postgres.ts";
import { withQueryCache } from "./query-cache.ts";
import { createSearchCache } from "./search-cache.ts";

/** What a catalogue with its caches is made of. */
export type OpenCatalogueOptions = {
  readonly pool: pg.Pool;
  readonly embeddings: Embeddings;
  readonly redisUrl: string;
  /** How long answers are kept; 0 for no cache at all. */
  readonly searchCacheSeconds: number;
  /** Whether answers suit a caller who has proven who they are; absent is no. */
  readonly isSearchPersonal?: boolean;
};

/** The catalogue with its caches in Redis, if they are wished. `prewarm` warms model and database themselves: words that a cache knows would leave them cold. */
export function openCatalogue(options: OpenCatalogueOptions): {
  readonly catalogue: Catalogue;
  prewarm(): Promise<void>;
  close(): void;
} {
  const { catalogue, ...rest } = openCached(options);
  // Outside of the cache: what suits one customer is no answer to another.
  const { pool, isSearchPersonal = false } = options;
  return { catalogue: isSearchPersonal ? withPreferences(catalogue, { pool }) : catalogue, ...rest };
}

function openCached({
  pool,
  embeddings,
  redisUrl,
  searchCacheSeconds,
}: OpenCatalogueOptions): ReturnType<typeof openCatalogue> {
  const plain = createPostgresCatalogue({ pool, embeddings });
  if (searchCacheSeconds === 0) return { catalogue: plain, prewarm: plain.prewarm, close: () => undefined };
  const redis = openCacheConnection(redisUrl);
  const searched = createPostgresCatalogue({ pool, embeddings: withQueryCache(embeddings, redis) });
  return {
    catalogue: withSearchCache(searched, { pool, cache: createSearchCache(redis, searchCacheSeconds) }),
    prewarm: plain.prewarm,
    close: () => redis.disconnect(),
  };
}
