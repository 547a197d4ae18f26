/** `npm run erase`: takes a person out of everything that the line keeps, and proves it. */
import { parseArgs } from "node:util";
import { openCrm } from "../connectors/crm/open-crm.ts";
import { countToldElsewhere } from "../connectors/crm/outbox.ts";
import { crmSettings } from "../connectors/crm/settings.ts";
import { erasePerson, isOnCall } from "../connectors/erasure/erase.ts";
import { findTraces, type Trace } from "../connectors/erasure/find-traces.ts";
import { findPerson, type Identifier, type Person, type Whom } from "../connectors/erasure/person.ts";
import { eraseFromRedis } from "../connectors/erasure/redis.ts";
import type { BrokerAccess } from "../connectors/kafka/broker-access.ts";
import { forgetStates } from "../connectors/kafka/tombstones.ts";
import { createPool } from "../connectors/postgres/pool.ts";
import { PartylineError } from "../runtime/errors.ts";
import { snapshotKey } from "../runtime/lane-session.ts";
import { createLogger } from "../runtime/logger.ts";
import { readSettings, SettingsError } from "../runtime/settings.ts";
import { topics } from "../schemas/topics.ts";
import { pipeline } from "../stages/pipeline.ts";
import { erasePayer } from "./erase-payer.ts";
import { runCommand } from "./run-command.ts";
import { databaseUrl, NotRunningError, runningAddress } from "./running-address.ts";
import { runningBrokers } from "./running-brokers.ts";

const usage = `Usage: npm run erase -- (--customer ID | --phone NUMBER) [options]

Deletes a customer from the database, from Redis, from the compacted topic, from the CRM and at the payment provider, or frees what the books need of them; then searches all texts of all
tables for what they can be told by. With a number that no customer has, what calls from it left is erased.

Options:
  --customer ID    the shop's identifier of the customer
  --phone NUMBER   a telephone number, E.164
  --dry-run        only show what is found where
  --database-only  leave Redis, the log, the CRM and the payment provider alone
  --running FILE   what "npm start" wrote, .partyline/running.json by default

Environment:
  POSTGRES_URL, REDIS_URL, KAFKA_BROKERS   by default those of what "npm start" runs
  KAFKA_TLS, KAFKA_SASL_MECHANISM, ...     as for the stages
  RISK_KEY                                 finds calls that no table links to the number
  STRIPE_SECRET_KEY, STRIPE_API_BASE       the payment provider; by default the simulator of what "npm start" runs
  PARTYLINE_CRM, CRM_ACCESS_TOKEN, ...     as for the stages

Ends with 0 when nothing is left (or, with --dry-run, when it was shown), 1 when something is, 2 when it could not be done.
`;

class UsageError extends Error {}

const DAY_MS = 86_400_000;
/** Holds identifiers of calls, times and hashes; it only grows, and no personal data ever enter it. */
const AUDIT = "audit_log";

function whomOf(customer: string | undefined, phone: string | undefined): Whom {
  if ((customer === undefined) === (phone === undefined)) throw new UsageError("Name one of --customer and --phone.");
  if (customer !== undefined) return { customerId: customer };
  if (phone === undefined || !/^\+[1-9][0-9]{1,14}$/.test(phone))
    throw new UsageError("--phone wants a number such as +12025550101.");
  return { phone };
}

function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Prints what was found and resolves with what should not be there. */
function printTraces(title: string, traces: readonly Trace[]): readonly Trace[] {
  print(title);
  const counted = traces.filter(({ table }) => table !== AUDIT);
  for (const { table, column, kind, rows } of counted) print(`  ${table}.${column}: ${kind}, ${rows}`);
  if (counted.length === 0) print("  nothing");
  return counted;
}

function printTopics(): void {
  print("Topics (records leave them by age alone; state of calls is replaced by tombstones at once):");
  for (const { name, retentionMs, cleanup } of Object.values(topics)) {
    const [count, unit] = retentionMs >= DAY_MS ? [retentionMs / DAY_MS, "day"] : [retentionMs / 3_600_000, "hour"];
    const age = `${count} ${unit}${count === 1 ? "" : "s"}`;
    print(`  ${name}: ${cleanup === "compact" ? `tombstones, and at the latest after ${age}` : `gone after ${age}`}`);
  }
}

type Places = { readonly redis: string; readonly kafka: BrokerAccess };

async function placesOf(file: string): Promise<Places> {
  return { redis: await runningAddress(file, "redis"), kafka: await runningBrokers("erase", file) };
}

