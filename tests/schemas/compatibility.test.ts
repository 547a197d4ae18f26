/** Every schema can be read by, and can read, whatever was released before; the rules that make the next change possible hold, too. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import avro from "avsc";
import { type AvroJson, unreadable } from "../../schemas/compatibility.ts";
import { readSchemas } from "../../schemas/generate.ts";
import { releasedSchemas, releases } from "../../schemas/releases.ts";
import { type Topic, topics } from "../../schemas/topics.ts";

type Field = { name: string; type: unknown; doc?: string; pii?: boolean; default?: unknown };
type Node = { type: unknown; name?: string; doc?: string; symbols?: string[]; default?: unknown; fields?: Field[] };

const current = readSchemas() as unknown as ReadonlyMap<string, AvroJson>;
const topicOf = (record: string): Topic | undefined =>
  Object.values<Topic>(topics).find(({ records }) => (records as readonly string[]).includes(record));

/** Every object of a schema, with its path. */
function nodesIn(schema: unknown, path = ""): { path: string; node: Node }[] {
  if (Array.isArray(schema)) return schema.flatMap((branch) => nodesIn(branch, path));
  if (typeof schema !== "object" || schema === null) return [];
  const node = schema as Node & { items?: unknown };
  const inner = (node.fields ?? []).flatMap((field) => nodesIn(field.type, `${path}.${field.name}`));
  return [
    { path, node },
    ...inner,
    ...nodesIn(node.items, `${path}[]`),
    ...nodesIn(typeof node.type === "string" ? null : node.type, path),
  ];
}

/** What a change of a topic's schema breaks, by the topic's compatibility: both directions, or reading old records only. */
function breaksOf(changed: AvroJson, released: AvroJson, compatibility: Topic["compatibility"]): readonly string[] {
  const backward = unreadable(changed, released).map((fault) => `old records: ${fault}`);
  if (compatibility === "BACKWARD_TRANSITIVE") return backward;
  return [...backward, ...unreadable(released, changed).map((fault) => `old readers: ${fault}`)];
}

/** Avsc's own opinion. */
function avscRefuses(reader: AvroJson, writer: AvroJson): boolean {
  const compile = (schema: AvroJson): avro.Type => avro.Type.forSchema(structuredClone(schema) as avro.Schema);
  try {
    compile(reader).createResolver(compile(writer));
    return false;
  } catch {
    return true;
  }
}

describe("schemas", () => {
  const released = releasedSchemas();

  it("have releases to be compared with", () => {
    assert.ok(releases().length >= 1);
    assert.ok(released.length >= 20);
  });

  for (const [file, schema] of current) {
    const { name } = schema as unknown as { name: string };
    const topic = topicOf(name);
    it(`${file} belongs to a topic that promises compatibility`, () => {
      assert.ok(topic !== undefined && topic.compatibility !== "NONE");
    });
    for (const past of released.filter((other) => other.file === file))
      it(`${file} is ${topic?.compatibility} compatible with release ${past.release}`, () => {
        assert.deepEqual(breaksOf(schema, past.schema, topic?.compatibility ?? "FULL_TRANSITIVE"), []);
        assert.equal(avscRefuses(schema, past.schema), false, "avsc reads old records");
        if (topic?.compatibility === "FULL_TRANSITIVE")
          assert.equal(avscRefuses(past.schema, schema), false, "old readers read new records");
      });
  }

  it("never disappear: every released record is still known", () => {
    assert.deepEqual(
      released.filter(({ file }) => !current.has(file)).map(({ file }) => file),
      [],
    );
  });

  it("say what every record and field means", () => {
    const silent = [...current].flatMap(([file, schema]) =>
      nodesIn(schema).flatMap(({ path, node }) => [
        ...(node.type === "record" && (node.doc ?? "").length < 5 ? [`${file}${path}`] : []),
        ...(node.fields ?? [])
          .filter(({ doc }) => (doc ?? "").length < 4)
          .map((field) => `${file}${path}.${field.name}`),
      ]),
    );
    assert.deepEqual(silent, []);
  });

  it("give every enum a default of its own, so that a new symbol can be read by old readers", () => {
    const bare = [...current].flatMap(([file, schema]) =>
      nodesIn(schema)
        .filter(({ node }) => node.type === "enum" && !(node.symbols ?? []).includes(String(node.default)))
        .map(({ path }) => `${file}${path}`),
    );
    assert.deepEqual(bare, []);
  });

  it("name the record in a type field of one symbol, so that one topic can carry several", () => {
    for (const [file, schema] of current) {
      const [first] = (schema as unknown as Node).fields ?? [];
      assert.equal(first?.name, "type", file);
      assert.deepEqual((first?.type as Node | undefined)?.symbols, [(schema as unknown as Node).name], file);
    }
  });

  it("mark what holds caller content", () => {
    const content = /text|digit|number|query|question|last4|customername|productname|discountcode|audio$/i;
    // Numbers of the shop's own lines, and references that hold no text.
    const ours = ["call-started.avsc.toNumber", "call-directed.avsc.toNumber"];
    const unmarked = [...current].flatMap(([file, schema]) =>
      nodesIn(schema).flatMap(({ path, node }) =>
        (node.fields ?? [])
          .filter(
            (field) =>
              content.test(field.name) && /string|bytes/.test(JSON.stringify(field.type)) && field.pii !== true,
          )
          .map((field) => `${file}${path}.${field.name}`),
      ),
    );
    assert.deepEqual(
      unmarked.filter((path) => !ours.includes(path)),
      [],
    );
  });
});

