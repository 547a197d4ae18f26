import pg from "pg";
import { toDatabaseError } from "./database-error.ts";

/** Options of {@link createPool}. */
export type PoolOptions = {
  readonly postgresUrl: string;
  readonly postgresStatementTimeoutMs: number;
  /** Shown by the server for each connection, e.g. `partyline act search`. */
  readonly applicationName: string;
  readonly maxConnections: number;
  /** Told of faults of idle connections; the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
};

// Amounts are `bigint` columns. Every amount in the project is below 2^53; a larger one is a fault, never rounded.
const bigintAsNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError("a bigint of the database is too large");
  return value;
};
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.INT8 && format !== "binary"
      ? bigintAsNumber
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** A bounded pool: connecting takes at most 2 s, a statement at most its time-out on both sides. Searches and orders get pools of their own. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.postgresUrl,
    application_name: options.applicationName,
    max: options.maxConnections,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: options.postgresStatementTimeoutMs,
    idle_in_transaction_session_timeout: 10_000,
    // The server's own limit ends a slow statement; this one ends waiting for a server that is gone.
    query_timeout: options.postgresStatementTimeoutMs + 500,
    types,
  });
  pool.on("error", (error) => options.onIdleError?.(error));
  return pool;
}

/** Anything that runs a statement: a pool, or a connection within a transaction. */
export type Queryable = {
  query<R extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: R[]; rowCount: number | null }>;
};

/** Rows of one statement. Throws DATABASE_FAILED. */
export async function rowsOf<R extends pg.QueryResultRow>(
  database: Queryable,
  statement: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  try {
    return (await database.query<R>(statement, values)).rows;
  } catch (thrown) {
    throw toDatabaseError(thrown);
  }
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. A connection whose rollback fails is thrown away.
 * Throws DATABASE_FAILED, or what `work` threw.
 */
export async function inTransaction<T>(pool: pg.Pool, work: (connection: Queryable) => Promise<T>): Promise<T> {
  let connection: pg.PoolClient;
  try {
    connection = await pool.connect();
  } catch (thrown) {
    throw toDatabaseError(thrown);
  }
  let broken: Error | undefined;
  // A connection that breaks between two statements reports it as an event; the next statement fails by itself.
  const onError = (error: Error) => {
    broken = error;
  };
  connection.on("error", onError);
  try {
    await connection.query("BEGIN");
    const result = await work(connection as Queryable);
    await connection.query("COMMIT");
    return result;
  } catch (thrown) {
    await connection.query("ROLLBACK").catch((error: unknown) => {
      broken = error instanceof Error ? error : new Error(String(error));
    });
    throw toDatabaseError(thrown);
  } finally {
    connection.off("error", onError);
    connection.release(broken);
  }
}
