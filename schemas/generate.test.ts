import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { generate, readSchemas } from "./generate.ts";

type Schemas = Parameters<typeof generate>[0];
const one = (fields: readonly object[], doc = "A thing that happened."): Schemas =>
  new Map([["thing-happened.avsc", { type: "record", name: "ThingHappened", doc, fields }]]) as unknown as Schemas;

describe("the generator of record types", () => {
  it("writes what lies in generated/records.ts", () => {
    assert.equal(generate(readSchemas()), readFileSync("schemas/generated/records.ts", "utf8"));
  });

  it("canary: a changed schema gives another text", () => {
    const schemas = structuredClone(readSchemas());
    const turnEnded = schemas.get("turn-ended.avsc") as unknown as { fields: object[] };
    turnEnded.fields.push({ name: "mood", type: "string", doc: "How the caller sounds.", default: "" });
    assert.notEqual(generate(schemas), readFileSync("schemas/generated/records.ts", "utf8"));
  });

  it("maps every kind of type", () => {
    const text = generate(
      one([
        { name: "type", doc: "Which.", type: { type: "enum", name: "ThingHappenedType", symbols: ["ThingHappened"] } },
        { name: "mood", doc: "How.", type: { type: "enum", name: "Mood", symbols: ["calm", "angry"] } },
        { name: "said", doc: "What.", type: ["null", "string"], pii: true },
        { name: "audio", doc: "Sound.", type: "bytes" },
        { name: "count", doc: "How often.", type: "int" },
        { name: "at", doc: "When, in microseconds.", type: { type: "long", logicalType: "timestamp-micros" } },
        {
          name: "parts",
          doc: "Pieces.",
          type: {
            type: "array",
            items: {
              type: "record",
              name: "Part",
              doc: "A piece.",
              fields: [{ name: "name", doc: "Its name.", type: "string", pii: true }],
            },
          },
        },
      ]),
    );
    assert.match(text, /readonly type: "ThingHappened";/);
    assert.match(text, /export type Mood = "calm" \| "angry";/);
    assert.match(text, /symbolsOf = \{\n {2}Mood: \["calm","angry"\],\n\} as const;/);
    assert.match(text, /\/\*\* What\. Caller content\. \*\/\n {2}readonly said: string \| null;/);
    assert.match(text, /readonly audio: Uint8Array;/);
    assert.match(text, /readonly count: number;/);
    assert.match(text, /readonly at: number;/);
    assert.match(text, /readonly parts: readonly Part\[\];/);
    assert.match(text, /ThingHappened: \["said","parts\.name"\]/);
  });

  it("marks caller content in every place where a record stands that is only named again", () => {
    const person = {
      type: "record",
      name: "Person",
      doc: "Who.",
      fields: [{ name: "name", doc: "Full name.", type: "string", pii: true }],
    };
    const text = generate(
      one([
        { name: "caller", doc: "One.", type: ["null", person] },
        { name: "others", doc: "More.", type: { type: "array", items: "Person" } },
      ]),
    );
    assert.match(text, /readonly others: readonly Person\[\];/);
    assert.match(text, /ThingHappened: \["caller\.name","others\.name"\]/);
    assert.throws(() => generate(one([{ name: "caller", doc: "One.", type: "Person" }])), /Person is not defined/);
  });

  it("lists the fields that are without a value by default, but for what the runtime gives every record", () => {
    const nullable = ["null", "string"];
    const nested = (name: string, absent: object) => ({
      name: name.toLowerCase(),
      doc: "More.",
      type: { type: "record", name, doc: "Parts.", fields: [{ name: "colour", doc: "Which.", ...absent }] },
    });
    const text = generate(
      one([
        { name: "causeId", doc: "Why.", type: nullable, default: null },
        { name: "count", doc: "How often.", type: "int" },
        { name: "said", doc: "What.", type: nullable, default: null },
        { name: "asked", doc: "What for.", type: nullable },
        { name: "parts", doc: "Pieces.", type: { type: "array", items: "string" }, default: [] },
        { name: "words", doc: "All.", type: { type: "array", items: "string" } },
        nested("Wish", { type: nullable, default: null }),
        nested("Fact", { type: "string", default: "" }),
      ]),
    );
    assert.match(text, /absentFields = \{\n {2}ThingHappened: \{ said: null, parts: \[\] \},\n\}/);
    assert.match(text, /export const noWish: Wish = \{ colour: null \};/);
    assert.doesNotMatch(text, /noFact|noThingHappened/);
  });

  it("refuses a field without doc, a union of more than null and one type, and a type that is not mapped", () => {
    assert.throws(() => generate(one([{ name: "said", type: "string" }])), /ThingHappened\.said has no doc/);
    assert.throws(
      () => generate(one([{ name: "said", doc: "What.", type: ["string", "int"] }])),
      /only \[null, X\] unions/,
    );
    assert.throws(
      () => generate(one([{ name: "said", doc: "What.", type: { type: "map", values: "string" } }])),
      /unsupported type/,
    );
  });

  it("refuses one name for two types", () => {
    const mood = (symbols: readonly string[]) => ({
      name: "mood",
      doc: "How.",
      type: { type: "enum", name: "Mood", symbols },
    });
    const schemas = new Map([
      ...one([mood(["calm", "angry"])]),
      ["other.avsc", { type: "record", name: "Other", doc: "x", fields: [mood(["sad", "glad"])] }],
    ]);
    assert.throws(() => generate(schemas as unknown as Schemas), /Mood differs/);
  });
});
