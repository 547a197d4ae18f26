import assert from "node:assert/strict";
import { test } from "node:test";
import { describeOptions, OptionError, readOptions } from "./options.ts";

const spec = {
  atOnce: { kind: "numbers", summary: "calls", fallback: [1, 10], quick: [1], min: 1, max: 100 },
  seconds: { kind: "number", summary: "time", fallback: 8, quick: 0.5, min: 0.1, max: 60 },
  file: { kind: "text", value: "FILE", summary: "a file", fallback: "" },
  isLoud: { kind: "flag", summary: "more noise" },
  clients: { kind: "names", summary: "clients", of: ["one", "two"], fallback: ["one"] },
} as const;

test("what is not given has its fallback, or with --quick its quick value", () => {
  const usual = { atOnce: [1, 10], seconds: 8, file: "", isLoud: false, clients: ["one"] };
  assert.deepEqual(readOptions(spec, [], false), usual);
  assert.deepEqual(readOptions(spec, [], true), { ...usual, atOnce: [1], seconds: 0.5 });
});

test("what is given counts, quick or not", () => {
  const args = ["--at-once", "5,50", "--seconds=2", "--file", "x.json", "--is-loud", "--clients", "two,one"];
  const given = { atOnce: [5, 50], seconds: 2, file: "x.json", isLoud: true, clients: ["two", "one"] };
  for (const isQuick of [false, true]) assert.deepEqual(readOptions(spec, args, isQuick), given);
});

for (const [what, args, words] of [
  ["an unknown option", ["--nope"], /nope/],
  ["a word without an option", ["five"], /five/],
  ["a number out of bounds", ["--seconds", "61"], /--seconds takes numbers from 0.1 to 60/],
  ["no number", ["--at-once", "1,x"], /--at-once .*"x"/],
  ["an empty number", ["--at-once", "1,"], /--at-once .*""/],
  ["a name that is not in the list", ["--clients", "three"], /--clients takes one, two, not "three"/],
  ["an option without its value", ["--seconds"], /seconds/],
] as const)
  test(`${what} is refused and named`, () => {
    assert.throws(
      () => readOptions(spec, args, false),
      (error) => error instanceof OptionError && words.test(error.message),
    );
  });

test("every option is described with its fallback", () => {
  const text = describeOptions(spec).join("\n");
  for (const part of ["--at-once N,N,…", "(1,10)", "--file FILE", "--is-loud", "of one, two (one)"])
    assert.ok(text.includes(part), part);
});
