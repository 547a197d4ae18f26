import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { leftoversOf, RUN_MARK } from "./test-leftovers.ts";
import { runToEnd } from "./test-program.ts";
import { runStep, type StepResult } from "./test-run.ts";
import type { TestStep } from "./test-steps.ts";

const base = { name: "try", summary: "a step of a test", advice: "nothing", timeoutMs: 60_000 };

describe("a step of npm test", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-step-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function run(step: TestStep, files: readonly string[] = [], isStrict = false): Promise<StepResult> {
    const context = { run: "of-this-test", leftMs: 60_000, isStrict, signal: new AbortController().signal };
    return runStep(step, { ...context, files: new Map([["unit", files]]) });
  }
  async function tests(body: string, isStrict = false, timeoutMs = 60_000): Promise<StepResult> {
    const file = join(folder, `a-${Math.floor(performance.now() * 1000)}.test.mjs`);
    await writeFile(file, `import { describe, it } from "node:test";\n${body}`);
    return run({ ...base, timeoutMs, tests: "unit", concurrency: 1, fileTimeoutMs: timeoutMs }, [file], isStrict);
  }
  const script = (code: string, timeoutMs = 60_000): TestStep => ({
    ...base,
    timeoutMs,
    program: ["node", "-e", code],
  });

  it("passes when its program ends with 0, and counts as one check", async () => {
    const { passed, failed, faults } = await run(script("console.log('fine')"));
    assert.deepEqual([passed, failed, faults], [1, 0, []]);
  });

  it("fails with the output when its program ends otherwise, or is not there", async () => {
    const { passed, failed, faults, output } = await run(script("console.error('because'); process.exitCode = 3"));
    assert.deepEqual([passed, failed, faults], [0, 1, ["exit code 3"]]);
    assert.match(output, /because/);
    const missing = await run({ ...base, program: ["no-such-program"] });
    assert.equal(missing.failed, 1);
    assert.match(missing.output, /could not be started/);
  });

  it("ends a program that hangs, with what that started", async () => {
    const hang = "require('node:child_process').spawn('sleep', ['300']); setInterval(() => {}, 1000);";
    const { faults } = await run(script(hang, 1_500));
    assert.deepEqual(faults, ["stopped after 2 s"]);
    assert.deepEqual(await leftoversOf("of-this-test"), []);
  });

  it("counts tests as node does, suites not", async () => {
    const { passed, failed, faults } = await tests("describe('s', () => { it('a', () => {}); it('b', () => {}); });");
    assert.deepEqual([passed, failed, faults], [2, 0, []]);
  });

  it("fails with the failures alone when a test fails", async () => {
    const { passed, failed, faults, output } = await tests(
      "it('good', () => {}); it('bad', () => { throw new Error('no'); });",
    );
    assert.deepEqual([passed, failed], [1, 1]);
    assert.ok(faults.includes("1 failed"));
    assert.match(output, /^✖ failing tests:[\s\S]*bad/);
  });

  it("fails when a file cannot be loaded, when nothing ran, and when there is no file", async () => {
    assert.ok((await tests("throw new Error('at import');")).failed > 0);
    assert.ok((await run({ ...base, tests: "unit", concurrency: 1, fileTimeoutMs: 60_000 })).failed > 0);
  });

  it("lists skipped tests with their reasons; where all must run, only a vendor's credentials may be missing", async () => {
    const skipping = (reason: string): string =>
      `it('a', () => {}); it('s', { skip: ${JSON.stringify(reason)} }, () => {});`;
    const missing = await tests(skipping("GEMINI_API_KEY is not set"), true);
    assert.deepEqual(missing.faults, []);
    assert.deepEqual(
      missing.skips.map(({ name, reason }) => [name, reason]),
      [["s", "GEMINI_API_KEY is not set"]],
    );
    assert.deepEqual((await tests(skipping("not today"))).faults, []);
    assert.deepEqual((await tests(skipping("not today"), true)).faults, ["1 skipped that must run here"]);
  });

  it("says what was unfinished when it hangs", async () => {
    const { faults } = await tests(
      "it('forever', () => new Promise(() => setInterval(() => {}, 1000)));",
      false,
      2_000,
    );
    assert.match(faults.join("; "), /stopped after 2 s|1 failed/);
  });
});

describe("leftovers", () => {
  it("are found by their mark", async () => {
    const mark = `test-${process.pid}`;
    const calledOff = new AbortController();
    const environment = { ...process.env, [RUN_MARK]: mark };
    const end = runToEnd({ command: "sleep", args: ["60"], environment, timeoutMs: 30_000, signal: calledOff.signal });
    const found = await leftoversOf(mark, 300);
    calledOff.abort();
    await end;
    if (process.platform === "linux") assert.match(found.map(({ command }) => command).join(), /sleep 60/);
    assert.deepEqual(await leftoversOf(mark), []);
  });
});
