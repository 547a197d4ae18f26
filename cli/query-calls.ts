/** Calls in which a caller asks for one thing, and what must be true of the offers that are heard. */
import type { PriceLimits, SpokenQuery } from "../shop/any-catalogue.ts";
import type { Scenario } from "../simulators/caller/scenario-format.ts";
import type { ScenarioResult } from "../simulators/caller/scenario-player.ts";

/** What came of one query. */
export type QuerySummary = {
  readonly qid: string;
  /** The agent's words, as heard. */
  readonly heard: readonly string[];
  /** Offers that break the price limits of the query without being called the nearest, and queries without an answer. */
  readonly violations: readonly string[];
};

/** An agent that pauses in its list has not finished. */
export const turnSilenceMs = 1_500;

/**
 * A call for each query, from a number of its own. The questions of a list have nothing to do with one another: in one call, some would rightly be taken
 * for a refinement of the one before.
 */
export function queryScenarios(queries: readonly SpokenQuery[]): readonly Scenario[] {
  return queries.map(({ qid, query, limits }, index) => ({
    name: `query-${qid}`,
    title: `Asks for ${query}`,
    caller: { from: numberOf(index) },
    before: [],
    steps: [
      {
        kind: "say",
        line: 1,
        say: query,
        means: { intent: "searchProducts", entities: { query, ...limits } },
        waitForReply: true,
      },
      { kind: "hangUp", line: 2, hangUp: true },
    ],
    expect: { orders: [], payments: [] },
  }));
}

/** What came of the queries of one call. */
export function judgeQueries(queries: readonly SpokenQuery[], result: ScenarioResult): readonly QuerySummary[] {
  const turns = [...result.turns];
  return queries.flatMap(({ qid, query, limits }) => {
    const index = turns.findIndex(({ caller }) => caller === query);
    if (index < 0) return [];
    const [turn] = turns.splice(index, 1);
    const heard = (turn?.agentHeard ?? "").split(/(?<=[.!?])\s+(?=\p{Lu})/u).filter((sentence) => sentence !== "");
    return [{ qid, heard, violations: violationsOf(heard, limits) }];
  });
}

/** Queries that the list has and no call answered: each is a failure. */
export function withUnasked(
  queries: readonly SpokenQuery[],
  summaries: readonly QuerySummary[],
): readonly QuerySummary[] {
  const byId = new Map(summaries.map((summary) => [summary.qid, summary]));
  return queries.map(
    ({ qid }) => byId.get(qid) ?? { qid, heard: [], violations: ["was not asked: the call broke off"] },
  );
}

/** What is wrong with what was heard: offers beyond the limits that were not called the nearest, or no answer at all. */
export function violationsOf(heard: readonly string[], limits: PriceLimits): readonly string[] {
  const { priceMinMinor = 0, priceMaxMinor = Number.POSITIVE_INFINITY } = limits;
  const isNothing = heard.some((sentence) => /\bnothing\b|\bclosest\b/.test(sentence));
  const offers = heard.flatMap((sentence) => {
    const offered = /^(?:First|Second|Third|The best match is|The price of)\b.*?\$([\d,]+(?:\.\d\d)?)\.?$/.exec(
      sentence,
    );
    return offered?.[1] === undefined
      ? []
      : [{ sentence, priceMinor: Math.round(Number(offered[1].replaceAll(",", "")) * 100) }];
  });
  if (isNothing) return [];
  if (offers.length === 0) return [`no offer was heard, but ${JSON.stringify(heard.join(" "))}`];
  return offers
    .filter(({ priceMinor }) => priceMinor < priceMinMinor || priceMinor > priceMaxMinor)
    .map(({ sentence }) => `${sentence} is not between ${priceMinMinor} and ${priceMaxMinor}`);
}

/** Every call from another area, so that a list does not look like one attacker with a block of numbers; 555-01xx is reserved for fiction. */
function numberOf(index: number): string {
  return `+1${301 + ((index * 7) % 600)}55501${String(Math.floor(index / 600) + 20).padStart(2, "0")}`;
}
