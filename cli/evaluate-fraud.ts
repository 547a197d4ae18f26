import { parseArgs } from "node:util";
import type { BrokerAccess } from "../connectors/kafka/broker-access.ts";
import { readLog } from "../connectors/kafka/recorded-log.ts";
import { registeredIds, schemaSource } from "../connectors/kafka/registry.ts";
import { createMemoryRiskHistory } from "../connectors/risk-history/memory.ts";
import { WIDEST_WINDOW_MS } from "../connectors/risk-history/port.ts";
import { Codec } from "../runtime/codec.ts";
import { createLogger } from "../runtime/logger.ts";
import type { AnyRecord } from "../schemas/topics.ts";
import { type AssessedRecord, isAssessed } from "../stages/fraud/assessed-record.ts";
import { replay } from "../stages/fraud/replay.ts";
import { type RuleSet, RuleSetError, readRuleSet } from "../stages/fraud/rule-set.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { writeResult } from "./evaluation-files.ts";
import { type ChangedCall, compareRules, type RuleComparison, riskActions, type Verdict } from "./rule-comparison.ts";
import { runningAddress } from "./running-address.ts";
import { runningBrokers } from "./running-brokers.ts";

const usage = `Usage: npm run evaluate -- fraud --rules FILE [options]

  --rules FILE     rules to try, in the form of stages/fraud/rules.json
  --against FILE   rules to compare them with, by default stages/fraud/rules.json
  --days N         calls that began within so many days, 7 by default
  --show N         changed calls that are printed, 20 by default
  --json FILE      write {"rules", "against", "calls", "records", "undecodable", "before", "after", "changed"} there
  --running FILE   what "npm start" wrote, .partyline/running.json by default

Decides the calls that lie on the topics again, once under each set of rules, and prints which of them would have been treated otherwise, since when and why. Writes nothing to the
topics. What callers would have done then, nobody knows: a call that would have been blocked is decided to its end.

Environment:
  KAFKA_BROKERS, SCHEMA_REGISTRY_URL   the log; by default that of what "npm start" runs
  KAFKA_TLS, KAFKA_SASL_MECHANISM, ... as for the stages
`;

const DAY_MS = 86_400_000;
/** They are held in memory: of a call about fifty. */
const MAX_RECORDS = 1_000_000;
/** Hashes of a replay stay in it. */
const RISK_KEY = "the key of a replay";

type Recorded = { readonly records: readonly AssessedRecord[]; readonly undecodable: number };

/** Compares two sets of fraud rules on recorded calls. Gives the exit code; throws EvaluationError. */
export async function evaluateFraud(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rules: { type: "string" },
      against: { type: "string", default: "stages/fraud/rules.json" },
      days: { type: "string", default: "7" },
      show: { type: "string", default: "20" },
      json: { type: "string" },
      running: { type: "string", default: ".partyline/running.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.rules === undefined) throw new EvaluationError(usage);
  const [tried, against] = [rulesOf(values.rules), rulesOf(values.against)];
  const [days, shown] = [numberOf("--days", values.days, 365), numberOf("--show", values.show, 1_000_000)];
  const fromMs = Date.now() - days * DAY_MS;
  const { records, undecodable } = await recordedSince(fromMs - WIDEST_WINDOW_MS, {
    kafka: await runningBrokers("evaluate", values.running),
    registry: await runningAddress(values.running, "registry"),
  });
  const looked = callsSince(records, fromMs);
  if (looked.size === 0) throw new EvaluationError(`No call of the last ${days} days lies on the topics.`);
  process.stderr.write(`${records.length} records read; deciding them under both sets of rules ...\n`);
  const decide = async (rules: RuleSet) => {
    const assessments = await replay(records, {
      config: { riskKey: RISK_KEY, rules },
      history: createMemoryRiskHistory(),
    });
    return assessments.filter(({ callSid }) => looked.has(callSid));
  };
  const comparison = compareRules(await decide(against), await decide(tried), buyers(records));
  const counts = { calls: looked.size, records: records.length, undecodable };
  process.stdout.write(
    `Calls of the last ${days} days: ${counts.calls}; records ${counts.records}, not decodable ${undecodable}. Rules: ${tried.version}, against ${against.version}.\n\n`,
  );
  print(comparison, shown);
  if (values.json !== undefined) {
    const result = { rules: tried.version, against: against.version, ...counts, ...comparison };
    await writeResult(values.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  return 0;
}

function rulesOf(file: string): RuleSet {
  try {
    return readRuleSet(file);
  } catch (error) {
    if (error instanceof RuleSetError)
      throw new EvaluationError(`${file} cannot be used:\n  ${error.faults.join("\n  ")}`);
    throw error;
  }
}

function numberOf(option: string, text: string, max: number): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number <= max))
    throw new EvaluationError(`${option} ${text}: a number from 0 to ${max}`);
  return number;
}

