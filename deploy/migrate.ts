import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** Where the migrations are. */
export const migrationsFolder: string = join(import.meta.dirname, "migrations");
const connectTimeoutMs = 10_000;
/** Any number that no other user of the database locks. */
const lockKey = 7_278_594;

export interface MigrationResult {
  /** The files applied by this call, in order. */
  readonly applied: string[];
}

/**
 * Brings a PostgreSQL database up to date: runs every `*.sql` file of the folder that was not run before, in the order
 * of their names, each in a transaction together with its record in the table `schema_migrations`.
 *
 * Throws when a file that was applied has been changed or removed since (nothing is run then), or when a file fails
 * (files before it stay applied, it leaves nothing behind). Several processes may call it at once.
 */
export async function migrate(
  connectionString: string,
  directory: string = migrationsFolder,
): Promise<MigrationResult> {
  const files = await readMigrations(directory);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: connectTimeoutMs });
  // A connection that breaks also fails the query in progress, which reports it.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const known = await inTransaction(client, async () => {
      await client.query(recordTable);
      return appliedMigrations(client);
    });
    requireUnchanged(files, known);
    const applied: string[] = [];
    for (const file of files) {
      if (!known.has(file.name) && (await apply(client, file))) applied.push(file.name);
    }
    return { applied };
  } finally {
    await client.end();
  }
}

const recordTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name text PRIMARY KEY,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name), "utf8");
      return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>("SELECT name, sha256 FROM schema_migrations");
  return new Map(rows.map((row) => [row.name, row.sha256]));
}

function requireUnchanged(files: readonly Migration[], known: ReadonlyMap<string, string>): void {
  const now = new Map(files.map((file) => [file.name, file.sha256]));
  const faults = [...known].flatMap(([name, sha256]) => {
    if (!now.has(name)) return [`${name} was applied but is no longer there`];
    return now.get(name) === sha256 ? [] : [`${name} was changed after it was applied`];
  });
  if (faults.length > 0)
    throw new Error(`Migrations are history and cannot change: ${faults.join("; ")}. Add a new file.`);
}

/** Runs one file unless another process did so first. Tells whether it was run here. */
async function apply(client: pg.Client, file: Migration): Promise<boolean> {
  try {
    return await inTransaction(client, async () => {
      const { rowCount } = await client.query("SELECT 1 FROM schema_migrations WHERE name = $1", [file.name]);
      if (rowCount !== 0) return false;
      await client.query(file.sql);
      await client.query("INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)", [file.name, file.sha256]);
      return true;
    });
  } catch (error) {
    throw new Error(`Migration ${file.name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Runs `work` in a transaction in which no other migration of this database runs. */
async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1)", [lockKey]);
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

if (import.meta.main) {
  const connectionString = process.env.POSTGRES_URL;
  if (!connectionString) {
    process.stderr.write("POSTGRES_URL is not set; it must be a PostgreSQL connection string.\n");
    process.exit(2);
  }
  const { applied } = await migrate(connectionString);
  process.stdout.write(applied.length === 0 ? "Nothing to migrate.\n" : `Applied: ${applied.join(", ")}\n`);
}
