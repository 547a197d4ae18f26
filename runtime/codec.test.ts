import assert from "node:assert/strict";
import { test } from "node:test";
import avro from "avsc";
import fc from "fast-check";
import { type RecordName, recordFiles } from "../schemas/generated/records.ts";
import type { AnyRecord } from "../schemas/topics.ts";
import { boundsGuard } from "./avro-bounds.ts";
import { Codec, schemaText } from "./codec.ts";
import { PartylineError } from "./errors.ts";
import { stamped } from "./testing/record.ts";

const names = Object.keys(recordFiles) as RecordName[];
const ids = new Map(names.map((name, index) => [name, index + 1] as const));
const source = { schemaById: async (id: number): Promise<string> => schemaText(names[id - 1] ?? "TurnEnded") };
const codec = new Codec(ids, source);

/** Decoded values are instances of avsc's own classes; the comparison is about their fields. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test("a record comes back as it went in, with times to the microsecond", () => {
  const record = stamped("SpeechEnded", {
    startsAtMs: 20,
    endsAtMs: 900,
    silenceMs: 200,
    lastByteAt: 1_763_900_000_123.456,
    occurredAt: 1_763_900_000_323.001,
  });
  assert.deepEqual(plain(codec.decode(codec.encode(record))), record);
});

test("audio keeps every byte", () => {
  const audio = Buffer.from(Array.from({ length: 320 }, (_, i) => i % 256));
  const decoded = codec.decode(
    codec.encode(
      stamped("AudioCaptured", { streamSid: "MZ1", startsAtMs: 0, audio, concealedFrames: 0, silenceMs: 0 }),
    ),
  );
  assert.deepEqual(Buffer.from((decoded as { audio: Uint8Array }).audio), audio);
});

test("a record that does not fit names the field, not its value", () => {
  const wrong = {
    ...stamped("DigitPressed", { digit: "7", isMasked: false }),
    isMasked: "secret",
  } as unknown as AnyRecord;
  assert.throws(
    () => codec.encode(wrong),
    (error) => error instanceof PartylineError && /isMasked/.test(error.message) && !/secret/.test(error.message),
  );
});

test("a larger record than the scratch buffer is encoded whole", () => {
  const audio = Buffer.alloc(200_000, 7);
  const decoded = codec.decode(
    codec.encode(
      stamped("AudioCaptured", { streamSid: "MZ1", startsAtMs: 0, audio, concealedFrames: 0, silenceMs: 0 }),
    ),
  );
  assert.equal((decoded as { audio: Uint8Array }).audio.length, 200_000);
});

test("an unknown schema id is named, and known once learnt", async () => {
  const small = new Codec(new Map(), source);
  const bytes = codec.encode(stamped("CallEnded", { reason: "callerHungUp", durationMs: 5 }));
  const first = small.decode(bytes);
  assert.ok("unknownSchemaId" in first);
  await small.learn(first.unknownSchemaId);
  assert.equal((small.decode(bytes) as { type: string }).type, "CallEnded");
});

test("a six-byte body that announces 200 million empty items is refused before it is decoded", () => {
  const schema = {
    type: "record",
    name: "Bomb",
    fields: [{ name: "items", type: { type: "array", items: "null" } }],
  } as const;
  const body = Buffer.concat([avro.Type.forSchema("long").toBuffer(200_000_000), Buffer.from([0])]);
  assert.throws(() => boundsGuard(schema)(body), { code: "DECODE_UNBOUNDED" });
});

test("any bytes after a valid header end in a record or in one of two errors", () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 300 }), (name, body) => {
      const header = Buffer.alloc(5);
      header.writeInt32BE(ids.get(name) ?? 0, 1);
      try {
        codec.decode(Buffer.concat([header, body]));
      } catch (error) {
        assert.ok(
          error instanceof PartylineError && ["DECODE_FAILED", "DECODE_UNBOUNDED"].includes(error.code),
          String(error),
        );
      }
    }),
    { numRuns: 3000 },
  );
});

test("bytes that are not in the wire format are refused", () => {
  for (const bytes of [null, Buffer.alloc(0), Buffer.from("{}"), Buffer.from([1, 0, 0, 0, 1, 2])])
    assert.throws(() => codec.decode(bytes), { code: "DECODE_FAILED" });
  assert.throws(() => codec.decode(Buffer.alloc(2_000_000)), { code: "RECORD_TOO_LARGE" });
});
