import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssessedRecord } from "../assessed-record.ts";
import * as records from "../testing/call-records.ts";
import { featuresAfter, strengthUnderRules } from "../testing/signal-scene.ts";

const MINUTE = 60_000;
const asked = (orderNumber: string, occurredAt: number) =>
  records.toolCalled("checkOrderStatus", { orderNumber }, { occurredAt });
const notFound = (occurredAt: number) => records.toolRefused("checkOrderStatus", "notFound", { occurredAt });
const found = (occurredAt: number) => records.toolSucceeded("checkOrderStatus", { occurredAt });
const strength = async (given: readonly AssessedRecord[]) =>
  strengthUnderRules("enumerationAttempt", await featuresAfter(given));

test("given three order numbers of which most find nothing, it is an attempt; half is not", async () => {
  const three = [asked("100", 0), asked("300", 1), asked("500", 2)];
  assert.equal(await strength([...three, notFound(3), notFound(4), found(5)]), 3 / 4);
  assert.equal(await strength([...three, notFound(3), found(4)]), 0);
});

test("given two numbers that find nothing, or one asked for many times, it is none", async () => {
  assert.equal(await strength([asked("100", 0), asked("300", 1), notFound(2), notFound(3)]), 0);
  assert.equal(await strength([asked("100", 0), asked("0100", 1), asked("100", 2), notFound(3)]), 0);
});

test("given three numbers in sequence, up or down, it is an attempt whatever was found", async () => {
  assert.equal(await strength([found(0), asked("100", 1), asked("101", 2), asked("102", 3)]), 3 / 4);
  assert.equal(await strength([found(0), asked("102", 1), asked("101", 2), asked("100", 3)]), 3 / 4);
  assert.equal(await strength([found(0), asked("100", 1), asked("101", 2), asked("200", 3)]), 0);
});

test("given an order of somebody else, it counts as not found", async () => {
  const features = await featuresAfter([records.toolRefused("checkOrderStatus", "ownership", { occurredAt: 0 })]);
  assert.equal(features.orderNotFoundRatio, 1);
});

test("given numbers asked for over more than a quarter of an hour, the first no longer counts", async () => {
  const spread = [asked("100", 0), asked("101", 1), asked("102", 15 * MINUTE + 1)];
  assert.equal((await featuresAfter(spread)).ordersAskedInQuarterHour, 2);
});

test("given no number, or other tools, nothing is counted", async () => {
  const features = await featuresAfter([
    records.toolCalled("checkOrderStatus", {}, { occurredAt: 0 }),
    records.toolRefused("quoteOrder", "notFound", { occurredAt: 1 }),
  ]);
  assert.deepEqual([features.ordersAskedInQuarterHour, features.orderNotFoundRatio], [0, 0]);
});
