import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssessedRecord } from "../assessed-record.ts";
import * as records from "../testing/call-records.ts";
import { featuresAfter, strengthUnderRules } from "../testing/signal-scene.ts";

const MINUTE = 60_000;
const queries = (count: number, fromMs = 0) =>
  Array.from({ length: count }, (_, index) =>
    records.intentRecognised((["searchProducts", "refineSearch", "askDetails"] as const)[index % 3] ?? "help", {
      occurredAt: fromMs + index,
    }),
  );
const discounts = (count: number, callSid: string) =>
  Array.from({ length: count }, (_, index) =>
    records.intentRecognised("applyDiscount", { occurredAt: index * 20 * MINUTE, callSid }),
  );
const strength = async (given: readonly AssessedRecord[]) =>
  strengthUnderRules("priceProbing", await featuresAfter(given));

test("given eight queries within ten minutes and nothing quoted, it is probing; seven are browsing", async () => {
  assert.equal(await strength(queries(7)), 0);
  assert.equal(await strength(queries(8)), 8 / 12);
});

test("given a quote in between, counting starts anew", async () => {
  const quoted = records.toolSucceeded("quoteOrder", { occurredAt: 100 });
  assert.equal((await featuresAfter([...queries(8), quoted])).priceQueriesInTenMinutes, 0);
  assert.equal((await featuresAfter([...queries(8), quoted, ...queries(2, 200)])).priceQueriesInTenMinutes, 2);
});

test("given queries over more than ten minutes, only the latest count", async () => {
  assert.equal((await featuresAfter([...queries(7), ...queries(1, 10 * MINUTE + 3)])).priceQueriesInTenMinutes, 5);
});

test("given two discount requests in a call, there is no probing; three are; those of another call do not count", async () => {
  assert.equal(await strength(discounts(2, "CA1")), 0);
  assert.equal(await strength(discounts(3, "CA1")), 3 / 4);
  assert.equal(await strength([...discounts(2, "CA1"), ...discounts(2, "CA2")]), 0);
});

test("given other intents, nothing is counted", async () => {
  const features = await featuresAfter([records.intentRecognised("repeat", { occurredAt: 0 })]);
  assert.equal(features.priceQueriesInTenMinutes, 0);
});
