import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createMemoryRiskHistory } from "../../connectors/risk-history/memory.ts";
import type { RiskHistory } from "../../connectors/risk-history/port.ts";
import type { Input } from "../../runtime/stage.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { type InputTopic, type Ports, step } from "./core.ts";
import { replay as replayWith } from "./replay.ts";
import { readRuleSet } from "./rule-set.ts";
import * as records from "./testing/call-records.ts";

const rules = readRuleSet(new URL("./rules.json", import.meta.url));
const config = { riskKey: "a key of the tests", rules };
const T = 1_795_000_000_000;
const MINUTE = 60_000;
const caller = "+15550100001";

/** With an empty history of its own, unless one is given. */
const replay: (
  records: readonly AnyRecord[],
  options: Omit<Parameters<typeof replayWith>[1], "history"> & { history?: RiskHistory },
) => ReturnType<typeof replayWith> = (log, options) =>
  replayWith(log, { history: createMemoryRiskHistory(), ...options });

const actions = (assessments: readonly { action: string }[]) => assessments.map((assessment) => assessment.action);

test("given an ordinary call, every assessed record gets one assessment that allows", async () => {
  const call: AnyRecord[] = [
    records.callStarted(caller, { occurredAt: T }),
    records.turnEnded("I would like a coffee maker", { occurredAt: T + 1, turn: 1 }),
    records.intentRecognised("searchProducts", { occurredAt: T + 2, turn: 1 }),
    records.toolCalled("searchProducts", { query: "coffee maker" }, { occurredAt: T + 3, turn: 1 }),
    records.toolSucceeded("searchProducts", { occurredAt: T + 4, turn: 1 }),
    records.callEnded({ occurredAt: T + 5, turn: 1 }),
  ];
  const assessments = await replay(call, { config });
  assert.deepEqual(
    assessments,
    call.map((record) => ({
      type: "RiskAssessed",
      callSid: record.callSid,
      turn: record.turn,
      assessedEventId: record.eventId,
      score: 0,
      action: "allow",
      signals: [],
      ruleSetVersion: rules.version,
    })),
  );
});

test("given the record, then history is asked with keyed hashes only, and nothing is emitted before it answers", () => {
  const record = records.callStarted(caller, { occurredAt: T });
  const outcome = step(null, { from: "calls", record }, T, config);
  assert.equal(outcome.emit, undefined);
  assert.equal(outcome.effects?.length, 1);
  assert.equal(outcome.effects?.[0]?.input.occurredAt, T);
  assert.equal(JSON.stringify(outcome).includes(caller.slice(2)), false);
});

test("given words and an order number, neither is in the state nor sent to history", () => {
  const turn = records.turnEnded("where is my order please", { occurredAt: T });
  const heard = step(null, { from: "transcripts", record: turn }, T, config);
  const asked = records.toolCalled("checkOrderStatus", { orderNumber: "700123" }, { occurredAt: T + 1 });
  const outcome = step(heard.state, { from: "toolCalls", record: asked }, T + 1, config);
  const kept = JSON.stringify(outcome);
  for (const secret of ["order please", "where", "700123", "700124"])
    assert.equal(kept.includes(secret), false, secret);
});

test("given interim words, then nothing happens", () => {
  const record = {
    ...records.turnEnded("", { occurredAt: T }),
    type: "TranscriptUpdated" as const,
    stability: 0.5,
  } as unknown as Extract<Input<InputTopic, Ports>, { from: "transcripts" }>["record"];
  assert.deepEqual(step(null, { from: "transcripts", record }, T, config), { state: null, save: false });
});

test("given calls of one caller within the hour, from the eleventh on the caller must confirm, and from the fifteenth the call is blocked", async () => {
  const calls = Array.from({ length: 16 }, (_, index) =>
    records.callStarted(caller, { callSid: `CA${index}`, occurredAt: T + index * MINUTE }),
  );
  assert.deepEqual(actions(await replay(calls, { config })), [
    ...Array.from({ length: 10 }, () => "allow"),
    "confirm",
    ...Array.from({ length: 3 }, () => "challenge"),
    "block",
    "block",
  ]);
});

test("given withheld numbers, they share no history", async () => {
  const calls = Array.from({ length: 20 }, (_, index) =>
    records.callStarted("", { callSid: `CA${index}`, occurredAt: T + index }),
  );
  assert.deepEqual(new Set(actions(await replay(calls, { config }))), new Set(["allow"]));
});

test("given declined cards, three challenge and four block, and the action does not fall when a day has passed", async () => {
  const declines = Array.from({ length: 4 }, (_, index) =>
    records.toolRefused("placeOrder", "cardDeclined", { occurredAt: T + index }),
  );
  const call = [
    records.callStarted(caller, { occurredAt: T - 1 }),
    ...declines,
    records.turnEnded("yes", { occurredAt: T + 25 * 60 * MINUTE }),
  ];
  const assessments = await replay(call, { config });
  assert.deepEqual(actions(assessments), ["allow", "allow", "allow", "challenge", "block", "block"]);
  assert.equal(assessments.at(-1)?.score, 0);
});

test("given order numbers tried in sequence by one caller over two calls, it is an enumeration attempt", async () => {
  const asked = (number: string, callSid: string, index: number) =>
    records.toolCalled("checkOrderStatus", { orderNumber: number }, { callSid, occurredAt: T + index });
  const assessments = await replay(
    [
      records.callStarted(caller, { callSid: "CA1", occurredAt: T }),
      asked("700101", "CA1", 1),
      asked("700102", "CA1", 2),
      records.callStarted(caller, { callSid: "CA2", occurredAt: T + 3 }),
      asked("700103", "CA2", 4),
    ],
    { config },
  );
  assert.deepEqual(assessments.at(-1)?.signals, [{ name: "enumerationAttempt", value: 0.75, weight: 0.95 }]);
  assert.deepEqual(actions(assessments), ["allow", "allow", "allow", "allow", "challenge"]);
});

