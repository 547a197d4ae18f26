import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { documentResult } from "./document-result.ts";
import { instrumentList } from "./instruments.ts";
import { describeMachine } from "./machine.ts";
import { type Result, resultSchema } from "./result.ts";
import { column } from "./table.ts";

const result: Result = resultSchema.parse({
  format: 1,
  instrument: "hop",
  summary: "one hop",
  isQuick: false,
  runs: 1,
  startedAt: "2026-11-23T10:00:00.000Z",
  finishedAt: "2026-11-23T10:00:30.000Z",
  options: {},
  settings: {},
  machine: { ...describeMachine(), loadAverageAtStart: [1, 1, 1], loadAverageAtEnd: [2, 2, 2], busyShare: 0.5 },
  tables: [
    { title: "Hops", labels: ["size"], columns: [column("P50", "ms", 1)], rows: [{ labels: [200], cells: ["x"] }] },
  ],
  notes: [],
});
const document =
  "# A\n<!-- codec:begin -->\ncodec\n<!-- codec:end -->\n<!-- hop:begin -->\nold\n<!-- hop:end -->\nend\n";

test("the new table stands in the place of the old one, and nothing else changes", () => {
  const written = documentResult(document, result);
  assert.match(
    written,
    /^# A\n<!-- codec:begin -->\ncodec\n<!-- codec:end -->\n<!-- hop:begin -->\n\nhop: 2026-11-23 10:00 UTC/,
  );
  assert.match(written, /\| 200 +\| x +\|\n\n<!-- hop:end -->\nend\n$/);
  assert.doesNotMatch(written, /old/);
  assert.equal(documentResult(written, result), written);
});

test("a result without a place, and one of a quick run, are refused", () => {
  assert.throws(() => documentResult("# A\n", result), /no place for hop/);
  assert.throws(() => documentResult(document, { ...result, isQuick: true }), /quick run/);
});

test("docs/benchmarks.md has a chapter and a place for every instrument, and for no other", () => {
  const text = readFileSync(new URL("../docs/benchmarks.md", import.meta.url), "utf8");
  const places = [...text.matchAll(/<!-- ([a-z-]+):begin -->/g)].map(([, name]) => name);
  const names = instrumentList.map(({ name }) => name);
  assert.deepEqual(places.toSorted(), names.toSorted());
  for (const name of names) assert.match(text, new RegExp(`^## ${name}$`, "m"));
});
