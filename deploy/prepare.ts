/** Creates the topics and registers the schemas of a deployment; run once before the stages of a new version start. Doing it again changes nothing. */
import { brokerAccess } from "../connectors/kafka/broker-access.ts";
import { prepareLog } from "../connectors/kafka/prepare.ts";
import { brokerSettings, registrySettings } from "../connectors/kafka/settings.ts";
import { createLogger } from "../runtime/logger.ts";
import { flag, integer, readSettings, SettingsError, type SettingsSpec } from "../runtime/settings.ts";

const prepareSettings = {
  ...brokerSettings,
  ...registrySettings,
  partitions: integer({
    doc: "Partitions of every topic. They cannot be changed later: a call's partition is a hash over their number.",
    fallback: 12,
    min: 1,
    max: 1_000,
  }),
  replicationFactor: integer({ doc: "Brokers that hold each partition.", fallback: 3, min: 1, max: 9 }),
  mayDelete: flag({
    doc: "Whether a topic that exists is brought to a declared retention or clean-up that deletes records which lie on it.",
    fallback: false,
  }),
} as const satisfies SettingsSpec;

async function prepare(): Promise<void> {
  const settings = readSettings("prepare", prepareSettings, process.env);
  const changes = await prepareLog({
    ...brokerAccess("prepare", settings),
    registryUrl: settings.schemaRegistryUrl,
    partitions: settings.partitions,
    replicationFactor: settings.replicationFactor,
    mayDelete: settings.mayDelete,
    logger: createLogger("prepare", "warn"),
  });
  for (const { topic, setting, from, to } of changes)
    process.stdout.write(`Changed ${topic}: ${setting} is ${to}, was ${from}.\n`);
}

try {
  await prepare();
  process.stdout.write("Topics and schemas are ready.\n");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof SettingsError ? 2 : 1;
}
