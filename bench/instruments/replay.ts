/** Recorded topics through the rules of fraud again: how fast, and whether every decision comes out as it was taken live. */
import { Redis } from "ioredis";
import { createMemoryRiskHistory } from "../../connectors/risk-history/memory.ts";
import { openRedisRiskHistory } from "../../connectors/risk-history/redis.ts";
import { startRedis } from "../../local/redis.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { createSeededRandom } from "../../simulators/kit/seeded-random.ts";
import { replay } from "../../stages/fraud/replay.ts";
import { readRuleSet } from "../../stages/fraud/rule-set.ts";
import { type Bench, defineInstrument, UnusableRun } from "../instrument.ts";
import { localCodec } from "../local-codec.ts";
import type { OptionsSpec } from "../options.ts";
import { type Comparison, compareDecisions, type Decision } from "../replay/compared-decisions.ts";
import { generateCalls } from "../replay/generated-calls.ts";
import { type RecordedTopics, readTopics } from "../replay/recorded-topics.ts";
import { column, type Row, type Table } from "../table.ts";

const options = {
  calls: { kind: "number", summary: "made-up calls", fallback: 1_000, quick: 30, min: 1, max: 1_000_000 },
  seed: { kind: "number", summary: "which made-up calls", fallback: 1, min: 0, max: 1_000_000 },
  kafka: {
    kind: "text",
    value: "HOST:PORT",
    summary: "reads the topics of this broker instead; needs --registry",
    fallback: "",
  },
  registry: { kind: "text", value: "URL", summary: "the registry of that broker's schemas", fallback: "" },
  rules: { kind: "text", value: "FILE", summary: "rules, when not the shipped ones", fallback: "" },
} as const satisfies OptionsSpec;

type Config = Parameters<typeof replay>[1]["config"];

/** Decisions as a live stage takes them: history in Redis, records as they arrive, several asked about before the answers come, in any order. */
async function decideLive(
  arrivals: readonly AnyRecord[],
  config: Config,
  bench: Bench<typeof options>,
): Promise<readonly Decision[]> {
  bench.progress(`taking ${arrivals.length} records in live`);
  const server = await startRedis({ directory: await bench.folder(), onProgress: bench.progress });
  const failures: Error[] = [];
  const history = openRedisRiskHistory(server.url, (error) => void failures.push(error));
  const random = createSeededRandom(bench.options.seed);
  try {
    const redis = new Redis(server.url);
    await redis.flushall();
    redis.disconnect();
    const decisions = await replay(arrivals, {
      config,
      history,
      batchSize: 8,
      answersIn: (answers) => answers.toSorted(() => random() - 0.5),
    });
    if (failures[0] !== undefined) throw failures[0];
    return decisions;
  } finally {
    history.close();
    await server.stop();
  }
}

export const instrument = defineInstrument({
  name: "replay",
  summary: "events a second when fraud replays recorded topics, and whether the decisions are those taken live",
  options,
  async prepare(bench) {
    const { calls, seed, kafka, registry, rules: ruleFile } = bench.options;
    const rules =
      ruleFile === "" ? readRuleSet(new URL("../../stages/fraud/rules.json", import.meta.url)) : readRuleSet(ruleFile);
    const config: Config = { riskKey: "the key of a replay", rules };
    let recorded: RecordedTopics;
    let asArrived: Comparison | undefined;
    if (kafka === "") {
      const { records, arrivals } = generateCalls(calls, seed);
      const codec = localCodec();
      const decisions = await decideLive(arrivals, config, bench);
      recorded = { codec, bytes: records.map((record) => codec.encode(record)), decisions, calls };
      asArrived = compareDecisions(decisions, await replay(arrivals, { config, history: createMemoryRiskHistory() }));
      if (asArrived.differingDecisions + asArrived.missing > 0)
        throw new UnusableRun("the same records in the same order led to other decisions");
    } else {
      if (registry === "") throw new Error("--kafka needs --registry, the address of the registry with its schemas");
      bench.progress(`reading the topics of ${kafka}`);
      recorded = await readTopics(kafka, registry, bench.signal);
      if (recorded.bytes.length === 0) throw new Error(`there are no records on the topics of ${kafka}`);
    }
    const { codec, bytes, decisions } = recorded;

    return {
      settings: { records: bytes.length, calls: recorded.calls, liveDecisions: decisions.length, rules: rules.version },
      async measure(): Promise<readonly Table[]> {
        const decodingAt = performance.now();
        const records = bytes.map((value) => codec.decode(value) as AnyRecord);
        const decodedAt = performance.now();
        const replayed = await replay(records, { config, history: createMemoryRiskHistory() });
        const decidedAt = performance.now();
        const byEventTime = compareDecisions(decisions, replayed);
        const perSecond = (fromMs: number, toMs: number): number => (records.length * 1000) / (toMs - fromMs);
        return [
          {
            title: "Events of recorded topics",
            labels: ["work"],
            columns: [column("events", "1/s")],
            rows: [
              { labels: ["decoding"], cells: [perSecond(decodingAt, decodedAt)] },
              { labels: ["deciding"], cells: [perSecond(decodedAt, decidedAt)] },
              { labels: ["both"], cells: [perSecond(decodingAt, decidedAt)] },
            ],
          },
          {
            title: "Decisions, compared with those taken live",
            labels: ["action"],
            columns: [column("replayed"), column("live")],
            rows: (["allow", "confirm", "challenge", "block"] as const).map((action) => ({
              labels: [action],
              cells: [countOf(replayed, action), countOf(decisions, action)],
            })),
          },
          {
            title: "Field by field",
            labels: ["replayed in the order of"],
            columns: [
              column("identical"),
              column("differing"),
              column("of these, in the action"),
              column("on one side only"),
            ],
            rows: [
              ...(asArrived === undefined ? [] : [comparisonRow("arrival", asArrived)]),
              comparisonRow("event time", byEventTime),
            ],
          },
        ];
      },
      conclude: () => [
        "A live decision is taken with what had arrived by then. Records of different topics and partitions may arrive in another order than they happened in, so that replayed by event time " +
          "a few decisions differ by what was still on its way. In the order of arrival none does.",
      ],
    };
  },
});

function comparisonRow(order: string, { identical, differingDecisions, otherAction, missing }: Comparison): Row {
  return { labels: [order], cells: [identical, differingDecisions, otherAction, missing] };
}

function countOf(decisions: readonly Decision[], action: Decision["action"]): number {
  return decisions.filter((decision) => decision.action === action).length;
}
