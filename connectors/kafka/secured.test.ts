/** The log behind TLS and passwords, as clusters have it: on a real broker with such a listener. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import kafkajs, { type AclEntry, type AclFilter } from "kafkajs";
import { runToEnd } from "../../cli/test-program.ts";
import { type RunningBroker, startBroker } from "../../local/broker.ts";
import { freePort } from "../../local/free-port.ts";
import { PartylineError } from "../../runtime/errors.ts";
import type { EventLog } from "../../runtime/log.ts";
import { createLogger } from "../../runtime/logger.ts";
import { testCertificate } from "../../runtime/testing/certificate.ts";
import { topics } from "../../schemas/topics.ts";
import { stage } from "../../stages/fraud/stage.ts";
import { requiredEnvironment } from "../../tests/support/stage-surroundings.ts";
import { type BrokerAccess, brokerAccess } from "./broker-access.ts";
import { eventLogContract } from "./contract.ts";
import { createKafkaClient, openKafkaLog } from "./kafkajs.ts";
import { prepareTopics } from "./prepare.ts";
import { addBrokerUser } from "./testing/broker-user.ts";
import { createTopic } from "./testing/topic.ts";

const PARTITIONS = 4;
const logger = createLogger("test", "silent");
const right = {
  kafkaTls: true,
  kafkaSaslMechanism: "scram-sha-512",
  kafkaSaslUsername: "partyline",
  kafkaSaslPassword: "right, with é",
  privateCaFile: "",
} as const;

const users = ["partyline", "deployer", "stages"];
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** Rights on everything, or on what begins with a text. */
function grant(
  user: string,
  kind: "TOPIC" | "GROUP",
  resourceName: string,
  operations: readonly (keyof typeof AclOperationTypes)[],
): AclEntry[] {
  return operations.map((operation) => ({
    resourceType: AclResourceTypes[kind],
    resourceName,
    resourcePatternType: resourceName === "*" ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
    principal: `User:${user}`,
    host: "*",
    operation: AclOperationTypes[operation],
    permissionType: AclPermissionTypes.ALLOW,
  }));
}

/** Of `stages` and `deployer` as deploy/README.md says. */
const rights = [
  ...grant("partyline", "TOPIC", "*", ["ALL"]),
  ...grant("partyline", "GROUP", "*", ["ALL"]),
  ...grant("stages", "TOPIC", "voice.", ["DESCRIBE", "READ", "WRITE"]),
  ...grant("stages", "GROUP", "partyline-", ["READ"]),
  ...grant("deployer", "TOPIC", "voice.", ["DESCRIBE", "READ", "WRITE"]),
  ...grant("deployer", "TOPIC", "voice.", ["CREATE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"]),
];
const everything: AclFilter = {
  resourceType: AclResourceTypes.ANY,
  resourcePatternType: ResourcePatternTypes.ANY,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
};

async function until(attempt: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await attempt().catch(() => false))) {
    if (Date.now() > deadline) throw new Error("not within 10 s");
    await delay(20);
  }
}

