/** The instruments that measure whole calls, once each in their quick form, by the command that people run. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { instrumentList } from "../../bench/instruments.ts";
import { resultSchema } from "../../bench/result.ts";

const command = join(import.meta.dirname, "../../cli/bench.ts");
const run = promisify(execFile);
const timeout = 240_000;

describe("instruments of whole calls", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-bench-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const { name } of instrumentList.filter(({ needsSystem }) => needsSystem === true))
    it(`${name} measures`, { timeout }, async () => {
      const json = join(folder, `${name}.json`);
      const { stdout } = await run(process.execPath, [command, name, "--quick", "--json", json], { timeout });
      assert.match(stdout, /\n\| -+ \|[^\n]*\n\| /, "prints a table");
      const result = resultSchema.parse(JSON.parse(await readFile(json, "utf8")));
      assert.deepEqual([result.instrument, result.isQuick], [name, true]);
    });
});
