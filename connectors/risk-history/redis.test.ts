import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Redis } from "ioredis";
import { type RunningRedis, startRedis } from "../../local/redis.ts";
import { riskHistoryContract } from "./contract.ts";
import { MAX_FACTS } from "./port.ts";
import { openRedisRiskHistory, type RedisRiskHistory } from "./redis.ts";

let directory: string;
let server: RunningRedis;
let history: RedisRiskHistory;
let failures = 0;
const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => undefined };

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "partyline-risk-"));
  server = await startRedis({ directory });
  history = openRedisRiskHistory(server.url, () => {
    failures += 1;
  });
});
after(async () => {
  history.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

riskHistoryContract("redis", () => history);

test("given many facts of one key, the set stays bounded and has an expiry", async () => {
  const redis = new Redis(server.url);
  try {
    const pipeline = redis.pipeline();
    for (let index = 0; index < MAX_FACTS + 10; index += 1)
      pipeline.zadd("partyline:risk:full:call", index, `e${index}\n`);
    await pipeline.exec();
    await history.record(
      { eventId: "new", occurredAt: MAX_FACTS + 20, facts: [{ key: "full", kind: "call", value: "" }], windows: {} },
      context,
    );
    assert.equal(await redis.zcard("partyline:risk:full:call"), MAX_FACTS);
    assert.ok((await redis.pttl("partyline:risk:full:call")) > 0);
  } finally {
    redis.disconnect();
  }
});

test("given a server that is gone, there is no answer within the bound, and one again once it is back", async () => {
  const recording = { eventId: "x", occurredAt: 1, facts: [], windows: { w: { key: "k", kind: "call", windowMs: 1 } } };
  await server.kill();
  failures = 0;
  assert.deepEqual(await history.record(recording, context), { eventId: "x", windows: null });
  assert.equal(failures, 1);
  await server.restart();
  let answer = await history.record(recording, context);
  for (let attempt = 0; attempt < 50 && answer.windows === null; attempt += 1)
    answer = await history.record(recording, context);
  assert.deepEqual(answer.windows, { w: { count: 0, entries: [] } });
});
