/** What stands behind `npm run bench --`: options that every instrument has, and the instrument's own. */
import { parseArgs } from "node:util";
import type { Instrument } from "./instrument.ts";
import { describeOptions, OptionError, type OptionsSpec, type OptionValues, readOptions } from "./options.ts";

export type BenchArguments = {
  readonly options: OptionValues<OptionsSpec>;
  readonly isHelpWanted: boolean;
  readonly isQuick: boolean;
  /** Undefined: as many as the instrument thinks right. */
  readonly runs: number | undefined;
  readonly json: string | undefined;
  /** Whether the tables go into docs/benchmarks.md. */
  readonly isDocumented: boolean;
};

const MAX_RUNS = 100;
const shared = {
  help: { type: "boolean" },
  quick: { type: "boolean" },
  runs: { type: "string" },
  json: { type: "string" },
  document: { type: "boolean" },
} as const;

/** Reads the arguments behind the instrument's name. Throws {@link OptionError}. */
export function readArguments(instrument: Instrument, args: readonly string[]): BenchArguments {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: shared,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const taken = new Set(
    tokens.flatMap((token) => {
      if (token.kind !== "option" || !Object.hasOwn(shared, token.name)) return [];
      const isNextTaken = token.inlineValue === false && token.value !== undefined;
      return isNextTaken ? [token.index, token.index + 1] : [token.index];
    }),
  );
  const own = args.filter((_, index) => !taken.has(index));
  const isQuick = values.quick === true;
  const isDocumented = values.document === true;
  if (isQuick && isDocumented) throw new OptionError("the figures of a quick run mean nothing and are not documented");
  return {
    isDocumented,
    isQuick,
    isHelpWanted: values.help === true,
    runs: values.runs === undefined ? undefined : runsOf(values.runs),
    json: values.json === undefined ? undefined : fileOf(values.json),
    options: values.help === true ? {} : readOptions(instrument.options, own, isQuick),
  };
}

function runsOf(given: string | boolean): number {
  const runs = typeof given === "string" ? Number(given) : Number.NaN;
  if (!Number.isInteger(runs) || runs < 1 || runs > MAX_RUNS)
    throw new OptionError(`--runs takes a whole number from 1 to ${MAX_RUNS}, not ${JSON.stringify(given)}`);
  return runs;
}

function fileOf(given: string | boolean): string {
  if (typeof given !== "string" || given === "") throw new OptionError("--json needs the name of a file");
  return given;
}

/** How the command is used; with an instrument, its own options too. */
export function usageOf(
  list: readonly { readonly name: string; readonly summary: string }[],
  instrument?: Instrument,
): string {
  const general = [
    "  --runs N                    repeats the measurement; the median and what lay around it are shown",
    "  --quick                     a few seconds, to see that it works; the figures mean nothing",
    "  --json FILE                 writes figures, machine, versions, settings and date",
    "  --document                  puts the tables into docs/benchmarks.md",
    "  --help                      shows the options of an instrument",
  ];
  if (instrument !== undefined)
    return [
      `npm run bench -- ${instrument.name} [options]: ${instrument.summary}`,
      "",
      "Options:",
      ...describeOptions(instrument.options),
      ...general,
    ].join("\n");
  return [
    "Usage: npm run bench -- <name> [options]",
    "",
    ...list.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`),
    "",
    "Options of all:",
    ...general,
    "",
    "docs/benchmarks.md says how each measures, and what not.",
  ].join("\n");
}
