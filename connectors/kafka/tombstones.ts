import type { Logger } from "../../runtime/logger.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { topics } from "../../schemas/topics.ts";
import { createKafkaClient } from "./kafkajs.ts";

/**
 * Writes tombstones for the state of calls, so that compaction removes what the log kept of them; resolves with how many. `keysOf` gives the keys of one call.
 * Throws what the client throws when the log cannot be reached.
 */
export async function forgetStates(options: {
  readonly brokers: readonly string[];
  readonly logger: Logger;
  readonly callSids: readonly string[];
  readonly keysOf: (callSid: string) => readonly string[];
}): Promise<number> {
  const kafka = createKafkaClient({ clientId: "partyline-erase", brokers: options.brokers, logger: options.logger });
  const topic = topics.callState.name;
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = found[0]?.partitions.length ?? 0;
    if (partitions === 0) return 0;
    const messages = options.callSids.flatMap((callSid) => {
      // State keeps its call's partition, whatever its key.
      const partition = partitionOf(callSid, partitions);
      return options.keysOf(callSid).map((key) => ({ key, value: null, partition }));
    });
    if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
    return messages.length;
  } finally {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
  }
}
