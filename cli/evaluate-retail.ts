import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type OrderRules, parseOrderRules } from "../connectors/orders/operations/order-rules.ts";
import { createPool } from "../connectors/postgres/pool.ts";
import { migrate } from "../deploy/migrate.ts";
import { startPostgres } from "../local/postgres.ts";
import { differencesOf, type ExpectedOutcome, parseExpected } from "./evaluate-retail-compare.ts";
import { parseRetailShop, parseRetailTasks, type RetailShop, type RetailTask } from "./evaluate-retail-format.ts";
import { loadRetailShop } from "./evaluate-retail-load.ts";
import { type ReplayOptions, type RetailOutcome, replayTasks } from "./evaluate-retail-replay.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { readText, writeResult } from "./evaluation-files.ts";

const usage = `Usage: npm run evaluate -- retail --tasks FILE --data FILE [options]

  --tasks FILE      tasks: a JSON list of {"id", "evaluation_criteria": {"actions": [{"name", "arguments"}]}}
  --data FILE       the shop: JSON {"products", "users", "orders"}, amounts in dollars
  --out FILE        write a line for each task: {"task_id", "changed", "refused_actions"}
  --expected FILE   lines of the same shape: compare, and print the differences
  --json FILE       write {"tasks", "exact", "differences"}
  --rules FILE      the shop's rules for orders (docs/order-rules.md) instead of the standard ones
  --own-records     write each replaced item with its own price and options, as the store has it; otherwise as the tools that
                    define the format write it: with those of the last replacement of the change

Loads the shop into a database of its own and does each task's actions through the shop's operations, each task from the same start.
Ends with 0, with 1 when there are differences.
`;

/** Replays tasks on a shop of a file. Gives the exit code; throws EvaluationError. */
export async function evaluateRetail(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tasks: { type: "string" },
      data: { type: "string" },
      out: { type: "string" },
      expected: { type: "string" },
      json: { type: "string" },
      rules: { type: "string" },
      "own-records": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.tasks === undefined || values.data === undefined) throw new EvaluationError(usage);
  const shop = parseRetailShop(await readText(values.data));
  const tasks = parseRetailTasks(await readText(values.tasks));
  const expected = values.expected === undefined ? null : parseExpected(await readText(values.expected));
  const rules = values.rules === undefined ? null : rulesOf(await readText(values.rules));
  const startedAt = performance.now();
  const outcomes = await replayRetail(shop, tasks, rules, { hasOwnRecords: values["own-records"] });
  const seconds = (performance.now() - startedAt) / 1_000;
  if (values.out !== undefined)
    await writeResult(values.out, outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(""));
  const refused = outcomes.reduce((sum, { refused_actions }) => sum + refused_actions.length, 0);
  process.stdout.write(`${outcomes.length} tasks replayed in ${seconds.toFixed(1)} s, ${refused} actions refused.\n`);
  const differences = expected === null ? null : compareAll(expected, outcomes);
  const exact =
    differences === null ? null : outcomes.length - differences.filter(({ isReplayed }) => isReplayed).length;
  if (values.json !== undefined)
    await writeResult(
      values.json,
      `${JSON.stringify({ tasks: outcomes.length, exact, differences: differences?.map(({ task_id, lines }) => ({ task_id, lines })) ?? null }, null, 2)}\n`,
    );
  if (differences === null) return 0;
  for (const { task_id, lines } of differences)
    process.stdout.write(`${task_id}\n${lines.map((line) => `    ${line}\n`).join("")}`);
  process.stdout.write(`${exact} of ${outcomes.length} tasks are exact.\n`);
  return differences.length === 0 ? 0 : 1;
}

/** Replays tasks in a database that is started for it and removed afterwards. */
export async function replayRetail(
  shop: RetailShop,
  tasks: readonly RetailTask[],
  rules: OrderRules | null,
  options: ReplayOptions,
): Promise<readonly RetailOutcome[]> {
  const directory = await mkdtemp(join(tmpdir(), "partyline-retail-"));
  try {
    const server = await startPostgres({ directory });
    try {
      await migrate(server.connectionString);
      const pool = createPool({
        postgresUrl: server.connectionString,
        postgresStatementTimeoutMs: 60_000,
        applicationName: "partyline evaluate retail",
        maxConnections: 2,
      });
      try {
        await loadRetailShop(pool, shop, rules);
        return await replayTasks(pool, shop, tasks, options);
      } finally {
        await pool.end();
      }
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function compareAll(expected: readonly ExpectedOutcome[], outcomes: readonly RetailOutcome[]) {
  const byTask = new Map(outcomes.map((outcome) => [String(outcome.task_id), outcome]));
  const wanted = new Map(expected.map((outcome) => [String(outcome.task_id), outcome]));
  const missing = expected
    .filter(({ task_id }) => !byTask.has(String(task_id)))
    .map(({ task_id }) => ({ task_id, lines: ["is expected, but there is no such task"], isReplayed: false }));
  const differing = outcomes.map((outcome) => {
    const want = wanted.get(String(outcome.task_id));
    const lines = want === undefined ? ["nothing is expected of this task"] : differencesOf(want, outcome);
    return { task_id: outcome.task_id, lines, isReplayed: true };
  });
  return [...missing, ...differing.filter(({ lines }) => lines.length > 0)];
}

function rulesOf(json: string): OrderRules {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    throw new EvaluationError("The rules are not JSON.");
  }
  return parseOrderRules(given);
}
