import type { Logger } from "../../runtime/logger.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { topics } from "../../schemas/topics.ts";
import { toAccessError } from "./access-error.ts";
import type { BrokerAccess } from "./broker-access.ts";
import { createKafkaClient } from "./kafkajs.ts";

/**
 * Writes tombstones for the state of calls, so that compaction removes what the log kept of them; resolves with how many. `keysOf` gives the keys of one call.
 * Throws CREDENTIALS_REFUSED or SETTINGS_INVALID when the brokers do not let us in, else what the client throws when the log cannot be reached.
 */
export async function forgetStates(
  options: BrokerAccess & {
    readonly logger: Logger;
    readonly callSids: readonly string[];
    readonly keysOf: (callSid: string) => readonly string[];
  },
): Promise<number> {
  const { keysOf, callSids } = options;
  const kafka = createKafkaClient({ ...options, clientId: "partyline-erase" });
  const topic = topics.callState.name;
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = found[0]?.partitions.length ?? 0;
    if (partitions === 0) return 0;
    const messages = callSids.flatMap((callSid) => {
      // State keeps its call's partition, whatever its key.
      const partition = partitionOf(callSid, partitions);
      return keysOf(callSid).map((key) => ({ key, value: null, partition }));
    });
    if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
    return messages.length;
  } catch (thrown) {
    throw toAccessError(thrown);
  } finally {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
  }
}
