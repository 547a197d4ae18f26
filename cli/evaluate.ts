/** `npm run evaluate -- …`: measures what the shop understands, finds and suspects, on files given on the command line. */
import { SettingsError } from "../runtime/settings.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { runCommand } from "./run-command.ts";
import { NotRunningError } from "./running-address.ts";

type Evaluation = {
  readonly purpose: string;
  readonly load: () => Promise<(args: readonly string[]) => Promise<number>>;
};

const evaluations: { readonly [name: string]: Evaluation } = {
  search: {
    purpose: "ranking of spoken queries over a catalogue: NDCG@10, broken limits, latency",
    load: async () => (await import("./evaluate-search.ts")).evaluateSearch,
  },
  constraints: {
    purpose: "prices, counts and orders read from spoken sentences: exact matches and misses",
    load: async () => (await import("./evaluate-constraints.ts")).evaluateConstraints,
  },
  retail: {
    purpose: "orders changed, returned and exchanged by a list of tasks: what was left behind, what was refused",
    load: async () => (await import("./evaluate-retail.ts")).evaluateRetail,
  },
  fraud: {
    purpose: "fraud rules on recorded calls: which would have been treated otherwise",
    load: async () => (await import("./evaluate-fraud.ts")).evaluateFraud,
  },
};

const usage = `Usage: npm run evaluate -- <what> [options]

${Object.entries(evaluations)
  .map(([name, { purpose }]) => `  ${name.padEnd(13)}${purpose}`)
  .join("\n")}

Each has --help. docs/evaluation.md says how the figures are made.
`;

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help") {
    process.stdout.write(usage);
    return name === undefined ? 2 : 0;
  }
  const evaluation = Object.hasOwn(evaluations, name) ? evaluations[name] : undefined;
  if (evaluation === undefined) throw new EvaluationError(`There is no evaluation "${name}".\n\n${usage}`);
  return (await evaluation.load())(args);
}

await runCommand(main, [EvaluationError, NotRunningError, SettingsError]);
