/** Records to bytes and back: our codec, JSON, and the registry client's own path, on a realistic record of every schema. */
import { SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { registeredIds, registerSchemas, schemaSource } from "../../connectors/kafka/registry.ts";
import { startRegistry } from "../../local/registry.ts";
import { Codec, schemaText } from "../../runtime/codec.ts";
import { type RecordName, recordFiles } from "../../schemas/generated/records.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { defineInstrument } from "../instrument.ts";
import { sampleRecords } from "../sample-records.ts";
import { column, type SpreadTable, type Table } from "../table.ts";

const names = Object.keys(recordFiles) as RecordName[];
const thousands = (name: string) => column(name, "1000/s", 0);

/** What is encoded and decoded, prepared for each way. */
type Subject = {
  readonly name: RecordName;
  readonly record: AnyRecord;
  readonly bytes: Buffer;
  readonly json: string;
  /** As the registry client sees it: microseconds as plain numbers. */
  readonly payload: unknown;
  readonly id: number;
};

/** Audio is base64 in JSON: the usual way, since bytes have no other. */
function toJson(record: AnyRecord): string {
  if (!("audio" in record)) return JSON.stringify(record);
  return JSON.stringify({ ...record, audio: Buffer.from(record.audio).toString("base64") });
}

function fromJson(text: string): unknown {
  const record = JSON.parse(text) as { audio?: unknown };
  if (typeof record.audio === "string") record.audio = Buffer.from(record.audio, "base64");
  return record;
}

/** Thousands in a second of CPU time, over at least `ms` by the clock, after a quarter of that to warm up: what others do on the machine counts less. */
async function rateOf(work: () => unknown, ms: number, isAsync = false): Promise<number> {
  let rate = 0;
  for (const spanMs of [ms / 4, ms]) {
    const before = process.cpuUsage();
    const count = isAsync ? await repeatAsync(work, spanMs) : repeat(work, spanMs);
    const { user, system } = process.cpuUsage(before);
    rate = (count * 1000) / Math.max(1, user + system);
  }
  return rate;
}

function repeat(work: () => unknown, ms: number): number {
  const endsAt = performance.now() + ms;
  let count = 0;
  while (performance.now() < endsAt) {
    for (let index = 0; index < 8; index += 1) work();
    count += 8;
  }
  return count;
}

/** For what answers with a promise: one after the other. */
async function repeatAsync(work: () => unknown, ms: number): Promise<number> {
  const endsAt = performance.now() + ms;
  let count = 0;
  while (performance.now() < endsAt) {
    await work();
    count += 1;
  }
  return count;
}

/** Median over the records of how many times faster one column is than another. */
function timesFaster(table: SpreadTable | undefined, one: number, other: number): string {
  const ratios = (table?.rows ?? []).map(({ cells }) => {
    const [fast, slow] = [cells[one], cells[other]];
    return typeof fast === "object" && typeof slow === "object" && fast && slow ? fast.median / slow.median : 0;
  });
  return (ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0).toFixed(1);
}

export const instrument = defineInstrument({
  name: "codec",
  summary: "encode and decode rates of every schema, against JSON and the registry client's own path",
  options: {
    cellMs: {
      kind: "number",
      summary: "time for each figure, in milliseconds",
      fallback: 60,
      quick: 1,
      min: 1,
      max: 10_000,
    },
    registry: {
      kind: "text",
      value: "URL",
      summary: "a registry that is running, instead of one of its own",
      fallback: "",
    },
  },
  async prepare(bench) {
    const { cellMs } = bench.options;
    let url = bench.options.registry;
    if (url === "") {
      bench.progress("starting the schema registry");
      const registry = await startRegistry({ directory: await bench.folder(), onProgress: bench.progress });
      bench.atEnd(() => registry.stop());
      url = registry.url;
      await registerSchemas(url);
    }
    const ids = await registeredIds(url);
    const codec = new Codec(ids, schemaSource(url));
    const client = new SchemaRegistry({ host: url });
    const subjects = await Promise.all(
      names.map(async (name): Promise<Subject> => {
        const record: AnyRecord = sampleRecords[name];
        const bytes = codec.encode(record);
        const payload: unknown = await client.decode(bytes);
        const id = ids.get(name) ?? 0;
        if (!(await client.encode(id, payload)).equals(bytes))
          throw new Error(`the registry client encodes ${name} otherwise than the codec does`);
        return { name, record, bytes, json: toJson(record), payload, id };
      }),
    );
    return {
      async measure(): Promise<readonly Table[]> {
        const encoded: Table["rows"][number][] = [];
        const decoded: Table["rows"][number][] = [];
        for (const { name, record, bytes, json, payload, id } of subjects) {
          bench.signal.throwIfAborted();
          const readerSchema = { [SchemaType.AVRO]: { readerSchema: JSON.parse(schemaText(name)) as never } };
          encoded.push({
            labels: [name],
            cells: [
              bytes.length,
              Buffer.byteLength(json),
              await rateOf(() => codec.encode(record), cellMs),
              await rateOf(() => toJson(record), cellMs),
              await rateOf(() => client.encode(id, payload), cellMs, true),
            ],
          });
          decoded.push({
            labels: [name],
            cells: [
              await rateOf(() => codec.decode(bytes), cellMs),
              await rateOf(() => fromJson(json), cellMs),
              await rateOf(() => client.decode(bytes), cellMs, true),
              await rateOf(() => client.decode(bytes, readerSchema), cellMs, true),
            ],
          });
        }
        return [
          {
            title: "Encoding, thousands of records in a second of CPU time",
            labels: ["record"],
            columns: [
              column("Avro", "bytes"),
              column("JSON", "bytes"),
              thousands("ours"),
              thousands("JSON"),
              thousands("registry client"),
            ],
            rows: encoded,
          },
          {
            title: "Decoding, thousands of records in a second of CPU time",
            labels: ["record"],
            columns: [
              thousands("ours"),
              thousands("JSON"),
              thousands("registry client"),
              column("registry client, with reader schema", "1000/s", 1),
            ],
            rows: decoded,
          },
        ];
      },
      conclude([encoding, decoding]) {
        return [
          `Median over the records. Encoding: ours is ${timesFaster(encoding, 2, 3)} times as fast as JSON and ${timesFaster(encoding, 2, 4)} times as fast as the registry client. ` +
            `Decoding, with the check of bounds and the resolution of the writer's schema: ${timesFaster(decoding, 0, 1)} times as fast as JSON, ${timesFaster(decoding, 0, 2)} times as the registry client, ` +
            `${timesFaster(decoding, 0, 3)} times as the registry client when it resolves schemas, too.`,
        ];
      },
    };
  },
});
