/** Answers of searches in Redis: which products were chosen, never what they cost or how many there are. */
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { quietly } from "./cache-connection.ts";
import type { Choice } from "./ranking.ts";

/** An answer, and the catalogue's version that it was found in. */
export type KeptAnswer = { readonly version: number; readonly chosen: readonly Choice[] };

/** Keeps answers by question. A cache that does not answer in time is as good as an empty one. */
export type SearchCache = {
  /** The answer that `isCurrent` accepts; else that of `find`, which runs once for a question that many ask at the same time. */
  answer(
    question: readonly unknown[],
    isCurrent: (kept: KeptAnswer) => Promise<boolean>,
    find: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer>;
};

/** How long another process that already searches is waited for, and how long its mark stands. */
const WAIT_MS = 120;
const WAIT_STEP_MS = 10;
const MARK_MS = 1_000;

/** Gives the mark back only to who holds it. */
const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** The cache over a connection of cache-connection.ts. It never fails: without Redis, every question is searched for. Answers are forgotten after `seconds`. */
export function createSearchCache(redis: Redis, seconds: number): SearchCache {
  const underWay = new Map<string, Promise<KeptAnswer>>();

  async function kept(key: string): Promise<KeptAnswer | null> {
    return parsed(await quietly(redis.get(key)));
  }

  async function find(
    key: string,
    isCurrent: (kept: KeptAnswer) => Promise<boolean>,
    search: () => Promise<KeptAnswer>,
  ) {
    const known = await kept(key);
    if (known !== null && (await isCurrent(known))) return known;
    const mark = randomUUID();
    const isFirst = (await quietly(redis.set(`${key}:sought`, mark, "PX", MARK_MS, "NX"))) === "OK";
    for (let waitedMs = 0; !isFirst && redis.status === "ready" && waitedMs < WAIT_MS; waitedMs += WAIT_STEP_MS) {
      await sleep(WAIT_STEP_MS);
      const found = await kept(key);
      if (found !== null && (await isCurrent(found))) return found;
    }
    try {
      const answer = await search();
      // Sent before the answer is given, so whoever asks next over this connection finds it; nobody waits for it to be stored.
      void quietly(redis.set(key, JSON.stringify(answer), "EX", seconds));
      return answer;
    } finally {
      if (isFirst) void quietly(redis.eval(RELEASE, 1, `${key}:sought`, mark));
    }
  }

  return {
    answer(question, isCurrent, search) {
      const key = `partyline:search:${createHash("sha256").update(JSON.stringify(question)).digest("base64url")}`;
      const running = underWay.get(key);
      if (running !== undefined) return running;
      const answer = find(key, isCurrent, search).finally(() => underWay.delete(key));
      underWay.set(key, answer);
      return answer;
    },
  };
}

/** What was kept, if it is what this version of the program keeps. */
function parsed(text: string | null): KeptAnswer | null {
  if (text === null) return null;
  try {
    const { version, chosen } = JSON.parse(text) as Partial<KeptAnswer>;
    const isWhole =
      typeof version === "number" &&
      Array.isArray(chosen) &&
      chosen.every(({ productId, isMatch }) => typeof productId === "string" && typeof isMatch === "boolean");
    return isWhole ? { version, chosen } : null;
  } catch {
    return null;
  }
}
