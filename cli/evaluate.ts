/** `npm run evaluate -- …`: measures what the shop understands and finds, on files given on the command line. */
import { PartylineError } from "../runtime/errors.ts";
import { EvaluationError } from "./evaluation-error.ts";

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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 2;
  const isUsage = error instanceof TypeError && "code" in error;
  if (error instanceof EvaluationError || error instanceof PartylineError || isUsage)
    process.stderr.write(`${(error as Error).message.trimEnd()}\n`);
  else throw error;
}
