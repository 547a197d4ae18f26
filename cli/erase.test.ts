import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { rowsOf } from "../connectors/postgres/pool.ts";
import { resetSmallShop } from "../connectors/postgres/testing/small-shop.ts";
import { startTestDatabase, type TestDatabase } from "../connectors/postgres/testing/test-database.ts";
import { type ProgramEnd, runToEnd } from "./test-program.ts";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await rowsOf(database.pool, "TRUNCATE customers CASCADE");
  await resetSmallShop(database.pool);
});

function erase(...args: string[]): Promise<ProgramEnd> {
  return runToEnd({
    command: process.execPath,
    args: [join(import.meta.dirname, "erase.ts"), ...args],
    environment: {
      ...process.env,
      POSTGRES_URL: database.connectionString,
      REDIS_URL: "",
      KAFKA_BROKERS: "",
      RISK_KEY: "k",
    },
    timeoutMs: 60_000,
  });
}
const names = () =>
  rowsOf<{ name: string }>(database.pool, "SELECT full_name AS name FROM customers ORDER BY 1").then((rows) =>
    rows.map(({ name }) => name),
  );

test("given --dry-run, it shows what is found where and changes nothing", async () => {
  const { exitCode, output } = await erase("--customer", "ana", "--database-only", "--dry-run");
  assert.equal(exitCode, 0, output);
  for (const line of ["customers.full_name: name, 1", "cards.id: card, 2", "voice.transcripts.v1: gone after 30 days"])
    assert.ok(output.includes(line), `${line} in ${output}`);
  assert.equal(output.includes("Alder"), false, "what is found is not repeated");
  assert.deepEqual(await names(), ["Ana Alder", "Ben Birch"]);
});

test("given a customer, they are erased with proof, and a second run knows nothing of them", async () => {
  const { exitCode, output } = await erase("--phone", "+12025550101", "--database-only");
  assert.equal(exitCode, 0, output);
  assert.match(output, /Found in the database afterwards:\n {2}nothing\n[\s\S]*Nothing of them is left\.\n$/);
  assert.deepEqual(await names(), ["", "Ben Birch"]);
  const again = await erase("--customer", "ana", "--database-only");
  assert.deepEqual([again.exitCode, again.output], [0, "Nothing is known of them.\n"]);
});

test("given too little, too much or nonsense, or no address of Redis, it says so and does nothing", async () => {
  const wrong: readonly (readonly [string[], RegExp])[] = [
    [[], /Name one of --customer and --phone/],
    [["--customer", "ana", "--phone", "+12025550101"], /Name one of/],
    [["--phone", "555"], /--phone wants a number/],
    [["--customer", "ana", "--running", "no-such-file"], /Set REDIS_URL/],
  ];
  const ends = await Promise.all(wrong.map(([args]) => erase(...args)));
  for (const [index, [, said]] of wrong.entries()) {
    assert.equal(ends[index]?.exitCode, 2);
    assert.match(ends[index]?.output ?? "", said);
  }
  assert.deepEqual(await names(), ["Ana Alder", "Ben Birch"]);
});
