import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joined } from "../../connectors/warehouse/facts.ts";
import type { Facts, WarehouseEntry } from "../../connectors/warehouse/port.ts";
import { keyedHash } from "../../runtime/keyed-hash.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { noToolArguments } from "../../schemas/generated/records.ts";
import { type AnyRecord, type TopicKey, topics } from "../../schemas/topics.ts";
import { step } from "./core.ts";
import { callRowOf, turnRowOf } from "./rows.ts";

const T = 1_795_000_000_000;
const config = {
  riskKey: "a key of the tests",
  auditChains: 12,
  maxWaitingWrites: 100,
  writeDelayMs: 0,
  postgresUrl: "",
  postgresStatementTimeoutMs: 1_000,
  crm: "off",
  crmUrl: "",
  crmToken: "",
  crmUpdateIntervalMs: 5_000,
} as const;
const stamps = (afterMs: number, turn = 1) => ({ occurredAt: T + afterMs, turn });
const waits = { storeWaitMs: 8, vendorWaitMs: 30 };

const started = stamped("CallStarted", {
  ...stamps(-5_000, 0),
  fromNumber: "+15550100001",
  toNumber: "+15550199999",
  attestation: "full",
  answeredBy: "gateway",
});
const turnEnded = stamped("TurnEnded", {
  ...stamps(200),
  text: "yes charge my card please",
  lastByteAt: T,
  decidedBy: "complete",
  endpointWaitMs: 180,
  vendorWaitMs: 15,
});
const call: AnyRecord[] = [
  started,
  turnEnded,
  stamped("PlaybackStarted", {
    ...stamps(210),
    responseId: "acknowledgement",
    isAcknowledgement: true,
    vendorWaitMs: 0,
  }),
  stamped("IntentRecognised", {
    ...stamps(270),
    intent: "confirm",
    text: "yes charge my card please",
    confidence: 0.95,
    model: "m",
    inputTokens: 100,
    outputTokens: 20,
    costMicros: 55,
    vendorWaitMs: 62,
  }),
  stamped("ToolCalled", {
    ...stamps(275),
    tool: "placeOrder",
    intent: "confirm",
    arguments: { ...noToolArguments, quoteId: "q", quoteHash: "h", cardId: "c", callerNumber: "+15550100001" },
    isConfirmed: true,
  }),
  stamped("ToolSucceeded", {
    ...stamps(300),
    callId: "call",
    tool: "placeOrder",
    order: {
      orderNumber: "700001",
      status: "paid",
      lines: [],
      totalMinor: 4_999,
      currency: "USD",
      placedAt: T,
      paidWithLast4: "4242",
      options: [],
    },
    customerName: "Ada",
    ...waits,
  }),
  stamped("ResponsePrepared", {
    ...stamps(310),
    sentences: [{ text: "Done, Ada.", phraseId: null }],
    state: "receipt",
    isInterruptible: true,
    replacesCurrent: false,
  }),
  stamped("PlaybackStarted", { ...stamps(400), responseId: "r", isAcknowledgement: false, vendorWaitMs: 32 }),
  stamped("PlaybackCleared", { ...stamps(600), responseId: "r", sentenceIndex: 0, heardMs: 200, heardText: "Done," }),
  stamped("RiskAssessed", {
    ...stamps(620),
    assessedEventId: "e",
    score: 0.6,
    action: "confirm",
    signals: [],
    ruleSetVersion: "1",
  }),
  stamped("RiskAssessed", {
    ...stamps(630),
    assessedEventId: "f",
    score: 0.2,
    action: "confirm",
    signals: [],
    ruleSetVersion: "1",
  }),
  stamped("CallEnded", { ...stamps(9_000), reason: "callerHungUp", durationMs: 14_000 }),
];

function effectsOf(record: AnyRecord) {
  const from = (Object.keys(topics) as TopicKey[]).find((key) =>
    (topics[key].records as readonly string[]).includes(record.type),
  );
  const outcome = step(null, { from, record } as Parameters<typeof step>[1], record.occurredAt, config);
  return outcome.effects ?? [];
}

function entriesOf(record: AnyRecord): WarehouseEntry[] {
  return effectsOf(record).flatMap((effect) => (effect.port === "warehouse" ? [effect.input] : []));
}

function rowsOf(records: readonly AnyRecord[]) {
  let [turn, whole]: [Facts, Facts] = [{}, {}];
  for (const { turnFacts, callFacts } of records.flatMap(entriesOf)) {
    turn = joined(turn, turnFacts ?? {});
    whole = joined(whole, callFacts ?? {});
  }
  return { turn: turnRowOf(turn), call: callRowOf(whole) };
}

