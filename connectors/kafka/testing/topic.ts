import { setTimeout as delay } from "node:timers/promises";
import { createLogger } from "../../../runtime/logger.ts";
import type { BrokerAccess } from "../broker-access.ts";
import { createKafkaClient } from "../kafkajs.ts";

/** Creates a topic, and resolves when its partitions can be read and written. Throws when they cannot within 10 s. */
export async function createTopic(access: BrokerAccess, topic: string, numPartitions: number): Promise<void> {
  const admin = createKafkaClient({ ...access, clientId: "test", logger: createLogger("test", "silent") }).admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false });
    // The controller creates it before the broker that is asked knows it, and serves it.
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        await admin.fetchTopicOffsets(topic);
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(20);
      }
    }
  } finally {
    await admin.disconnect();
  }
}
