/**
 * Whether records that were written with one schema can be read with another, by the rules of
 * https://avro.apache.org/docs/1.12.0/specification/#schema-resolution, and stricter in two points: a logical type may not change, and fields
 * are matched by name, since aliases are not used here.
 */

/** An Avro schema as parsed JSON. */
export type AvroJson =
  | string
  | readonly AvroJson[]
  | { readonly type: AvroJson; readonly [attribute: string]: unknown };
type AvroNode = { readonly type: AvroJson; readonly [attribute: string]: unknown };
type Field = { readonly name: string; readonly type: AvroJson; readonly default?: unknown };
type Names = Map<string, AvroNode>;

const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ["long", "float", "double"],
  long: ["float", "double"],
  float: ["double"],
  string: ["bytes"],
  bytes: ["string"],
};

/** What keeps `reader` from reading what `writer` wrote, each with the path of the field; empty when it can. */
export function unreadable(reader: AvroJson, writer: AvroJson): readonly string[] {
  return compare(reader, writer, namesIn(reader), namesIn(writer), "");
}

/** Named types of a schema by their name, so that later references to them can be followed. */
function namesIn(schema: AvroJson, found: Names = new Map()): Names {
  if (typeof schema === "string") return found;
  if (isList(schema)) {
    for (const branch of schema) namesIn(branch, found);
    return found;
  }
  if (typeof schema.name === "string") found.set(schema.name, schema);
  if (typeof schema.type !== "string") namesIn(schema.type, found);
  for (const field of fieldsOf(schema)) namesIn(field.type, found);
  for (const inner of [schema.items, schema.values]) if (inner !== undefined) namesIn(inner as AvroJson, found);
  return found;
}

function compare(
  readerJson: AvroJson,
  writerJson: AvroJson,
  readers: Names,
  writers: Names,
  path: string,
): readonly string[] {
  const reader = resolved(readerJson, readers);
  const writer = resolved(writerJson, writers);
  const at = path === "" ? "the record" : path;
  if (isList(writer)) return writer.flatMap((branch) => compare(reader, branch, readers, writers, path));
  if (isList(reader)) {
    const faults = reader.map((branch) => compare(branch, writer, readers, writers, path));
    if (faults.some((found) => found.length === 0)) return [];
    // The branch of the same type tells what is wrong with it; without one, the type itself is.
    const same = reader.findIndex((branch) => kindOf(resolved(branch, readers)) === kindOf(writer));
    return faults[same] ?? [`${at}: ${kindOf(writer)} is not among the reader's types`];
  }
  const [kind, written] = [kindOf(reader), kindOf(writer)];
  if (kind !== written) {
    const isPromoted = promotions[written]?.includes(kind) === true;
    return isPromoted && logicalOf(reader) === logicalOf(writer) ? [] : [`${at}: ${written} cannot be read as ${kind}`];
  }
  if (logicalOf(reader) !== logicalOf(writer))
    return [`${at}: ${logicalOf(writer) ?? kind} cannot be read as ${logicalOf(reader) ?? kind}`];
  const [readerNode, writerNode] = [reader as AvroNode, writer as AvroNode];
  switch (kind) {
    case "record":
      return [...renamed(readerNode, writerNode, at), ...compareFields(readerNode, writerNode, readers, writers, path)];
    case "enum":
      return [...renamed(readerNode, writerNode, at), ...compareSymbols(readerNode, writerNode, at)];
    case "fixed":
      return readerNode.size === writerNode.size ? renamed(readerNode, writerNode, at) : [`${at}: another size`];
    case "array":
      return compare(readerNode.items as AvroJson, writerNode.items as AvroJson, readers, writers, `${path}[]`);
    case "map":
      return compare(readerNode.values as AvroJson, writerNode.values as AvroJson, readers, writers, `${path}{}`);
    default:
      return [];
  }
}

function compareFields(
  reader: AvroNode,
  writer: AvroNode,
  readers: Names,
  writers: Names,
  path: string,
): readonly string[] {
  const written = new Map(fieldsOf(writer).map((field) => [field.name, field]));
  return fieldsOf(reader).flatMap((field) => {
    const name = path === "" ? field.name : `${path}.${field.name}`;
    const other = written.get(field.name);
    if (other !== undefined) return compare(field.type, other.type, readers, writers, name);
    return "default" in field ? [] : [`${name}: is not written and has no default`];
  });
}

function compareSymbols(reader: AvroNode, writer: AvroNode, at: string): readonly string[] {
  const known = reader.symbols as readonly string[];
  const unknown = (writer.symbols as readonly string[]).filter((symbol) => !known.includes(symbol));
  if (unknown.length === 0) return [];
  const fallback = reader.default;
  if (typeof fallback === "string" && known.includes(fallback)) return [];
  return [`${at}: ${unknown.join(", ")} cannot be read, and the enum has no default`];
}

function renamed(reader: AvroNode, writer: AvroNode, at: string): readonly string[] {
  return reader.name === writer.name ? [] : [`${at}: ${writer.name} cannot be read as ${reader.name}`];
}

function resolved(schema: AvroJson, names: Names): AvroJson {
  if (typeof schema === "string") return names.get(schema.replace(/^.*\./, "")) ?? schema;
  if (isList(schema) || typeof schema.type === "string") return schema;
  return resolved(schema.type, names);
}

function kindOf(schema: AvroJson): string {
  if (typeof schema === "string") return schema;
  return isList(schema) ? "union" : String(schema.type);
}

function logicalOf(schema: AvroJson): string | undefined {
  return typeof schema === "string" || isList(schema) ? undefined : (schema.logicalType as string | undefined);
}

function fieldsOf(schema: AvroNode): readonly Field[] {
  return schema.type === "record" ? (schema.fields as readonly Field[]) : [];
}

function isList(schema: AvroJson): schema is readonly AvroJson[] {
  return Array.isArray(schema);
}
