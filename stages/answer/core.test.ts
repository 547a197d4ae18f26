import assert from "node:assert/strict";
import { test } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { attachedCall, attachedEvent, Call, facts, streamSid } from "./test-call.ts";

test("given a call that arrives and whose stream opens, then it is told once that it started, and where it can be spoken to", () => {
  const call = new Call();
  call.event({ type: "callArrived", facts }, 10_000);
  call.event(attachedEvent, 10_500);
  const { fromNumber, toNumber, attestation, answeredBy } = facts;
  assert.deepEqual(call.records(), [
    { type: "CallStarted", turn: 0, fromNumber, toNumber, attestation, answeredBy },
    {
      type: "StreamAttached",
      turn: 0,
      streamSid,
      gatewayId: "gateway-a",
      replyPartition: 3,
      attachment: 0,
      cardEntry: null,
    },
  ]);
});

test("given an unknown call, then its records, timers and frames are nothing to this gateway", () => {
  const call = new Call();
  assert.deepEqual(call.says(), { state: null });
  assert.deepEqual(call.feed({ from: "timer", name: "playback" }), { state: null });
  assert.deepEqual(call.event({ type: "streamClosed", streamSid, reason: "closed" }), { state: null });
});

test("given a hang-up after a response, then the call ends when its last mark has returned", () => {
  const call = attachedCall();
  call.says({ responseId: "farewell" });
  call.directs("hangUp", "farewell");
  assert.deepEqual(call.calls("hangUp"), []);
  call.passes(1000);
  call.markReturns("0.1");
  assert.deepEqual(call.calls("hangUp"), [{}]);
  call.records();
  call.event({ type: "streamClosed", streamSid, reason: "stopped" }, 13_000);
  assert.deepEqual(call.records(), [
    { type: "StreamDetached", turn: 0, streamSid, reason: "stopped" },
    { type: "CallEnded", turn: 0, reason: "agentHungUp", durationMs: 3000 },
  ]);
  assert.equal(call.state, null);
});

test("given a hang-up after a response that never comes, then the call ends after 10 s", () => {
  const call = attachedCall();
  call.directs("hangUp", "farewell");
  call.passes(9900);
  assert.deepEqual(call.calls("hangUp"), []);
  call.passes(200);
  assert.deepEqual(call.calls("hangUp"), [{}]);
});

test("given a farewell longer than 10 s, then it is heard to its end before the call ends", () => {
  const call = attachedCall();
  call.says({ responseId: "farewell", durationMs: 12_000 });
  call.directs("hangUp", "farewell");
  call.passes(11_500);
  assert.deepEqual(call.calls("hangUp"), []);
});

test("given a hang-up that fails, then it is tried again, and at last the stream is closed", () => {
  const call = attachedCall();
  call.directs("hangUp");
  assert.deepEqual(call.calls(), ["hangUp"]);
  const failure = {
    from: "port",
    port: "telephony",
    call: "hangUp",
    effectId: "e",
    outcome: "failure",
    code: "VENDOR_UNAVAILABLE",
    isRetryable: true,
  } as const;
  call.feed(failure);
  assert.deepEqual(call.calls(), ["hangUp"]);
  call.feed(failure);
  assert.deepEqual(call.calls("closeStream"), [{ streamSid }]);
  call.passes(6000);
  assert.equal((call.records().at(-1) as { reason: string }).reason, "agentHungUp");
  assert.equal(call.state, null);
});

test("given a transfer, then the caller is connected and the call ends as transferred", () => {
  const call = attachedCall();
  call.directs("transfer");
  assert.deepEqual(call.calls("transfer"), [{ toNumber: "+15550003333" }]);
  call.event({ type: "streamClosed", streamSid, reason: "stopped" });
  assert.equal((call.records().at(-1) as { reason: string }).reason, "transferred");
});

test("given a call that is blocked, then it ends once the caller has been told, or after 10 s", () => {
  const call = attachedCall();
  const record = stamped("RiskAssessed", {
    assessedEventId: "event",
    score: 1,
    action: "block",
    signals: [],
    ruleSetVersion: "1",
  });
  call.feed({ from: "risk", record });
  assert.deepEqual(call.calls("hangUp"), []);
  call.says({ responseId: "sorry" });
  call.passes(1000);
  call.markReturns("0.1");
  assert.deepEqual(call.calls("hangUp"), [{}]);
});

