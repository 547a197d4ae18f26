import assert from "node:assert/strict";
import { test } from "node:test";
import { readArguments, usageOf } from "./command-line.ts";
import { defineInstrument, type Instrument } from "./instrument.ts";
import { OptionError } from "./options.ts";

const instrument = defineInstrument({
  name: "any",
  summary: "anything",
  options: { size: { kind: "number", summary: "bytes", fallback: 8, quick: 1, min: 1, max: 10 } },
  prepare: () => Promise.reject(new Error("not run here")),
}) as unknown as Instrument;

test("options of all instruments and its own ones may stand in any order", () => {
  const expected = {
    isQuick: false,
    isHelpWanted: false,
    isDocumented: true,
    runs: 5,
    json: "a.json",
    options: { size: 2 },
  };
  assert.deepEqual(readArguments(instrument, ["--runs", "5", "--size", "2", "--json=a.json", "--document"]), expected);
  assert.deepEqual(readArguments(instrument, ["--document", "--json", "a.json", "--size=2", "--runs=5"]), expected);
});

test("quick runs take the quick values, and runs are left to the instrument", () => {
  const read = readArguments(instrument, ["--quick"]);
  assert.deepEqual(read, {
    isQuick: true,
    isHelpWanted: false,
    isDocumented: false,
    runs: undefined,
    json: undefined,
    options: { size: 1 },
  });
});

for (const args of [
  ["--runs", "0"],
  ["--runs", "1.5"],
  ["--runs"],
  ["--json"],
  ["--quick", "--document"],
  ["--size", "11"],
  ["--sise", "1"],
  ["x"],
])
  test(`${args.join(" ")} is refused`, () => {
    assert.throws(() => readArguments(instrument, args), OptionError);
  });

test("help is given before options are judged", () => {
  assert.equal(readArguments(instrument, ["--help", "--nope"]).isHelpWanted, true);
  assert.match(usageOf([instrument], instrument), /--size N .*bytes \(8\)/);
  assert.match(usageOf([instrument]), /^ {2}any +anything$/m);
});
