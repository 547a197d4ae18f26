/** Topics that exist when a deployment is prepared, on a real broker. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import kafkajs, { type Admin } from "kafkajs";
import { type RunningBroker, startBroker } from "../../local/broker.ts";
import { createLogger } from "../../runtime/logger.ts";
import { deadLetters, topics } from "../../schemas/topics.ts";
import { createKafkaClient } from "./kafkajs.ts";
import { prepareTopics, type TopicOptions } from "./prepare.ts";

const DAY_MS = 86_400_000;

describe("preparing topics", () => {
  let directory: string;
  let broker: RunningBroker;
  let admin: Admin;
  const prepared = (changes: Partial<TopicOptions> = {}) => {
    const logger = createLogger("test", "silent");
    return prepareTopics({ brokers: [broker.address], partitions: 2, replicationFactor: 1, logger, ...changes });
  };
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-prepare-"));
    broker = await startBroker({ directory });
    admin = createKafkaClient({
      clientId: "test",
      brokers: [broker.address],
      logger: createLogger("test", "silent"),
    }).admin();
    await admin.connect();
    await prepared();
  });
  after(async () => {
    await admin.disconnect();
    await broker.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** As somebody else's release, or hand, left a topic. */
  async function leave(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value }));
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    await admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] });
    await untilSettings(name, settings);
  }

  async function settingsOf(name: string, ...names: readonly string[]): Promise<Record<string, string>> {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: [...names] }],
    });
    return Object.fromEntries(resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]) ?? []);
  }

  /** The controller takes a change before the broker that is asked knows of it. */
  async function untilSettings(name: string, expected: Readonly<Record<string, string>>): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const settings = await settingsOf(name, ...Object.keys(expected));
      if (isDeepStrictEqual(settings, expected)) return;
      if (Date.now() > deadline) assert.deepEqual(settings, expected);
    }
  }

  it("creates every topic as it is declared", async () => {
    const names = ["cleanup.policy", "retention.ms"];
    assert.deepEqual(await settingsOf("voice.audio-in.v1", ...names), {
      "cleanup.policy": "delete",
      "retention.ms": "3600000",
    });
    assert.deepEqual(await settingsOf("voice.call-state.v1", ...names), {
      "cleanup.policy": "compact,delete",
      "retention.ms": String(7 * DAY_MS),
    });
    assert.deepEqual(await settingsOf(deadLetters.name, "retention.ms"), { "retention.ms": String(30 * DAY_MS) });
    const { topics: created } = await admin.fetchTopicMetadata({
      topics: Object.values(topics).map(({ name }) => name),
    });
    assert.deepEqual(new Set(created.map(({ partitions }) => partitions.length)), new Set([2]));
  });

  it("changes nothing when it is run again", async () => {
    assert.deepEqual(await prepared(), []);
  });

  it("makes a retention longer that is shorter than declared, says so, and leaves what it does not know alone", async () => {
    await leave("voice.risk.v1", {
      "retention.ms": "60000",
      "segment.ms": String(DAY_MS),
      "max.message.bytes": "2000000",
    });
    assert.deepEqual(await prepared(), [
      { topic: "voice.risk.v1", setting: "retention.ms", from: "60000", to: String(90 * DAY_MS), isDeleting: false },
    ]);
    await untilSettings("voice.risk.v1", { "retention.ms": String(90 * DAY_MS), "max.message.bytes": "2000000" });
  });

  it("refuses to delete records by a shorter retention or another clean-up, naming all, until it is allowed", async () => {
    await leave("voice.calls.v1", { "retention.ms": "-1", "segment.ms": "60000" });
    await leave("voice.call-state.v1", { "cleanup.policy": "delete" });
    await assert.rejects(prepared(), {
      code: "SETTINGS_INVALID",
      message:
        /voice\.calls\.v1 has retention\.ms=-1.*voice\.call-state\.v1 has cleanup\.policy=delete.*PARTYLINE_PREPARE_MAY_DELETE/,
    });
    assert.deepEqual(await settingsOf("voice.calls.v1", "retention.ms", "segment.ms"), {
      "retention.ms": "-1",
      "segment.ms": "60000",
    });
    const changed = await prepared({ mayDelete: true });
    assert.deepEqual(
      changed.map(({ topic, setting }) => `${topic} ${setting}`),
      [
        "voice.calls.v1 retention.ms",
        "voice.calls.v1 segment.ms",
        "voice.call-state.v1 cleanup.policy",
        "voice.call-state.v1 segment.ms",
      ],
    );
    await untilSettings("voice.calls.v1", { "retention.ms": String(30 * DAY_MS), "segment.ms": String(DAY_MS) });
    await untilSettings("voice.call-state.v1", { "cleanup.policy": "compact,delete" });
    assert.deepEqual(await prepared(), []);
  });

  it("creates what a new release added, or says which topic cannot be created and why", async () => {
    await admin.deleteTopics({ topics: ["voice.intents.v1"] });
    await assert.rejects(prepared({ replicationFactor: 3 }), {
      code: "SETTINGS_INVALID",
      message: /voice\.intents\.v1 \(.*replication/i,
    });
    assert.deepEqual(await prepared(), []);
    assert.equal((await settingsOf("voice.intents.v1", "retention.ms"))["retention.ms"], String(30 * DAY_MS));
  });

  it("refuses another number of partitions, since calls would change theirs", async () => {
    await assert.rejects(prepared({ partitions: 3 }), {
      code: "SETTINGS_INVALID",
      message: /voice\.calls\.v1 has 2.*and not 3 partitions/,
    });
  });
});
