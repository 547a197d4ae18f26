/** Listens in on every topic, as the party line's other ears: for the demo's live view, for tests and for tools. Commits nothing. */
import { randomUUID } from "node:crypto";
import { Codec } from "../../runtime/codec.ts";
import type { LogRecord } from "../../runtime/log.ts";
import type { Logger } from "../../runtime/logger.ts";
import { type AnyRecord, deadLetters, type TopicKey, topics } from "../../schemas/topics.ts";
import { openKafkaLog } from "./kafkajs.ts";
import { registeredIds, schemaSource } from "./registry.ts";

export type TapOptions = {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly partitions: number;
  readonly logger: Logger;
  readonly topics: readonly TopicKey[];
  /** Called for every record from the beginning of the log; records of one partition come in order. */
  readonly onRecord: (record: AnyRecord, raw: LogRecord) => void;
  readonly onDeadLetter?: (raw: LogRecord) => void;
};

export type Tap = { close(): Promise<void> };

/** Starts to listen. Records that cannot be decoded are passed over: they are the stages' business. */
export async function openTap(options: TapOptions): Promise<Tap> {
  const codec = new Codec(await registeredIds(options.registryUrl), schemaSource(options.registryUrl));
  const log = await openKafkaLog({
    clientId: "partyline-tap",
    brokers: options.brokers,
    sessionTimeoutMs: 10_000,
    writesTo: [],
    partitions: options.partitions,
    logger: options.logger,
  });
  const consumption = await log.consume({
    group: `partyline-tap-${randomUUID()}`,
    topics: [...options.topics.map((key) => topics[key].name), deadLetters.name],
    reading: { kind: "shared" },
    onAssigned: () => undefined,
    onFatal: (error) => options.logger.error({ error: error.message }, "the tap broke"),
    onRecords(records) {
      for (const raw of records) {
        if (raw.topic === deadLetters.name) {
          options.onDeadLetter?.(raw);
          continue;
        }
        if (raw.value === null) continue;
        try {
          const decoded = codec.decode(raw.value);
          if ("type" in decoded) options.onRecord(decoded, raw);
        } catch {
          options.logger.warn(
            { topic: raw.topic, offset: raw.offset.toString() },
            "the tap passed over a record that cannot be decoded",
          );
        }
      }
    },
  });
  return {
    async close() {
      await consumption.leave();
      await log.close();
    },
  };
}
