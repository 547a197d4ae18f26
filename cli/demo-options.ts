/** What `npm run demo` was asked for. */
import { parseArgs } from "node:util";
import type { LatencyProfile } from "../local/vendors.ts";
import { parseProfile } from "./profile.ts";

export const demoUsage = `Usage: npm run demo -- [options]

Starts everything on this machine, lets a simulated caller dial in, and shows the call as it goes.

Options:
  --scenario FILE   a call to play, scenarios/01-search-ask-order-pay.yaml by default; may be given several times
  --calls N         so many calls of each scenario at once, each with a customer of its own; with --queries, so many calls at a time (3)
  --profile NAME    how long the simulated vendors take: none (default), article, measured-2026
  --products FILE   sells this catalogue (JSON lines) instead of the project's shop; together with --queries
  --queries FILE    the caller asks for everything in this list (JSON lines)
  --summary FILE    writes what came of it as JSON
  --patience N      multiplies all waiting times of the scenarios, for a busy machine
  --verbose         shows what the stages and simulators log
`;

export type DemoOptions = {
  readonly scenarios: readonly string[];
  readonly calls: number;
  readonly profile: LatencyProfile;
  readonly products: string | undefined;
  readonly queries: string | undefined;
  readonly summary: string | undefined;
  readonly patience: number;
  readonly isVerbose: boolean;
  readonly isHelp: boolean;
};

const defaultScenario = "scenarios/01-search-ask-order-pay.yaml";

/** Reads the arguments. Throws with what is wrong. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: "string", multiple: true },
      calls: { type: "string" },
      profile: { type: "string", default: "none" },
      products: { type: "string" },
      queries: { type: "string" },
      summary: { type: "string" },
      patience: { type: "string", default: "1" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const calls = Number(values.calls ?? (values.queries === undefined ? "1" : "3"));
  if (!Number.isInteger(calls) || calls < 1 || calls > 500)
    throw new Error("--calls must be a whole number from 1 to 500");
  const patience = Number(values.patience);
  if (!(patience > 0 && patience <= 100)) throw new Error("--patience must be a number above 0, up to 100");
  if (values.products !== undefined && values.queries === undefined)
    throw new Error("--products needs --queries: what shall the caller ask for?");
  if (values.queries !== undefined && values.scenario !== undefined)
    throw new Error("--queries and --scenario do not go together: queries are calls of their own");
  return {
    scenarios: values.scenario ?? (values.queries === undefined ? [defaultScenario] : []),
    calls,
    profile: parseProfile(values.profile),
    products: values.products,
    queries: values.queries,
    summary: values.summary,
    patience,
    isVerbose: values.verbose,
    isHelp: values.help,
  };
}
