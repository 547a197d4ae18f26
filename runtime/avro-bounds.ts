/**
 * A guard in front of the Avro decoder. An Avro array or map announces how many items follow, and an item may take no bytes at all, so six bytes can make a
 * decoder allocate without bound. This walk over the bytes follows the writer's schema, allocates nothing, and refuses a block count that the remaining bytes cannot hold.
 * https://avro.apache.org/docs/1.12.0/specification/#binary-encoding
 */
import { PartylineError } from "./errors.ts";

/** Avro schema as parsed JSON. */
export type AvroSchema =
  | string
  | readonly AvroSchema[]
  | { readonly type: AvroSchema; readonly [attribute: string]: unknown };

type Cursor = { readonly bytes: Buffer; position: number };
type Walk = (cursor: Cursor) => void;

function fail(message: string): never {
  throw new PartylineError("DECODE_UNBOUNDED", message);
}

function skip(cursor: Cursor, length: number): void {
  if (length < 0 || cursor.position + length > cursor.bytes.length)
    throw new PartylineError("DECODE_FAILED", "truncated Avro record");
  cursor.position += length;
}

/** Zig-zag variable-length integer; more than ten bytes is no long. */
function readLong(cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (let i = 0; i < 10; i += 1) {
    const byte = cursor.bytes[cursor.position];
    if (byte === undefined) throw new PartylineError("DECODE_FAILED", "truncated Avro record");
    cursor.position += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    factor *= 128;
  }
  throw new PartylineError("DECODE_FAILED", "malformed Avro integer");
}

function blocks(cursor: Cursor, item: Walk): void {
  for (;;) {
    let count = readLong(cursor);
    if (count === 0) return;
    if (count < 0) {
      count = -count;
      readLong(cursor);
    }
    if (count > cursor.bytes.length - cursor.position)
      fail(`${count} items announced, ${cursor.bytes.length - cursor.position} bytes left`);
    for (let i = 0; i < count; i += 1) item(cursor);
  }
}

function build(schema: AvroSchema, names: Map<string, Walk>, namespace: string): Walk {
  if (typeof schema === "string") {
    const primitive = primitives[schema];
    if (primitive !== undefined) return primitive;
    const name = schema.includes(".") ? schema : `${namespace}.${schema}`;
    return (cursor) => (names.get(name) ?? fail(`unknown Avro type ${name}`))(cursor);
  }
  if (Array.isArray(schema)) {
    const branches = (schema as readonly AvroSchema[]).map((branch) => build(branch, names, namespace));
    return (cursor) => {
      const branch = branches[readLong(cursor)];
      if (branch === undefined) throw new PartylineError("DECODE_FAILED", "unknown union branch");
      branch(cursor);
    };
  }
  const complex = schema as { readonly type: AvroSchema; readonly [attribute: string]: unknown };
  if (typeof complex.type !== "string") return build(complex.type, names, namespace);
  const space = typeof complex.namespace === "string" ? complex.namespace : namespace;
  const define = (walk: Walk): Walk => {
    const name = String(complex.name);
    names.set(name.includes(".") ? name : `${space}.${name}`, walk);
    return walk;
  };
  switch (complex.type) {
    case "record": {
      const fields: Walk[] = [];
      const walk = define((cursor) => {
        for (const field of fields) field(cursor);
      });
      for (const field of complex.fields as readonly { type: AvroSchema }[])
        fields.push(build(field.type, names, space));
      return walk;
    }
    case "enum":
      return define((cursor) => void readLong(cursor));
    case "fixed":
      return define((cursor) => skip(cursor, Number(complex.size)));
    case "array": {
      const item = build(complex.items as AvroSchema, names, space);
      return (cursor) => blocks(cursor, item);
    }
    case "map": {
      const value = build(complex.values as AvroSchema, names, space);
      return (cursor) =>
        blocks(cursor, (inner) => {
          skip(inner, readLong(inner));
          value(inner);
        });
    }
    default:
      return build(complex.type, names, space);
  }
}

const primitives: Record<string, Walk> = {
  null: () => {},
  boolean: (cursor) => skip(cursor, 1),
  int: (cursor) => void readLong(cursor),
  long: (cursor) => void readLong(cursor),
  float: (cursor) => skip(cursor, 4),
  double: (cursor) => skip(cursor, 8),
  bytes: (cursor) => skip(cursor, readLong(cursor)),
  string: (cursor) => skip(cursor, readLong(cursor)),
};

/**
 * Compiles the guard for a writer's schema. The guard throws DECODE_UNBOUNDED or DECODE_FAILED, and returns for bytes that are safe to decode.
 * Trailing bytes are a failure, too: they mean that the bytes are not of this schema.
 */
export function boundsGuard(schema: AvroSchema): (body: Buffer) => void {
  const walk = build(schema, new Map(), "");
  return (body) => {
    const cursor = { bytes: body, position: 0 };
    walk(cursor);
    if (cursor.position !== body.length)
      throw new PartylineError("DECODE_FAILED", `${body.length - cursor.position} bytes too many`);
  };
}
