import assert from "node:assert/strict";
import { test } from "node:test";
import { printFigure, spreadOf } from "./spread.ts";
import { column, printTable, spreadTables, type Table } from "./table.ts";

const table = (...cells: Table["rows"][number]["cells"]): Table => ({
  title: "Times",
  labels: ["calls"],
  columns: [column("P95", "ms", 1), column("how")],
  rows: [{ labels: [10], cells }],
});

test("the median of an odd number of runs is one of them, of an even number between two", () => {
  assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3, runs: [3, 1, 2] });
  assert.equal(spreadOf([4, 1, 2, 3]).median, 2.5);
  assert.throws(() => spreadOf([]), RangeError);
});

test("a cell is the median with what lay around it; one run has nothing around it", () => {
  assert.match(printTable(spreadTables([[table(2, "exact")]])[0] ?? assert.fail()), /\| 10 +\| 2\.0 +\| exact \|/);
  const three = spreadTables([[table(2, "exact")], [table(1.26, "exact")], [table(9, "exact")]]);
  assert.match(printTable(three[0] ?? assert.fail()), /\| 2\.0 \(1\.3–9\.0\) \|/);
});

test("a run without a figure does not spoil those that have one", () => {
  const [merged] = spreadTables([[table(null, null)], [table(5, null)]]);
  assert.deepEqual(merged?.rows[0]?.cells, [spreadOf([5]), null]);
  assert.match(printTable(merged ?? assert.fail()), /\| 5\.0 +\| – /);
});

test("runs with other rows are not put together", () => {
  const other = { ...table(1, "x"), rows: [{ labels: [20], cells: [1, "x"] }] };
  assert.throws(() => spreadTables([[table(1, "x")], [other]]), /same rows/);
  assert.throws(() => spreadTables([[table(1)]]), /as many cells/);
});

test("thousands are set apart", () => {
  assert.equal(printFigure(1_234_567, 0), "1\u2009234\u2009567");
  assert.equal(printFigure(999.949, 1), "999.9");
  assert.equal(printFigure(-12_000.5, 1), "-12\u2009000.5");
});
