import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordName } from "../../schemas/generated/records.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { sampleRecords } from "../sample-records.ts";
import { CallsUnderWay } from "./calls-under-way.ts";

const of = (type: RecordName, callSid: string): AnyRecord => ({ ...sampleRecords[type], callSid }) as AnyRecord;

test("calls are under way from their stream to their end", () => {
  const calls = new CallsUnderWay();
  for (const callSid of ["CA1", "CA2"]) calls.take(of("StreamAttached", callSid));
  calls.take(of("CallEnded", "CA1"));
  assert.deepEqual([...calls.callSids], ["CA2"]);
  assert.equal(calls.records.length, 3);
});

test("a call that is left out is neither under way nor waited for", async () => {
  const calls = new CallsUnderWay();
  calls.take(of("StreamAttached", "CA1"));
  calls.leaveOut("CA1");
  assert.equal(calls.callSids.size, 0);
  const next = calls.speaking(5_000);
  for (const callSid of ["CA1", "CA2"]) calls.take(of("SpeechStarted", callSid));
  assert.equal(await next, "CA2");
  assert.equal(calls.records.length, 3);
});

test("the next caller who begins to speak is waited for, and not for ever", async () => {
  const calls = new CallsUnderWay();
  calls.take(of("SpeechStarted", "CA1"));
  const next = calls.speaking(5_000);
  calls.take(of("SpeechEnded", "CA2"));
  calls.take(of("SpeechStarted", "CA3"));
  assert.equal(await next, "CA3");
  await assert.rejects(calls.speaking(5), /nobody spoke/);
});
