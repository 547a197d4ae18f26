import assert from "node:assert/strict";
import { test } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { attachedCall, attachedEvent, type Call, config, streamSid } from "./test-call.ts";

const started = { type: "PlaybackStarted", turn: 0, isAcknowledgement: false, vendorWaitMs: 40 };
const handedOver = { call: "handOver", input: { streamSid } };

function leavingCall(): Call {
  const call = attachedCall();
  call.event({ type: "gatewayLeaves" });
  assert.deepEqual(handOvers(call), [], "not at once");
  return call;
}

function handOvers(call: Call): unknown[] {
  const found = call.effects.filter(({ call: name }) => name === "handOver");
  call.effects.length = 0;
  return found;
}

function marks(call: Call): string[] {
  const placed = call.effects.flatMap(({ call: name, input }) =>
    name === "mark" ? [(input as { markName: string }).markName] : [],
  );
  call.effects.length = 0;
  return placed;
}

test("given a caller who speaks, when the gateway leaves, then the call is handed over when the reply has come", () => {
  const call = attachedCall();
  call.hears(400, true);
  call.event({ type: "gatewayLeaves" });
  call.hears(5000, true);
  call.hears(1000, false);
  assert.deepEqual(handOvers(call), []);
  call.says({ turn: 1 });
  assert.deepEqual(call.effects, [handedOver], "nothing of the reply is played here");
  call.records();
  call.event({ type: "streamClosed", streamSid, reason: "draining" });
  assert.deepEqual(
    call.records().map((record) => (record as { type: string }).type),
    ["PlaybackCleared", "StreamDetached"],
    "the dialogue learns that the reply was not heard",
  );
});

test("given a reply that has come, while the caller speaks on, then the call waits for their end", () => {
  const call = attachedCall();
  call.hears(400, true);
  call.event({ type: "gatewayLeaves" });
  call.says({ turn: 1 });
  call.hears(300, true);
  assert.deepEqual(handOvers(call), []);
  call.hears(config.speechEndSilenceMs, false);
  assert.deepEqual(handOvers(call), [handedOver]);
});

test("given an agent who speaks, when the gateway leaves, then the sentence is heard to its end and the next one is said elsewhere", () => {
  const call = attachedCall();
  call.says({ isResponseEnd: false, durationMs: 3000 });
  call.event({ type: "gatewayLeaves" });
  call.says({ sequence: 1, sentenceIndex: 1, sentenceText: "Which one would you like?" });
  call.hears(2900, false);
  const [mark = "", ...more] = marks(call);
  assert.deepEqual(more, [], "the second sentence was not sent");
  call.records();
  call.hears(100, false);
  assert.deepEqual(handOvers(call), [], "the mark is still under way");
  call.markReturns(mark);
  assert.deepEqual(handOvers(call), [handedOver]);
  call.event({ type: "streamClosed", streamSid, reason: "draining" });
  const [reached, cleared] = call.records() as Record<string, unknown>[];
  assert.deepEqual([reached?.type, reached?.sentenceIndex], ["PlaybackReached", 0]);
  assert.deepEqual([cleared?.type, cleared?.sentenceIndex, cleared?.heardMs], ["PlaybackCleared", 1, 0]);
});

test("given a reply of several sentences, then its first one is heard without delay, and the call is handed over behind it", () => {
  const call = leavingCall();
  const sentences = ["There are two.", "Which one would you like?"].map((text) => ({ text, phraseId: null }));
  const prepared = { eventId: "response-2", sentences, state: "review", isInterruptible: true } as const;
  call.feed({ from: "responses", record: stamped("ResponsePrepared", { ...prepared, replacesCurrent: false }) });
  const reply = { responseId: "response-2", durationMs: 600 };
  call.says({ ...reply, isResponseEnd: false });
  assert.deepEqual(call.records(), [{ ...started, responseId: "response-2" }]);
  call.says({ ...reply, sequence: 1, sentenceIndex: 1 });
  const [mark = "", ...more] = marks(call);
  assert.deepEqual(more, []);
  call.hears(600, false);
  call.markReturns(mark);
  assert.deepEqual(handOvers(call), [handedOver]);
});

test("given a question that was just asked, then the call stays until the caller has been silent for long", () => {
  const call = attachedCall();
  call.says({ durationMs: 1000 });
  call.event({ type: "gatewayLeaves" });
  call.hears(1000, false);
  const [mark = ""] = marks(call);
  call.markReturns(mark);
  call.hears(1900, false);
  assert.deepEqual(handOvers(call), [], "an answer is to be expected");
  call.hears(200, false);
  assert.deepEqual(handOvers(call), [handedOver]);
});

test("given keys that are pressed, then pauses between them are no good moment", () => {
  const call = leavingCall();
  call.hears(1500, false);
  call.event({ type: "digit", streamSid, digit: "1" });
  call.hears(1900, false);
  assert.deepEqual(handOvers(call), []);
  call.hears(200, false);
  assert.deepEqual(handOvers(call), [handedOver]);

  const masked = attachedCall();
  masked.directs("maskDigits");
  masked.event({ type: "gatewayLeaves" });
  masked.hears(5000, false);
  assert.deepEqual(handOvers(masked), [], "a secret may be keyed slowly");
});

test("given a caller who never pauses, then the call is handed over when patience ends, once", () => {
  const call = leavingCall();
  call.hears(config.handOverWithinMs - 20, true);
  assert.deepEqual(handOvers(call), []);
  call.hears(100, true);
  assert.deepEqual(handOvers(call), [handedOver]);
  call.hears(400, false);
  call.says({ turn: 1 });
  assert.deepEqual(handOvers(call), []);
});

test("given last words that are awaited, then the call ends here; given one that was told to end, then it is not handed over", () => {
  const call = attachedCall();
  call.says({ durationMs: 1000 });
  call.directs("hangUp", "response-1");
  call.event({ type: "gatewayLeaves" });
  call.hears(1000, false);
  const [mark = ""] = marks(call);
  call.markReturns(mark);
  assert.deepEqual(call.calls(), ["hangUp"]);
  call.hears(3000, false);
  assert.deepEqual(handOvers(call), []);
});

test("given a call that comes to the leaving gateway after all, then it is handed over anew", () => {
  const call = leavingCall();
  call.hears(2100, false);
  assert.deepEqual(handOvers(call), [handedOver]);
  call.event({ type: "streamClosed", streamSid, reason: "draining" });
  assert.ok(call.state !== null);
  const { facts } = call.state;
  const again = {
    gatewayId: "gateway-a",
    attachment: 1,
    facts,
    firstAttachedAtMs: 10_500,
    withheld: attachedEvent.withheld,
  } as const;
  call.event({ type: "streamAttached", streamSid: "MZ2", cardEntry: null, ...again });
  call.event({ type: "gatewayLeaves" });
  call.passes(config.handOverWithinMs);
  assert.deepEqual(handOvers(call), [{ call: "handOver", input: { streamSid: "MZ2" } }]);
});