/** What fraud assesses, each record once, in the order of event time. */
async function recordedSince(sinceMs: number, log: { kafka: BrokerAccess; registry: string }): Promise<Recorded> {
  const found = new Map<string, AssessedRecord>();
  const tooMany = new AbortController();
  const { undecodable } = await readLog({
    ...log.kafka,
    codec: new Codec(await registeredIds(log.registry), schemaSource(log.registry)),
    logger: createLogger("evaluate", "error"),
    signal: tooMany.signal,
    topics: ["calls", "transcripts", "intents", "toolCalls", "toolResults"],
    onRecord(record: AnyRecord) {
      if (record.occurredAt < sinceMs || !isAssessed(record)) return;
      found.set(record.eventId, record);
      if (found.size > MAX_RECORDS) tooMany.abort();
    },
  }).catch((error: unknown) => {
    if (!tooMany.signal.aborted) throw error;
    throw new EvaluationError(`There are more than ${MAX_RECORDS} records: choose fewer --days.`);
  });
  const records = [...found.values()].sort((a, b) => a.occurredAt - b.occurredAt || (a.eventId < b.eventId ? -1 : 1));
  return { records, undecodable };
}

/** Calls whose beginning is on the topics and recent enough: of others, too little is known. */
function callsSince(records: readonly AssessedRecord[], fromMs: number): ReadonlySet<string> {
  return new Set(
    records.flatMap(({ type, occurredAt, callSid }) =>
      type === "CallStarted" && occurredAt >= fromMs ? [callSid] : [],
    ),
  );
}

function buyers(records: readonly AssessedRecord[]): ReadonlySet<string> {
  return new Set(
    records.flatMap((record) =>
      record.type === "ToolSucceeded" && record.tool === "placeOrder" ? [record.callSid] : [],
    ),
  );
}

function print({ before, after, changed }: RuleComparison, shown: number): void {
  const row = (label: string, ...cells: (string | number)[]): string =>
    `${label.padEnd(18)}${cells.map((cell) => String(cell).padStart(10)).join("")}\n`;
  process.stdout.write(row("strictest action", "against", "rules"));
  for (const action of riskActions) process.stdout.write(row(`  ${action}`, before[action], after[action]));
  const bought = changed.filter(({ hasBought }) => hasBought).length;
  process.stdout.write(
    `\nCalls that would have been treated otherwise: ${changed.length}; something was bought on: ${bought}.\n`,
  );
  for (const call of changed.slice(0, shown)) process.stdout.write(`  ${lineOf(call)}\n`);
  if (changed.length > shown) process.stdout.write(`  and ${changed.length - shown} more (--show, --json)\n`);
}

function lineOf({ callSid, before, after, hasBought }: ChangedCall): string {
  const isStricter = riskActions.indexOf(after.action) > riskActions.indexOf(before.action);
  const why = isStricter ? after : before;
  return `${callSid}  ${before.action} → ${after.action}  turn ${why.turn}: ${signalsOf(why)}${hasBought ? "  bought" : ""}`;
}

function signalsOf({ signals }: Verdict): string {
  return signals.map(({ name, value }) => `${name} ${value.toFixed(2)}`).join(", ") || "no signal";
}
