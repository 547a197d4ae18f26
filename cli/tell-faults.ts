import type { LineFault } from "../shop/json-lines.ts";

const toldFaults = 50;

/** Says what is wrong with which lines of a file, the first fifty of them. */
export function tellFaults({ faults }: { readonly faults: readonly LineFault[] }): void {
  for (const { line, fault } of faults.slice(0, toldFaults)) process.stderr.write(`line ${line}: ${fault}\n`);
  if (faults.length > toldFaults) process.stderr.write(`and ${faults.length - toldFaults} more lines\n`);
}
