import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { readSettings, SettingsError } from "../../runtime/settings.ts";
import { type Features, featureNames, noFeatures } from "./features.ts";
import { compileRuleSet, RuleSetError, readRuleSet } from "./rule-set.ts";
import { scoreOf } from "./score.ts";
import { settings } from "./settings.ts";

const file = new URL("./rules.json", import.meta.url);
const text = readFileSync(file, "utf8");
type Rules = {
  version: string;
  signals: Record<string, { weight: number; when: string; fullAt: Record<string, number> }>;
  thresholds: { confirm: number; challenge: number; block: number };
};

/** The shipped rules with a change, as text. */
function changed(change: (rules: Rules) => void): string {
  const rules = JSON.parse(text) as Rules;
  change(rules);
  return JSON.stringify(rules);
}

function faultsOf(given: string): readonly string[] {
  try {
    compileRuleSet(given);
  } catch (error) {
    assert.ok(error instanceof RuleSetError, String(error));
    return error.faults;
  }
  return [];
}

/** The faults of the shipped rules with another condition for velocity. */
function conditionFaults(when: string): readonly string[] {
  return faultsOf(
    changed((rules) => {
      (rules.signals.velocityAbuse as { when: string }).when = when;
    }),
  );
}

test("given the shipped rules, they compile, and the version names their bytes", () => {
  const rules = readRuleSet(file);
  assert.match(rules.version, /^2026-11-23\+[0-9a-f]{12}$/);
  assert.notEqual(compileRuleSet(`${text}\n`).version, rules.version);
  assert.equal(compileRuleSet(text).version, rules.version);
  assert.deepEqual(rules.signalsOf(noFeatures), []);
});

test("given comparisons, arithmetic and choices over features, a condition is accepted", () => {
  for (const when of [
    "callsInHour > 10.0",
    "callsInHour > 10",
    "!(callsInHour * 2.0 + declinesInDay - 1.0 <= 3.0)",
    "callsInHour == 3.0 || (callsInHour > 1.0 ? cardsInDay != 2.0 : false)",
  ])
    assert.deepEqual(conditionFaults(when), [], when);
});

test("given a condition that could run long or reach outside, it is refused", () => {
  for (const when of [
    'string(callsInHour).matches("(a+)+$")',
    '"aaaa".matches("a")',
    "[1.0, 2.0].exists(x, x > callsInHour)",
    "[1, 2].all(x, [1, 2].all(y, x > y))",
    'size("abc") > 2',
    'timestamp("2026-01-01T00:00:00Z") > timestamp("2025-01-01T00:00:00Z")',
    '{"a": true}["a"]',
    "callsInHour in [1.0, 2.0]",
    `${"(".repeat(40)}true${")".repeat(40)}`,
    Array.from({ length: 60 }, () => "callsInHour > 1.0")
      .join("||")
      .slice(0, 499),
    "x".repeat(501),
  ])
    assert.equal(conditionFaults(when).length, 1, when);
});

test("given a condition that does not parse, names no feature, or gives no truth value, it is refused with its place", () => {
  for (const [when, expected] of [
    ["callsInHour >", /^signals\.velocityAbuse\.when: /],
    ["callsInYear > 1.0", /Unknown variable: callsInYear/],
    ["callsInHour", /gives double, not bool/],
    ["callsInHour == 3", /no such overload/],
    ["constructor > 1.0", /Unknown variable/],
  ] as const) {
    const faults = conditionFaults(when);
    assert.equal(faults.length, 1, when);
    assert.match(faults[0] ?? "", expected);
  }
});

test("given several faults, all are told", () => {
  const faults = faultsOf(
    changed((rules) => {
      const { velocityAbuse, paymentTesting } = rules.signals;
      if (velocityAbuse !== undefined) velocityAbuse.when = "nothing > 1.0";
      if (paymentTesting !== undefined) paymentTesting.fullAt = { cardsInDay: 4, callsInHour: 2 };
    }),
  );
  assert.equal(faults.length, 3);
  assert.ok(faults.includes("signals.paymentTesting.fullAt: declinesInDay is missing"));
  assert.ok(faults.includes("signals.paymentTesting.fullAt: callsInHour is not part of this signal"));
});

test("given weights, thresholds, names or a file that make no sense, they are refused", () => {
  const changes: readonly ((rules: Rules) => void)[] = [
    ({ signals }) => Object.assign(signals.velocityAbuse ?? {}, { weight: 1.1 }),
    ({ signals }) => Object.assign(signals.velocityAbuse ?? {}, { weight: -0.1 }),
    ({ signals }) => Object.assign(signals.velocityAbuse ?? {}, { fullAt: { callsInHour: 0 } }),
    ({ signals }) => Object.assign(signals, { anotherSignal: signals.velocityAbuse }),
    ({ signals }) => delete signals.paymentTesting,
    ({ thresholds }) => Object.assign(thresholds, { challenge: 0.4 }),
    ({ thresholds }) => Object.assign(thresholds, { block: 2 }),
    (rules) => Object.assign(rules, { version: "" }),
    (rules) => Object.assign(rules, { comment: "unknown field" }),
  ];
  for (const change of changes) assert.notDeepEqual(faultsOf(changed(change)), [], String(change));
  assert.deepEqual(faultsOf("{"), ["is not JSON"]);
});

test("given a worker whose rules cannot be used, it does not start, and says why", () => {
  assert.throws(
    () => readSettings("fraud", settings, { RISK_KEY: "k", PARTYLINE_FRAUD_RULES: "/nowhere/rules.json" }),
    (error) => error instanceof SettingsError && /cannot be read \(ENOENT\)/.test(error.message),
  );
  assert.equal(String(readSettings("fraud", settings, { RISK_KEY: "k" }).rules), "stages/fraud/rules.json");
});

test("given any features, the score never falls when one of them rises, under rules that compare with > and >= only", () => {
  const rules = readRuleSet(file);
  const count = fc.nat({ max: 20 });
  const features = fc.record(
    Object.fromEntries(featureNames.map((name) => [name, count])) as Record<keyof Features, typeof count>,
  );
  fc.assert(
    fc.property(features, fc.constantFrom(...featureNames), count, (before, name, more) => {
      const after = { ...before, [name]: before[name] + more };
      assert.ok(scoreOf(rules.signalsOf(after)) >= scoreOf(rules.signalsOf(before)));
    }),
  );
});
