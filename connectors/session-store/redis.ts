/** Sessions in Redis: one hash a call and stage, fenced by an epoch that only grows, also when the store was emptied; gone one hour after the last save. */
import { Redis } from "ioredis";
import type { SessionStore } from "../../runtime/session-store.ts";

const LIFETIME_SECONDS = 3_600;

// Never below the time in milliseconds: in a store that was emptied, whoever takes a call over now still has a higher epoch than who took it before.
const ACQUIRE = `
local time = redis.call('TIME')
local known = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0')
local epoch = math.max(known + 1, time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return {epoch, redis.call('HGET', KEYS[1], 'session') or ''}`;

// A missing epoch means that the store was emptied: the worker that still holds the call writes it back.
const SAVE = `
local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch') or ARGV[1])
if epoch > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'session', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 1`;

// The epoch stays, so that a worker that was fenced cannot bring the call back.
const FORGET = `
local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch') or ARGV[1])
if epoch > tonumber(ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'session')
redis.call('ZREM', KEYS[2], ARGV[2])
return 1`;

function sessionKey(stage: string, callSid: string): string {
  return `partyline:session:${stage}:${callSid}`;
}

function liveKey(stage: string, partition: number): string {
  return `partyline:live:${stage}:${partition}`;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Opens the store. Commands fail after a second instead of waiting for a server that is away. */
export function openRedisSessions(url: string): SessionStore {
  const redis = new Redis(url, {
    commandTimeout: 1_000,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
    connectTimeout: 1_000,
  });
  redis.defineCommand("partylineAcquire", { numberOfKeys: 1, lua: ACQUIRE });
  redis.defineCommand("partylineSave", { numberOfKeys: 2, lua: SAVE });
  redis.defineCommand("partylineForget", { numberOfKeys: 2, lua: FORGET });
  // Without a listener a lost connection would end the process; every command reports its own failure.
  redis.on("error", () => undefined);
  const scripts = redis as Redis & {
    partylineAcquire(key: string, lifetime: number): Promise<[number, string]>;
    partylineSave(
      key: string,
      live: string,
      epoch: number,
      session: string,
      lifetime: number,
      callSid: string,
      expiresAtSeconds: number,
    ): Promise<number>;
    partylineForget(key: string, live: string, epoch: number, callSid: string): Promise<number>;
  };
  return {
    async acquire(stage, callSid) {
      const [epoch, session] = await scripts.partylineAcquire(sessionKey(stage, callSid), LIFETIME_SECONDS);
      return { epoch, session: session === "" ? null : session };
    },
    async save(stage, callSid, partition, epoch, session) {
      return (
        (await scripts.partylineSave(
          sessionKey(stage, callSid),
          liveKey(stage, partition),
          epoch,
          session,
          LIFETIME_SECONDS,
          callSid,
          nowSeconds() + LIFETIME_SECONDS,
        )) === 1
      );
    },
    async forget(stage, callSid, partition, epoch) {
      return (
        (await scripts.partylineForget(sessionKey(stage, callSid), liveKey(stage, partition), epoch, callSid)) === 1
      );
    },
    async live(stage, partition) {
      const key = liveKey(stage, partition);
      await redis.zremrangebyscore(key, "-inf", String(nowSeconds()));
      return redis.zrange(key, "0", "-1");
    },
    async close() {
      redis.disconnect();
    },
  };
}
