import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "prom-client";
import { openOperators } from "./prometheus.ts";

const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => undefined };

test("refusals for want of an assessment are counted by tool, and nothing of the call is", async () => {
  const registry = new Registry();
  const operators = openOperators(registry);
  await operators.noteUnassessed({ tool: "placeOrder" }, context);
  await operators.noteUnassessed({ tool: "placeOrder" }, context);
  await operators.noteUnassessed({ tool: "cancelOrder" }, context);
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("partyline_"));
  assert.deepEqual(lines, [
    'partyline_refused_unassessed_total{tool="placeOrder"} 2',
    'partyline_refused_unassessed_total{tool="cancelOrder"} 1',
  ]);
});
