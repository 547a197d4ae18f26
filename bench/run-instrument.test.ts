import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { defineInstrument, type Instrument, UnusableRun } from "./instrument.ts";
import { resultSchema } from "./result.ts";
import { printResult } from "./result-table.ts";
import { runInstrument } from "./run-instrument.ts";
import { column, type Table } from "./table.ts";

const oneCell = (value: number): readonly Table[] => [
  { title: "T", labels: ["row"], columns: [column("value", "ms", 1)], rows: [{ labels: ["a"], cells: [value] }] },
];
const options = {
  options: {},
  isQuick: false,
  runs: 3,
  signal: new AbortController().signal,
  progress: () => undefined,
};
const given = (prepare: Instrument<Record<never, never>>["prepare"]) =>
  defineInstrument({ name: "given", summary: "for tests", options: {}, prepare });

test("prepares once, measures every run, and gives figures with machine, date and words", async () => {
  let prepared = 0;
  const result = await runInstrument(
    given(async () => {
      prepared += 1;
      return {
        settings: { partitions: 12 },
        measure: async (run) => oneCell(run * run),
        conclude: ([table]) => [`rows: ${table?.rows.length}`],
      };
    }),
    options,
  );
  assert.equal(prepared, 1);
  assert.deepEqual(result.tables[0]?.rows[0]?.cells, [{ median: 4, min: 1, max: 9, runs: [1, 4, 9] }]);
  assert.deepEqual([result.notes, result.settings, result.runs], [["rows: 1"], { partitions: 12 }, 3]);
  assert.ok(result.machine.cores >= 1 && result.machine.versions.kafkajs !== undefined);
  assert.ok(Date.parse(result.finishedAt) >= Date.parse(result.startedAt));
  assert.deepEqual(resultSchema.parse(JSON.parse(JSON.stringify(result))), result);
  assert.match(printResult(result), /3 runs: median \(min–max\)[\s\S]*4\.0 \(1\.0–9\.0\)[\s\S]*rows: 1/);
});

test("whatever was started is ended in reverse order, though a run is unusable", async () => {
  const ended: string[] = [];
  let folder = "";
  const instrument = given(async (bench) => {
    folder = await bench.folder();
    writeFileSync(join(folder, "data"), "x");
    bench.atEnd(() => void ended.push("broker"));
    bench.atEnd(async () => void ended.push("client"));
    return { measure: () => Promise.reject(new UnusableRun("3 words were lost")) };
  });
  await assert.rejects(runInstrument(instrument, options), /3 words were lost/);
  assert.deepEqual(ended, ["client", "broker"]);
  assert.equal(existsSync(folder), false);
});

test("what fails to end keeps nothing else from ending", async () => {
  const ended: string[] = [];
  const instrument = given(async (bench) => {
    bench.atEnd(() => void ended.push("first"));
    bench.atEnd(() => Promise.reject(new Error("does not end")));
    return { measure: async () => oneCell(1) };
  });
  await assert.rejects(runInstrument(instrument, options), /does not end/);
  assert.deepEqual(ended, ["first"]);
});

test("called off, it measures no further run", async () => {
  const calledOff = new AbortController();
  let runs = 0;
  const instrument = given(async () => ({
    async measure() {
      runs += 1;
      calledOff.abort(new Error("called off"));
      return oneCell(1);
    },
  }));
  await assert.rejects(runInstrument(instrument, { ...options, signal: calledOff.signal }), /called off/);
  assert.equal(runs, 1);
});

test("a figure that is no number is not published", async () => {
  const instrument = given(async () => ({ measure: async () => oneCell(Number.NaN) }));
  await assert.rejects(runInstrument(instrument, options));
});
