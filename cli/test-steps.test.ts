import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { kindOf, testFiles } from "./test-files.ts";
import { TOTAL_TIMEOUT_MS, testSteps } from "./test-steps.ts";

describe("the steps of npm test", () => {
  it("have names of their own and say what to do", () => {
    assert.equal(new Set(testSteps.map(({ name }) => name)).size, testSteps.length);
    for (const { name, summary, advice } of testSteps) assert.ok(summary.length > 10 && advice.length > 10, name);
  });

  it("run every test file, each in exactly one step", async () => {
    const kinds = testSteps.flatMap((step) => ("tests" in step ? [step.tests] : []));
    assert.equal(new Set(kinds).size, kinds.length);
    const files = await testFiles();
    for (const kind of files.keys()) assert.ok(kinds.includes(kind), `a step runs the ${kind} tests`);
    const all = [...files.values()].flat();
    assert.ok(all.length >= 100, `${all.length} test files`);
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.includes("cli/test-steps.test.ts"));
  });

  it("are each bounded, within the whole", () => {
    for (const step of testSteps) {
      assert.ok(step.timeoutMs > 0 && step.timeoutMs < TOTAL_TIMEOUT_MS, step.name);
      if ("tests" in step) assert.ok(step.fileTimeoutMs <= step.timeoutMs, step.name);
    }
  });

  it("are all that continuous integration runs", () => {
    const lines = readFileSync(".ci/run", "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    assert.equal(lines.length, 3);
    assert.equal(lines[0], "set -euo pipefail");
    assert.match(lines[1] ?? "", /^cd /);
    assert.equal(lines[2], "npm test");
  });

  it("put a file that starts the stack where one file runs at a time", () => {
    assert.equal(kindOf("local/stack.test.ts", "await startStack();"), "stack");
    assert.equal(kindOf("local/zip.test.ts", "startStacking"), "unit");
    assert.equal(kindOf("tests/architecture.test.ts", ""), "rules");
    assert.equal(kindOf("tests/failures/x.test.ts", "startSystem()"), "failures");
    assert.equal(kindOf("tests/elsewhere/x.test.ts", "startSystem()"), "stack");
  });
});
