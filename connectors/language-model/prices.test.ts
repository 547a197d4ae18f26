import assert from "node:assert/strict";
import { test } from "node:test";
import { costMicrosOf, priceOfModel } from "./prices.ts";

test("the longest matching name decides, so a lite or dated model has its own price", () => {
  assert.equal(priceOfModel("gemini-2.5-flash-lite")?.inputUsdPerMillion, 0.1);
  assert.equal(priceOfModel("gemini-2.5-flash-preview-09-2025")?.inputUsdPerMillion, 0.3);
  assert.equal(priceOfModel("another-model"), undefined);
});

test("a million tokens of each kind cost the listed dollars, cached ones less, in whole micro-dollars", () => {
  const price = priceOfModel("gemini-2.5-flash");
  assert.ok(price !== undefined);
  const million = 1_000_000;
  assert.equal(costMicrosOf(price, { inputTokens: million, cachedInputTokens: 0, outputTokens: 0 }), 300_000);
  assert.equal(costMicrosOf(price, { inputTokens: million, cachedInputTokens: million, outputTokens: 0 }), 30_000);
  assert.equal(costMicrosOf(price, { inputTokens: 0, cachedInputTokens: 0, outputTokens: million }), 2_500_000);
  assert.equal(costMicrosOf(price, { inputTokens: 1, cachedInputTokens: 0, outputTokens: 0 }), 1);
});
