/** A database with a catalogue of any size: the shop's own products, and synthetic ones around them. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { tendVectorIndex } from "../../connectors/catalogue/vector-index.ts";
import type { Embeddings } from "../../connectors/embeddings/port.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import { migrate } from "../../deploy/migrate.ts";
import { startPostgres } from "../../local/postgres.ts";
import { loadShop } from "../../shop/load.ts";
import type { Shop } from "../../shop/shop-files.ts";
import { createSeededRandom } from "../../simulators/kit/seeded-random.ts";

export type StoredCatalogue = {
  readonly products: number;
  /** Connections of the adapter; two pools, since a process believes for a while what it found out about the index. */
  readonly pools: { readonly plain: pg.Pool; readonly indexed: pg.Pool };
  /** A connection without time limits. */
  readonly client: pg.Client;
  /** How long building the index took, in seconds. */
  readonly indexSeconds: number;
  /** Lets the planner see the vector index, or not; it stays in the database, so that runs can take turns. */
  showIndex(isShown: boolean): Promise<void>;
  close(): Promise<void>;
};

export type CatalogueSource = {
  /** A PostgreSQL server with pgvector, on which a database is made and dropped; empty for one of our own, in the process. */
  readonly serverUrl: string;
  /** For a server of our own. */
  readonly folder: string;
  readonly shop: Shop;
  readonly embeddings: Embeddings;
  readonly progress: (line: string) => void;
};

const STATEMENT_TIMEOUT_MS = 60_000;
const BUILD_TIMEOUT_MS = 3_600_000;
const SHIFTS = 1_000;
/** By what share of the difference between two real products a synthetic one is shifted: near enough to be a variant, far enough to be another product. */
const SHIFT_SHARE = { min: 0.2, max: 0.6 };
const INSERT_AT_ONCE = 20_000;

/** Fills a database and builds the index. */
export async function storeCatalogue(products: number, source: CatalogueSource): Promise<StoredCatalogue> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const action of undo.splice(0).reverse()) await action();
  };
  try {
    source.progress(`${products} products: starting the database and loading the shop`);
    const url = await databaseUrl(source, undo);
    await migrate(url);
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    undo.push(() => client.end());
    const openPool = (maxConnections: number, postgresStatementTimeoutMs: number): pg.Pool => {
      const pool = createPool({
        postgresUrl: url,
        postgresStatementTimeoutMs,
        applicationName: "partyline bench",
        maxConnections,
      });
      undo.push(() => pool.end());
      return pool;
    };
    const pools = { plain: openPool(8, STATEMENT_TIMEOUT_MS), indexed: openPool(8, STATEMENT_TIMEOUT_MS) };
    const builder = openPool(1, BUILD_TIMEOUT_MS);
    await loadShop(builder, source.embeddings, { ...source.shop, customers: [] });
    source.progress(`${products} products: adding synthetic ones`);
    await addSynthetic(client, source.shop.products.length, products, source.embeddings);
    source.progress(`${products} products: building the index`);
    const startedAt = performance.now();
    await tendVectorIndex(builder, 1);
    const indexSeconds = (performance.now() - startedAt) / 1000;
    await client.query("ANALYZE products, product_embeddings");
    return {
      products,
      pools,
      client,
      indexSeconds,
      async showIndex(isShown) {
        await client.query(
          `UPDATE pg_index SET indisvalid = $1 WHERE indexrelid IN
             (SELECT c.oid FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'hnsw')`,
          [isShown],
        );
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function databaseUrl({ serverUrl, folder }: CatalogueSource, undo: (() => Promise<unknown>)[]): Promise<string> {
  if (serverUrl === "") {
    const server = await startPostgres({ directory: join(folder, randomUUID()) });
    undo.push(() => server.stop());
    return server.connectionString;
  }
  const name = `partyline_bench_${randomUUID().replaceAll("-", "")}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  undo.push(() => onServer(serverUrl, `DROP DATABASE ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Each synthetic product has the words of a real one, another price, and its vector shifted by a part of the difference between two others: so that vectors vary in the directions
 * in which products vary, and not in all, in which everything would be about as far from everything else. Of a fixed seed, so the same every time.
 */
async function addSynthetic(
  client: pg.Client,
  real: number,
  wanted: number,
  { dimensions }: Embeddings,
): Promise<void> {
  const random = createSeededRandom(5);
  const shifts = Array.from({ length: Math.min(SHIFTS, wanted) }, () => ({
    from: Math.floor(random() * real),
    to: Math.floor(random() * real),
    share: SHIFT_SHARE.min + random() * (SHIFT_SHARE.max - SHIFT_SHARE.min),
  }));
  await client.query(
    "CREATE TABLE bench_real AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM products WHERE is_active",
  );
  await client.query(`CREATE TABLE bench_shift AS ${SHIFT_VECTORS}`, [
    shifts.map(({ from }) => from),
    shifts.map(({ to }) => to),
    shifts.map(({ share }) => share),
    dimensions,
  ]);
  for (let first = real; first < wanted; first += INSERT_AT_ONCE) {
    const last = Math.min(wanted, first + INSERT_AT_ONCE) - 1;
    await client.query(SYNTHETIC_PRODUCTS, [first, last, real]);
    await client.query(SYNTHETIC_VECTORS, [first, last, real, shifts.length]);
  }
  await client.query("DROP TABLE bench_shift, bench_real");
}

const SHIFT_VECTORS = `
  SELECT t.ordinal - 1 AS n, (one.embedding - other.embedding) * array_fill(t.share, ARRAY[$4::int])::vector AS vector
  FROM unnest($1::bigint[], $2::bigint[], $3::real[]) WITH ORDINALITY AS t (one, other, share, ordinal)
    JOIN bench_real a ON a.n = t.one JOIN product_embeddings one ON one.product_id = a.id
    JOIN bench_real b ON b.n = t.other JOIN product_embeddings other ON other.product_id = b.id`;

const SYNTHETIC_PRODUCTS = `
  INSERT INTO products (id, title, spoken_name, description, category, aliases, attributes, attributes_text, price_minor, currency, rating,
    review_count, on_hand, position)
  SELECT 'S-' || s.n, p.title, p.spoken_name || ' ' || s.n, p.description, p.category, p.aliases, p.attributes, p.attributes_text,
    greatest(1, p.price_minor * (50 + s.n % 101) / 100), p.currency, p.rating, p.review_count, p.on_hand, s.n
  FROM generate_series($1::bigint, $2::bigint) AS s (n) JOIN bench_real b ON b.n = s.n % $3::bigint JOIN products p ON p.id = b.id`;

const SYNTHETIC_VECTORS = `
  INSERT INTO product_embeddings (product_id, model, content_hash, embedding)
  SELECT 'S-' || s.n, e.model, 'synthetic', l2_normalize(e.embedding + z.vector)
  FROM generate_series($1::bigint, $2::bigint) AS s (n) JOIN bench_real b ON b.n = s.n % $3::bigint
    JOIN product_embeddings e ON e.product_id = b.id JOIN bench_shift z ON z.n = (s.n / $3::bigint * 31 + s.n) % $4::bigint`;
