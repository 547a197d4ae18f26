import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type RunningRedis, startRedis } from "../../local/redis.ts";
import type { SessionStore } from "../../runtime/session-store.ts";
import { sessionStoreContract } from "./contract.ts";
import { openRedisSessions } from "./redis.ts";

describe("sessions in Redis", () => {
  let directory: string;
  let redis: RunningRedis;
  let store: SessionStore;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-sessions-"));
    redis = await startRedis({ directory });
    store = openRedisSessions(redis.url);
  });
  after(async () => {
    await store.close();
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  });

  sessionStoreContract(() => store);

  it("fails within its bound while the server is away, and works again after", async () => {
    await redis.kill();
    await assert.rejects(store.acquire("s", "CAaway"));
    await redis.restart();
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        await store.acquire("s", "CAaway");
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  });
});
