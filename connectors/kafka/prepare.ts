/** Creates the topics, brings those that exist in line with their declarations, and registers the schemas. Run by `npm start` and by deploys, never by a worker; doing it again changes nothing. */
import { PartylineError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import { toAccessError } from "./access-error.ts";
import type { BrokerAccess } from "./broker-access.ts";
import { createKafkaClient } from "./kafkajs.ts";
import { registerSchemas } from "./registry.ts";
import {
  changeTopics,
  declaredSettings,
  existingTopics,
  type TopicChange,
  topicChanges,
  untilKnown,
} from "./topic-settings.ts";

export type TopicOptions = BrokerAccess & {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Whether a topic that exists may be changed so that records which lie on it are deleted. Default: no. */
  readonly mayDelete?: boolean;
  readonly logger: Logger;
};
export type PrepareOptions = TopicOptions & { readonly registryUrl: string };

/**
 * Resolves with the changes that were made to topics that existed. Throws SETTINGS_INVALID, with nothing changed, when a topic has another number of partitions,
 * or when a change would delete records and may not; CREDENTIALS_REFUSED when brokers or registry do not let us in; and when a topic cannot be created or a schema is refused.
 */
export async function prepareLog(options: PrepareOptions): Promise<readonly TopicChange[]> {
  const changes = await prepareTopics(options);
  await registerSchemas(options.registryUrl);
  return changes;
}

/** The topics alone; as {@link prepareLog} otherwise. */
export async function prepareTopics(options: TopicOptions): Promise<readonly TopicChange[]> {
  const { partitions: numPartitions, replicationFactor } = options;
  const admin = createKafkaClient({ ...options, clientId: "partyline-prepare" }).admin();
  try {
    await admin.connect();
    const existing = await existingTopics(admin, numPartitions);
    const changes = await topicChanges(admin, existing);
    const deleting = changes.filter(({ isDeleting }) => isDeleting);
    if (deleting.length > 0 && options.mayDelete !== true) throw wouldDelete(deleting);
    const missing = [...declaredSettings].filter(([topic]) => !existing.includes(topic));
    if (missing.length > 0) {
      const created = missing.map(([topic, settings]) => ({
        topic,
        numPartitions,
        replicationFactor,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      }));
      await admin.createTopics({ waitForLeaders: false, topics: created }).catch(throwNamed);
      await untilKnown(admin, [...declaredSettings.keys()]);
    }
    await changeTopics(admin, changes);
    return changes;
  } catch (thrown) {
    throw toAccessError(thrown);
  } finally {
    await admin.disconnect();
  }
}

function wouldDelete(changes: readonly TopicChange[]): PartylineError {
  const words = changes.map(({ topic, setting, from, to }) => `${topic} has ${setting}=${from}, declared is ${to}`);
  return new PartylineError(
    "SETTINGS_INVALID",
    `records that lie on topics would be deleted: ${words.join("; ")}. Allow it (PARTYLINE_PREPARE_MAY_DELETE=true), or change the declaration`,
  );
}

/** kafkajs tells of topics that cannot be created in an error that names neither them nor the reasons. */
function throwNamed(thrown: unknown): never {
  const { errors = [] } = thrown as {
    readonly errors?: readonly { readonly topic: string; readonly message: string }[];
  };
  if (errors.length === 0) throw thrown;
  const words = errors.map(({ topic, message }) => `${topic} (${message})`);
  throw new PartylineError("SETTINGS_INVALID", `topics cannot be created: ${words.join(", ")}`, { cause: errors[0] });
}
