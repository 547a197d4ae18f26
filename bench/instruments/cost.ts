/** What a call costs, by what is paid for: usage times list prices. */
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseScenario } from "../../simulators/caller/scenario-format.ts";
import { articleCost, readClaim } from "../cost/claimed-cost.ts";
import { type Choice, choices, dimensionsOf, totalOf } from "../cost/dimensions.ts";
import { recordedUsage } from "../cost/recorded-usage.ts";
import { typicalCall } from "../cost/typical-call.ts";
import { readUsage, stretched, type Usage } from "../cost/usage.ts";
import { type Bench, defineInstrument } from "../instrument.ts";
import type { OptionsSpec } from "../options.ts";
import { prices } from "../prices.ts";
import { printFigure } from "../spread.ts";
import { column, type Table } from "../table.ts";

const LENGTHS_SECONDS = [30, 60, 120, 180, 300];
const ownScenario = new URL("../../scenarios/01-search-ask-order-pay.yaml", import.meta.url);

const options = {
  usage: {
    kind: "text",
    value: "FILE",
    summary: "measured usage (JSON); without it a scenario is computed",
    fallback: "",
  },
  kafka: {
    kind: "text",
    value: "HOST:PORT",
    summary: "measures the calls on this broker's topics; needs --registry",
    fallback: "",
  },
  registry: { kind: "text", value: "URL", summary: "the registry of that broker's schemas", fallback: "" },
  writeUsage: { kind: "text", value: "FILE", summary: "keeps the usage, for --usage", fallback: "" },
  scenario: { kind: "text", value: "FILE", summary: "the scenario that is computed, when not the first", fallback: "" },
  claim: { kind: "text", value: "FILE", summary: "a published table of costs (JSON) to compare with", fallback: "" },
  callsPerMonth: { kind: "number", summary: "calls a month", fallback: 1_000_000, min: 1, max: 1e9 },
  cpuSecondsPerMinute: {
    kind: "number",
    summary: "CPU of all our processes for a minute of a call; measured by the instrument for calls, assumed here",
    fallback: 2,
    min: 0,
    max: 60,
  },
  charactersPerToken: { kind: "number", summary: "of the model's tokenizer", fallback: 4, min: 1, max: 10 },
  pauseSeconds: {
    kind: "number",
    summary: "before each of the caller's and agent's turns",
    fallback: 0.8,
    min: 0,
    max: 10,
  },
} as const satisfies OptionsSpec;

/** Measured on a broker's topics, read from a file, or computed from a scenario. */
async function usageFor({ options: given, signal, progress }: Bench<typeof options>): Promise<Usage> {
  if (given.usage !== "") return readUsage(given.usage);
  if (given.kafka !== "") {
    if (given.registry === "")
      throw new Error("--kafka needs --registry, the address of the registry with its schemas");
    progress(`reading the topics of ${given.kafka}`);
    return recordedUsage(given.kafka, given.registry, given.cpuSecondsPerMinute, signal);
  }
  const file = given.scenario === "" ? ownScenario : given.scenario;
  return typicalCall(parseScenario(await readFile(file, "utf8"), basename(String(file))), {
    charactersPerToken: given.charactersPerToken,
    spokenCharactersPerSecond: 15,
    pauseSeconds: given.pauseSeconds,
    cpuSecondsPerMinute: given.cpuSecondsPerMinute,
  });
}

/** The longest call that a sum pays for, to the second; 0 when not even a second. */
function secondsFor(usd: number, usage: Usage, choice: Choice, callsPerMonth: number): number {
  let seconds = 0;
  while (seconds < 3_600 && totalOf(dimensionsOf(stretched(usage, seconds + 1), choice, callsPerMonth)) <= usd)
    seconds += 1;
  return seconds;
}