describe("the log behind TLS and a password", { concurrency: 2 }, () => {
  let directory: string;
  let broker: RunningBroker;
  let kafkaBrokers: string;
  const access = (changes: object = {}): BrokerAccess => brokerAccess("test", { ...right, kafkaBrokers, ...changes });
  const prepared = (given: BrokerAccess): Promise<unknown> =>
    prepareTopics({ ...given, partitions: PARTITIONS, replicationFactor: 1, logger });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-secured-"));
    const port = await freePort();
    const { key, certificate } = await testCertificate();
    await writeFile(join(directory, "authority.pem"), certificate);
    setDefaultCACertificates([...getCACertificates("default"), certificate]);
    broker = await startBroker({ directory: join(directory, "broker"), secured: { port, key: key + certificate } });
    kafkaBrokers = `127.0.0.1:${port}`;
    for (const user of users) await addBrokerUser(broker.port, user, right.kafkaSaslPassword);
    const operator = createKafkaClient({ brokers: [broker.address], clientId: "test", logger }).admin();
    await operator.connect();
    await operator.createAcls({ acl: rights });
    // The controller takes users and rights before the broker that is asked knows of them.
    await until(async () => {
      const { resources } = await operator.describeAcls(everything);
      return resources.flatMap(({ acls }) => acls).length === rights.length;
    });
    await operator.disconnect();
    for (const kafkaSaslUsername of users)
      await until(async () => {
        const admin = createKafkaClient({ ...access({ kafkaSaslUsername }), clientId: "test", logger }).admin();
        try {
          await admin.connect();
        } finally {
          await admin.disconnect();
        }
        return true;
      });
  });
  after(async () => {
    await broker.stop();
    await rm(directory, { recursive: true, force: true });
  });

  describe("keeps the contract", () =>
    eventLogContract({
      open: () =>
        openKafkaLog({
          ...access(),
          clientId: "test",
          sessionTimeoutMs: 1_500,
          writesTo: [],
          partitions: PARTITIONS,
          logger,
        }),
      async createTopic() {
        const topic = `t-${randomUUID()}`;
        await createTopic(access(), topic, PARTITIONS);
        return topic;
      },
    }));

  const refusals: readonly (readonly [string, () => BrokerAccess, string, RegExp])[] = [
    ["a wrong password", () => access({ kafkaSaslPassword: "wrong" }), "CREDENTIALS_REFUSED", /KAFKA_SASL_PASSWORD/],
    ["an unknown user", () => access({ kafkaSaslUsername: "nobody" }), "CREDENTIALS_REFUSED", /KAFKA_SASL_USERNAME/],
    [
      "a mechanism that the brokers do not have",
      () => access({ kafkaSaslMechanism: "plain" }),
      "SETTINGS_INVALID",
      /KAFKA_SASL_MECHANISM/,
    ],
    [
      "a password where none is asked for",
      () => access({ kafkaBrokers: broker.address, kafkaTls: false }),
      "SETTINGS_INVALID",
      /KAFKA_SASL_MECHANISM must be none/,
    ],
    [
      "a certificate of an unknown authority",
      () => ({ ...access(), security: { ssl: { ca: [] } } }),
      "SETTINGS_INVALID",
      /NODE_EXTRA_CA_CERTS/,
    ],
  ];
  describe("says what to mend, and that trying again does not help", { concurrency: true }, () => {
    for (const [what, given, code, words] of refusals)
      it(`given ${what}`, async () => {
        await assert.rejects(prepared(given()), (error) => {
          assert.ok(error instanceof PartylineError, String(error));
          assert.deepEqual([error.code, error.isRetryable], [code, false]);
          assert.match(error.message, words);
          return true;
        });
      });
  });

  it("needs no other rights than deploy/README.md says, and names the user who lacks them", async () => {
    const [deployer, stages] = [access({ kafkaSaslUsername: "deployer" }), access({ kafkaSaslUsername: "stages" })];
    const refused = { code: "CREDENTIALS_REFUSED", message: /KAFKA_SASL_USERNAME/ };
    await assert.rejects(prepared(stages), refused, "topics cannot be created");
    await prepared(deployer);
    await assert.rejects(prepared(stages), refused, "settings of topics cannot be read");
    const topic = topics.calls.name;
    const settings = { clientId: "test", sessionTimeoutMs: 1_500, writesTo: [topic], partitions: PARTITIONS, logger };
    const [theirs, log] = [
      await openKafkaLog({ ...deployer, ...settings }),
      await openKafkaLog({ ...stages, ...settings }),
    ];
    const read = (from: EventLog) =>
      new Promise<unknown>((resolve, reject) => {
        const reading = { kind: "shared" } as const;
        const options = {
          group: "partyline-test",
          topics: [topic],
          reading,
          onAssigned: () => undefined,
          onFatal: reject,
        };
        from.consume({ ...options, onRecords: resolve }).catch(reject);
      });
    await log.publish([{ topic, partition: 0, key: "k", value: Buffer.from("v") }]);
    // kafkajs does not say why it finds no coordinator for a group that may not be read.
    await assert.rejects(read(theirs));
    await read(log);
    await Promise.all([theirs.close(), log.close()]);
  });

  it("ends a worker with a wrong password at once, with the code and without the password", async () => {
    const environment = {
      ...requiredEnvironment(stage),
      PATH: process.env.PATH,
      NODE_EXTRA_CA_CERTS: join(directory, "authority.pem"),
      KAFKA_BROKERS: kafkaBrokers,
      KAFKA_TLS: "true",
      KAFKA_SASL_MECHANISM: "scram-sha-512",
      KAFKA_SASL_USERNAME: "partyline",
      KAFKA_SASL_PASSWORD: "a wrong one",
      SCHEMA_REGISTRY_URL: "http://127.0.0.1:1",
      REDIS_URL: "redis://127.0.0.1:1",
    };
    // Less than the patience with servers that are still starting.
    const args = ["stages/fraud/worker.ts"];
    const end = await runToEnd({ command: process.execPath, args, environment, timeoutMs: 25_000 });
    assert.equal(end.exitCode, 1, end.output);
    assert.match(end.output, /CREDENTIALS_REFUSED/);
    assert.doesNotMatch(end.output, /a wrong one/);
  });
});
