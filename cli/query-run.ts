/** Asks a list of spoken queries over the line, several calls at once. */
import { readFile } from "node:fs/promises";
import { parseCatalogue, parseSpokenQueries, type SpokenQuery } from "../shop/any-catalogue.ts";
import type { Product } from "../shop/shop-files.ts";
import type { CallEvent } from "../simulators/caller/simulated-call.ts";
import type { PlayedCall } from "./call-summary.ts";
import { judgeQueries, type QuerySummary, queryScenarios, turnSilenceMs, withUnasked } from "./query-calls.ts";
import { playAndCheck, type SimulatedLine } from "./simulated-line.ts";

/** Who listens to the calls; the label tells them apart. */
export type QueryAudience = {
  onAnswered?(label: string, callSid: string): void;
  onEvent?(label: string, event: CallEvent): void;
};

/** Reads a catalogue. Throws with what is wrong with it, or that it is not there. */
export async function readCatalogue(file: string): Promise<readonly Product[]> {
  return parseCatalogue(await readText(file));
}

/** Reads a list of queries. Throws with what is wrong with it, or that it is not there. */
export async function readQueries(file: string): Promise<readonly SpokenQuery[]> {
  return parseSpokenQueries(await readText(file));
}

/** Plays all queries, at most `atOnce` calls at a time. A call that cannot be made leaves its queries unasked. */
export async function playQueries(
  queries: readonly SpokenQuery[],
  line: SimulatedLine,
  options: { readonly atOnce: number; readonly patience: number } & QueryAudience,
): Promise<{ readonly played: readonly PlayedCall[]; readonly queries: readonly QuerySummary[] }> {
  const waiting = [...queryScenarios(queries).entries()];
  const played: PlayedCall[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, scenario] = next;
      const label = `[${index + 1}]`;
      const call = await playAndCheck(scenario, line, {
        patience: options.patience,
        turnSilenceMs,
        onAnswered: (callSid) => options.onAnswered?.(label, callSid),
        onEvent: (event) => options.onEvent?.(label, event),
      });
      played.push(call);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  const summaries = played.flatMap(({ result }) => judgeQueries(queries, result));
  return { played, queries: withUnasked(queries, summaries) };
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
