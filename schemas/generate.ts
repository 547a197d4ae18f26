/**
 * `generated/records.ts`, made from the .avsc files; `npm run generate` writes it.
 *
 * Mapping: record → readonly object type; enum → union of strings, listed in `symbolsOf`; `bytes` → Uint8Array; [null, X] → X | null;
 * `timestamp-micros` → number of milliseconds with a fraction; `doc` → TSDoc; `"pii": true` → a mark in the TSDoc and in `piiFields`.
 * Fields whose default is to be without a value (null, an empty list) stand so in `absentFields`; a type inside records that has only such fields gets a constant `no<Type>`.
 */
import { readdirSync, readFileSync } from "node:fs";

type Avro = string | readonly Avro[] | AvroObject;
type AvroField = { name: string; type: Avro; doc?: string; pii?: boolean; default?: unknown };
type AvroObject = {
  type: string;
  name?: string;
  doc?: string;
  namespace?: string;
  logicalType?: string;
  symbols?: readonly string[];
  items?: Avro;
  fields?: readonly AvroField[];
};

/** Fields that the runtime gives every record. */
const stampNames = ["type", "eventId", "callSid", "turn", "occurredAt", "causeId"];

const folder = new URL("./", import.meta.url);
const primitives: Record<string, string> = {
  string: "string",
  boolean: "boolean",
  int: "number",
  long: "number",
  float: "number",
  double: "number",
  bytes: "Uint8Array",
};

/** What a field holds when its schema lets it be without a value by default; undefined for other fields. */
function absenceOf(field: AvroField): string | undefined {
  if (stampNames.includes(field.name)) return undefined;
  if (field.default === null) return "null";
  return Array.isArray(field.default) && field.default.length === 0 ? "[]" : undefined;
}

/** The fields that are without a value by default, as an object literal. */
function absencesOf({ fields = [] }: AvroObject): string {
  const entries = fields.flatMap((field) => {
    const absence = absenceOf(field);
    return absence === undefined ? [] : [`${field.name}: ${absence}`];
  });
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Generates the module's text from parsed schemas by file name. Throws when a named type differs between files. */
export function generate(schemas: ReadonlyMap<string, AvroObject>): string {
  const declarations = new Map<string, string>();
  const pii = new Map<string, string[]>();
  const empty = new Map<string, AvroObject>();
  const enums = new Map<string, readonly string[]>();
  const records = new Map<string, AvroObject>();

  function declare(name: string, text: string, file: string): string {
    const known = declarations.get(name);
    if (known !== undefined && known !== text)
      throw new Error(`${file}: type ${name} differs from its other definition`);
    declarations.set(name, text);
    return name;
  }

  function fieldText(field: AvroField, file: string, record: string, path: string): string {
    if (field.doc === undefined || field.doc === "") throw new Error(`${file}: ${record}.${field.name} has no doc`);
    if (field.pii) pii.set(record, [...(pii.get(record) ?? []), `${path}${field.name}`]);
    const mark = field.pii ? " Caller content." : "";
    return `  /** ${field.doc}${mark} */\n  readonly ${field.name}: ${typeText(field.type, file, record, `${path}${field.name}.`)};`;
  }

  function typeText(type: Avro, file: string, record: string, path: string): string {
    if (typeof type === "string") return primitives[type] ?? nameText(type, file, record, path);
    if (Array.isArray(type)) {
      const [first, second, ...rest] = type as readonly Avro[];
      if (first !== "null" || second === undefined || rest.length > 0)
        throw new Error(`${file}: only [null, X] unions are allowed`);
      return `${typeText(second, file, record, path)} | null`;
    }
    const object = type as AvroObject;
    if (object.type === "array" && object.items !== undefined)
      return `readonly ${typeText(object.items, file, record, path)}[]`;
    if (object.type === "enum" && object.name !== undefined) {
      const union = (object.symbols ?? []).map((symbol) => JSON.stringify(symbol)).join(" | ");
      if (object.symbols?.length === 1) return union;
      enums.set(object.name, object.symbols ?? []);
      return declare(object.name, `export type ${object.name} = ${union};`, file);
    }
    if (object.type === "record" && object.name !== undefined) {
      records.set(object.name, object);
      const body = (object.fields ?? []).map((field) => fieldText(field, file, record, path)).join("\n");
      if (object.fields?.length && object.fields.every((field) => absenceOf(field) !== undefined))
        empty.set(object.name, object);
      return declare(object.name, `/** ${object.doc} */\nexport type ${object.name} = {\n${body}\n};`, file);
    }
    if (typeof object.type === "string" && primitives[object.type] !== undefined)
      return primitives[object.type] as string;
    throw new Error(`${file}: unsupported type ${JSON.stringify(type)}`);
  }

  /** A type that was defined before, by its name: what is caller content in a record is so here, too. */
  function nameText(name: string, file: string, record: string, path: string): string {
    const known = records.get(name);
    if (known === undefined && !enums.has(name)) throw new Error(`${file}: ${name} is not defined before it is used`);
    for (const field of known?.fields ?? []) fieldText(field, file, record, path);
    return name;
  }

  const names: string[] = [];
  for (const [file, schema] of schemas) {
    if (schema.name === undefined) throw new Error(`${file}: no record name`);
    names.push(schema.name);
    typeText(schema, file, schema.name, "");
  }
  const files = [...schemas].map(([file, schema]) => `  ${schema.name}: ${JSON.stringify(file)},`).join("\n");
  const byName = names.map((name) => `  readonly ${name}: ${name};`).join("\n");
  const emptyTexts = [...empty].map(
    ([name, object]) => `/** ${name} without any. */\nexport const no${name}: ${name} = ${absencesOf(object)};`,
  );
  const symbols = [...enums].map(([name, list]) => `  ${name}: ${JSON.stringify(list)},`).join("\n");
  const absences = [...schemas.values()].map((schema) => `  ${schema.name}: ${absencesOf(schema)},`).join("\n");
  const piiText = names.map((name) => `  ${name}: ${JSON.stringify(pii.get(name) ?? [])},`).join("\n");
  return [
    "// Generated from the .avsc files by schemas/generate.ts. Do not edit: change the schema and run `npm run generate`.",
    ...declarations.values(),
    `/** Every record by its name. */\nexport type RecordByName = {\n${byName}\n};`,
    "export type RecordName = keyof RecordByName;",
    `/** File of each record's schema, beside this folder. */\nexport const recordFiles: { readonly [N in RecordName]: string } = {\n${files}\n};`,
    `/** Every value of each enumeration, in the schema's order. */\nexport const symbolsOf = {\n${symbols}\n} as const;`,
    ...emptyTexts,
    `/** Fields of each record that are without a value by default, without one. */\nexport const absentFields = {\n${absences}\n} as const satisfies { readonly [N in RecordName]: Partial<RecordByName[N]> };`,
    `/** Fields of each record that hold caller content, as dotted paths (array items included). */\nexport const piiFields: { readonly [N in RecordName]: readonly string[] } = {\n${piiText}\n};`,
    "",
  ].join("\n\n");
}

/** Reads every schema of the folder, in name order. */
export function readSchemas(): Map<string, AvroObject> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".avsc"))
    .sort();
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), "utf8")) as AvroObject]));
}
