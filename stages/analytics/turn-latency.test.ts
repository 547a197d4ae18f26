import assert from "node:assert/strict";
import { test } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { type TurnTimeline, timelineOf, turnLatency } from "./turn-latency.ts";

const T = 1_795_000_000_000;

/** The caller's last byte at T, the decision at T + 200, of which 180 were silence on purpose and 15 the recogniser. */
const turnEnded = { occurredAt: T + 200, lastByteAt: T, endpointWaitMs: 180, vendorWaitMs: 15 };
const acknowledged = { occurredAt: T + 210, isAcknowledgement: true, vendorWaitMs: 0 };
const replied = { occurredAt: T + 400, isAcknowledgement: false, vendorWaitMs: 32 };
const whole: TurnTimeline = {
  turnEnded,
  intents: [{ occurredAt: T + 270, vendorWaitMs: 62 }],
  toolResults: [{ occurredAt: T + 300, storeWaitMs: 8, vendorWaitMs: 30 }],
  playbackStarts: [acknowledged, replied],
};

test("given a whole turn, overhead is what is left of voice to voice without silence and vendors; the store's time is ours", () => {
  assert.deepEqual(turnLatency(whole), {
    firstByteAt: T + 400,
    firstSoundMs: 10,
    voiceToVoiceMs: 400,
    overheadMs: 400 - 180 - 15 - 62 - 30 - 32,
    storeWaitMs: 8,
    modelWaitMs: 62,
    paymentWaitMs: 30,
    synthesisWaitMs: 32,
  });
});

test("given lists in another order, the numbers are the same", () => {
  assert.deepEqual(turnLatency({ ...whole, playbackStarts: [replied, acknowledged] }), turnLatency(whole));
});

test("given no acknowledgement, the reply is the first sound", () => {
  assert.equal(turnLatency({ ...whole, playbackStarts: [replied] }).firstSoundMs, 200);
});

test("given an acknowledgement only, there is a first sound and no reply", () => {
  const latency = turnLatency({ ...whole, playbackStarts: [acknowledged] });
  assert.deepEqual(
    [latency.firstSoundMs, latency.voiceToVoiceMs, latency.overheadMs, latency.firstByteAt, latency.synthesisWaitMs],
    [10, null, null, null, null],
  );
});

test("given a sound between the last byte and the decision, the first sound took no time", () => {
  const early = { ...acknowledged, occurredAt: T + 150 };
  assert.equal(turnLatency({ ...whole, playbackStarts: [early, replied] }).firstSoundMs, 0);
});

test("given speech that began before the caller fell silent, it does not answer the turn", () => {
  const before = { ...replied, occurredAt: T - 1 };
  assert.equal(turnLatency({ ...whole, playbackStarts: [before, replied] }).voiceToVoiceMs, 400);
});

test("given a result that came after the reply had begun, its wait does not count", () => {
  const late = { occurredAt: T + 2_000, storeWaitMs: 20, vendorWaitMs: 900 };
  assert.deepEqual(turnLatency({ ...whole, toolResults: [...whole.toolResults, late] }), turnLatency(whole));
});

test("given no end of turn, nothing is measured", () => {
  const latency = turnLatency({ ...whole, turnEnded: null });
  assert.deepEqual([latency.firstSoundMs, latency.voiceToVoiceMs, latency.overheadMs], [null, null, null]);
});

test("given records of several turns, the timeline holds those of one", () => {
  const start = (turn: number) =>
    stamped("PlaybackStarted", { turn, responseId: "r", isAcknowledgement: false, vendorWaitMs: 1 });
  const ended = stamped("TurnEnded", {
    turn: 2,
    text: "",
    confidence: 1,
    endsAtMs: 0,
    ...turnEnded,
  });
  const second = start(2);
  assert.deepEqual(timelineOf([start(1), second, ended], 2), {
    turnEnded: ended,
    intents: [],
    toolResults: [],
    playbackStarts: [second],
  });
});
