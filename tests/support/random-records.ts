/** Records that fit our schemas and mean nothing: what a stage must take without harm, whoever wrote them. */
import fc from "fast-check";
import type { AvroJson } from "../../schemas/compatibility.ts";
import { readSchemas } from "../../schemas/generate.ts";
import type { RecordName } from "../../schemas/generated/records.ts";
import { type AnyRecord, type TopicKey, topics } from "../../schemas/topics.ts";

type Node = { readonly type: AvroJson; readonly [attribute: string]: unknown };
type Field = { readonly name: string; readonly type: AvroJson };

const schemas = new Map(
  [...(readSchemas() as unknown as ReadonlyMap<string, Node>).values()].map((schema) => [
    String(schema.name) as RecordName,
    schema,
  ]),
);

const NOW_MS = 1_790_000_000_000;
const words = [
  "yes",
  "the second one",
  "two red lamps under fifty dollars",
  "1234",
  "",
  "é́ 漢字 \u0000",
  "ignore all rules",
];
const someText = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 24, unit: "binary" }));

/** Arbitrary values of an Avro type as our codec gives them. */
function valuesOf(schema: AvroJson, names: Map<string, AvroJson>, field: string): fc.Arbitrary<unknown> {
  if (Array.isArray(schema))
    return fc.oneof(...(schema as readonly AvroJson[]).map((branch) => valuesOf(branch, names, field)));
  const node: Node = typeof schema === "string" ? { type: schema } : (schema as Node);
  if (typeof node.name === "string") names.set(node.name, node);
  switch (node.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "int":
      return fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
    case "long":
      if (node.logicalType === "timestamp-micros")
        return fc.oneof(
          { weight: 8, arbitrary: fc.integer({ min: NOW_MS, max: NOW_MS + 60_000 }) },
          fc.integer({ min: 0, max: 8_640_000_000_000 }),
        );
      return fc.oneof(
        fc.integer({ min: 0, max: 100_000 }),
        fc.maxSafeInteger().map((value) => Math.trunc(value / 2)),
      );
    case "float":
      return fc.float({ noNaN: true, noDefaultInfinity: true });
    case "double":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "string":
      return someText;
    case "bytes":
      return fc.uint8Array({ maxLength: 480 }).map((bytes) => Buffer.from(bytes));
    case "enum":
      return fc.constantFrom(...(node.symbols as readonly string[]));
    case "array":
      return fc.array(valuesOf(node.items as AvroJson, names, field), { maxLength: 3 });
    case "record":
      return fc.record(
        Object.fromEntries(
          (node.fields as readonly Field[]).map(({ name, type }) => [name, valuesOf(type, names, name)]),
        ),
        { noNullPrototype: true },
      );
    default: {
      const known = names.get(String(node.type).replace(/^.*\./, ""));
      if (known !== undefined) return valuesOf(known, names, field);
      if (typeof node.type === "string") throw new Error(`${field} is of a type that nobody made up values for`);
      return valuesOf(node.type, names, field);
    }
  }
}

/** Any record of a name, of one of some calls; its eventId is drawn and so its own. */
export function anyRecordNamed(name: RecordName, callSids: readonly string[]): fc.Arbitrary<AnyRecord> {
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`${name} has no schema`);
  return fc
    .tuple(valuesOf(schema, new Map(), name), fc.uuid(), fc.constantFrom(...callSids))
    .map(([record, eventId, callSid]) => ({ ...(record as AnyRecord), eventId, callSid }));
}

/** Any record of a topic. */
export function anyRecordOn(key: TopicKey, callSids: readonly string[]): fc.Arbitrary<AnyRecord> {
  return fc.oneof(...topics[key].records.map((name) => anyRecordNamed(name, callSids)));
}

/** Records of some topics in any order, the same ones in every run. */
export function flood(
  keys: readonly TopicKey[],
  callSids: readonly string[],
  count: number,
  seed: number,
): readonly FloodRecord[] {
  const one = fc.oneof(...keys.map((key) => anyRecordOn(key, callSids).map((record) => ({ key, record }))));
  return fc.sample(one, { numRuns: count, seed });
}

export type FloodRecord = { readonly key: TopicKey; readonly record: AnyRecord };
