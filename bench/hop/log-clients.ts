/** The clients behind the port `runtime/log.ts` that are measured against each other. A new one is an entry here. */
import { openKafkaLog } from "../../connectors/kafka/kafkajs.ts";
import type { EventLog } from "../../runtime/log.ts";
import { createLogger } from "../../runtime/logger.ts";

export type LogAddress = { readonly brokers: readonly string[]; readonly topic: string; readonly partitions: number };

const SESSION_TIMEOUT_MS = 1_500;

const clients = {
  kafkajs: ({ brokers, topic, partitions }: LogAddress, clientId: string): Promise<EventLog> =>
    openKafkaLog({
      clientId,
      brokers,
      partitions,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      writesTo: [topic],
      logger: createLogger("bench", "error"),
    }),
} as const;

export type LogClientName = keyof typeof clients;
export const logClientNames = Object.keys(clients) as LogClientName[];

/** Opens the log with a client. */
export function openLog(name: LogClientName, address: LogAddress, clientId: string): Promise<EventLog> {
  return clients[name](address, clientId);
}
