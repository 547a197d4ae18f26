import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { migrate } from "../../deploy/migrate.ts";
import { type RunningPostgres, startPostgres } from "../../local/postgres.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { createPool, rowsOf } from "../postgres/pool.ts";
import { verifyAudit } from "./audit-verification.ts";
import { warehouseContract } from "./contract.ts";
import type { CallRow, Facts, TurnRow, WarehouseEntry } from "./port.ts";
import { openPostgresWarehouse, type PostgresWarehouse } from "./postgres.ts";

let directory: string;
let server: RunningPostgres;
let pool: pg.Pool;
const opened: PostgresWarehouse[] = [];
const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => undefined };

const turnRow: TurnRow = {
  words: "[redacted]",
  wordCount: 3,
  recogniserConfidence: 0.5,
  intent: "help",
  confidence: 0.75,
  source: "model",
  tools: ["searchProducts", "quoteOrder"],
  outcomes: [],
  state: null,
  decidedBy: "silence",
  speechEndedAt: 1_795_000_000_000.25,
  turnEndedAt: null,
  firstByteAt: null,
  endpointWaitMs: 200.25,
  recogniserWaitMs: null,
  modelWaitMs: null,
  storeWaitMs: null,
  paymentWaitMs: null,
  synthesisWaitMs: null,
  overheadMs: null,
  voiceToVoiceMs: null,
  firstSoundMs: null,
  wasInterrupted: true,
  riskScore: 0.5,
  riskAction: "confirm",
  costMicros: 12.5,
  inputTokens: 1,
  outputTokens: 2,
};
const callRow: CallRow = {
  callerHash: "hash",
  startedAt: 1_795_000_000_000,
  endedAt: null,
  endReason: null,
  durationMs: null,
  turns: 1,
  orders: 0,
  revenueMinor: 0,
  isConverted: false,
  costMicros: 0,
  riskScore: 0,
  riskAction: "allow",
};
/** Rows whose numbers show how many facts were joined. */
const makers = {
  turnRowOf: (facts: Facts): TurnRow => ({ ...turnRow, inputTokens: Object.keys(facts.seen ?? {}).length }),
  callRowOf: (facts: Facts): CallRow => ({ ...callRow, orders: Object.keys(facts.seen ?? {}).length }),
};

function open(options: { onRetry?: (error: PartylineError, pauseMs: number) => void } = {}): PostgresWarehouse {
  const warehouse = openPostgresWarehouse({
    pool: createPool({
      postgresUrl: server.connectionString,
      postgresStatementTimeoutMs: 1_000,
      applicationName: "warehouse test",
      maxConnections: 1,
    }),
    ...makers,
    chains: 4,
    onOverflow: () => assert.fail("no overflow was expected"),
    onRetry: () => undefined,
    ...options,
  });
  opened.push(warehouse);
  return warehouse;
}

function entry(eventId: string, callSid = "CA1", turn = 1): WarehouseEntry {
  const record = stamped("SpeechStarted", { eventId, callSid, turn, startsAtMs: 0.125, isBargeIn: false });
  const facts = { seen: { [eventId]: true } };
  return { record, turnFacts: facts, callFacts: facts };
}

