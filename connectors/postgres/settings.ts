import { address, integer, type SettingsSpec } from "../../runtime/settings.ts";

/** How the database is reached. */
export const postgresSettings = {
  postgresUrl: address({
    doc: "PostgreSQL with pgvector, postgres://user:password@host:port/name; with TLS and its certificate checked, followed by ?sslmode=verify-full",
    variable: "POSTGRES_URL",
    schemes: ["postgres", "postgresql"],
  }),
  postgresStatementTimeoutMs: integer({
    doc: "Longest time that one statement may take, in milliseconds",
    variable: "POSTGRES_STATEMENT_TIMEOUT_MS",
    fallback: 3_000,
    min: 50,
    max: 60_000,
  }),
} as const satisfies SettingsSpec;