async function eraseOutside(person: Person, places: Places, pool: ReturnType<typeof createPool>): Promise<void> {
  const { callSids, phone } = person;
  const settings = readSettings("erase", crmSettings, process.env);
  const crm = openCrm(settings, pool);
  if (settings.crm !== "hubspot" && (await countToldElsewhere(pool, callSids)) > 0)
    throw new PartylineError(
      "SETTINGS_INVALID",
      "calls of theirs were told to another CRM; set PARTYLINE_CRM and CRM_ACCESS_TOKEN as for the stages",
    );
  if (crm !== null) {
    const context = { callSid: "", effectId: "erase", signal: AbortSignal.timeout(60_000), notify: () => undefined };
    const { interactions, contacts } = await crm.forget({ callSids, phone }, context);
    print(`  CRM: ${interactions} interactions, ${contacts} contacts deleted`);
  }
  const { keys, entries } = await eraseFromRedis(places.redis, person, false);
  print(`  Redis: ${keys} keys, ${entries} entries deleted`);
  const stages = pipeline.filter(({ state }) => state === "session").map(({ name }) => name);
  const tombstones = await forgetStates({
    ...places.kafka,
    logger: createLogger("erase", "error"),
    callSids,
    keysOf: (callSid) => stages.map((stage) => snapshotKey(callSid, stage)),
  });
  print(`  ${topics.callState.name}: ${tombstones} tombstones`);
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      customer: { type: "string" },
      phone: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      "database-only": { type: "boolean", default: false },
      running: { type: "string", default: ".partyline/running.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const whom = whomOf(values.customer, values.phone);
  const isDryRun = values["dry-run"];
  const pool = createPool({
    postgresUrl: await databaseUrl(values.running),
    postgresStatementTimeoutMs: 60_000,
    applicationName: "partyline erase",
    maxConnections: 1,
  });
  try {
    const places = values["database-only"] ? null : await placesOf(values.running);
    const riskKey = process.env.RISK_KEY ?? "";
    const person = await findPerson(pool, whom, riskKey === "" ? null : riskKey);
    if (person === null) {
      print("Nothing is known of them.");
      return 0;
    }
    const calls: Identifier[] = person.callSids.map((value) => ({ kind: "call", value, isExact: true }));
    const identifiers = [...person.identifiers, ...calls];
    const before = await findTraces(pool, identifiers);
    print(
      `${person.customerId === null ? "No customer" : "A customer"}, ${person.orderNumbers.length} orders, ${calls.length} calls.`,
    );
    printTraces("Found in the database (rows):", before);
    if (person.shared.length > 0) print(`  not searched, since others have the same: ${person.shared.join(", ")}`);
    if (places !== null) {
      const { keys, entries } = await eraseFromRedis(places.redis, person, true);
      print(`Found in Redis: ${keys} keys, ${entries} entries.`);
      if (isDryRun) print((await erasePayer(person.providerRef, values.running, true)).said);
    }
    printTopics();
    if (isDryRun) {
      print("Nothing was changed.");
      return 0;
    }
    // Asked before anything outside is touched; asked again within the transaction.
    if (await isOnCall(pool, person))
      throw new PartylineError("INVALID_INPUT", "a call of this customer is going on; try again when it is over");
    print("Erased:");
    // The database last: it is where a second try finds the calls, and the provider's name of the customer.
    const payer = places === null ? null : await erasePayer(person.providerRef, values.running, false);
    if (payer !== null) print(`  ${payer.said}`);
    if (places !== null) await eraseOutside(person, places, pool);
    for (const { what, rows } of await erasePerson(pool, person)) print(`  ${what}: ${rows}`);
    const left = printTraces("Found in the database afterwards:", await findTraces(pool, identifiers));
    const audited = before.filter(({ table }) => table === AUDIT).reduce((sum, { rows }) => sum + rows, 0);
    if (audited > 0)
      print(
        `  (${AUDIT}: ${audited} rows with identifiers of calls, times and hashes stay, and the chain stays whole)`,
      );
    const inRedis =
      places === null
        ? 0
        : await eraseFromRedis(places.redis, person, true).then((found) => found.keys + found.entries);
    if (inRedis > 0) print(`Found in Redis afterwards: ${inRedis}.`);
    if (payer === null && person.providerRef !== null)
      print(`Left alone at the payment provider: ${person.providerRef}`);
    const isLeft = left.length + inRedis > 0 || payer?.isLeft === true;
    print(isLeft ? "Something of them is left." : "Nothing of them is left.");
    return isLeft ? 1 : 0;
  } finally {
    await pool.end();
  }
}

await runCommand(main, [NotRunningError, SettingsError, UsageError]);
