import assert from "node:assert/strict";
import { once as listening } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { pipeline } from "node:stream";
import { after, before, test } from "node:test";
import { getCACertificates, setDefaultCACertificates, TLSSocket } from "node:tls";
import { testCertificate } from "../../runtime/testing/certificate.ts";
import { toDatabaseError } from "./database-error.ts";
import { once } from "./effect-record.ts";
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

test("with sslmode=verify-full, nothing is sent to a server whose certificate is not trusted", async () => {
  const { key, certificate } = await testCertificate();
  const server = new URL(database.connectionString);
  const guard = createServer((socket) => {
    // The client's SSLRequest, and the answer that TLS is spoken here: https://www.postgresql.org/docs/current/protocol-flow.html
    socket.once("data", () => {
      socket.write("S");
      const secured = new TLSSocket(socket, { isServer: true, key, cert: certificate });
      pipeline(secured, connect(Number(server.port), server.hostname), secured, () => undefined);
    });
  });
  guard.listen(0, "127.0.0.1");
  await listening(guard, "listening");
  const place = new URL(server);
  place.port = String((guard.address() as AddressInfo).port);
  place.searchParams.set("sslmode", "verify-full");
  const options = { postgresStatementTimeoutMs: 5_000, applicationName: "test", maxConnections: 1 };
  const pool = createPool({ ...options, postgresUrl: place.href });
  try {
    await assert.rejects(pool.query("SELECT 1"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    setDefaultCACertificates([...getCACertificates("default"), certificate]);
    assert.deepEqual((await pool.query("SELECT 1 AS one")).rows, [{ one: 1 }]);
  } finally {
    await pool.end();
    guard.close();
  }
});

test("an amount beyond what a number holds exactly is a fault", async () => {
  await assert.rejects(rowsOf(database.pool, "SELECT 9007199254740993::bigint AS amount"));
  assert.deepEqual(await rowsOf(database.pool, "SELECT 9007199254740991::bigint AS amount"), [
    { amount: 9007199254740991 },
  ]);
});
