type Json = Readonly<Record<string, unknown>>;

const maxDepth = 12;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function resolve(schema: Json, root: Json): Json {
  const reference = schema.$ref;
  if (typeof reference === "string" && reference.startsWith("#/$defs/") && isObject(root.$defs)) {
    const target = root.$defs[reference.slice("#/$defs/".length)];
    if (isObject(target)) return target;
  }
  return schema;
}

function typeOf(schema: Json): string {
  const type = Array.isArray(schema.type) ? (schema.type.includes("null") ? "null" : schema.type[0]) : schema.type;
  if (typeof type === "string") return type.toLowerCase();
  return isObject(schema.properties) ? "object" : "null";
}

/** The plainest value that a schema allows: what a model fills in when it has nothing to say. */
function plainest(input: Json, root: Json, depth: number): unknown {
  const schema = resolve(input, root);
  if (depth > maxDepth) return null;
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum.includes(null) ? null : schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    const choice = choices.filter(isObject).find((one) => typeOf(one) === "null") ?? choices.filter(isObject)[0];
    return choice === undefined ? null : plainest(choice, root, depth + 1);
  }
  const minimum = typeof schema.minimum === "number" ? schema.minimum : 0;
  switch (typeOf(schema)) {
    case "object":
      return schema.nullable === true ? null : completeBySchema({}, schema, root, depth + 1);
    case "array":
      return [];
    case "string":
      return "";
    case "integer":
    case "number":
      return minimum;
    case "boolean":
      return false;
    default:
      return null;
  }
}

/**
 * Adds the required members that an answer lacks, as decoding constrained by a schema does. Given members are kept as they are; the
 * order is the schema's, as with `propertyOrdering`.
 */
export function completeBySchema(answer: Json, schemaInput: Json, root: Json = schemaInput, depth = 0): Json {
  const schema = resolve(schemaInput, root);
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const complete: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const given = answer[name];
    if (given === undefined) {
      if (required.includes(name)) complete[name] = isObject(property) ? plainest(property, root, depth) : null;
    } else {
      const nested = isObject(property) ? resolve(property, root) : {};
      complete[name] =
        isObject(given) && isObject(nested.properties) && depth < maxDepth
          ? completeBySchema(given, nested, root, depth + 1)
          : given;
    }
  }
  return { ...complete, ...Object.fromEntries(Object.entries(answer).filter(([name]) => !(name in complete))) };
}
