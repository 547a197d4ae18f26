/** `npm run bench -- <name> [options] [--json FILE]`: the instruments with which the line is measured. */
import { open, readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { type BenchArguments, readArguments, usageOf } from "../bench/command-line.ts";
import { documentResult } from "../bench/document-result.ts";
import type { Instrument } from "../bench/instrument.ts";
import { instrumentList, loadInstrument } from "../bench/instruments.ts";
import { OptionError } from "../bench/options.ts";
import { printResult } from "../bench/result-table.ts";
import { defaultRuns, runInstrument } from "../bench/run-instrument.ts";

const benchmarks = new URL("../docs/benchmarks.md", import.meta.url);
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const err = (text: string): void => void process.stderr.write(`${text}\n`);

async function measure(instrument: Instrument, given: BenchArguments): Promise<void> {
  // A file that cannot be written is told before minutes of measuring, not after.
  if (given.json !== undefined) await (await open(given.json, "a")).close();
  const calledOff = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      process.exitCode = 128 + constants.signals[signal];
      calledOff.abort(new Error(`called off by ${signal}`));
    });
  const startedAt = performance.now();
  const progress = (line: string): void =>
    err(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const result = await runInstrument(instrument, {
    options: given.options,
    isQuick: given.isQuick,
    runs: given.runs ?? defaultRuns(instrument, given.isQuick),
    signal: calledOff.signal,
    progress,
  });
  out(printResult(result));
  if (given.json !== undefined) await writeFile(given.json, `${JSON.stringify(result, null, 2)}\n`);
  if (given.isDocumented) await writeFile(benchmarks, documentResult(await readFile(benchmarks, "utf8"), result));
}

async function main(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help") {
    out(usageOf(instrumentList));
    return;
  }
  const instrument = await loadInstrument(name);
  if (instrument === undefined)
    throw new OptionError(`There is no instrument ${JSON.stringify(name)}.\n\n${usageOf(instrumentList)}`);
  const given = readArguments(instrument, rest);
  if (given.isHelpWanted) out(usageOf(instrumentList, instrument));
  else await measure(instrument, given);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  err(error instanceof Error ? error.message : String(error));
  if (error instanceof OptionError) process.exitCode = 2;
  else process.exitCode ??= 1;
}
