import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Redis } from "ioredis";
import { type RunningRedis, startRedis } from "../../local/redis.ts";
import { CallRecords } from "./call-records.ts";

describe("what gateways share about calls", () => {
  let directory: string;
  let server: RunningRedis;
  let redis: Redis;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-calls-"));
    server = await startRedis({ directory });
    redis = new Redis(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const noted: Readonly<Record<string, (records: CallRecords, callSid: string) => Promise<unknown>>> = {
    "an attachment": (records, callSid) => records.attach(callSid, 1, 1_000),
    masking: (records, callSid) => records.rememberWithheld(callSid, { isMasked: true }),
    "an ending": (records, callSid) => records.rememberEnding(callSid, "agentHungUp"),
    "that a card is asked for": (records, callSid) => records.beginCardEntry(callSid),
    "a card entry": (records, callSid) =>
      records.keepCardEntry(callSid, { outcome: "stopped", paymentMethodRef: null }),
    "a hand-over": (records, callSid) => records.countHandOver(callSid),
    "an end": (records, callSid) => records.close(callSid),
  };
  for (const [index, [what, note]] of Object.entries(noted).entries())
    it(`forgets ${what} of a call that the store had lost`, async () => {
      const callSid = `CA${index}`;
      await note(new CallRecords(redis, 30), callSid);
      const ttl = await redis.ttl(`partyline:call:${callSid}`);
      assert.ok(ttl > 0 && ttl <= 86_400, `expires in ${ttl} s`);
    });
});
