/** Takes a person out of Redis: sessions of their calls, and what is remembered under their number's hash. */
import { Redis } from "ioredis";
import { PartylineError } from "../../runtime/errors.ts";
import type { Person } from "./person.ts";

export type RedisTraces = {
  /** Keys that are named after a call or the number's hash. */
  readonly keys: number;
  /** Entries in lists of live calls. */
  readonly entries: number;
};

const COUNT = 500;

/** Finds what Redis holds of a person and, unless `isDryRun`, deletes it. Throws SESSION_STORE_FAILED when Redis does not answer. */
export async function eraseFromRedis(
  url: string,
  { callSids, callerHashes }: Pick<Person, "callSids" | "callerHashes">,
  isDryRun: boolean,
): Promise<RedisTraces> {
  const redis = new Redis(url, {
    commandTimeout: 5_000,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    retryStrategy: () => null,
  });
  // Without a listener a lost connection would end the process; every command reports its own failure.
  redis.on("error", () => undefined);
  const names = [...callSids, ...callerHashes];
  let keys = 0;
  let entries = 0;
  try {
    let cursor = "0";
    do {
      const [next, batch] = await redis.scan(cursor, "MATCH", "partyline:*", "COUNT", COUNT);
      cursor = next;
      for (const key of batch) {
        if (key.split(":").some((part) => names.includes(part))) {
          keys += 1;
          if (!isDryRun) await redis.del(key);
        } else if (key.startsWith("partyline:live:") && callSids.length > 0) {
          const scores = await redis.zmscore(key, ...callSids);
          entries += scores.filter((score) => score !== null).length;
          if (!isDryRun) await redis.zrem(key, ...callSids);
        }
      }
    } while (cursor !== "0");
    return { keys, entries };
  } catch (cause) {
    throw new PartylineError("SESSION_STORE_FAILED", "Redis did not answer", { isRetryable: true, cause });
  } finally {
    redis.disconnect();
  }
}
