/** The instruments that measure whole calls, once each in their quick form and all on one system: that they measure, not what. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { readArguments } from "../../bench/command-line.ts";
import { instrumentList, loadInstrument } from "../../bench/instruments.ts";
import { resultSchema } from "../../bench/result.ts";
import { printResult } from "../../bench/result-table.ts";
import { runInstrument } from "../../bench/run-instrument.ts";
import { SharedThings } from "../../bench/shared-things.ts";

const timeout = 240_000;

describe("instruments of whole calls", () => {
  const shared = new SharedThings();
  after(() => shared.stop());

  for (const { name, summary } of instrumentList.filter(({ needsSystem }) => needsSystem === true))
    it(`${name} measures`, { timeout }, async () => {
      const instrument = (await loadInstrument(name)) ?? assert.fail();
      assert.deepEqual([instrument.name, instrument.summary], [name, summary], "as the list says");
      const result = await runInstrument(instrument, {
        options: readArguments(instrument, ["--quick"]).options,
        isQuick: true,
        runs: 1,
        signal: AbortSignal.timeout(timeout),
        progress: () => undefined,
        shared,
      });
      assert.deepEqual(resultSchema.parse(JSON.parse(JSON.stringify(result))), result);
      assert.match(printResult(result), /\n\| -+ \|[^\n]*\n\| /, "prints a table");
    });
});
