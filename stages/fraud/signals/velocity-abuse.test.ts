import assert from "node:assert/strict";
import { test } from "node:test";
import * as records from "../testing/call-records.ts";
import { featuresAfter, strengthUnderRules } from "../testing/signal-scene.ts";

const HOUR = 3_600_000;
const calls = (count: number, everyMs: number) =>
  Array.from({ length: count }, (_, index) =>
    records.callStarted("+15550100001", { callSid: `CA${index}`, occurredAt: index * everyMs }),
  );
const strength = async (...given: Parameters<typeof featuresAfter>) =>
  strengthUnderRules("velocityAbuse", await featuresAfter(...given));

test("given ten calls within an hour, there is no abuse; the eleventh is, and fifteen are full strength", async () => {
  assert.equal(await strength(calls(10, 1)), 0);
  assert.equal(await strength(calls(11, 1)), 11 / 15);
  assert.equal(await strength(calls(15, 1)), 1);
  assert.equal(await strength(calls(20, 1)), 1);
});

test("given eleven calls over more than an hour, the first no longer counts", async () => {
  assert.equal((await featuresAfter(calls(11, HOUR / 10))).callsInHour, 11);
  assert.equal((await featuresAfter(calls(11, HOUR / 10 + 1))).callsInHour, 10);
});

test("given another record of the call, its start still counts", async () => {
  const turn = records.turnEnded("hello", { callSid: "CA10", occurredAt: 100 });
  assert.equal((await featuresAfter([...calls(11, 1), turn])).callsInHour, 11);
});

test("given a hundred callers whose numbers differ in their last digits, each is alone, and the prefix is abused from the next on", async () => {
  const numberOf = (callSid: string) => `+1555010${callSid.slice(2).padStart(4, "0")}`;
  const features = await featuresAfter(calls(100, 1), numberOf);
  assert.deepEqual([features.callsInHour, features.prefixCallsInHour, features.allCallsInMinute], [1, 100, 100]);
  assert.equal(await strength(calls(100, 1), numberOf), 0);
  assert.equal(await strength(calls(101, 1), numberOf), 101 / 150);
});

test("given withheld numbers, they are callers of their own within one prefix", async () => {
  const features = await featuresAfter(calls(5, 1), () => "");
  assert.deepEqual([features.callsInHour, features.prefixCallsInHour], [1, 5]);
});
