import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { PartylineError } from "../../runtime/errors.ts";
import { inTransaction, rowsOf } from "./pool.ts";

const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../deploy/migrations/", import.meta.url));
/** Any number, the same for everyone who migrates. */
const ADVISORY_LOCK = 5_470_001;

/**
 * Applies the numbered files of deploy/migrations that the database has not seen, each in a transaction of its own, in order of their names.
 * Several processes may do so at once: they wait for each other. Gives the names of the files applied.
 * Throws INVALID_INPUT when a file that was applied has changed since.
 */
export async function migrate(pool: pg.Pool, folder: string = MIGRATIONS_FOLDER): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  const applied: string[] = [];
  for (const name of names) {
    const sql = await readFile(`${folder}/${name}`, "utf8");
    const checksum = createHash("sha256").update(sql).digest("hex");
    const isNew = await inTransaction(pool, async (connection) => {
      await connection.query("SELECT pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
      await connection.query(
        `CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
      );
      const [known] = await rowsOf<{ checksum: string }>(
        connection,
        "SELECT checksum FROM migrations WHERE name = $1",
        [name],
      );
      if (known !== undefined) {
        if (known.checksum === checksum) return false;
        throw new PartylineError("INVALID_INPUT", `migration ${name} was changed after it was applied`);
      }
      await connection.query(sql);
      await connection.query("INSERT INTO migrations (name, checksum) VALUES ($1, $2)", [name, checksum]);
      return true;
    });
    if (isNew) applied.push(name);
  }
  return applied;
}
