/** The schema registry behind the codec, and the registration of our schemas. */
import { COMPATIBILITY, SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import type { SchemaSource } from "../../runtime/codec.ts";
import { schemaText } from "../../runtime/codec.ts";
import { PartylineError } from "../../runtime/errors.ts";
import type { RecordName } from "../../schemas/generated/records.ts";
import { type Compatibility, type Topic, topics } from "../../schemas/topics.ts";

/** Subject of a record on a topic (TopicRecordNameStrategy: several record types share a topic). */
export function subjectOf(topic: Topic, record: RecordName): string {
  return `${topic.name}-partyline.voice.${record}`;
}

const compatibilities: Record<Compatibility, COMPATIBILITY> = {
  FULL_TRANSITIVE: COMPATIBILITY.FULL_TRANSITIVE,
  BACKWARD_TRANSITIVE: COMPATIBILITY.BACKWARD_TRANSITIVE,
  NONE: COMPATIBILITY.NONE,
};

/** Every record with its topic, in a fixed order, so that a new registry gives the same ids. */
export function allSubjects(): readonly { readonly topic: Topic; readonly record: RecordName }[] {
  return Object.values(topics).flatMap((topic) => topic.records.map((record) => ({ topic, record })));
}

/** A user and a password may stand in the URL. */
function client(url: string): SchemaRegistry {
  const place = new URL(url);
  const auth = { username: decodeURIComponent(place.username), password: decodeURIComponent(place.password) };
  place.username = "";
  place.password = "";
  return new SchemaRegistry({
    host: place.href,
    ...(auth.username === "" ? {} : { auth }),
    retry: { retries: 3, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 },
  });
}

/** Throws when the registry does not let us in: trying again would give the same. */
function requireAccess(cause: unknown): void {
  const { status } = cause as { readonly status?: number };
  if (status === 401 || status === 403)
    throw new PartylineError(
      "CREDENTIALS_REFUSED",
      `the registry refuses the user and password in SCHEMA_REGISTRY_URL, or gives them no rights (${status})`,
      { cause },
    );
}

/** Registers every schema with its topic's compatibility. Throws CREDENTIALS_REFUSED, or SETTINGS_INVALID when the registry refuses a schema as incompatible, naming it. */
export async function registerSchemas(url: string): Promise<void> {
  const registry = client(url);
  for (const { topic, record } of allSubjects()) {
    const subject = subjectOf(topic, record);
    try {
      await registry.register(
        { type: SchemaType.AVRO, schema: schemaText(record) },
        { subject, compatibility: compatibilities[topic.compatibility] },
      );
    } catch (cause) {
      requireAccess(cause);
      throw new PartylineError(
        "SETTINGS_INVALID",
        `the registry refuses the schema of ${subject}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  }
}

/** Registry ids of our schemas, by record. Throws CREDENTIALS_REFUSED, or SCHEMA_UNAVAILABLE when the registry does not answer, or does not know one. */
export async function registeredIds(url: string): Promise<ReadonlyMap<RecordName, number>> {
  const registry = client(url);
  const entries = await Promise.all(
    allSubjects().map(async ({ topic, record }) => {
      const subject = subjectOf(topic, record);
      try {
        return [
          record,
          await registry.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: schemaText(record) }),
        ] as const;
      } catch (cause) {
        requireAccess(cause);
        throw new PartylineError(
          "SCHEMA_UNAVAILABLE",
          `no id for ${subject}: is the registry up, and were topics and schemas prepared?`,
          { cause, isRetryable: true },
        );
      }
    }),
  );
  return new Map(entries);
}

/** Schemas of other writers, by id. */
export function schemaSource(url: string): SchemaSource {
  const registry = client(url);
  return {
    async schemaById(id) {
      try {
        const schema = (await registry.getSchema(id)) as { schema?: (options: { exportAttrs: boolean }) => unknown };
        if (typeof schema.schema !== "function") throw new PartylineError("SCHEMA_UNKNOWN", `schema ${id} is not Avro`);
        return JSON.stringify(schema.schema({ exportAttrs: true }));
      } catch (cause) {
        if (cause instanceof PartylineError) throw cause;
        const status = (cause as { status?: number }).status;
        if (status === 404) throw new PartylineError("SCHEMA_UNKNOWN", `the registry has no schema ${id}`, { cause });
        throw new PartylineError("SCHEMA_UNAVAILABLE", `schema ${id} could not be fetched`, {
          cause,
          isRetryable: true,
        });
      }
    },
  };
}
