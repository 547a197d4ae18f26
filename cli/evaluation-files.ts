/** Files of an evaluation: read whole, with every fault named by its line. */
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { SpokenConstraints } from "../language/spoken-constraints.ts";
import { parseSpokenQueries, readCatalogueRows, type SpokenQuery } from "../shop/any-catalogue.ts";
import { parseJsonLines } from "../shop/json-lines.ts";
import type { Product } from "../shop/shop-files.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Judgement } from "./ranking-quality.ts";
import { tellFaults } from "./tell-faults.ts";

/** A sentence and what must be read from it. */
export type ConstraintCase = { readonly id: string; readonly text: string; readonly expected: SpokenConstraints };

const key = z.union([z.string().min(1), z.number()]).transform(String);
const judgement = z.looseObject({
  qid: key,
  id: key,
  rel: z.number().min(0).max(10),
});
const constraintCase = z.looseObject({
  id: key.nullish(),
  text: z.string().min(1),
  // What the line has no word for is kept: a sentence of which it is expected is missed.
  expected: z.looseObject({
    price_max: z.number().nullish(),
    price_min: z.number().nullish(),
    price_target: z.number().nullish(),
    sort: z.string().nullish(),
    min_rating: z.number().nullish(),
    in_stock: z.boolean().nullish(),
    quantity: z.number().nullish(),
  }),
});

/** The products of a catalogue, and how many rows were left out since something is wrong with them, which is told. Throws when none is right, or there is no such file. */
export async function readProducts(
  file: string,
): Promise<{ readonly products: readonly Product[]; readonly leftOut: number }> {
  const rows = readCatalogueRows(await readText(file), "jsonl");
  tellFaults(rows);
  if (rows.lines.length === 0) throw new EvaluationError(`No row of ${file} is right.`);
  return { products: rows.lines.map(({ value }) => value), leftOut: rows.faults.length };
}

/** Spoken queries, none of them with a fault, with their price limits, which are in units of the currency. */
export async function readQueries(file: string, currency: string | undefined): Promise<readonly SpokenQuery[]> {
  return parseSpokenQueries(await readText(file), currency);
}

/** Judgements: pairs that are not named are worth 0. */
export async function readJudgements(file: string): Promise<readonly Judgement[]> {
  return parseJsonLines("list of judgements", await readText(file), judgement);
}

/** Sentences with the constraints that must be read from them. */
export async function readConstraintCases(file: string): Promise<readonly ConstraintCase[]> {
  return parseJsonLines("list of sentences", await readText(file), constraintCase).map(
    ({ id, text, expected }, index) => ({
      id: id ?? String(index + 1),
      text,
      expected: Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== null)) as SpokenConstraints,
    }),
  );
}

/** Writes what an evaluation found. Throws where the file cannot be written. */
export async function writeResult(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new EvaluationError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  });
}

/** The text of a file, without the mark that some programs put before it. Throws EvaluationError. */
export async function readText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new EvaluationError(`There is no file ${file} that can be read.`);
  });
  return text.replace(/^\uFEFF/, "");
}