export const instrument = defineInstrument({
  name: "cost",
  summary: "cost of a call by what is paid for, from usage and list prices",
  defaultRuns: 1,
  options,
  async prepare(bench) {
    const { options } = bench;
    const { callsPerMonth } = options;
    const usage = await usageFor(bench);
    if (options.writeUsage !== "") await writeFile(options.writeUsage, `${JSON.stringify(usage, null, 2)}\n`);
    const claim = options.claim === "" ? articleCost : await readClaim(options.claim);
    const byChoice = choices.map((choice) => dimensionsOf(usage, choice, callsPerMonth));
    const claimedRows = claim.rows.reduce((sum, { usdPerCall }) => sum + usdPerCall, 0);
    const usd = (name: string) => column(name, "$", 4);
    return {
      settings: {
        usage: usage.source,
        secondsPerCall: Math.round(usage.perCall.seconds),
        priceCount: Object.keys(prices).length,
      },
      async measure(): Promise<readonly Table[]> {
        return [
          {
            title: `A call of ${Math.round(usage.perCall.seconds)} s and ${usage.perCall.turns.toFixed(0)} turns, at ${printFigure(callsPerMonth, 0)} calls a month (usage: ${usage.source})`,
            labels: ["paid for", "used by a call"],
            columns: choices.flatMap(({ name }) => [usd(name), column("share", "%", 1)]),
            rows: [
              ...(byChoice[0] ?? []).map(({ name, use }, index) => ({
                labels: [name, use],
                cells: byChoice.flatMap((dimensions) => {
                  const cost = dimensions[index]?.usdPerCall ?? 0;
                  return [cost, (100 * cost) / totalOf(dimensions)];
                }),
              })),
              { labels: ["together", ""], cells: byChoice.flatMap((dimensions) => [totalOf(dimensions), 100]) },
            ],
          },
          {
            title: "The same conversation, shorter and longer",
            labels: ["seconds"],
            columns: choices.map(({ name }) => usd(name)),
            rows: LENGTHS_SECONDS.map((seconds) => ({
              labels: [seconds],
              cells: choices.map((choice) => totalOf(dimensionsOf(stretched(usage, seconds), choice, callsPerMonth))),
            })),
          },
          {
            title: `Compared with ${claim.name}: ${claim.usdPerCall} $ a call at ${printFigure(claim.callsPerMonth, 0)} calls a month`,
            labels: ["figure"],
            columns: choices.map(({ name }) => column(name, "", 2)),
            rows: [
              {
                labels: ["this call costs so many times as much"],
                cells: byChoice.map((dimensions) => totalOf(dimensions) / claim.usdPerCall),
              },
              {
                labels: ["the sum pays for a call of so many seconds"],
                cells: choices.map((choice) => secondsFor(claim.usdPerCall, usage, choice, claim.callsPerMonth)),
              },
              {
                labels: ["telephony alone takes this share of it (%)"],
                cells: byChoice.map((dimensions) => (100 * (dimensions[0]?.usdPerCall ?? 0)) / claim.usdPerCall),
              },
              ...(claim.rows.length === 0
                ? []
                : [
                    {
                      labels: ["its own rows add up to this share of its total (%)"],
                      cells: choices.map(() => (100 * claimedRows) / claim.usdPerCall),
                    },
                  ]),
            ],
          },
        ];
      },
      conclude() {
        const unsure = Object.entries(prices).filter(([, { isVendorPage }]) => !isVendorPage).length;
        const assumed = usage.source.endsWith("computed")
          ? `Computed, not measured: ${options.charactersPerToken} characters are a token, the agent speaks 15 characters a second, ${options.pauseSeconds} s pass before each turn, and our processes take ${options.cpuSecondsPerMinute} CPU seconds a minute.`
          : `Usage of ${usage.calls} calls: ${usage.source}.`;
        return [
          assumed,
          `List prices of bench/prices.ts and connectors/language-model/prices.ts, without discounts, free quotas, taxes and payment fees; ${unsure} of ${Object.keys(prices).length} were read elsewhere than at the vendor.`,
          ...(claim.rows.length === 0
            ? [`Of ${claim.name} only the total is compared; a file with its rows (--claim) shows whether they add up.`]
            : []),
        ];
      },
    };
  },
});
