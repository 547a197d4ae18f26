/** Risk history in Redis: one sorted set for each key and kind, scored by event time. */
import { Redis } from "ioredis";
import {
  LATENESS_MS,
  MAX_ENTRIES,
  MAX_FACTS,
  type RiskHistory,
  type RiskRecording,
  type RiskWindow,
  type RiskWindows,
  WIDEST_WINDOW_MS,
} from "./port.ts";

const LIFETIME_MS = WIDEST_WINDOW_MS + LATENESS_MS;

// Members are "<eventId>\n<value>": adding one again changes nothing. Trimmed relative to the newest fact, never to a clock; the expiry only frees what
// no live event can ask for any more.
const KEEP = `
redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[2])
local newest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.17g', tonumber(newest[2]) - tonumber(ARGV[3])))
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -(tonumber(ARGV[4]) + 1))
redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

// What is before "at" by time alone, and what is at exactly "at": which of that comes before is decided here, since a server compares text by its locale.
const ANSWER = `
return {
  redis.call('ZCOUNT', KEYS[1], ARGV[1], '(' .. ARGV[2]),
  redis.call('ZREVRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[3]),
  redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[2], ARGV[2], 'WITHSCORES')
}`;

type Scripts = Redis & {
  partylineRiskKeep(key: string, at: string, member: string, spanMs: number, limit: number): Promise<null>;
  partylineRiskAnswer(key: string, from: string, at: string, limit: number): Promise<[number, string[], string[]]>;
};

/** The history with the way to let go of its connection. */
export type RedisRiskHistory = RiskHistory & { close(): void };

/**
 * Opens the history. Commands of one recording are sent in one go, and recordings in their order; each waits for at most a second and is tried once
 * more after a lost connection, which is safe since a fact is kept once. `onFailure` is told of every recording without an answer.
 */
export function openRedisRiskHistory(url: string, onFailure: (error: Error) => void): RedisRiskHistory {
  const redis = new Redis(url, {
    commandTimeout: 1_000,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
    connectTimeout: 1_000,
  });
  redis.defineCommand("partylineRiskKeep", { numberOfKeys: 1, lua: KEEP });
  redis.defineCommand("partylineRiskAnswer", { numberOfKeys: 1, lua: ANSWER });
  // Without a listener a lost connection would end the process; every command reports its own failure.
  redis.on("error", () => undefined);
  const scripts = redis as Scripts;

  return {
    async record(input) {
      try {
        const [, windows] = await Promise.all([keep(scripts, input), answers(scripts, input)]);
        return { eventId: input.eventId, windows };
      } catch (thrown) {
        onFailure(thrown instanceof Error ? thrown : new Error(String(thrown)));
        return { eventId: input.eventId, windows: null };
      }
    },
    close: () => redis.disconnect(),
  };
}

async function keep(scripts: Scripts, { eventId, occurredAt, facts }: RiskRecording): Promise<void> {
  await Promise.all(
    facts.map((fact) =>
      scripts.partylineRiskKeep(keyOf(fact), String(occurredAt), `${eventId}\n${fact.value}`, LIFETIME_MS, MAX_FACTS),
    ),
  );
}

async function answers(scripts: Scripts, { eventId, occurredAt, windows }: RiskRecording): Promise<RiskWindows> {
  const at = String(occurredAt);
  const named = await Promise.all(
    Object.entries(windows).map(async ([name, query]): Promise<[string, RiskWindow]> => {
      const from = String(occurredAt - query.windowMs);
      const [before, newest, tied] = await scripts.partylineRiskAnswer(keyOf(query), from, at, MAX_ENTRIES);
      const ties = members(tied).filter((member) => member.eventId < eventId);
      const entries = [...members(newest).reverse(), ...ties].slice(-MAX_ENTRIES);
      const count = before + ties.length;
      return [name, { count, entries: entries.map(({ value, occurredAt }) => ({ value, occurredAt })) }];
    }),
  );
  return Object.fromEntries(named);
}

type Member = { readonly eventId: string; readonly value: string; readonly occurredAt: number };

function members(flat: readonly string[]): Member[] {
  const found: Member[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const text = flat[index] ?? "";
    const end = text.indexOf("\n");
    found.push({ eventId: text.slice(0, end), value: text.slice(end + 1), occurredAt: Number(flat[index + 1]) });
  }
  return found;
}

function keyOf({ key, kind }: { readonly key: string; readonly kind: string }): string {
  return `partyline:risk:${key}:${kind}`;
}
