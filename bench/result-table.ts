/** A result as it is shown: what it was measured on, the tables with their spread, and the instrument's words. */
import type { Result } from "./result.ts";
import { printTable, type SpreadTable } from "./table.ts";

/** The whole text. */
export function printResult(result: Result): string {
  const { machine, runs, tables, notes } = result;
  const seconds = (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000;
  const load = (averages: readonly number[]): string => (averages[0] ?? 0).toFixed(1);
  const caption = [
    `${result.instrument}: ${result.startedAt.slice(0, 16).replace("T", " ")} UTC, ${Math.round(seconds)} s`,
    `${machine.cores} cores (${machine.cpu}), ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB, Node ${machine.node}`,
    `load average ${load(machine.loadAverageAtStart)} at the start and ${load(machine.loadAverageAtEnd)} at the end, cores ${Math.round(machine.busyShare * 100)} % busy`,
    runs === 1 ? "one run" : `${runs} runs: median (min–max)`,
  ];
  return [
    caption.join("; "),
    ...(result.isQuick ? ["A quick run: it shows that the instrument works; its figures mean nothing."] : []),
    ...tables.map((table) => printTable(table as SpreadTable)),
    ...notes,
  ].join("\n\n");
}
