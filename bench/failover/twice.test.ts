import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordByName, RecordName } from "../../schemas/generated/records.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { sampleRecords } from "../sample-records.ts";
import { countTwice } from "./twice.ts";

const made = <N extends RecordName>(type: N, eventId: string, fields: Partial<RecordByName[N]>): AnyRecord =>
  ({ ...sampleRecords[type], eventId, ...fields }) as AnyRecord;

const turn = [
  made("ToolCalled", "c", { causeId: "i" }),
  made("ToolSucceeded", "r", { callId: "c" }),
  made("ResponsePrepared", "p", { causeId: "r" }),
];

test("a record that lies in the log twice is one effect", () => {
  assert.deepEqual(countTwice(turn), { records: 0, effects: 0 });
  assert.deepEqual(countTwice([...turn, ...turn]), { records: 3, effects: 0 });
});

test("a second result, call or same reply for the same cause is a doubled effect", () => {
  const again = [
    made("ToolFailed", "r2", { callId: "c" }),
    made("ToolCalled", "c2", { causeId: "i" }),
    made("ResponsePrepared", "p2", { causeId: "r" }),
  ];
  assert.deepEqual(countTwice([...turn, ...again]), { records: 0, effects: 3 });
});

test("another reply to the same cause is not the same reply", () => {
  const other = made("ResponsePrepared", "p2", { causeId: "r", sentences: [] });
  assert.deepEqual(countTwice([...turn, other]), { records: 0, effects: 0 });
});
