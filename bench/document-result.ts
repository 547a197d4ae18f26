/** Keeps the last table of each instrument in docs/benchmarks.md, between markers. */
import type { Result } from "./result.ts";
import { printResult } from "./result-table.ts";

/** The document with the result's text in the place of its instrument. Throws when it has no such place, and for a quick run. */
export function documentResult(document: string, result: Result): string {
  if (result.isQuick) throw new Error("the figures of a quick run mean nothing and are not documented");
  const [begin, end] = [`<!-- ${result.instrument}:begin -->`, `<!-- ${result.instrument}:end -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`docs/benchmarks.md has no place for ${result.instrument}: ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${printResult(result)}\n\n${document.slice(to)}`;
}
