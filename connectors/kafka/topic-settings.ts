/** Compares topics that exist with their declarations, and brings their settings in line. */
import { setTimeout as delay } from "node:timers/promises";
import kafkajs, { type Admin } from "kafkajs";
import { PartylineError } from "../../runtime/errors.ts";
import { deadLetters, topics } from "../../schemas/topics.ts";

/** A setting of a topic that is not as declared. */
export type TopicChange = {
  readonly topic: string;
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  /** Whether records that lie on the topic may go with it. */
  readonly isDeleting: boolean;
};

type Settings = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;
/** The broker's mark of what was set for this topic. https://kafka.apache.org/protocol.html#The_Messages_DescribeConfigs */
const SET_FOR_TOPIC = 1;
const FOREVER = -1;
const KNOWN_WITHIN_MS = 10_000;

/** What the declarations say, by topic, in the broker's words. */
export const declaredSettings: ReadonlyMap<string, Settings> = new Map<string, Settings>([
  ...Object.values(topics).map(({ name, cleanup, retentionMs }): [string, Settings] => [
    name,
    {
      "cleanup.policy": cleanup === "compact" ? "compact,delete" : "delete",
      "retention.ms": String(retentionMs),
      "segment.ms": String(Math.min(retentionMs / 4, DAY_MS)),
    },
  ]),
  [deadLetters.name, { "retention.ms": String(deadLetters.retentionMs) }],
]);

/** Declared topics that exist. Throws SETTINGS_INVALID when one has another number of partitions: that cannot be mended. */
export async function existingTopics(admin: Admin, partitions: number): Promise<readonly string[]> {
  const names = (await admin.listTopics()).filter((name) => declaredSettings.has(name));
  if (names.length === 0) return names;
  const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
  const others = found.filter((topic) => topic.partitions.length !== partitions);
  if (others.length > 0)
    throw new PartylineError(
      "SETTINGS_INVALID",
      `${others.map((topic) => `${topic.name} has ${topic.partitions.length}`).join(", ")} and not ${partitions} partitions; their number cannot be changed, since a call's partition is a hash over it`,
    );
  return names;
}

/** Resolves when the broker that is asked knows the topics and who leads them: the controller creates them first. Throws what it says after 10 s. */
export async function untilKnown(admin: Admin, names: readonly string[]): Promise<void> {
  const deadline = Date.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: [...names] });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}

/** What differs from the declarations in topics that exist. */
export async function topicChanges(admin: Admin, names: readonly string[]): Promise<readonly TopicChange[]> {
  const current = await settingsOf(admin, names);
  return names.flatMap((topic) =>
    Object.entries(declaredSettings.get(topic) ?? {}).flatMap(([setting, to]) => {
      const from = current.get(topic)?.get(setting)?.value ?? "";
      return from === to ? [] : [{ topic, setting, from, to, isDeleting: isDeleting(setting, from, to) }];
    }),
  );
}

/** Makes the changes. Other settings of the topics stay as they are. */
export async function changeTopics(admin: Admin, changes: readonly TopicChange[]): Promise<void> {
  const names = [...new Set(changes.map(({ topic }) => topic))];
  if (names.length === 0) return;
  const current = await settingsOf(admin, names);
  // kafkajs knows only the request that replaces all settings of a topic.
  const resources = names.map((name) => {
    const own = [...(current.get(name) ?? [])].filter(([, { isOwn }]) => isOwn).map(([key, { value }]) => [key, value]);
    const changed = changes.filter(({ topic }) => topic === name).map(({ setting, to }) => [setting, to]);
    const entries = Object.entries({ ...Object.fromEntries(own), ...Object.fromEntries(changed) } as Settings);
    return {
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configEntries: entries.map(([key, value]) => ({ name: key, value })),
    };
  });
  await admin.alterConfigs({ resources, validateOnly: false });
}

function isDeleting(setting: string, from: string, to: string): boolean {
  if (setting !== "retention.ms") return setting === "cleanup.policy";
  return Number(from) === FOREVER || Number(to) < Number(from);
}

type Current = ReadonlyMap<string, { readonly value: string; readonly isOwn: boolean }>;

async function settingsOf(admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, Current>> {
  if (names.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: [] })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(
        configEntries.map(({ configName, configValue, configSource }) => [
          configName,
          { value: configValue, isOwn: Number(configSource) === SET_FOR_TOPIC },
        ]),
      ),
    ]),
  );
}
