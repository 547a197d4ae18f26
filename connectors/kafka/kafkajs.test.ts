import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type RunningBroker, startBroker } from "../../local/broker.ts";
import { Codec, schemaText } from "../../runtime/codec.ts";
import { createLogger } from "../../runtime/logger.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { topics } from "../../schemas/topics.ts";
import { eventLogContract } from "./contract.ts";
import { openKafkaLog } from "./kafkajs.ts";
import { readLog } from "./recorded-log.ts";
import { createTopic } from "./testing/topic.ts";
import { forgetStates } from "./tombstones.ts";

const PARTITIONS = 4;
const logger = createLogger("test", "silent");

describe("the log on kafkajs", () => {
  let directory: string;
  let broker: RunningBroker;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-log-"));
    broker = await startBroker({ directory });
  });
  after(async () => {
    await broker.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const options = () => ({
    clientId: "test",
    brokers: [broker.address],
    sessionTimeoutMs: 1_500,
    writesTo: [],
    partitions: PARTITIONS,
    logger,
  });

  eventLogContract({
    open: () => openKafkaLog(options()),
    async createTopic() {
      const topic = `t-${randomUUID()}`;
      await createTopic(options(), topic, PARTITIONS);
      return topic;
    },
  });

  it("forgets the state of calls by tombstones, where compaction looks for them", async () => {
    const topic = topics.callState.name;
    await createTopic(options(), topic, PARTITIONS);
    const log = await openKafkaLog({ ...options(), writesTo: [topic] });
    const states = ["CA1", "CA2"].map((callSid) => ({
      topic,
      partition: partitionOf(callSid, PARTITIONS),
      key: `${callSid}/act`,
      value: Buffer.from("state"),
    }));
    await log.publish(states);
    const keysOf = (callSid: string) => [`${callSid}/act`, `${callSid}/speak`];
    assert.equal(await forgetStates({ brokers: [broker.address], logger, callSids: ["CA1"], keysOf }), 2);
    const newest = await Promise.all(states.map(({ partition, key }) => log.newest({ topic, partition }, key, 0)));
    assert.deepEqual(
      newest.map((record) => record?.value?.toString() ?? null),
      [null, "state"],
    );
    assert.notEqual(newest[0], null, "a tombstone is a record");
    await log.close();
  });

  it("reads back what lies on a topic when reading begins, also what another release wrote, and ends", async () => {
    const topic = topics.responses.name;
    await createTopic(options(), topic, PARTITIONS);
    const text = schemaText("CallDirected");
    const bytesOf = (callSid: string, schemaId: number): Buffer =>
      new Codec(new Map([["CallDirected", schemaId]]), { schemaById: async () => text }).encode(
        stamped("CallDirected", {
          callSid,
          eventId: callSid,
          direction: "hangUp",
          toNumber: null,
          afterResponseId: null,
        }),
      );
    const values = [bytesOf("CA1", 8), Buffer.from("noise"), bytesOf("CA2", 7)];
    const log = await openKafkaLog({ ...options(), writesTo: [topic] });
    await log.publish(values.map((value) => ({ topic, partition: 1, key: "any", value })));
    await log.close();

    const read: string[] = [];
    const { undecodable } = await readLog({
      brokers: [broker.address],
      codec: new Codec(new Map([["CallDirected", 7]]), { schemaById: async () => text }),
      logger,
      signal: new AbortController().signal,
      topics: ["responses"],
      onRecord: (record) => void read.push(record.callSid),
    });
    assert.deepEqual({ read, undecodable }, { read: ["CA2", "CA1"], undecodable: 1 });
  });

  it("does not wake up while its connections are idle", async () => {
    const { prototype } = createRequire(import.meta.url)("kafkajs/src/network/requestQueue") as {
      prototype: { checkPendingRequests: () => void };
    };
    const original = prototype.checkPendingRequests;
    let checks = 0;
    prototype.checkPendingRequests = function count(this: unknown) {
      checks += 1;
      return original.call(this as never);
    };
    const log = await openKafkaLog(options());
    const before = checks;
    await new Promise((resolve) => setTimeout(resolve, 500));
    prototype.checkPendingRequests = original;
    await log.close();
    assert.ok(checks - before < 10, `${checks - before} checks of an idle producer in half a second`);
  });
});
