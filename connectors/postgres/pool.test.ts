import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { toDatabaseError } from "./database-error.ts";
import { once } from "./effect-record.ts";
import { migrate } from "./migrate.ts";
import { createPool, inTransaction, rowsOf } from "./pool.ts";
import { startTestDatabase, type TestDatabase } from "./testing/test-database.ts";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());

const effect = (effectId: string, input: unknown = { a: 1, b: 2 }) => ({ effectId, operation: "test", input });

test("an effect is done once, however often and however close together it is asked for", async () => {
  let times = 0;
  const work = async () => {
    times += 1;
    return { answer: times };
  };
  const answers = await Promise.all([1, 2, 3].map(() => once(database.pool, effect("once"), work)));
  assert.deepEqual(answers, [{ answer: 1 }, { answer: 1 }, { answer: 1 }]);
  assert.deepEqual(
    await once(database.pool, effect("once", { b: 2, a: 1 }), work),
    { answer: 1 },
    "the order of fields does not matter",
  );
  assert.equal(times, 1);
});

test("an effect that failed left nothing, not even its key, and can be done later", async () => {
  const failing = once(database.pool, effect("fails"), async (connection) => {
    await connection.query("INSERT INTO shop (id, rules) VALUES (1, '{}')");
    throw new Error("no");
  });
  await assert.rejects(failing);
  assert.equal((await database.pool.query("SELECT 1 FROM shop")).rowCount, 0);
  assert.deepEqual(await once(database.pool, effect("fails"), async () => ({ is: "done" })), { is: "done" });
});

test("a key that is used for another effect is refused", async () => {
  await once(database.pool, effect("key"), async () => ({}));
  const again = once(database.pool, effect("key", { a: 2 }), async () => ({}));
  await assert.rejects(again, { code: "INVALID_INPUT", isRetryable: false });
});

test("migrations are applied once, and one that changed afterwards is refused", async () => {
  assert.deepEqual(await migrate(database.pool), []);
  const folder = await mkdtemp(join(tmpdir(), "partyline-migrations-"));
  try {
    await writeFile(join(folder, "9001_test.sql"), "CREATE TABLE made_by_test (id int)");
    await writeFile(join(folder, "notes.txt"), "not a migration");
    assert.deepEqual(await migrate(database.pool, folder), ["9001_test.sql"]);
    assert.deepEqual(await migrate(database.pool, folder), []);
    await writeFile(join(folder, "9001_test.sql"), "CREATE TABLE made_by_test (id bigint)");
    await assert.rejects(migrate(database.pool, folder), { code: "INVALID_INPUT" });
    await writeFile(join(folder, "9002_broken.sql"), "CREATE TABLE half (id int); SELECT 1 / 0");
    await rm(join(folder, "9001_test.sql"));
    await assert.rejects(migrate(database.pool, folder), { code: "DATABASE_FAILED" });
    await assert.rejects(rowsOf(database.pool, "SELECT 1 FROM half"), { code: "DATABASE_FAILED" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a database that is not there is a failure that may pass, a wrong statement is not", async () => {
  const options = { postgresStatementTimeoutMs: 500, applicationName: "test", maxConnections: 1 };
  const nowhere = createPool({ ...options, postgresUrl: "postgres://127.0.0.1:1/none" });
  await assert.rejects(
    inTransaction(nowhere, async () => 1),
    { code: "DATABASE_FAILED", isRetryable: true },
  );
  await nowhere.end();
  await assert.rejects(rowsOf(database.pool, "SELEKT"), { code: "DATABASE_FAILED", isRetryable: false });
  for (const code of ["40001", "40P01", "57P01", "08006", "ECONNRESET"])
    assert.equal(toDatabaseError(Object.assign(new Error("x"), { code })).isRetryable, true, code);
  for (const code of ["23505", "42601", "22P02"])
    assert.equal(toDatabaseError(Object.assign(new Error("x"), { code })).isRetryable, false, code);
});

test("an amount beyond what a number holds exactly is a fault", async () => {
  await assert.rejects(rowsOf(database.pool, "SELECT 9007199254740993::bigint AS amount"));
  assert.deepEqual(await rowsOf(database.pool, "SELECT 9007199254740991::bigint AS amount"), [
    { amount: 9007199254740991 },
  ]);
});