async function storeMany(warehouse: PostgresWarehouse, count: number, callSid = "CA1"): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => warehouse.store(entry(`${callSid}-${index}`, callSid), context)),
  );
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "partyline-warehouse-"));
  server = await startPostgres({ directory });
  await migrate(server.connectionString);
  pool = createPool({
    postgresUrl: server.connectionString,
    postgresStatementTimeoutMs: 10_000,
    applicationName: "warehouse test reader",
    maxConnections: 1,
  });
});
after(async () => {
  await Promise.all(opened.map((warehouse) => warehouse.close()));
  await pool.end();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** As somebody who owns the database can. */
async function tamper(...statements: readonly string[]): Promise<void> {
  for (const statement of [
    "ALTER TABLE audit_log DISABLE TRIGGER USER",
    ...statements,
    "ALTER TABLE audit_log ENABLE TRIGGER USER",
  ])
    await rowsOf(pool, statement);
}

beforeEach(() =>
  tamper("DELETE FROM audit_log", "DELETE FROM audit_chains", "DELETE FROM calls", "DELETE FROM call_turns"),
);

warehouseContract("postgres", {
  open: () => open(),
  counts: async () => {
    const [row] = await rowsOf<{ audited: number; turns: number; calls: number }>(
      pool,
      "SELECT (SELECT count(*) FROM audit_log) AS audited, (SELECT sum(input_tokens) FROM call_turns) AS turns, (SELECT sum(orders) FROM calls) AS calls",
    );
    return { audited: Number(row?.audited), turnFacts: Number(row?.turns), callFacts: Number(row?.calls) };
  },
});

test("given a row, every column holds what the row maker gave", async () => {
  await open().store(entry("a"), context);
  const [turn] = await rowsOf<Record<string, unknown>>(pool, "SELECT * FROM call_turns");
  assert.deepEqual(turn?.tools, ["searchProducts", "quoteOrder"]);
  assert.equal(turn?.endpoint_wait_ms, 200.25);
  assert.deepEqual(turn?.speech_ended_at, new Date(1_795_000_000_000));
  assert.deepEqual(
    [turn?.words, turn?.turn_ended_at, turn?.was_interrupted, turn?.risk_action, turn?.cost_micros],
    ["[redacted]", null, true, "confirm", 12.5],
  );
  const [call] = await rowsOf<Record<string, unknown>>(pool, "SELECT * FROM calls");
  assert.deepEqual([call?.caller_hash, call?.is_converted, call?.revenue_minor], ["hash", false, 0]);
});

test("given the database is gone, writes wait, are tried again, and are committed once it is back, each once", async () => {
  let retries = 0;
  const warehouse = open({
    onRetry: (error) => {
      assert.equal(error.isRetryable, true);
      retries += 1;
    },
  });
  await warehouse.store(entry("before"), context);
  await server.kill();
  let isStored = false;
  const stored = storeMany(warehouse, 30).then(() => {
    isStored = true;
  });
  while (retries < 2) await delay(20);
  assert.equal(isStored, false);
  await server.restart();
  await stored;
  const [count] = await rowsOf<{ rows: number }>(pool, "SELECT count(*) AS rows FROM audit_log");
  assert.equal(count?.rows, 31);
  assert.deepEqual(
    (await verifyAudit(pool)).map(({ fault }) => fault),
    [null],
  );
});

test("given an entry that the database refuses, it alone fails", async () => {
  const warehouse = open();
  const bad = { ...entry("bad"), record: { ...entry("bad").record, callSid: "\u0000" } } as WarehouseEntry;
  const results = await Promise.allSettled([
    warehouse.store(entry("good-1"), context),
    warehouse.store(bad, context),
    warehouse.store(entry("good-2"), context),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  const { reason } = results[1] as PromiseRejectedResult;
  assert.ok(reason instanceof PartylineError && reason.code === "DATABASE_FAILED" && !reason.isRetryable);
});

test("given two workers that store at once, chains stay whole and nothing is stored twice", async () => {
  const [one, two] = [open(), open()];
  await Promise.all([storeMany(one, 40), storeMany(two, 40), storeMany(two, 20, "CA2")]);
  const reports = await verifyAudit(pool);
  assert.deepEqual(new Set(reports.map(({ fault }) => fault)), new Set([null]));
  assert.equal(
    reports.reduce((sum, { rows }) => sum + rows, 0),
    60,
  );
});

test("given a statement that would change the audit log, the database refuses it", async () => {
  await open().store(entry("a"), context);
  for (const statement of ["UPDATE audit_log SET call_sid = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"])
    await assert.rejects(rowsOf(pool, statement), PartylineError, statement);
});
