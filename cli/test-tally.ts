import type { ReportLine } from "./test-reporter.ts";

export type Skip = { readonly name: string; readonly file: string; readonly reason: string };

/** What a run of node's test runner came to. */
export type Tally = {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly Skip[];
  /** Tests that had begun and did not end, as `file: name`. */
  readonly unfinished: readonly string[];
};

/** Counts the report's lines as node does: suites are no tests of their own, unless one fails by itself. Throws when a line is not the reporter's. */
export function tallyOf(report: string): Tally {
  const skips: Skip[] = [];
  const begun = new Map<string, number>();
  let passed = 0;
  let failed = 0;
  // A run that was killed may have left half a line.
  for (const text of report.slice(0, report.lastIndexOf("\n") + 1).split("\n")) {
    if (text === "") continue;
    const line = JSON.parse(text) as ReportLine;
    const id = `${line.file}: ${line.name}`;
    if (line.kind === "begin") {
      begun.set(id, (begun.get(id) ?? 0) + 1);
      continue;
    }
    const open = (begun.get(id) ?? 1) - 1;
    if (open > 0) begun.set(id, open);
    else begun.delete(id);
    if (line.kind === "skipped") skips.push({ name: line.name, file: line.file, reason: line.reason });
    else if (line.kind === "failed") failed += line.isSuite ? 0 : 1;
    else passed += line.isSuite ? 0 : 1;
  }
  return { passed, failed, skips, unfinished: [...begun.keys()] };
}

/**
 * Whether a skip is allowed where everything must run: only a test of a vendor's real service may be missing its credentials. Every other skip hides
 * something that this project can run itself.
 */
export function isMissingCredential(reason: string): boolean {
  return /^[A-Z][A-Z0-9_]*(KEY|TOKEN|CREDENTIALS|PROJECT|SID)( and [A-Z][A-Z0-9_]*)* (is|are) not set\b/.test(reason);
}
