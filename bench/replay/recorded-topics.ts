/** What lies on the topics that fraud reads and writes. */
import { readLog } from "../../connectors/kafka/recorded-log.ts";
import { registeredIds, schemaSource } from "../../connectors/kafka/registry.ts";
import { Codec } from "../../runtime/codec.ts";
import { createLogger } from "../../runtime/logger.ts";
import type { AnyRecord, TopicKey } from "../../schemas/topics.ts";
import type { Decision } from "./compared-decisions.ts";

/** Records as bytes, in the order of event time, with the decisions that were taken about them. */
export type RecordedTopics = {
  readonly bytes: readonly Buffer[];
  readonly codec: Codec;
  readonly decisions: readonly Decision[];
  readonly calls: number;
};

const INPUTS: readonly TopicKey[] = ["calls", "transcripts", "intents", "toolCalls", "toolResults"];

/** Reads a broker's topics; a record that lies there twice counts once. */
export async function readTopics(broker: string, registryUrl: string, signal: AbortSignal): Promise<RecordedTopics> {
  const codec = new Codec(await registeredIds(registryUrl), schemaSource(registryUrl));
  const found = new Map<string, { readonly record: AnyRecord; readonly bytes: Buffer }>();
  const decisions: Decision[] = [];
  await readLog({
    brokers: [broker],
    codec,
    logger: createLogger("bench", "error"),
    signal,
    topics: [...INPUTS, "risk"],
    onRecord(record, { value }) {
      if (record.type === "RiskAssessed") decisions.push(record);
      else if (value !== null) found.set(record.eventId, { record, bytes: value });
    },
  });
  const ordered = [...found.values()].sort(
    (a, b) => a.record.occurredAt - b.record.occurredAt || (a.record.eventId < b.record.eventId ? -1 : 1),
  );
  return {
    codec,
    decisions,
    bytes: ordered.map(({ bytes }) => bytes),
    calls: new Set(ordered.map(({ record }) => record.callSid)).size,
  };
}
