import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { migrate } from "../../../deploy/migrate.ts";
import { chooseEngine } from "../../../local/engine.ts";
import { choosePostgres, type PostgresKind, startPostgres } from "../../../local/postgres.ts";
import { NoPostgresServerError, postgresPrograms } from "../../../local/postgres-programs.ts";
import type { EffectContext } from "../../../runtime/effect.ts";
import { createPool } from "../pool.ts";

/** A database of a test's own, migrated and empty. */
export type TestDatabase = { readonly pool: pg.Pool; readonly connectionString: string; close(): Promise<void> };

/** Why no PostgreSQL server can be had on this machine, as the reason to skip a test; false when there is one. Fetches it the first time. */
export async function serverIsMissing(): Promise<string | false> {
  if ((await chooseEngine()) === "docker") return false;
  try {
    await postgresPrograms({ onProgress: (line) => process.stderr.write(`${line}\n`) });
    return false;
  } catch (error) {
    if (error instanceof NoPostgresServerError) return error.message;
    throw error;
  }
}

/**
 * Starts a database in a folder of its own. The embedded one is one PostgreSQL session behind all connections, so transactions never overlap: what
 * only overlapping transactions can break is shown by the server alone.
 */
export async function startTestDatabase(
  maxConnections = 4,
  kind: PostgresKind = choosePostgres(),
): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), "partyline-postgres-"));
  const server = await startPostgres({ directory }, kind);
  const pool = createPool({
    postgresUrl: server.connectionString,
    postgresStatementTimeoutMs: 10_000,
    applicationName: "partyline test",
    maxConnections,
  });
  const close = async () => {
    await pool.end();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  // Whoever cannot migrate must not keep a test's process alive with the server.
  await migrate(server.connectionString).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { pool, connectionString: server.connectionString, close };
}

/** The surroundings of an effect in a test. */
export function contextOf(callSid: string, effectId: string): EffectContext {
  return { callSid, effectId, signal: new AbortController().signal, notify: () => {} };
}
