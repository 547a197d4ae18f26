/** What lies on a broker's topics: read from the beginning until nothing more comes. */
import { setTimeout as delay } from "node:timers/promises";
import { openTap, type TapOptions } from "../connectors/kafka/tap.ts";
import { createLogger } from "../runtime/logger.ts";

export type RecordedLog = Pick<TapOptions, "registryUrl" | "topics" | "onRecord"> & {
  readonly broker: string;
  readonly signal: AbortSignal;
};

/** Without a new record for so long the log has been read. */
const QUIET_MS = 3_000;
const LONGEST_MS = 600_000;

/** Records of one partition come in order; those that cannot be decoded are passed over. Ends after ten minutes at the latest. */
export async function readLog({ broker, signal, onRecord, ...options }: RecordedLog): Promise<void> {
  let lastAt = performance.now();
  const startedAt = lastAt;
  const tap = await openTap({
    ...options,
    brokers: [broker],
    partitions: 1,
    logger: createLogger("bench", "error"),
    onRecord(record, raw) {
      lastAt = performance.now();
      onRecord(record, raw);
    },
  });
  try {
    while (performance.now() - lastAt < QUIET_MS && performance.now() - startedAt < LONGEST_MS)
      await delay(100, undefined, { signal });
  } finally {
    await tap.close();
  }
}