test("given a record of a topic that was read before CallStarted, it is assessed, and the caller's history counts from CallStarted on", async () => {
  const late = records.intentRecognised("help", { occurredAt: T + 1, callSid: "CA9" });
  const calls = Array.from({ length: 11 }, (_, index) =>
    records.callStarted(caller, { callSid: `CA${index}`, occurredAt: T + index }),
  );
  const assessments = await replay([late, ...calls], { config });
  assert.equal(assessments.length, 12);
  assert.equal(assessments.at(-1)?.action, "confirm");
});

test("given history that does not answer, the record is assessed all the same and money needs a yes", async () => {
  const silent: RiskHistory = { record: async ({ eventId }) => ({ eventId, windows: null }) };
  const call = [records.callStarted(caller, { occurredAt: T }), records.callEnded({ occurredAt: T + 1 })];
  const assessments = await replay(call, { config, history: silent });
  assert.deepEqual(
    assessments.map(({ score, action }) => ({ score, action })),
    [
      { score: 0, action: "confirm" },
      { score: 0, action: "confirm" },
    ],
  );
});

test("given a port that failed, the oldest record that waits is assessed without history", () => {
  const record = records.callStarted(caller, { occurredAt: T });
  const asked = step(null, { from: "calls", record }, T, config);
  const failed = step(
    asked.state,
    {
      from: "port",
      port: "riskHistory",
      call: "record",
      effectId: "",
      outcome: "failure",
      code: "VENDOR_UNAVAILABLE",
      isRetryable: true,
    },
    T,
    config,
  );
  assert.equal(failed.emit?.length, 1);
  assert.deepEqual(failed.state?.pending, []);
});

test("given a worker that took the call over, what was not answered is asked again under the same key", () => {
  const record = records.callStarted(caller, { occurredAt: T });
  const asked = step(null, { from: "calls", record }, T, config);
  const restored = step(asked.state, { from: "restored" }, T + 5_000, config);
  assert.deepEqual(restored.effects, asked.effects);
  assert.deepEqual(restored.state, asked.state);
});

test("given the last answer of an ended call, the call is forgotten", async () => {
  const ended = records.callEnded({ occurredAt: T });
  const asked = step(null, { from: "calls", record: ended }, T, config);
  const answered = step(
    asked.state,
    {
      from: "port",
      port: "riskHistory",
      call: "record",
      effectId: "",
      outcome: "result",
      result: { eventId: ended.eventId, windows: {} },
    },
    T,
    config,
  );
  assert.equal(answered.state, null);
  assert.equal(answered.emit?.length, 1);
});

const numbers = fc.constantFrom("+15550100001", "+15550100002", "");
const anyRecord = fc.record({
  call: fc.nat({ max: 3 }),
  at: fc.nat({ max: 20 }),
  kind: fc.nat({ max: 7 }),
  number: numbers,
  order: fc.constantFrom("700101", "700102", "700103", "800000"),
});

function recordOf(drawn: { call: number; at: number; kind: number; number: string; order: string }, index: number) {
  const stamps = { callSid: `CA${drawn.call}`, occurredAt: T + drawn.at, eventId: `event-${index}` };
  const makers = [
    () => records.callStarted(drawn.number, stamps),
    () => records.turnEnded("tell me the price of this thing", stamps),
    () => records.intentRecognised("applyDiscount", stamps),
    () => records.intentRecognised("searchProducts", stamps),
    () => records.toolCalled("checkOrderStatus", { orderNumber: drawn.order }, stamps),
    () => records.toolRefused("checkOrderStatus", "notFound", stamps),
    () => records.toolRefused("placeOrder", "cardDeclined", stamps),
    () => records.toolCalled("placeOrder", { cardId: drawn.order }, stamps),
  ];
  return (makers[drawn.kind] as () => AnyRecord)();
}

test("given the same records, then any batching and any order of answers gives the same assessments of each call", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { maxLength: 60 }), fc.nat(), async (drawn, seed) => {
      const log = drawn.map(recordOf);
      const perCall = async (batchSize: number, isShuffled: boolean) => {
        const answersIn = <A>(answers: A[]): A[] =>
          isShuffled
            ? answers
                .map((answer, index) => ({ answer, rank: (index * 7_919 + seed) % 101 }))
                .sort((a, b) => a.rank - b.rank)
                .map(({ answer }) => answer)
            : answers;
        const assessments = await replay(log, { config, batchSize, answersIn });
        assert.equal(assessments.length, log.length);
        return Map.groupBy(assessments, (assessment) => assessment.callSid);
      };
      const oneByOne = await perCall(1, false);
      assert.deepEqual(await perCall(7, true), oneByOne);
      assert.deepEqual(await perCall(1_000, true), oneByOne);
    }),
    { numRuns: 40 },
  );
});

test("given any call, its action never falls", async () => {
  const order = ["allow", "confirm", "challenge", "block"];
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { maxLength: 60 }), async (drawn) => {
      const log = drawn.map((one, index) => recordOf({ ...one, call: 0 }, index));
      const ranks = actions(await replay(log, { config })).map((action) => order.indexOf(action));
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 40 },
  );
});
