/** Takes caller content out of records, by the `"pii": true` marks of their schemas. */
import { piiFields, type RecordName } from "../schemas/generated/records.ts";
import type { AnyRecord } from "../schemas/topics.ts";

/** What stands where caller content was. It says nothing of its length. */
export const REDACTED = "[redacted]";

const phoneFields = new Set(["fromNumber", "arguments.callerNumber"]);

/** How redaction differs from the default. */
export type RedactionOptions = {
  /** What to put for a phone number, so that calls of one caller can still be told to be so: a keyed hash. Default: as other text. */
  readonly hashNumber?: (number: string) => string;
};

/**
 * A copy of a record without caller content: marked text becomes {@link REDACTED}, marked bytes become empty, marked numbers and flags become 0 and
 * false; null and empty text stay, since they say that there was nothing. Fields that are not marked are unchanged. The record itself is not touched.
 */
export function redact<R extends AnyRecord>(record: R, options: RedactionOptions = {}): R {
  let result: unknown = record;
  for (const path of piiFields[record.type as RecordName]) {
    const replace =
      phoneFields.has(path) && options.hashNumber !== undefined ? withHash(options.hashNumber) : withoutContent;
    result = replaced(result, path.split("."), replace);
  }
  return result as R;
}

function replaced(value: unknown, path: readonly string[], replace: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, path, replace));
  const [field, ...rest] = path;
  if (field === undefined) return replace(value);
  if (typeof value !== "object" || value === null || !(field in value)) return value;
  return { ...value, [field]: replaced((value as Record<string, unknown>)[field], rest, replace) };
}

function withoutContent(leaf: unknown): unknown {
  if (leaf === null || leaf === undefined || leaf === "") return leaf;
  if (leaf instanceof Uint8Array) return new Uint8Array(0);
  if (typeof leaf === "number") return 0;
  if (typeof leaf === "boolean") return false;
  return REDACTED;
}

function withHash(hash: (number: string) => string): (leaf: unknown) => unknown {
  return (leaf) => (typeof leaf === "string" && leaf !== "" ? hash(leaf) : withoutContent(leaf));
}
