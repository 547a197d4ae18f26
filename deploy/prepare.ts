/** Creates the topics and registers the schemas of a deployment; run once before the stages of a new version start. Doing it again changes nothing. */
import { prepareLog } from "../connectors/kafka/prepare.ts";
import { createLogger } from "../runtime/logger.ts";
import { integer, readSettings, SettingsError, type SettingsSpec, text } from "../runtime/settings.ts";

const prepareSettings = {
  kafkaBrokers: text({ variable: "KAFKA_BROKERS", doc: "Kafka brokers, host:port, comma separated." }),
  schemaRegistryUrl: text({
    variable: "SCHEMA_REGISTRY_URL",
    doc: "Schema registry with Confluent's API, e.g. http://127.0.0.1:8081/apis/ccompat/v7.",
  }),
  partitions: integer({
    doc: "Partitions of every topic. They cannot be changed later: a call's partition is a hash over their number.",
    fallback: 12,
    min: 1,
    max: 1_000,
  }),
  replicationFactor: integer({ doc: "Brokers that hold each partition.", fallback: 3, min: 1, max: 9 }),
} as const satisfies SettingsSpec;

async function prepare(): Promise<void> {
  const settings = readSettings("prepare", prepareSettings, process.env);
  await prepareLog({
    brokers: settings.kafkaBrokers.split(","),
    registryUrl: settings.schemaRegistryUrl,
    partitions: settings.partitions,
    replicationFactor: settings.replicationFactor,
    logger: createLogger("prepare", "warn"),
  });
}

try {
  await prepare();
  process.stdout.write("Topics and schemas are ready.\n");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof SettingsError ? 2 : 1;
}
