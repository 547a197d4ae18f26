import assert from "node:assert/strict";
import { test } from "node:test";
import { agree } from "./books.ts";

const entry = (callSid: string, amountMinor = 100) => ({ callSid, amountMinor });

test("one order and its charge agree; other calls' charges are theirs", () => {
  assert.deepEqual(agree("CA1", true, [entry("CA1")], [entry("CA9"), entry("CA1")]), {
    isConfirmed: true,
    orders: 1,
    charges: 1,
    disagreements: 0,
  });
  assert.equal(agree("CA1", false, [], []).disagreements, 0, "a call may end without an order");
});

const broken = {
  "a charge without an order": [[], [entry("CA1")]],
  "an order without a charge": [[entry("CA1")], []],
  "another amount": [[entry("CA1")], [entry("CA1", 99)]],
  "an order charged twice": [[entry("CA1")], [entry("CA1"), entry("CA1")]],
  "two orders": [
    [entry("CA1"), entry("CA1")],
    [entry("CA1"), entry("CA1")],
  ],
} as const;
for (const [what, [orders, charges]] of Object.entries(broken))
  test(`${what} is a disagreement`, () => {
    assert.equal(agree("CA1", false, orders, charges).disagreements, 1);
  });

test("a number that a caller heard without an order is a disagreement", () => {
  assert.equal(agree("CA1", true, [], []).disagreements, 1);
});
