/**
 * Every instrument once, in its quick form, so that none rots: that it measures, not what. Some start a broker or registry (startBroker, startRegistry), so
 * this runs in the step that has them one at a time. Those that need the whole system are in tests/scenarios.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { readArguments } from "./command-line.ts";
import { instrumentList, loadInstrument } from "./instruments.ts";
import { resultSchema } from "./result.ts";
import { printResult } from "./result-table.ts";
import { defaultRuns, runInstrument } from "./run-instrument.ts";

const command = join(import.meta.dirname, "..", "cli", "bench.ts");
const run = promisify(execFile);
/** One of them installs Python packages when the cache has none yet; without, each takes seconds. */
const timeout = 150_000;

describe("the instruments", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-bench-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const { name, summary } of instrumentList.filter(({ needsSystem }) => needsSystem !== true))
    it(`${name} measures`, { timeout }, async () => {
      const instrument = (await loadInstrument(name)) ?? assert.fail();
      assert.deepEqual([instrument.name, instrument.summary], [name, summary], "as the list says");
      const { options } = readArguments(instrument, ["--quick"]);
      const result = await runInstrument(instrument, {
        options,
        isQuick: true,
        runs: defaultRuns(instrument, true),
        signal: AbortSignal.timeout(timeout),
        progress: () => undefined,
      });
      assert.deepEqual(resultSchema.parse(JSON.parse(JSON.stringify(result))), result);
      assert.match(printResult(result), /\n\| -+ \|[^\n]*\n\| /, "prints a table");
      assert.ok(
        result.tables.some(({ rows }) => rows.some(({ cells }) => cells.some((cell) => typeof cell === "object"))),
      );
    });

  it("are run by the command, which prints tables and writes JSON", { timeout: 30_000 }, async () => {
    const json = join(folder, "cost.json");
    const { stdout } = await run(process.execPath, [command, "cost", "--quick", "--json", json]);
    assert.match(stdout, /^cost: [\s\S]*\| telephony /);
    assert.equal(resultSchema.parse(JSON.parse(await readFile(json, "utf8"))).instrument, "cost");
  });

  it("are listed by the command, which refuses any other name and option", { timeout: 30_000 }, async () => {
    const { stdout } = await run(process.execPath, [command]);
    for (const { name, summary } of instrumentList) assert.ok(stdout.includes(name) && stdout.includes(summary), name);
    await assert.rejects(run(process.execPath, [command, "nothing"]), { code: 2, stderr: /no instrument "nothing"/ });
    await assert.rejects(run(process.execPath, [command, "cost", "--nope"]), { code: 2, stderr: /--nope/ });
  });
});