describe("canaries: a breaking change is seen", () => {
  const base = current.get("turn-ended.avsc") as AvroJson;
  const changed = (change: (record: { fields: Field[] }) => void): AvroJson => {
    const copy = structuredClone(base) as unknown as { fields: Field[] };
    change(copy);
    return copy as unknown as AvroJson;
  };
  const typeField = (record: { fields: Field[] }): { symbols: string[]; default?: string } =>
    record.fields[0]?.type as { symbols: string[]; default?: string };
  const required: Field = { name: "mood", type: "string", doc: "How the caller sounds." };

  const breaking: Readonly<Record<string, { changed: AvroJson; direction: "old records" | "old readers" }>> = {
    "a new field without default": {
      changed: changed(({ fields }) => fields.push(required)),
      direction: "old records",
    },
    "a field without default that was removed": {
      changed: changed((record) => {
        record.fields = record.fields.filter(({ name }) => name !== "callSid");
      }),
      direction: "old readers",
    },
    "another type": {
      changed: changed(({ fields }) =>
        Object.assign(fields.find(({ name }) => name === "callSid") ?? {}, { type: "long" }),
      ),
      direction: "old records",
    },
    "a wider type, which old readers cannot read": {
      changed: changed(({ fields }) =>
        Object.assign(fields.find(({ name }) => name === "turn") ?? {}, { type: "long" }),
      ),
      direction: "old readers",
    },
    "another logical type": {
      changed: changed(({ fields }) =>
        Object.assign(fields.find(({ name }) => name === "occurredAt") ?? {}, {
          type: { type: "long", logicalType: "timestamp-millis" },
        }),
      ),
      direction: "old records",
    },
    "a symbol that was taken away from an enum without default": {
      changed: changed((record) => {
        const type = typeField(record);
        type.symbols = ["Other"];
        delete type.default;
      }),
      direction: "old records",
    },
    "another name": {
      changed: changed((record) => Object.assign(record, { name: "TurnOver" })),
      direction: "old records",
    },
  };
  for (const [what, { changed: schema, direction }] of Object.entries(breaking))
    it(what, () => {
      const breaks = breaksOf(schema, base, "FULL_TRANSITIVE");
      assert.ok(
        breaks.some((fault) => fault.startsWith(direction)),
        breaks.join("; "),
      );
    });

  it("a new symbol, when the released enum has no default", () => {
    const bare = changed((record) => delete typeField(record).default);
    const more = changed((record) => typeField(record).symbols.push("Other"));
    assert.ok(breaksOf(more, bare, "FULL_TRANSITIVE").some((fault) => fault.startsWith("old readers")));
    assert.deepEqual(breaksOf(more, base, "FULL_TRANSITIVE"), []);
  });

  it("lets through a new field with default, and removing one that had a default", () => {
    const more = changed(({ fields }) => fields.push({ ...required, default: "" }));
    assert.deepEqual(breaksOf(more, base, "FULL_TRANSITIVE"), []);
    assert.deepEqual(breaksOf(base, more, "FULL_TRANSITIVE"), []);
  });

  it("audio may lose an old reader, never an old record", () => {
    const more = changed(({ fields }) => fields.push(required));
    assert.ok(breaksOf(more, base, "BACKWARD_TRANSITIVE").length > 0);
    assert.deepEqual(breaksOf(base, more, "BACKWARD_TRANSITIVE"), []);
  });
});
