import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import type pg from "pg";
import { createPool, rowsOf } from "../connectors/postgres/pool.ts";
import type { WarehouseEntry } from "../connectors/warehouse/port.ts";
import { openPostgresWarehouse, type PostgresWarehouse } from "../connectors/warehouse/postgres.ts";
import { migrate } from "../deploy/migrate.ts";
import { type RunningPostgres, startPostgres } from "../local/postgres.ts";
import { stamped } from "../runtime/testing/record.ts";
import { callRowOf, turnRowOf } from "../stages/analytics/rows.ts";

let directory: string;
let server: RunningPostgres;
let pool: pg.Pool;
let warehouse: PostgresWarehouse;
const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => undefined };

function connect(): pg.Pool {
  return createPool({
    postgresUrl: server.connectionString,
    postgresStatementTimeoutMs: 10_000,
    applicationName: "audit test",
    maxConnections: 1,
  });
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "partyline-audit-"));
  server = await startPostgres({ directory });
  await migrate(server.connectionString);
  pool = connect();
  warehouse = openPostgresWarehouse({
    pool: connect(),
    turnRowOf,
    callRowOf,
    chains: 4,
    onOverflow: () => assert.fail("no overflow was expected"),
    onRetry: (error) => assert.fail(error),
  });
});
after(async () => {
  await warehouse.close();
  await pool.end();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

function entry(eventId: string, callSid: string): WarehouseEntry {
  const record = stamped("SpeechStarted", { eventId, callSid, startsAtMs: 0.125, isBargeIn: false });
  return { record, turnFacts: null, callFacts: null };
}

async function storeMany(count: number, callSid = "CA1", prefix = callSid): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => warehouse.store(entry(`${prefix}-${index}`, callSid), context)),
  );
}

/** As somebody who owns the database can. */
async function tamper(...statements: readonly string[]): Promise<void> {
  await rowsOf(pool, "ALTER TABLE audit_log DISABLE TRIGGER USER");
  for (const statement of statements) await rowsOf(pool, statement);
  await rowsOf(pool, "ALTER TABLE audit_log ENABLE TRIGGER USER");
}

const key = "a key of at least 16 characters";
let file: string;

beforeEach(async () => {
  await tamper("DELETE FROM audit_log", "DELETE FROM audit_chains");
  file = join(await mkdtemp(join(directory, "audit-")), "checkpoints.jsonl");
  await storeMany(10);
});

function audit(command: string, environment: Record<string, string> = { AUDIT_KEY: key }) {
  const cli = join(import.meta.dirname, "audit.ts");
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [cli, command, "--checkpoints", file],
      { env: { PATH: process.env.PATH, POSTGRES_URL: server.connectionString, ...environment } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

test("given an untouched log, it is whole, and still is after more was appended to a checkpoint", async () => {
  assert.match((await audit("checkpoint")).output, /Added the ends of 1 chains/);
  await storeMany(5, "CA2");
  const { code, output } = await audit("verify");
  assert.equal(code, 0, output);
  assert.match(output, /whole: 15 rows, compared with 1 signed chain ends/);
});

const breaks: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["a row was edited", ["UPDATE audit_log SET occurred_at_ms = 5 WHERE seq = 4"], /row 4 was changed/],
  [
    "a row was edited with its hash",
    ["UPDATE audit_log SET hash = repeat('a', 64), occurred_at_ms = 5 WHERE seq = 4"],
    /row 4 was changed/,
  ],
  ["a row was deleted", ["DELETE FROM audit_log WHERE seq = 4"], /row 4 is missing/],
  ["the first row was deleted", ["DELETE FROM audit_log WHERE seq = 1"], /row 1 is missing/],
  [
    "two rows were swapped",
    [
      "UPDATE audit_log SET seq = 1000 WHERE seq = 4",
      "UPDATE audit_log SET seq = 4 WHERE seq = 5",
      "UPDATE audit_log SET seq = 5 WHERE seq = 1000",
    ],
    /row 4 does not continue row 3/,
  ],
  ["the tail was cut off", ["DELETE FROM audit_log WHERE seq > 7"], /ends at row 7, but had 10 rows/],
  ["everything was deleted", ["DELETE FROM audit_log"], /ends at row 0, but had 10 rows/],
];
for (const [what, statements, expected] of breaks)
  test(`given ${what}, it is broken there`, async () => {
    await tamper(...statements);
    const { code, output } = await audit("verify");
    assert.equal(code, 1, output);
    assert.match(output, expected);
  });

test("given a tail that was cut off together with the recorded end, only the checkpoint shows it", async () => {
  await audit("checkpoint");
  await tamper(
    "DELETE FROM audit_log WHERE seq > 7",
    "UPDATE audit_chains c SET seq = 7, hash = l.hash FROM audit_log l WHERE l.chain = c.chain AND l.seq = 7",
  );
  const { code, output } = await audit("verify");
  assert.equal(code, 1, output);
  assert.match(output, /ends at row 7, but had 10 rows/);
  await rm(file);
  assert.equal((await audit("verify")).code, 0);
});

test("given a log that was written anew from the start, its rows are others than the signed ones", async () => {
  await audit("checkpoint");
  await tamper("DELETE FROM audit_log", "DELETE FROM audit_chains");
  await storeMany(10, "CA1", "forged");
  assert.match((await audit("verify")).output, /row 10 is another than the one that was recorded/);
});

test("given checkpoints that were edited, cut in the middle, or signed with another key, they are refused", async () => {
  await audit("checkpoint");
  await audit("checkpoint");
  const text = await readFile(file, "utf8");
  assert.match((await audit("verify", { AUDIT_KEY: "another key of 16 characters" })).output, /line 1 is not signed/);
  await writeFile(file, text.replace('"seq":10', '"seq":9'));
  assert.match((await audit("verify")).output, /line 1 is not signed/);
  await writeFile(file, text.split("\n").slice(1).join("\n"));
  const { code, output } = await audit("verify");
  assert.match(output, /line 1 does not follow/);
  assert.equal(code, 1);
});

test("given no key, wrong use, or no database, it could not be found out", async () => {
  await audit("checkpoint");
  for (const { code, output } of [
    await audit("verify", {}),
    await audit("checkpoint", {}),
    await audit("verify", { AUDIT_KEY: "short" }),
    await audit("forget"),
    await audit("verify", { AUDIT_KEY: key, POSTGRES_URL: "postgres://127.0.0.1:9/none" }),
  ])
    assert.equal(code, 2, output);
});
