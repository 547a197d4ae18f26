/** Asks a list of spoken queries over the line, several calls at once. */
import { readFile } from "node:fs/promises";
import { parseCatalogue, parseSpokenQueries, type SpokenQuery } from "../shop/any-catalogue.ts";
import type { Product } from "../shop/shop-files.ts";
import type { Scenario } from "../simulators/caller/scenario-format.ts";
import type { ScenarioResult } from "../simulators/caller/scenario-player.ts";
import { judgeQueries, type QuerySummary, queryScenarios, withUnasked } from "./query-calls.ts";

/** Reads a catalogue. Throws with what is wrong with it, or that it is not there. */
export async function readCatalogue(file: string): Promise<readonly Product[]> {
  return parseCatalogue(await readText(file));
}

/** Reads a list of queries. Throws with what is wrong with it, or that it is not there. */
export async function readQueries(file: string): Promise<readonly SpokenQuery[]> {
  return parseSpokenQueries(await readText(file));
}

/** Plays one call of the list. */
export type PlayCall = (scenario: Scenario, label: string) => Promise<ScenarioResult>;

/** Plays all queries, at most `atOnce` calls at a time; `play` makes a call and lets its caller wait {@link turnSilenceMs} for the end of a reply. */
export async function playQueries(
  queries: readonly SpokenQuery[],
  atOnce: number,
  play: PlayCall,
): Promise<readonly QuerySummary[]> {
  const waiting = [...queryScenarios(queries).entries()];
  const results: ScenarioResult[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results.push(await play(next[1], `[${next[0] + 1}]`));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return withUnasked(
    queries,
    results.flatMap((result) => judgeQueries(queries, result)),
  );
}

/** The counts and every failure, one line each. */
export function queryWords(queries: readonly QuerySummary[]): readonly string[] {
  const failed = queries.filter(({ violations }) => violations.length > 0);
  const nearest = queries.filter(({ heard }) => heard.some((sentence) => /\bnothing\b|\bclosest\b/.test(sentence)));
  return [
    "",
    `${queries.length} queries: ${queries.length - failed.length} answered within their price, ${nearest.length} of them with what comes closest or nothing; ${failed.length} failed.`,
    ...failed.map(({ qid, violations }) => `  ${qid}: ${violations.join("; ")}`),
  ];
}

async function readText(file: string): Promise<string> {
  return await readFile(file, "utf8").catch(() => {
    throw new Error(`There is no file ${file}.`);
  });
}
