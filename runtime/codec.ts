/**
 * Records to bytes and back, in the registry's wire format: 0x00, the schema's id as big-endian int32, the Avro body. All quirks of avsc are dealt with here.
 * Types and resolvers are compiled once: the registry client's own path with a reader schema compiles them for every record (140 µs instead of 1 µs).
 */
import { readFileSync } from "node:fs";
import avro from "avsc";
import { type RecordByName, type RecordName, recordFiles } from "../schemas/generated/records.ts";
import type { AnyRecord } from "../schemas/topics.ts";
import { type AvroSchema, boundsGuard } from "./avro-bounds.ts";
import { PartylineError } from "./errors.ts";

/** Microseconds on the wire, milliseconds with a fraction in TypeScript. */
class TimestampMicros extends avro.types.LogicalType {
  override _fromValue(micros: number): number {
    return micros / 1000;
  }
  override _toValue(ms: unknown): number | undefined {
    return typeof ms === "number" && Number.isFinite(ms) ? Math.round(ms * 1000) : undefined;
  }
  /** How to take what a writer's type reads: another timestamp is in milliseconds already, a plain long is in microseconds. */
  override _resolve(writer: avro.Type): ((value: number) => number) | undefined {
    if (avro.Type.isType(writer, "logical")) return (ms) => ms;
    return avro.Type.isType(writer, "long", "int") ? this._fromValue : undefined;
  }
}

/** Largest body that is looked at; the largest legitimate record is some seconds of audio. */
export const MAX_BODY_BYTES = 1024 * 1024;
const HEADER_BYTES = 5;

/** Text of a record's schema, as it is registered. */
export function schemaText(name: RecordName): string {
  return readFileSync(new URL(`../schemas/${recordFiles[name]}`, import.meta.url), "utf8");
}

function compile(schema: AvroSchema): avro.Type {
  // A fresh options object each time: avsc keeps the names it has seen in it. Its typings lack "never".
  const options = { logicalTypes: { "timestamp-micros": TimestampMicros }, wrapUnions: "never" };
  return avro.Type.forSchema(schema as avro.Schema, options as unknown as avro.ForSchemaOptions);
}

/** Where schemas of other writers come from. */
export type SchemaSource = {
  /** The schema registered under an id. Throws SCHEMA_UNKNOWN or SCHEMA_UNAVAILABLE. */
  schemaById(id: number): Promise<string>;
};

type Writer = { readonly reader: avro.Type; readonly resolver: unknown; readonly guard: (body: Buffer) => void };

/** Encodes what this worker writes and decodes what any version wrote. */
export class Codec {
  readonly #readers = new Map<RecordName, avro.Type>();
  readonly #ids: ReadonlyMap<RecordName, number>;
  readonly #writers = new Map<number, Writer>();
  readonly #source: SchemaSource;
  #scratch = Buffer.alloc(64 * 1024);

  /** `ids`: registry ids of our own schemas, for every record that will be encoded. */
  constructor(ids: ReadonlyMap<RecordName, number>, source: SchemaSource) {
    this.#ids = ids;
    this.#source = source;
    for (const [name, id] of ids) this.#learn(id, schemaText(name));
  }

  /** Bytes of a record. Throws DECODE_FAILED when it does not fit its schema. */
  encode(given: AnyRecord): Buffer {
    const record = withBuffers(given);
    const id = this.#ids.get(record.type);
    if (id === undefined) throw new PartylineError("SCHEMA_UNKNOWN", `${record.type} has no registered schema here`);
    const type = this.#reader(record.type);
    let end: number;
    try {
      end = type.encode(record, this.#scratch, HEADER_BYTES);
      if (end < 0) {
        this.#scratch = Buffer.alloc(this.#scratch.length - end + HEADER_BYTES);
        end = type.encode(record, this.#scratch, HEADER_BYTES);
      }
    } catch (cause) {
      throw new PartylineError(
        "DECODE_FAILED",
        `${record.type} does not fit its schema: ${invalidPaths(type, record)}`,
        { cause },
      );
    }
    this.#scratch[0] = 0;
    this.#scratch.writeInt32BE(id, 1);
    return Buffer.from(this.#scratch.subarray(0, end));
  }

  /** The record in some bytes, or the schema id that {@link learn} must fetch first. Throws DECODE_FAILED, DECODE_UNBOUNDED, RECORD_TOO_LARGE. */
  decode(bytes: Buffer | null): AnyRecord | { readonly unknownSchemaId: number } {
    if (bytes === null || bytes.length < HEADER_BYTES || bytes[0] !== 0)
      throw new PartylineError("DECODE_FAILED", "not in the registry's wire format");
    if (bytes.length > MAX_BODY_BYTES) throw new PartylineError("RECORD_TOO_LARGE", `${bytes.length} bytes`);
    const id = bytes.readInt32BE(1);
    const writer = this.#writers.get(id);
    if (writer === undefined) return { unknownSchemaId: id };
    const body = bytes.subarray(HEADER_BYTES);
    writer.guard(body);
    try {
      return writer.reader.fromBuffer(body, writer.resolver as never) as AnyRecord;
    } catch (cause) {
      throw new PartylineError("DECODE_FAILED", "the bytes are not what the schema says", { cause });
    }
  }

  /** Fetches a writer's schema, so that the next decode of its records succeeds. Throws SCHEMA_UNKNOWN, SCHEMA_UNAVAILABLE, DECODE_FAILED. */
  async learn(id: number): Promise<void> {
    if (!this.#writers.has(id)) this.#learn(id, await this.#source.schemaById(id));
  }

  #learn(id: number, text: string): void {
    let schema: AvroSchema;
    let writer: avro.Type;
    try {
      schema = JSON.parse(text) as AvroSchema;
      writer = compile(schema);
    } catch (cause) {
      throw new PartylineError("DECODE_FAILED", `schema ${id} is not usable`, { cause });
    }
    const name = (writer.name ?? "").replace(/^partyline\.voice\./, "") as RecordName;
    if (recordFiles[name] === undefined)
      throw new PartylineError("DECODE_FAILED", `schema ${id} (${writer.name}) is not one of ours`);
    const reader = this.#reader(name);
    try {
      this.#writers.set(id, { reader, resolver: reader.createResolver(writer), guard: boundsGuard(schema) });
    } catch (cause) {
      throw new PartylineError("DECODE_FAILED", `schema ${id} of ${name} is incompatible`, { cause });
    }
  }

  #reader(name: RecordName): avro.Type {
    let type = this.#readers.get(name);
    if (type === undefined) {
      type = compile(JSON.parse(schemaText(name)) as AvroSchema);
      this.#readers.set(name, type);
    }
    return type;
  }
}

/** avsc takes only Node's Buffer for bytes; the same memory is seen through one. */
function withBuffers(record: AnyRecord): AnyRecord {
  if (!("audio" in record) || Buffer.isBuffer(record.audio) || !(record.audio instanceof Uint8Array)) return record;
  const { buffer, byteOffset, byteLength } = record.audio;
  return { ...record, audio: Buffer.from(buffer, byteOffset, byteLength) };
}

/** Paths of the fields that do not fit; names only, since values may be caller content. */
function invalidPaths(type: avro.Type, record: RecordByName[RecordName]): string {
  const paths: string[] = [];
  type.isValid(record, { errorHook: (path) => void paths.push(path.join(".")) });
  return paths.join(", ") || "unknown field";
}
