import assert from "node:assert/strict";
import { test } from "node:test";
import type { RiskAction } from "../schemas/generated/records.ts";
import { compareRules } from "./rule-comparison.ts";

const signal = (name: string) => ({ name, value: 1, weight: 0.9 });
const assessed = (callSid: string, turn: number, action: RiskAction, ...names: string[]) => ({
  callSid,
  turn,
  action,
  signals: names.map(signal),
});
const nobody: ReadonlySet<string> = new Set();

test("given calls that both rules treat alike, then each is counted once by its strictest action, and none has changed", () => {
  const calls = [assessed("CA1", 1, "allow"), assessed("CA1", 2, "confirm"), assessed("CA2", 1, "allow")];
  assert.deepEqual(compareRules(calls, calls, nobody), {
    before: { allow: 1, confirm: 1, challenge: 0, block: 0 },
    after: { allow: 1, confirm: 1, challenge: 0, block: 0 },
    changed: [],
  });
});

test("given a call that becomes stricter, then it is told with the turn and the signals that first called for it, and whether it bought", () => {
  const before = [assessed("CA1", 1, "allow"), assessed("CA1", 2, "allow"), assessed("CA1", 3, "allow")];
  const after = [
    assessed("CA1", 1, "allow"),
    assessed("CA1", 2, "block", "paymentTesting"),
    assessed("CA1", 3, "block", "paymentTesting", "velocityAbuse"),
  ];
  assert.deepEqual(compareRules(before, after, new Set(["CA1"])).changed, [
    {
      callSid: "CA1",
      before: { action: "allow", turn: 1, signals: [] },
      after: { action: "block", turn: 2, signals: [signal("paymentTesting")] },
      hasBought: true,
    },
  ]);
});

test("given several changes, then those that become stricter come first, the strictest of them before all", () => {
  const before = [
    assessed("milder", 1, "block"),
    assessed("confirmed", 1, "allow"),
    assessed("blocked", 1, "confirm"),
    assessed("also blocked", 1, "allow"),
  ];
  const after = [
    assessed("milder", 1, "challenge"),
    assessed("confirmed", 1, "confirm"),
    assessed("blocked", 1, "block"),
    assessed("also blocked", 1, "block"),
  ];
  assert.deepEqual(
    compareRules(before, after, nobody).changed.map(({ callSid }) => callSid),
    ["also blocked", "blocked", "confirmed", "milder"],
  );
});

test("given that the score falls again within a call, then the strictest action counts, as it does on the line", () => {
  const { after } = compareRules([], [assessed("CA1", 1, "challenge"), assessed("CA1", 2, "challenge")], nobody);
  assert.deepEqual(after, { allow: 0, confirm: 0, challenge: 1, block: 0 });
});
