import { createHash } from "node:crypto";
import type pg from "pg";
import { PartylineError } from "../../runtime/errors.ts";
import { inTransaction, type Queryable, rowsOf } from "./pool.ts";

/** What makes an effect the same effect: its key, what it does, and with what. */
export type EffectIdentity = {
  readonly effectId: string;
  readonly operation: string;
  /** Plain JSON; nothing secret, since its hash is stored. */
  readonly input: unknown;
};

/**
 * Does something once. The key is stored before the work, in the same transaction; a later run with the same key gives the stored result, and one
 * that comes meanwhile waits for it. `work` must give plain JSON.
 * Throws INVALID_INPUT when the key was used for something else, DATABASE_FAILED when nothing was done or it is not known.
 */
export async function once<T>(
  pool: pg.Pool,
  identity: EffectIdentity,
  work: (connection: Queryable) => Promise<T>,
): Promise<T> {
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([identity.operation, canonical(identity.input)]))
    .digest("hex");
  return inTransaction(pool, async (connection) => {
    const [inserted] = await rowsOf(
      connection,
      `INSERT INTO effects (effect_id, operation, fingerprint) VALUES ($1, $2, $3)
       ON CONFLICT (effect_id) DO NOTHING RETURNING effect_id`,
      [identity.effectId, identity.operation, fingerprint],
    );
    if (inserted === undefined) return stored<T>(connection, identity, fingerprint);
    const result = await work(connection);
    await rowsOf(connection, "UPDATE effects SET result = $2 WHERE effect_id = $1", [
      identity.effectId,
      JSON.stringify(result),
    ]);
    return result;
  });
}

async function stored<T>(connection: Queryable, identity: EffectIdentity, fingerprint: string): Promise<T> {
  const [row] = await rowsOf<{ fingerprint: string; result: T | null }>(
    connection,
    "SELECT fingerprint, result FROM effects WHERE effect_id = $1",
    [identity.effectId],
  );
  if (row === undefined || row.fingerprint !== fingerprint)
    throw new PartylineError("INVALID_INPUT", `an effect's key was used again for another ${identity.operation}`);
  if (row.result === null) throw new PartylineError("DATABASE_FAILED", "an effect has no stored result");
  return row.result;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, canonical(inner)]);
}
