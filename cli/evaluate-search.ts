import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { EvaluationError } from "./evaluation-error.ts";
import { readJudgements, readProducts, readQueries, writeResult } from "./evaluation-files.ts";
import { percentiles } from "./percentiles.ts";
import { type Judgement, ndcg10, violationsTop5 } from "./ranking-quality.ts";
import { openSearchBench, searchWords } from "./search-bench.ts";

const usage = `Usage: npm run evaluate -- search --products FILE --queries FILE --qrels FILE [--json FILE] [--run FILE]

  --products FILE   catalogue, one JSON object a line: id, title, price (units) or priceMinor, and what else is known
  --queries FILE    {"qid", "query", "expected_filters": {"price_max", "price_min"}} a line
  --qrels FILE      {"qid", "id", "rel"} a line: 2 exact, 1 partial; what is not there is 0
  --json FILE       write {"ndcg10", "violationsTop5", "latencyMs", …} there
  --run FILE        write the ranking there, {"qid", "ids"} a line
  --verbose         print every query with its figure and what was found

The catalogue is loaded into a database of its own in a temporary folder; each query goes through the line's own reading of words and the line's own search.
`;

/** Searches for every query of a file and measures the ranking. Gives the exit code; throws EvaluationError or PartylineError. */
export async function evaluateSearch(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      products: { type: "string" },
      queries: { type: "string" },
      qrels: { type: "string" },
      json: { type: "string" },
      run: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { products: productsFile, queries: queriesFile, qrels: qrelsFile } = values;
  if (productsFile === undefined || queriesFile === undefined || qrelsFile === undefined)
    throw new EvaluationError(usage);
  const { products, leftOut } = await readProducts(productsFile);
  const queries = await readQueries(queriesFile, products[0]?.currency);
  const judged = byQuery(await readJudgements(qrelsFile));
  const known = new Map(products.map((product) => [product.id, product]));
  const bench = await openSearchBench(products, progress);
  try {
    const rankings: { qid: string; ids: readonly string[]; ndcg: number | null }[] = [];
    const times: number[] = [];
    let broken = 0;
    let shown = 0;
    for (const { qid, query, limits } of queries) {
      const startedAt = performance.now();
      const ids = await bench.search(query);
      times.push(performance.now() - startedAt);
      const ndcg = ndcg10(ids, judged.get(qid) ?? new Map());
      const top = violationsTop5(ids, limits, (id) => known.get(id)?.priceMinor);
      broken += top.broken;
      shown += top.shown;
      rankings.push({ qid, ids, ndcg });
      if (!values.verbose) continue;
      process.stdout.write(
        `${qid} ${ndcg?.toFixed(3) ?? "  -  "} ${query}\n      ${searchWords(query, products[0]?.currency)}\n`,
      );
      for (const id of ids)
        process.stdout.write(
          `      ${judged.get(qid)?.get(id) ?? 0} ${((known.get(id)?.priceMinor ?? 0) / 100).toFixed(2).padStart(8)} ${known.get(id)?.title}\n`,
        );
    }
    const measured = rankings.flatMap(({ ndcg }) => (ndcg === null ? [] : [ndcg]));
    const mean = measured.length === 0 ? null : measured.reduce((sum, ndcg) => sum + ndcg, 0) / measured.length;
    const violations = shown === 0 ? 0 : broken / shown;
    const latencyMs = percentiles(times);
    process.stdout.write(
      [
        `queries          ${queries.length}, ${measured.length} of them judged, over ${products.length} products${leftOut === 0 ? "" : `; ${leftOut} rows were left out`}`,
        `NDCG@10          ${mean?.toFixed(4) ?? "-"}`,
        `violations top 5 ${violations.toFixed(4)} (${broken} of ${shown} break the stated price)`,
        `latency          P50 ${latencyMs.p50} ms, P95 ${latencyMs.p95} ms, P99 ${latencyMs.p99} ms`,
        "",
      ].join("\n"),
    );
    if (values.run !== undefined)
      await writeResult(values.run, rankings.map(({ qid, ids }) => `${JSON.stringify({ qid, ids })}\n`).join(""));
    if (values.json !== undefined) {
      const perQuery = Object.fromEntries(rankings.map(({ qid, ndcg }) => [qid, ndcg]));
      const result = { ndcg10: mean, violationsTop5: violations, latencyMs, queries: queries.length, perQuery };
      await writeResult(values.json, `${JSON.stringify(result, null, 2)}\n`);
    }
    return 0;
  } finally {
    await bench.close();
  }
}

function byQuery(judgements: readonly Judgement[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const byQid = new Map<string, Map<string, number>>();
  for (const { qid, id, rel } of judgements) {
    const judged = byQid.get(qid) ?? new Map<string, number>();
    byQid.set(qid, judged.set(id, rel));
  }
  return byQid;
}

/** What is under way, on one line of a terminal; in a file, where it ends. */
function progress(what: string, done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done}/${total}${done === total ? "\n" : ""}`);
  else if (done === total) process.stderr.write(`${what} ${total}\n`);
}
