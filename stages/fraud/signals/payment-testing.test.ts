import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssessedRecord } from "../assessed-record.ts";
import * as records from "../testing/call-records.ts";
import { featuresAfter, strengthUnderRules } from "../testing/signal-scene.ts";

const DAY = 24 * 3_600_000;
const paying = (cardId: string, occurredAt: number, callSid = "CA1") =>
  records.toolCalled("placeOrder", { cardId }, { occurredAt, callSid });
const declined = (occurredAt: number, callSid = "CA1") =>
  records.toolRefused("placeOrder", "cardDeclined", { occurredAt, callSid });
const strength = async (given: readonly AssessedRecord[]) =>
  strengthUnderRules("paymentTesting", await featuresAfter(given));

test("given two declines, there is no testing; the third is, and the fourth is full strength", async () => {
  assert.equal(await strength([declined(0), declined(1)]), 0);
  assert.equal(await strength([declined(0), declined(1), declined(2)]), 3 / 4);
  assert.equal(await strength([declined(0), declined(1), declined(2), declined(3)]), 1);
});

test("given three different cards over several calls, it is testing; one card three times is not", async () => {
  assert.equal(await strength([paying("a", 0), paying("b", 1, "CA2"), paying("c", 2, "CA3")]), 3 / 4);
  assert.equal(await strength([paying("a", 0), paying("a", 1), paying("a", 2)]), 0);
});

test("given declines over more than a day, the first no longer counts", async () => {
  assert.equal(await strength([declined(0), declined(1), declined(DAY + 1)]), 0);
  assert.equal(await strength([declined(0), declined(1), declined(DAY)]), 3 / 4);
});

test("given other refusals, nothing is counted", async () => {
  const features = await featuresAfter([records.toolRefused("placeOrder", "outOfStock", { occurredAt: 0 })]);
  assert.equal(features.declinesInDay, 0);
});
