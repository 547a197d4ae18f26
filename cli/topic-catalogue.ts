/** `schemas/README.md`: the topics and their records, for those who read them. */
import { readSchemas } from "../schemas/generate.ts";
import { deadLetters, type Topic, topics } from "../schemas/topics.ts";
import { markdownTable } from "./markdown-table.ts";

type Schema = ReturnType<typeof readSchemas> extends Map<string, infer S> ? S : never;
type Field = NonNullable<Schema["fields"]>[number];
type Type = Field["type"];

const HOUR_MS = 3_600_000;
const shared = ["type", "eventId", "callSid", "turn", "occurredAt", "causeId"];

function retention(ms: number): string {
  return ms < 24 * HOUR_MS ? `${ms / HOUR_MS} h` : `${ms / (24 * HOUR_MS)} d`;
}

function typeText(type: Type): string {
  if (typeof type === "string") return type;
  if (Array.isArray(type)) return (type as readonly Type[]).map(typeText).join(" or ");
  const { type: kind, items, symbols, logicalType, name } = type as Exclude<Schema, string>;
  if (kind === "array" && items !== undefined) return `array of ${typeText(items)}`;
  if (kind === "enum") return `one of ${(symbols ?? []).join(", ")}`;
  if (kind === "record") return name ?? "record";
  return logicalType ?? kind;
}

/** Fields in depth: those of a record within a record follow it, with their path. `named` holds the records that were met, since a schema defines each once and only names it from then on. */
function fieldRows(fields: readonly Field[], named = new Map<string, readonly Field[]>(), path = ""): string[][] {
  return fields.flatMap((field) => {
    const row = [`\`${path}${field.name}\``, typeText(field.type), field.pii ? "yes" : "", field.doc ?? ""];
    return [row, ...fieldRows(innerFields(field.type, named), named, `${path}${field.name}.`)];
  });
}

function innerFields(type: Type, named: Map<string, readonly Field[]>): readonly Field[] {
  if (typeof type === "string") return named.get(type) ?? [];
  if (Array.isArray(type)) return (type as readonly Type[]).flatMap((one) => innerFields(one, named));
  const { name, fields, items } = type as Exclude<Schema, string>;
  if (fields !== undefined && name !== undefined) named.set(name, fields);
  return fields ?? (items === undefined ? [] : innerFields(items, named));
}

function recordSection(file: string, schema: Schema): string {
  const own = (schema.fields ?? []).filter(({ name }) => !shared.includes(name));
  const table =
    own.length === 0
      ? "No fields of its own."
      : markdownTable(["field", "type", "caller content", "meaning"], fieldRows(own));
  return `### ${schema.name}\n\n${schema.doc} [Schema](${file})\n\n${table}`;
}

function topicSection(topic: Topic, schemas: ReadonlyMap<string, Schema>): string {
  const records = topic.records.map((name) => {
    const found = [...schemas].find(([, schema]) => schema.name === name);
    if (found === undefined) throw new Error(`${topic.name} carries ${name}, which has no schema`);
    return recordSection(...found);
  });
  return [`## ${topic.name}`, `${topic.summary}.`, ...records].join("\n\n");
}

/** The document's text. */
export function topicCatalogue(): string {
  const schemas = readSchemas();
  const all: readonly Topic[] = Object.values(topics);
  const overview = all.map((topic) => [
    `[${topic.name}](#${topic.name.replaceAll(".", "")})`,
    topic.summary,
    topic.records.length.toString(),
    `${retention(topic.retentionMs)}${topic.cleanup === "compact" ? ", compacted" : ""}`,
    topic.compatibility,
    topic.hasHeaders ? "yes" : "no",
  ]);
  overview.push([
    deadLetters.name,
    deadLetters.summary,
    "raw bytes",
    retention(deadLetters.retentionMs),
    "none",
    "own",
  ]);
  const example = schemas.get("turn-ended.avsc")?.fields?.filter(({ name }) => shared.includes(name)) ?? [];
  return `# Topics and records

Printed from \`schemas/topics.ts\` and the schemas in this folder by \`npm run generate\`. This folder is the contract: it imports nothing. \`generated/records.ts\` holds the TypeScript
types. How to read them, with an example: [docs/consuming.md](../docs/consuming.md).

${markdownTable(["topic", "what it carries", "records", "kept", "compatibility", "CloudEvents and trace headers"], overview)}

## For all records

- Avro in the registry's wire format: a zero byte, the schema's id as four bytes (big-endian), the record. The subject of a record is \`<topic>-partyline.voice.<Record>\`, since
  several records share a topic.
- The key is the callSid, and a call has one partition number on every topic: murmur2 over the key, as Kafka's Java client does it. Two topics differ: \`voice.audio-out.v1\` goes to
  the partition of the gateway that holds the call, and the keys of \`voice.call-state.v1\` are \`callSid/stage\`.
- Delivery is at least once. A record that comes twice has the same \`eventId\`: drop what you have seen.
- Every record says in \`causeId\` which record it answers, so a call's records form a tree.
- Fields marked as caller content (\`"pii": true\` in the schema) hold what a caller said, is, or was told. \`runtime/redaction.ts\` takes them out.
- Dead letters have no schema. Their headers say \`topic\`, \`partition\`, \`offset\`, \`stage\`, \`code\` and \`reason\`.

${markdownTable(
  ["field of every record", "type", "meaning"],
  example.map((field) => [`\`${field.name}\``, field.name === "type" ? "enum" : typeText(field.type), field.doc ?? ""]),
)}

${all.map((topic) => topicSection(topic, schemas)).join("\n\n")}
`;
}
