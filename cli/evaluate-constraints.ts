import { parseArgs } from "node:util";
import { isExact, readConstraints, type SpokenConstraints } from "../language/spoken-constraints.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { readConstraintCases, writeResult } from "./evaluation-files.ts";

const usage = `Usage: npm run evaluate -- constraints --file FILE [--json FILE]

  --file FILE   sentences, one JSON object a line: {"text": "under forty dollars", "expected": {"price_max": 40}}
  --json FILE   write {"exact", "total", "keys", "misses"} there

Prints the share of sentences of which exactly what was expected was read, precision and recall of each key, and the misses.
`;

type Tally = { expected: number; read: number; right: number };

/** Reads every sentence of a file and compares with what is expected. Gives the exit code; throws EvaluationError. */
export async function evaluateConstraints(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { file: { type: "string" }, json: { type: "string" }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.file === undefined) throw new EvaluationError(usage);
  const cases = await readConstraintCases(values.file);
  const readings = cases.map((entry) => ({ ...entry, read: readConstraints(entry.text) }));
  const misses = readings.filter(({ read, expected }) => !isExact(read, expected));
  const exact = (cases.length - misses.length) / cases.length;
  const keys = tallies(readings);
  for (const { id, text, expected, read } of misses)
    process.stdout.write(
      `  ${id} ${JSON.stringify(text)}\n      expected ${JSON.stringify(expected)}\n      read     ${JSON.stringify(read)}\n`,
    );
  for (const [key, { expected, read, right }] of keys)
    process.stdout.write(`${key.padEnd(14)}precision ${share(right, read)}  recall ${share(right, expected)}\n`);
  process.stdout.write(`exact         ${exact.toFixed(4)} (${cases.length - misses.length} of ${cases.length})\n`);
  if (values.json !== undefined) {
    const told = Object.fromEntries(
      [...keys].map(([key, { expected, read, right }]) => [
        key,
        { precision: read === 0 ? null : right / read, recall: expected === 0 ? null : right / expected },
      ]),
    );
    await writeResult(values.json, `${JSON.stringify({ exact, total: cases.length, keys: told, misses }, null, 2)}\n`);
  }
  return 0;
}

function tallies(
  readings: readonly { readonly expected: SpokenConstraints; readonly read: SpokenConstraints }[],
): ReadonlyMap<string, Tally> {
  const keys = new Map<string, Tally>();
  for (const { expected, read } of readings) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(read)]) as Set<keyof SpokenConstraints>) {
      const tally = keys.get(key) ?? { expected: 0, read: 0, right: 0 };
      tally.expected += expected[key] === undefined ? 0 : 1;
      tally.read += read[key] === undefined ? 0 : 1;
      tally.right += expected[key] !== undefined && expected[key] === read[key] ? 1 : 0;
      keys.set(key, tally);
    }
  }
  return keys;
}

function share(part: number, whole: number): string {
  return whole === 0 ? "  -   " : (part / whole).toFixed(4);
}
