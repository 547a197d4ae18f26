import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, describe, test } from "node:test";
import { SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { Redis } from "ioredis";
import kafkajs from "kafkajs";
import pg from "pg";
import { isProcessAlive } from "./process-alive.ts";
import { acceptsConnections } from "./ready-probe.ts";
import { type Stack, startStack } from "./stack.ts";

const { Kafka, logLevel } = kafkajs;
const topic = "stack-test";
const schema = {
  type: "record",
  name: "Greeted",
  namespace: "partyline.test",
  fields: [{ name: "text", type: "string" }],
} as const;

function kafkaOf(stack: Stack): kafkajs.Kafka {
  const retry = { initialRetryTime: 50, retries: 8 };
  return new Kafka({ clientId: "stack-test", brokers: [stack.kafka], logLevel: logLevel.NOTHING, retry });
}

async function produce(stack: Stack, value: string): Promise<void> {
  const producer = kafkaOf(stack).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key: "call", value }] });
  await producer.disconnect();
}

/** The first `count` values of the topic, read by a new group. */
async function consume(stack: Stack, groupId: string, count: number): Promise<string[]> {
  // A session shorter than Kafka's own minimum of 6 s: refused unless the broker's settings are ours.
  const consumer = kafkaOf(stack).consumer({
    groupId,
    sessionTimeout: 1_500,
    heartbeatInterval: 300,
    maxWaitTimeInMs: 100,
  });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const received = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Received ${values.length} of ${count} records in 20 s`)), 20_000);
    const eachMessage = async ({ message }: kafkajs.EachMessagePayload) => {
      values.push(String(message.value));
      if (values.length < count) return;
      clearTimeout(timer);
      resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  try {
    await received;
  } finally {
    await consumer.disconnect();
  }
  return values;
}

async function withClient<T>(stack: Stack, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: stack.postgres, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function withRedis<T>(stack: Stack, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(stack.redis, { maxRetriesPerRequest: 2 });
  redis.on("error", () => undefined);
  return work(redis).finally(() => redis.disconnect());
}

const registryOf = (stack: Stack) => new SchemaRegistry({ host: stack.registry, retry: { retries: 0 } });
const register = (stack: Stack) =>
  registryOf(stack).register(
    { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
    { subject: `${topic}-value`, compatibility: "FULL_TRANSITIVE" as never },
  );

describe("the local stack", { timeout: 900_000 }, () => {
  let stack: Stack;
  let schemaId = 0;

  before(async () => {
    stack = await startStack({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  });
  after(() => stack?.stop());

  test("a topic is created, and a record goes through it to a group with a short session", async () => {
    const admin = kafkaOf(stack).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 1 }], waitForLeaders: true });
    await admin.disconnect();
    await produce(stack, "before");
    assert.deepEqual(await consume(stack, "first", 1), ["before"]);
  });

  test("a topic that nobody created is refused", async () => {
    const producer = kafkaOf(stack).producer({
      allowAutoTopicCreation: true,
      retry: { retries: 1, initialRetryTime: 50 },
    });
    await producer.connect();
    await assert.rejects(
      producer.send({ topic: "a-typing-mistake", messages: [{ value: "x" }] }),
      (error: kafkajs.KafkaJSError & { cause: kafkajs.KafkaJSProtocolError }) =>
        error.cause.type === "UNKNOWN_TOPIC_OR_PARTITION",
    );
    await producer.disconnect();
  });

  test("a schema is registered, decodes by its id, and an incompatible one is refused", async () => {
    const { id } = await register(stack);
    schemaId = id;
    const bytes = await registryOf(stack).encode(id, { text: "hello" });
    assert.deepEqual({ ...(await registryOf(stack).decode(bytes)) }, { text: "hello" });
    const incompatible = { ...schema, fields: [...schema.fields, { name: "required", type: "int" }] };
    await assert.rejects(
      registryOf(stack).register(
        { type: SchemaType.AVRO, schema: JSON.stringify(incompatible) },
        { subject: `${topic}-value`, compatibility: "FULL_TRANSITIVE" as never },
      ),
      /incompat/i,
    );
  });

  test("two PostgreSQL connections work at once, with vectors", async () => {
    const answers = await Promise.all([
      withClient(stack, (client) => client.query("CREATE EXTENSION IF NOT EXISTS vector")).then(() => "vector"),
      withClient(stack, async (client) => (await client.query("SELECT 1 AS one")).rows[0]),
    ]);
    assert.deepEqual(answers, ["vector", { one: 1 }]);
    await withClient(stack, async (client) => {
      await client.query("CREATE TABLE items (name text, at vector(3))");
      await client.query("INSERT INTO items VALUES ('near', '[1,0,0]'), ('far', '[0,0,9]')");
    });
  });

  test("Redis keeps a key", async () => {
    await withRedis(stack, async (redis) => {
      assert.equal(await redis.set("key", "value"), "OK");
      assert.equal(await redis.get("key"), "value");
    });
  });

  test("given a killed broker, records are there after a restart at the same address", async () => {
    const address = stack.kafka;
    await stack.parts.broker.kill();
    assert.equal(await acceptsConnections(stack.parts.broker.port), false);
    await stack.parts.broker.restart();
    assert.equal(stack.parts.broker.address, address);
    await produce(stack, "after");
    assert.deepEqual((await consume(stack, "second", 2)).sort(), ["after", "before"]);
  });

  test("given a killed PostgreSQL, committed rows are there after a restart and uncommitted ones are not", async () => {
    const open = new pg.Client({ connectionString: stack.postgres });
    open.on("error", () => undefined);
    await open.connect();
    await open.query("BEGIN");
    await open.query("INSERT INTO items VALUES ('uncommitted', '[1,0,0]')");
    await stack.parts.postgres.kill();
    await stack.parts.postgres.restart();
    const { rows } = await withClient(stack, (client) =>
      client.query("SELECT name FROM items ORDER BY at <-> '[1,0,1]'"),
    );
    assert.deepEqual(rows, [{ name: "near" }, { name: "far" }]);
  });

  test("given a killed registry, a schema has the same id after a restart", async () => {
    await stack.parts.registry.kill();
    await stack.parts.registry.restart();
    assert.equal((await register(stack)).id, schemaId);
  });

  test("given a killed Redis, the key is there after a restart", async () => {
    await stack.parts.redis.kill();
    await stack.parts.redis.restart();
    assert.equal(await withRedis(stack, (redis) => redis.get("key")), "value");
  });

  test("after stop no process, no port and no temporary folder is left", async () => {
    const parts = Object.values(stack.parts);
    const pids = parts.map((part) => part.pid());
    assert.equal(pids.filter((pid) => pid !== undefined && isProcessAlive(pid)).length, 4);
    await stack.stop();
    for (const pid of pids) assert.equal(isProcessAlive(pid ?? 0), false);
    for (const part of parts) assert.equal(await acceptsConnections(part.port), false, `${part.name} still listens`);
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith(`partyline-stack-${process.pid}-`));
    assert.deepEqual(left, []);
  });
});
