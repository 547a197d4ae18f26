import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { calculate } from "./calculate.ts";

const value = (expression: string): string | null => {
  const result = calculate(expression);
  return result.status === "calculated" ? result.value : null;
};

describe("calculating", () => {
  const right: Readonly<Record<string, string>> = {
    "149.90 - 144.40": "5.50",
    "0.1 + 0.2": "0.30",
    "2 + 3 * 4": "14.00",
    "(2 + 3) * 4": "20.00",
    "100 / 8 / 5": "2.50",
    "10 - 3 - 2": "5.00",
    "-(-3)": "3.00",
    "2 - -.5": "2.50",
    "1 / 3 * 3": "1.00",
    "2 / 3": "0.67",
    "0.125": "0.12",
    "0.375": "0.38",
    "-1 / 3": "-0.33",
    "0 * -1": "0.00",
    "  7.  ": "7.00",
    "999999999999.99 + 0.01": "1000000000000.00",
  };
  for (const [expression, expected] of Object.entries(right))
    it(`${expression} is ${expected}`, () => {
      assert.equal(value(expression), expected);
    });

  const wrong = [
    "",
    "2 +",
    "1 2",
    "()",
    "(1",
    "1)",
    "1/0",
    "1/(2-2)",
    "3(4)",
    "1.2.3",
    ".",
    "2 ** 3",
    "7 // 2",
    "abs(1)",
    "1e9",
    "1,000",
    "process.exit()",
    `${"(".repeat(60)}1${")".repeat(60)}`,
    `${"9*".repeat(249)}99999`,
  ];
  for (const expression of wrong)
    it(`refuses ${JSON.stringify(expression.slice(0, 20))}`, () => {
      assert.equal(value(expression), null);
    });

  it("is exact in cents, and never throws", () => {
    const cents = fc.integer({ min: -10_000_000, max: 10_000_000 });
    const written = (amount: number) =>
      `${amount < 0 ? "-" : ""}${Math.trunc(Math.abs(amount) / 100)}.${String(Math.abs(amount) % 100).padStart(2, "0")}`;
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        assert.equal(value(`${written(a)} + ${written(b)}`), written(a + b).replace("-0.00", "0.00"));
      }),
    );
    const anything = fc.string({ unit: fc.constantFrom(..."0123456789+-*/(). "), maxLength: 40 });
    fc.assert(
      fc.property(anything, (expression) => {
        assert.match(value(expression) ?? "0.00", /^-?\d+\.\d\d$/);
      }),
    );
  });
});
