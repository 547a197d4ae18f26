/** What lies on topics, for tools that look back: read once, from the beginning to the ends that the topics have when reading begins. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Codec } from "../../runtime/codec.ts";
import { PartylineError } from "../../runtime/errors.ts";
import type { LogRecord } from "../../runtime/log.ts";
import type { Logger } from "../../runtime/logger.ts";
import { type AnyRecord, type TopicKey, topics } from "../../schemas/topics.ts";
import { toAccessError } from "./access-error.ts";
import type { BrokerAccess } from "./broker-access.ts";
import { createKafkaClient, openKafkaLog } from "./kafkajs.ts";

export type RecordedLogOptions = BrokerAccess & {
  readonly codec: Codec;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly topics: readonly TopicKey[];
  /** Records of one partition come in order, except those of a schema that had to be fetched: these come last. */
  readonly onRecord: (record: AnyRecord, raw: LogRecord) => void;
};

/** Without a new record for so long, though there are more, the broker does not answer any more. */
const SILENT_MS = 30_000;

/**
 * Gives every record that can be decoded, whichever release wrote it, and resolves with how many could not be. A record may come twice. Commits nothing. Throws DEADLINE_EXCEEDED when the broker
 * falls silent, SCHEMA_UNAVAILABLE when the registry does not answer, and an AbortError when the signal is aborted.
 */
export async function readLog(options: RecordedLogOptions): Promise<{ readonly undecodable: number }> {
  const { codec, signal, onRecord } = options;
  const names = options.topics.map((key) => topics[key].name);
  const unread = await lastOffsets(options, names);
  const ofUnknownSchema: { readonly raw: LogRecord; readonly schemaId: number }[] = [];
  let undecodable = 0;
  let readAt = performance.now();
  let broken: Error | undefined;

  function take(raw: LogRecord): void {
    if (raw.value === null) return;
    try {
      const decoded = codec.decode(raw.value);
      if ("type" in decoded) onRecord(decoded, raw);
      else ofUnknownSchema.push({ raw, schemaId: decoded.unknownSchemaId });
    } catch (error) {
      if (!(error instanceof PartylineError)) throw error;
      undecodable += 1;
    }
  }

  const log = await openKafkaLog({
    ...options,
    clientId: "partyline-look-back",
    sessionTimeoutMs: 10_000,
    writesTo: [],
    partitions: 1,
  });
  try {
    const consumption = await log.consume({
      group: `partyline-look-back-${randomUUID()}`,
      topics: names,
      reading: { kind: "shared" },
      pace: "batched",
      onAssigned: () => undefined,
      onFatal: (error) => {
        broken = error;
      },
      onRecords(records) {
        readAt = performance.now();
        for (const raw of records) {
          const place = `${raw.topic}/${raw.partition}`;
          const last = unread.get(place);
          if (last === undefined) return;
          if (raw.offset <= last) take(raw);
          if (raw.offset >= last) unread.delete(place);
        }
      },
    });
    while (unread.size > 0) {
      await delay(50, undefined, { signal });
      if (broken !== undefined) throw broken;
      if (performance.now() - readAt > SILENT_MS)
        throw new PartylineError("DEADLINE_EXCEEDED", `the broker gave no record for ${SILENT_MS} ms`, {
          isRetryable: true,
        });
    }
    await consumption.leave();
  } finally {
    await log.close();
  }
  for (const { raw, schemaId } of ofUnknownSchema) {
    try {
      await codec.learn(schemaId);
    } catch (error) {
      if (!(error instanceof PartylineError) || error.code === "SCHEMA_UNAVAILABLE") throw error;
      undecodable += 1;
      continue;
    }
    take(raw);
  }
  return { undecodable };
}

/** The last offset of every partition that holds a record, by topic and partition. */
async function lastOffsets(
  options: BrokerAccess & Pick<RecordedLogOptions, "logger">,
  names: readonly string[],
): Promise<Map<string, bigint>> {
  const admin = createKafkaClient({ ...options, clientId: "partyline-look-back" }).admin();
  try {
    await admin.connect();
    const ends = await Promise.all(
      names.map(async (name) =>
        (await admin.fetchTopicOffsets(name))
          .filter(({ high, low }) => BigInt(high) > BigInt(low))
          .map(({ partition, high }) => [`${name}/${partition}`, BigInt(high) - 1n] as const),
      ),
    );
    return new Map(ends.flat());
  } catch (thrown) {
    throw toAccessError(thrown);
  } finally {
    await admin.disconnect();
  }
}