test("given the records of a call, its rows tell what happened", () => {
  assert.deepEqual(rowsOf(call), {
    turn: {
      words: "[redacted]",
      wordCount: 5,
      recogniserConfidence: 0.9,
      intent: "confirm",
      confidence: 0.95,
      source: "model",
      tools: ["placeOrder"],
      outcomes: ["placeOrder:succeeded"],
      state: "receipt",
      decidedBy: "complete",
      speechEndedAt: T,
      turnEndedAt: T + 200,
      firstByteAt: T + 400,
      endpointWaitMs: 180,
      recogniserWaitMs: 15,
      modelWaitMs: 62,
      storeWaitMs: 8,
      paymentWaitMs: 30,
      synthesisWaitMs: 32,
      overheadMs: 81,
      voiceToVoiceMs: 400,
      firstSoundMs: 10,
      wasInterrupted: true,
      riskScore: 0.6,
      riskAction: "confirm",
      costMicros: 55,
      inputTokens: 100,
      outputTokens: 20,
    },
    call: {
      callerHash: keyedHash(config.riskKey, "caller/+15550100001", 32),
      startedAt: T - 5_000,
      endedAt: T + 9_000,
      endReason: "callerHungUp",
      durationMs: 14_000,
      turns: 1,
      orders: 1,
      revenueMinor: 4_999,
      isConverted: true,
      costMicros: 55,
      riskScore: 0.6,
      riskAction: "confirm",
    },
  });
});

test("given the records in any order, with any of them twice, the rows are the same", () => {
  const expected = rowsOf(call);
  fc.assert(
    fc.property(fc.shuffledSubarray(call, { minLength: call.length }), fc.subarray(call), (shuffled, again) => {
      assert.deepEqual(rowsOf([...shuffled, ...again]), expected);
    }),
  );
});

test("given any record, what goes to the warehouse holds no caller content", () => {
  const stored = JSON.stringify(call.flatMap(entriesOf));
  for (const content of ["charge my card", "+15550100001", "700001", "4242", "Ada", "Done"])
    assert.equal(stored.includes(content), false, content);
});

test("given a refusal and a fault, the outcomes tell why", () => {
  const refused = stamped("ToolRefused", {
    ...stamps(300),
    callId: "call",
    tool: "placeOrder",
    reason: "cardDeclined",
    ...waits,
  });
  const failed = stamped("ToolFailed", {
    ...stamps(400),
    callId: "call",
    tool: "placeOrder",
    code: "DATABASE_FAILED",
    isOutcomeUnknown: false,
    ...waits,
  });
  const { turn, call: whole } = rowsOf([failed, refused]);
  assert.deepEqual(turn.outcomes, ["placeOrder:refused:cardDeclined", "placeOrder:failed:DATABASE_FAILED"]);
  assert.deepEqual([whole.orders, whole.revenueMinor, whole.isConverted], [0, 0, false]);
});

test("given a withheld number, the caller has no hash", () => {
  assert.equal(rowsOf([{ ...started, fromNumber: "" }]).call.callerHash, "");
});

test("given a call's beginning, its numbers go to the interactions, and to nothing else", () => {
  const noted = call.flatMap(effectsOf).filter((effect) => effect.port === "interactions");
  assert.deepEqual(noted, [
    { port: "interactions", call: "began", input: { fromNumber: "+15550100001", toNumber: "+15550199999" } },
  ]);
});

test("given a transfer to a person, the call's facts tell it; given a hang-up, they do not", () => {
  const directed = (direction: "transfer" | "hangUp") =>
    stamped("CallDirected", { ...stamps(700), direction, toNumber: null, afterResponseId: null });
  const factsOf = (record: AnyRecord) => entriesOf(record)[0]?.callFacts;
  const transferred = directed("transfer");
  assert.deepEqual(factsOf(transferred), { transfers: { [transferred.eventId]: true } });
  assert.equal(factsOf(directed("hangUp")), null);
});

test("given interim words, nothing is stored", () => {
  assert.deepEqual(
    entriesOf(stamped("TranscriptUpdated", { ...stamps(1), text: "yes", stability: 0.5, silenceMs: 0 })),
    [],
  );
});

test("given a record before the caller's first turn, it is audited and belongs to no turn", () => {
  const greeting = stamped("PlaybackStarted", {
    ...stamps(1, 0),
    responseId: "r",
    isAcknowledgement: false,
    vendorWaitMs: 0,
  });
  assert.deepEqual(entriesOf(greeting), [{ record: greeting, turnFacts: null, callFacts: null }]);
});
