import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type RunningRedis, startRedis } from "../../local/redis.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { openRedisRiskHistory } from "../risk-history/redis.ts";
import { openRedisSessions } from "../session-store/redis.ts";
import { eraseFromRedis } from "./redis.ts";

let directory: string;
let redis: RunningRedis;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "partyline-erasure-"));
  redis = await startRedis({ directory });
});
after(async () => {
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

test("given sessions and risk history of two callers, one's are found, then deleted, and the other's stay", async () => {
  const sessions = openRedisSessions(redis.url);
  const history = openRedisRiskHistory(redis.url, assert.fail);
  for (const callSid of ["CA1", "CA2", "CA10"])
    for (const stage of ["act", "converse"]) {
      const { epoch } = await sessions.acquire(stage, callSid);
      await sessions.save(stage, callSid, 3, epoch, "{}");
    }
  const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => undefined };
  for (const key of ["hash-of-one", "hash-of-other"])
    await history.record(
      { eventId: key, occurredAt: 1, facts: [{ key, kind: "call", value: "" }], windows: {} },
      context,
    );

  const person = { callSids: ["CA1"], callerHashes: ["hash-of-one"] };
  const found = { keys: 3, entries: 2 };
  assert.deepEqual(await eraseFromRedis(redis.url, person, true), found);
  assert.deepEqual(await eraseFromRedis(redis.url, person, false), found);
  assert.deepEqual(await eraseFromRedis(redis.url, person, true), { keys: 0, entries: 0 });

  assert.equal((await sessions.acquire("act", "CA1")).session, null);
  for (const callSid of ["CA2", "CA10"]) assert.equal((await sessions.acquire("act", callSid)).session, "{}");
  assert.deepEqual((await sessions.live("act", 3)).toSorted(), ["CA10", "CA2"]);
  const other = { callSids: [], callerHashes: ["hash-of-other"] };
  assert.deepEqual(await eraseFromRedis(redis.url, other, true), { keys: 1, entries: 0 });
  history.close();
  await sessions.close();
});

test("given no server, it says so within its bound", async () => {
  await assert.rejects(
    eraseFromRedis("redis://127.0.0.1:1", { callSids: ["CA1"], callerHashes: [] }, false),
    (error) => error instanceof PartylineError && error.code === "SESSION_STORE_FAILED",
  );
});