test("given a stream that is lost, when the call comes back, then positions join and it can be spoken to again", () => {
  const call = attachedCall();
  call.hears(260, false);
  call.emitted.length = 0;
  call.event({ type: "streamClosed", streamSid, reason: "closed" });
  assert.deepEqual(
    call.emitted.splice(0).map((record) => (record as { type: string }).type),
    ["AudioCaptured", "StreamDetached"],
  );
  call.passes(2000);
  call.event({ ...attachedEvent, streamSid: "MZ2", attachment: 1 });
  assert.deepEqual(call.records(), [
    {
      type: "StreamAttached",
      turn: 1,
      streamSid: "MZ2",
      gatewayId: "gateway-a",
      replyPartition: 3,
      attachment: 1,
      cardEntry: null,
    },
  ]);
  const audio = new Uint8Array(800).fill(0xff);
  const voiced = [false, false, false, false, false];
  call.event({ type: "frames", streamSid: "MZ2", audio, voiced, concealedFrames: 0, receivedAtMs: call.atMs });
  assert.equal(call.audio()[0]?.startsAtMs, 260);
  assert.equal(call.timers.has("resume"), false);
});

test("given a call of another gateway that comes back here, then it does not start again, and its audio lies behind all of before", () => {
  const call = new Call();
  call.event({ ...attachedEvent, attachment: 1, firstAttachedAtMs: 5490, gatewayId: "gateway-b" }, 10_500);
  assert.deepEqual(call.records(), [
    {
      type: "StreamAttached",
      turn: 1,
      streamSid,
      gatewayId: "gateway-b",
      replyPartition: 3,
      attachment: 1,
      cardEntry: null,
    },
  ]);
  call.hears(100, false);
  assert.equal(call.audio()[0]?.startsAtMs, 5020);
});

test("given a stream that is lost for good, then the call counts as lost, unless another gateway has it", () => {
  const located = (isElsewhere: boolean) =>
    ({
      from: "port",
      port: "telephony",
      call: "locate",
      effectId: "e",
      outcome: "result",
      result: { isElsewhere },
    }) as const;
  const call = attachedCall();
  call.event({ type: "streamClosed", streamSid, reason: "closed" });
  call.passes(15_000);
  assert.deepEqual(call.calls("locate"), [{ attachment: 0 }]);
  call.records();
  call.feed(located(false));
  assert.equal((call.records()[0] as { reason: string }).reason, "lost");

  const moved = attachedCall();
  moved.event({ type: "streamClosed", streamSid, reason: "closed" });
  moved.passes(15_000);
  moved.records();
  assert.deepEqual(moved.feed(located(true)).state, null);
  assert.deepEqual(moved.records(), []);
});

test("given the carrier's word that the call is over, then it ends once, with what was going on closed", () => {
  const call = attachedCall();
  call.hears(400, true);
  call.records();
  call.event({ type: "callOver", hasFailed: false, ending: null, facts }, 12_000);
  assert.deepEqual(
    call.records().map((record) => (record as { type: string }).type),
    ["SpeechEnded", "StreamDetached", "CallEnded"],
  );
  assert.deepEqual(call.event({ type: "streamClosed", streamSid, reason: "stopped" }), { state: null });
});

test("given a call that is over and whose gateway is gone, then any gateway closes the books", () => {
  const call = new Call();
  call.event({ type: "callOver", hasFailed: false, ending: null, facts }, 12_000);
  assert.deepEqual(call.records(), [{ type: "CallEnded", turn: 0, reason: "callerHungUp", durationMs: 2000 }]);
  assert.deepEqual(call.event({ type: "callOver", hasFailed: false, ending: null, facts: null }), { state: null });
});

test("given a newer stream of the same call, then it takes over and the older one counts for nothing", () => {
  const call = attachedCall();
  call.event({ ...attachedEvent, streamSid: "MZ2", attachment: 1 });
  assert.deepEqual(
    call.records().map((record) => (record as { type: string }).type),
    ["StreamDetached", "StreamAttached"],
  );
  call.event({ type: "digit", streamSid, digit: "1" });
  call.event({ type: "streamClosed", streamSid, reason: "closed" });
  assert.deepEqual(call.records(), []);
});

test("given a farewell that the caller cuts off, before or after the hang-up is directed, then the call goes on", () => {
  for (const isDirectedFirst of [true, false]) {
    const call = attachedCall();
    call.says({ responseId: "farewell", durationMs: 3000 });
    if (isDirectedFirst) call.directs("hangUp", "farewell");
    call.hears(100, true);
    if (!isDirectedFirst) call.directs("hangUp", "farewell");
    call.hears(15_000, false);
    assert.deepEqual(call.calls("hangUp"), []);
  }
});

test("given an invitation to hang up twice, then the carrier is told once", () => {
  const call = attachedCall();
  call.directs("hangUp");
  call.directs("hangUp");
  assert.equal(call.calls("hangUp").length, 1);
});
