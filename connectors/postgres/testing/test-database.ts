import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { migrate } from "../../../deploy/migrate.ts";
import { startPostgres } from "../../../local/postgres.ts";
import type { EffectContext } from "../../../runtime/effect.ts";
import { createPool } from "../pool.ts";

/** A database of a test's own, migrated and empty. */
export type TestDatabase = { readonly pool: pg.Pool; close(): Promise<void> };

/**
 * Starts the database of the local stack in a folder of its own. It is one PostgreSQL session behind all connections, so transactions never
 * overlap: what only overlapping transactions can break is not shown by tests on it.
 */
export async function startTestDatabase(maxConnections = 4): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), "partyline-postgres-"));
  const server = await startPostgres({ directory });
  const pool = createPool({
    postgresUrl: server.connectionString,
    postgresStatementTimeoutMs: 10_000,
    applicationName: "partyline test",
    maxConnections,
  });
  await migrate(server.connectionString);
  return {
    pool,
    async close() {
      await pool.end();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The surroundings of an effect in a test. */
export function contextOf(callSid: string, effectId: string): EffectContext {
  return { callSid, effectId, signal: new AbortController().signal, notify: () => {} };
}
