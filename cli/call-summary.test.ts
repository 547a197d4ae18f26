import assert from "node:assert/strict";
import { it } from "node:test";
import { stamped } from "../runtime/testing/record.ts";
import type { ScenarioResult } from "../simulators/caller/scenario-player.ts";
import { latencyOf, summariseCall } from "./call-summary.ts";

const result: ScenarioResult = {
  scenario: "01-test",
  callSid: "CA1",
  outcome: "passed",
  failures: [],
  ending: { by: "agent", reason: "completed" },
  transcript: [],
  turns: [
    { caller: "", agentHeard: "Welcome.", startedAt: 0, firstSoundMs: null, voiceToVoiceMs: null },
    { caller: "A lamp, please.", agentHeard: "I found one.", startedAt: 1_000, firstSoundMs: 90, voiceToVoiceMs: 500 },
    { caller: "1", agentHeard: "Thank you.", startedAt: 9_000, firstSoundMs: 80, voiceToVoiceMs: 300 },
  ],
};
const at = { callSid: "CA1", turn: 1 } as const;
const ended = { ...at, text: "x", confidence: 1, startsAtMs: 0, endsAtMs: 0, endpointWaitMs: 200, vendorWaitMs: 0 };
const heard = {
  result,
  evidence: {
    orders: [],
    charges: [],
    changedOrders: [],
    heldPieces: 0,
    records: [
      stamped("TurnEnded", { ...ended, occurredAt: 2_300, lastByteAt: 2_000, decidedBy: "complete" }),
      stamped("ResponsePrepared", {
        ...at,
        occurredAt: 2_350,
        sentences: [],
        state: "review",
        isInterruptible: true,
        replacesCurrent: false,
      }),
      stamped("PlaybackStarted", {
        ...at,
        occurredAt: 2_400,
        responseId: "r",
        isAcknowledgement: false,
        vendorWaitMs: 50,
      }),
      stamped("ResponsePrepared", {
        ...at,
        occurredAt: 9_500,
        sentences: [],
        state: "exit",
        isInterruptible: true,
        replacesCurrent: false,
      }),
    ],
  },
};

it("gives each thing that the caller did what was recorded until the next", () => {
  const { turns } = summariseCall(heard);
  assert.deepEqual(
    turns.map(({ state, overheadMs, firstSoundMs, voiceToVoiceMs }) => [
      state,
      overheadMs,
      firstSoundMs,
      voiceToVoiceMs,
    ]),
    [
      [null, null, null, null],
      ["review", 150, 100, 400],
      ["exit", null, null, null],
    ],
  );
});

it("takes the three numbers from every turn that was spoken", () => {
  assert.equal(latencyOf([heard, heard]).overheadMs.p95, 150);
  assert.equal(latencyOf([]).voiceToVoiceMs.p50, null);
});
