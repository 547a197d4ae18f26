import { integer, type SettingsSpec, secret } from "../../runtime/settings.ts";

/** How the database is reached. */
export const postgresSettings = {
  postgresUrl: secret({
    doc: "PostgreSQL with pgvector, postgres://user:password@host:port/name",
    variable: "POSTGRES_URL",
  }),
  postgresStatementTimeoutMs: integer({
    doc: "Longest time that one statement may take, in milliseconds",
    variable: "POSTGRES_STATEMENT_TIMEOUT_MS",
    fallback: 3_000,
    min: 50,
    max: 60_000,
  }),
} as const satisfies SettingsSpec;
