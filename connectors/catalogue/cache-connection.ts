import { Redis } from "ioredis";

/** A cache that takes longer costs more than it saves. */
const COMMAND_TIMEOUT_MS = 100;

/** A connection for things that can be found again: commands fail at once while the server is away, and nothing waits for it. */
export function openCacheConnection(redisUrl: string): Redis {
  const redis = new Redis(redisUrl, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 1_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
  });
  // Without a listener a lost connection would end the process.
  redis.on("error", () => undefined);
  return redis;
}

/** What a command gives, or null where the cache did not answer. */
export async function quietly<T>(command: Promise<T>): Promise<T | null> {
  return command.catch(() => null);
}
