/** Files of an evaluation: read whole, with every fault named by its line. */
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { SpokenConstraints } from "../language/spoken-constraints.ts";
import { parseCatalogue, parseSpokenQueries, type SpokenQuery } from "../shop/any-catalogue.ts";
import { parseJsonLines } from "../shop/json-lines.ts";
import type { Product } from "../shop/shop-files.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Judgement } from "./ranking-quality.ts";

/** A sentence and what must be read from it. */
export type ConstraintCase = { readonly id: string; readonly text: string; readonly expected: SpokenConstraints };

const judgement = z.looseObject({
  qid: z.coerce.string().min(1),
  id: z.coerce.string().min(1),
  rel: z.number().min(0).max(10),
});
const constraintCase = z.looseObject({
  id: z.coerce.string().optional(),
  text: z.string().min(1),
  expected: z.object({
    price_max: z.number().optional(),
    price_min: z.number().optional(),
    price_target: z.number().optional(),
    sort: z.string().optional(),
    min_rating: z.number().optional(),
    in_stock: z.boolean().optional(),
    quantity: z.number().optional(),
  }),
});

/** A catalogue. Throws with every line at fault, or that there is no such file; so do the others. */
export async function readProducts(file: string): Promise<readonly Product[]> {
  return parseCatalogue(await readText(file));
}

/** Spoken queries with their price limits. */
export async function readQueries(file: string): Promise<readonly SpokenQuery[]> {
  return parseSpokenQueries(await readText(file));
}

/** Judgements: pairs that are not named are worth 0. */
export async function readJudgements(file: string): Promise<readonly Judgement[]> {
  return parseJsonLines("list of judgements", await readText(file), judgement);
}

/** Sentences with the constraints that must be read from them. */
export async function readConstraintCases(file: string): Promise<readonly ConstraintCase[]> {
  return parseJsonLines("list of sentences", await readText(file), constraintCase).map(
    ({ id, text, expected }, index) => ({ id: id ?? String(index + 1), text, expected: expected as SpokenConstraints }),
  );
}

/** Writes what an evaluation found. Throws where the file cannot be written. */
export async function writeResult(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new EvaluationError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function readText(file: string): Promise<string> {
  return await readFile(file, "utf8").catch(() => {
    throw new EvaluationError(`There is no file ${file} that can be read.`);
  });
}
