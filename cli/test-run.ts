import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestFileKind } from "./test-files.ts";
import { RUN_MARK } from "./test-leftovers.ts";
import { type ProgramEnd, runToEnd } from "./test-program.ts";
import type { TestStep } from "./test-steps.ts";
import { isMissingCredential, type Skip, tallyOf } from "./test-tally.ts";

/** What a step came to. A step that is a program counts as one check. */
export type StepResult = {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly Skip[];
  /** Why the step failed, in words; empty when it passed. */
  readonly faults: readonly string[];
  /** What it printed, for a step that failed. */
  readonly output: string;
};

export type StepContext = {
  readonly run: string;
  readonly files: ReadonlyMap<TestFileKind, readonly string[]>;
  /** Longest time that is left for it, in milliseconds. */
  readonly leftMs: number;
  /** Where everything must run, a skipped test is a failure unless a vendor's credentials are missing. */
  readonly isStrict: boolean;
  readonly signal: AbortSignal;
};

/** Runs one step to its end. Never throws for what the step does. */
export async function runStep(step: TestStep, context: StepContext): Promise<StepResult> {
  const timeoutMs = Math.min(step.timeoutMs, context.leftMs);
  const environment: NodeJS.ProcessEnv = { ...process.env, [RUN_MARK]: context.run, NO_COLOR: "1" };
  // Colours would be forced into captured output, and the runner's own context would make a nested run report to the outer one.
  for (const name of ["FORCE_COLOR", "NODE_TEST_CONTEXT"]) delete environment[name];
  const base = { environment, timeoutMs, signal: context.signal };
  if ("program" in step) {
    const [command, ...args] = step.program;
    const end = await runToEnd({ ...base, command, args });
    const faults = faultsOf(end, timeoutMs);
    const isPassed = faults.length === 0;
    return { passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skips: [], faults, output: end.output };
  }
  const files = context.files.get(step.tests) ?? [];
  if (files.length === 0)
    return { passed: 0, failed: 1, skips: [], faults: ["there are no test files of this kind"], output: "" };
  const folder = await mkdtemp(join(tmpdir(), "partyline-test-"));
  try {
    const reportFile = join(folder, "report.jsonl");
    const args = [
      "--test",
      `--test-concurrency=${step.concurrency}`,
      `--test-timeout=${step.fileTimeoutMs}`,
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${join(import.meta.dirname, "test-reporter.ts")}`,
      `--test-reporter-destination=${reportFile}`,
      ...files,
    ];
    const end = await runToEnd({ ...base, command: process.execPath, args });
    const tally = tallyOf(await readFile(reportFile, "utf8").catch(() => ""));
    const faults = faultsOf(end, timeoutMs);
    if (end.isTimedOut && tally.unfinished.length > 0) faults.push(`unfinished: ${tally.unfinished.join("; ")}`);
    if (tally.passed + tally.failed === 0) faults.push("no test ran");
    if (tally.failed > 0) faults.push(`${tally.failed} failed`);
    const forbidden = context.isStrict ? tally.skips.filter(({ reason }) => !isMissingCredential(reason)) : [];
    if (forbidden.length > 0) faults.push(`${forbidden.length} skipped that must run here`);
    return {
      passed: tally.passed,
      // A run that ended badly without a failed test must not look like a success in the totals.
      failed: Math.max(tally.failed, faults.length > 0 ? 1 : 0),
      skips: tally.skips,
      faults,
      output: failuresIn(end.output),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function faultsOf(end: ProgramEnd, timeoutMs: number): string[] {
  if (end.isTimedOut) return [`stopped after ${Math.round(timeoutMs / 1000)} s`];
  if (end.exitCode === null) return ["ended by a signal"];
  return end.exitCode === 0 ? [] : [`exit code ${end.exitCode}`];
}

/** The part of node's report that shows the failures; all of its end where there is none. */
export function failuresIn(output: string): string {
  const at = output.indexOf("✖ failing tests:");
  return at >= 0 ? output.slice(at) : output.slice(-20_000);
}
