import assert from "node:assert/strict";
import { test } from "node:test";
import { compareDecisions, type Decision } from "./compared-decisions.ts";

const decision = (assessedEventId: string, fields: Partial<Decision> = {}): Decision => ({
  assessedEventId,
  callSid: "CA1",
  turn: 1,
  score: 0.2,
  action: "allow",
  signals: [{ name: "velocityAbuse", value: 0.5, weight: 0.4 }],
  ruleSetVersion: "1",
  ...fields,
});

test("equal decisions are identical in any order, and though one was published twice", () => {
  const compared = compareDecisions([decision("a"), decision("b"), decision("b")], [decision("b"), decision("a")]);
  assert.deepEqual(compared, { identical: 2, missing: 0, differing: new Map(), differingDecisions: 0, otherAction: 0 });
});

test("each field that differs is counted, and an action apart", () => {
  const { differing, differingDecisions, otherAction, identical } = compareDecisions(
    [decision("a"), decision("b"), decision("c")],
    [decision("a", { score: 0.3, signals: [] }), decision("b", { action: "block" }), decision("c")],
  );
  assert.deepEqual(Object.fromEntries(differing), { score: 1, signals: 1, action: 1 });
  assert.deepEqual([identical, differingDecisions, otherAction], [1, 2, 1]);
});

test("a decision that only one side took is missing, on either side", () => {
  assert.equal(compareDecisions([decision("a")], [decision("b")]).missing, 2);
});
