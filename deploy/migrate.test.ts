import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import pg from "pg";
import { type RunningPostgres, startPostgres } from "../local/postgres.ts";
import { migrate } from "./migrate.ts";

describe("migrations", { timeout: 120_000 }, () => {
  let folder = "";
  let migrations = "";
  let postgres: RunningPostgres;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-migrate-"));
    postgres = await startPostgres({ directory: join(folder, "postgres") });
  });
  after(async () => {
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    migrations = await mkdtemp(join(folder, "migrations-"));
    await query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    await write("001-items.sql", "CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1);");
    await write("002-names.sql", "ALTER TABLE items ADD COLUMN name text DEFAULT 'none';");
  });

  const write = (name: string, sql: string) => writeFile(join(migrations, name), sql);
  const run = () => migrate(postgres.connectionString, migrations);
  async function query(sql: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: postgres.connectionString });
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }

  test("given an empty database, all files run in the order of their names, once", async () => {
    assert.deepEqual(await run(), { applied: ["001-items.sql", "002-names.sql"] });
    assert.deepEqual((await query("SELECT * FROM items")).rows, [{ id: 1, name: "none" }]);
    assert.deepEqual(await run(), { applied: [] });
  });

  test("given a new file, only that one runs", async () => {
    await run();
    await write("003-more.sql", "INSERT INTO items VALUES (2, 'two');");
    assert.deepEqual(await run(), { applied: ["003-more.sql"] });
  });

  test("given a changed file that was applied, nothing runs and the file is named", async () => {
    await run();
    await write("001-items.sql", "CREATE TABLE items (id bigint PRIMARY KEY);");
    await write("003-more.sql", "INSERT INTO items VALUES (2, 'two');");
    await assert.rejects(run(), /001-items\.sql was changed after it was applied/);
    assert.equal((await query("SELECT * FROM items")).rowCount, 1);
  });

  test("given a removed file that was applied, it is named", async () => {
    await run();
    await rm(join(migrations, "002-names.sql"));
    await assert.rejects(run(), /002-names\.sql was applied but is no longer there/);
  });

  test("given a file that fails half way, it leaves nothing, earlier files stay, and it runs when it is mended", async () => {
    await write("003-broken.sql", "INSERT INTO items VALUES (2, 'two'); INSERT INTO nowhere VALUES (1);");
    await assert.rejects(run(), /Migration 003-broken\.sql failed: relation "nowhere" does not exist/);
    assert.deepEqual((await query("SELECT id FROM items")).rows, [{ id: 1 }]);
    await write("003-broken.sql", "INSERT INTO items VALUES (2, 'two');");
    assert.deepEqual(await run(), { applied: ["003-broken.sql"] });
  });

  test("given two at once, every file runs once", async () => {
    const results = await Promise.all([run(), run()]);
    assert.deepEqual(results.flatMap((result) => result.applied).sort(), ["001-items.sql", "002-names.sql"]);
  });
});
