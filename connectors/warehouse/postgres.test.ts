import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
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

describe("npm run audit", () => {
  const key = "a key of at least 16 characters";
  let file: string;

  beforeEach(async () => {
    file = join(await mkdtemp(join(directory, "audit-")), "checkpoints.jsonl");
    await storeMany(open(), 10);
  });

  function audit(command: string, environment: Record<string, string> = { AUDIT_KEY: key }) {
    const cli = join(import.meta.dirname, "../../cli/audit.ts");
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
    await storeMany(open(), 5, "CA2");
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
    await Promise.all(Array.from({ length: 10 }, (_, index) => open().store(entry(`forged-${index}`), context)));
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
});
