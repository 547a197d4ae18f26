import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { piiFields } from "../schemas/generated/records.ts";
import type { AnyRecord } from "../schemas/topics.ts";
import { REDACTED, redact } from "./redaction.ts";
import { stamped } from "./testing/record.ts";

test("given a turn, its words go and the rest stays", () => {
  const turn = stamped("TurnEnded", {
    text: "my name is Ada",
    lastByteAt: 1,
    vendorWaitMs: 3,
  });
  assert.deepEqual(redact(turn), { ...turn, text: REDACTED });
  assert.equal(turn.text, "my name is Ada");
});

test("given marked fields within lists and within null, items are redacted and null stays", () => {
  const response = stamped("ResponsePrepared", {
    sentences: [
      { text: "Hello Ada.", phraseId: null },
      { text: "", phraseId: "pause" },
    ],
    state: "greeting",
    isInterruptible: true,
    replacesCurrent: false,
  });
  assert.deepEqual(redact(response).sentences, [
    { text: REDACTED, phraseId: null },
    { text: "", phraseId: "pause" },
  ]);
  const found = stamped("ToolSucceeded", {
    callId: "call",
    tool: "searchProducts",
    storeWaitMs: 1,
  });
  assert.deepEqual(redact(found), found);
});

test("given bytes, none are left", () => {
  const audio = stamped("AudioCaptured", {
    streamSid: "MZ1",
    startsAtMs: 0,
    audio: Uint8Array.of(1, 2),
    concealedFrames: 0,
    silenceMs: 0,
  });
  assert.deepEqual(redact(audio).audio, new Uint8Array(0));
});

test("given a hash for numbers, the caller's number becomes it and a withheld one stays empty", () => {
  const started = stamped("CallStarted", {
    fromNumber: "+15550100001",
    toNumber: "+15550199999",
    attestation: "full",
    answeredBy: "gateway",
  });
  const hashNumber = (number: string) => `#${number.length}`;
  assert.equal(redact(started, { hashNumber }).fromNumber, "#12");
  assert.equal(redact(started).fromNumber, REDACTED);
  assert.equal(redact({ ...started, fromNumber: "" }, { hashNumber }).fromNumber, "");
});

type AvroField = { name: string; pii?: boolean; type: unknown };
/** A value of an Avro type in which every text is `content`. */
function filled(type: unknown, content: string): unknown {
  if (Array.isArray(type))
    return filled(
      type.find((branch) => branch !== "null"),
      content,
    );
  if (typeof type === "string") {
    if (type === "string") return content;
    if (type === "bytes") return Uint8Array.of(65, 66);
    return type === "boolean" ? true : 7;
  }
  const schema = type as { type: string; fields?: AvroField[]; items?: unknown; symbols?: string[] };
  if (schema.type === "record")
    return Object.fromEntries((schema.fields ?? []).map((field) => [field.name, filled(field.type, content)]));
  if (schema.type === "array") return [filled(schema.items, content)];
  if (schema.type === "enum") return schema.symbols?.[0];
  return filled(schema.type, content);
}

function markedCount(type: unknown): number {
  if (Array.isArray(type)) return type.reduce((sum: number, branch) => sum + markedCount(branch), 0);
  if (typeof type !== "object" || type === null) return 0;
  const { fields = [], items } = type as { fields?: AvroField[]; items?: unknown };
  return (
    fields.reduce((sum, field) => sum + (field.pii === true ? 1 : markedCount(field.type)), 0) + markedCount(items)
  );
}

test("given any record with content in every field, as many fields are emptied as its schema marks", () => {
  const folder = new URL("../schemas/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".avsc"));
  for (const name of names) {
    const schema = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { name: keyof typeof piiFields };
    const record = filled(schema, "SECRET") as AnyRecord;
    const before = JSON.stringify(record).split('"SECRET"').length - 1;
    const redacted = JSON.stringify(redact({ ...record, type: schema.name } as AnyRecord));
    const bytes = piiFields[schema.name].filter((path) => path === "audio").length;
    assert.equal(before - (redacted.split('"SECRET"').length - 1), markedCount(schema) - bytes, name);
  }
});
