/** `npm test`: every check of the project, step by step. A step that fails prints its output and what to do; the others still run. */
import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { testFiles } from "./test-files.ts";
import { leftoversOf } from "./test-leftovers.ts";
import { runStep } from "./test-run.ts";
import { type TestStep, TOTAL_TIMEOUT_MS, testSteps } from "./test-steps.ts";

const usage = `Usage: npm test [-- options]

Runs every check of the project, step by step.

Options:
  --list        prints the steps
  --only STEP   runs this step alone; may be given several times

With CI=true a skipped test is a failure, unless it would ask a vendor's real service and the credentials are not set. Ends with 0 only when everything passed.
`;

process.chdir(join(import.meta.dirname, ".."));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function stepsOrExit(): readonly TestStep[] {
  const names = testSteps.map(({ name }) => name);
  try {
    const { values } = parseArgs({
      options: { list: { type: "boolean" }, only: { type: "string", multiple: true }, help: { type: "boolean" } },
      allowPositionals: false,
    });
    if (values.help === true) {
      process.stdout.write(usage);
      process.exit(0);
    }
    if (values.list === true) {
      for (const { name, summary } of testSteps) say(`${name.padEnd(12)}${summary}`);
      process.exit(0);
    }
    const only = values.only ?? names;
    const unknown = only.filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new Error(`no step is named ${unknown.join(", ")}; there are ${names.join(", ")}`);
    return testSteps.filter(({ name }) => only.includes(name));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

const steps = stepsOrExit();
const run = randomUUID();
const isStrict = process.env.CI === "true";
const startedAt = performance.now();
const calledOff = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    process.exitCode = 128 + constants.signals[signal];
    calledOff.abort();
  });

const files = await testFiles();
const failedSteps: string[] = [];
let passed = 0;
let failed = 0;
let skipped = 0;

for (const [index, step] of steps.entries()) {
  if (calledOff.signal.aborted) break;
  const title = `[${index + 1}/${steps.length}] ${step.name}: ${step.summary}`;
  const leftMs = TOTAL_TIMEOUT_MS - (performance.now() - startedAt);
  if (leftMs <= 0) {
    say(`${title} ... not run: ${TOTAL_TIMEOUT_MS / 60_000} minutes are over`);
    failedSteps.push(step.name);
    failed += 1;
    continue;
  }
  say(`${title} ...`);
  const stepStartedAt = performance.now();
  const result = await runStep(step, { run, files, leftMs, isStrict, signal: calledOff.signal });
  const left = await leftoversOf(run);
  for (const { pid } of left) endProcess(pid);
  const faults = [...result.faults, ...left.map(({ command }) => `left running: ${command}`)];
  const seconds = ((performance.now() - stepStartedAt) / 1000).toFixed(1);
  passed += result.passed;
  failed += Math.max(result.failed, faults.length > 0 ? 1 : 0);
  skipped += result.skips.length;
  for (const { name, file, reason } of result.skips)
    say(
      `    skipped: ${name} (${file.replace(`${process.cwd()}/`, "")}): ${reason === "" ? "no reason given" : reason}`,
    );
  if (faults.length === 0) {
    say(`    passed in ${seconds} s${"tests" in step ? `: ${result.passed} tests` : ""}`);
    continue;
  }
  failedSteps.push(step.name);
  say(result.output.trimEnd());
  say(`    FAILED after ${seconds} s: ${faults.join("; ")}`);
  say(`    What to do: ${step.advice}. This step alone: npm test -- --only ${step.name}`);
}

say("");
say(`${steps.length} steps in ${Math.round((performance.now() - startedAt) / 1000)} s`);
if (calledOff.signal.aborted) say("called off before its end");
if (failedSteps.length > 0) say(`failed: ${failedSteps.join(", ")}`);
if (failedSteps.length > 0 && process.exitCode === undefined) process.exitCode = 1;
say(`${passed} passed, ${failed} failed, ${skipped} skipped`);

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}
