/** Creates the topics and registers the schemas; both are idempotent. Run by `npm start` and by deploys, never by a worker. */
import type { Logger } from "../../runtime/logger.ts";
import { deadLetters, topics } from "../../schemas/topics.ts";
import { createKafkaClient } from "./kafkajs.ts";
import { registerSchemas } from "./registry.ts";

export type PrepareOptions = {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly logger: Logger;
};

/** Throws when a topic cannot be created or a schema is refused. */
export async function prepareLog(options: PrepareOptions): Promise<void> {
  const admin = createKafkaClient({
    clientId: "partyline-prepare",
    brokers: options.brokers,
    logger: options.logger,
  }).admin();
  await admin.connect();
  try {
    const shared = { numPartitions: options.partitions, replicationFactor: options.replicationFactor };
    const entry = (name: string, value: string | number) => ({ name, value: String(value) });
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        ...Object.values(topics).map((topic) => ({
          ...shared,
          topic: topic.name,
          configEntries: [
            entry("cleanup.policy", topic.cleanup === "compact" ? "compact,delete" : "delete"),
            entry("retention.ms", topic.retentionMs),
            entry("segment.ms", Math.min(topic.retentionMs / 4, 86_400_000)),
          ],
        })),
        { ...shared, topic: deadLetters.name, configEntries: [entry("retention.ms", deadLetters.retentionMs)] },
      ],
    });
  } finally {
    await admin.disconnect();
  }
  await registerSchemas(options.registryUrl);
}
