import assert from "node:assert/strict";
import { test } from "node:test";
import type { CardEntry } from "../../schemas/generated/records.ts";
import { attachedCall, attachedEvent, Call, config, streamSid } from "./test-call.ts";

const taken: CardEntry = { outcome: "taken", paymentMethodRef: "pm_1" };

/** The caller is being told how, and a card will be asked for. */
function told(): Call {
  const call = attachedCall();
  call.says({ responseId: "how", isInterruptible: false });
  call.directs("collectCard", "how");
  return call;
}

/** The caller has heard it, the carrier was told, and the stream is gone. */
function away(): Call {
  const call = told();
  call.passes(1000);
  call.markReturns("0.1");
  call.event({ type: "streamClosed", streamSid, reason: "stopped" });
  const accepted = { outcome: "result", result: { wasOver: false } } as const;
  call.feed({ from: "port", port: "telephony", call: "collectCard", effectId: "", ...accepted });
  call.records();
  call.calls();
  return call;
}

const back = (call: Call, cardEntry: CardEntry | null) =>
  call.event({
    ...attachedEvent,
    streamSid: "MZ2",
    attachment: 1,
    withheld: { isMasked: true, isProofAwaited: false },
    cardEntry,
  });

test("given a card is to be asked for, then keys and words are masked at once, and the carrier is told once the caller has heard how", () => {
  const call = told();
  assert.deepEqual(call.calls("rememberWithheld"), [{ isMasked: true }]);
  call.event({ type: "digit", streamSid, digit: "4" });
  assert.deepEqual(call.records().at(-1), {
    type: "DigitPressed",
    turn: 1,
    digit: "?",
    isMasked: true,
    sealedDigit: null,
  });
  call.calls();
  call.passes(1000);
  call.markReturns("0.1");
  assert.deepEqual(call.calls("collectCard"), [{ attachment: 0 }]);
  call.passes(500);
  assert.deepEqual(call.calls("collectCard"), [], "once");
});

test("given the end of what tells how is never reported, then the carrier is told all the same", () => {
  const call = told();
  call.calls();
  call.passes(config.departWithinMs + config.stalledReplyMs);
  assert.deepEqual(call.calls("collectCard"), [{ attachment: 0 }]);
});

test("given what tells how takes long, then it is heard to its end first", () => {
  const call = attachedCall();
  call.says({
    responseId: "how",
    isInterruptible: false,
    durationMs: config.departWithinMs + 2_000,
    isResponseEnd: false,
  });
  call.directs("collectCard", "how");
  call.passes(config.departWithinMs + 1_000);
  assert.deepEqual(call.calls("collectCard"), []);
  call.passes(config.departLatestMs);
  assert.deepEqual(call.calls("collectCard"), [{ attachment: 0 }]);
});

test("given a card is being keyed in, then the missing stream is no loss until it takes too long", () => {
  const call = away();
  call.passes(config.resumeWithinMs + config.stoppedGraceMs);
  assert.deepEqual(call.records(), []);
  assert.deepEqual(call.calls(), []);
  assert.ok(call.state !== null);
});

test("given the stream is back, then how it ended is told with it, and the caller is heard once the dialogue says so", () => {
  const call = away();
  back(call, taken);
  assert.deepEqual(call.records(), [
    {
      type: "StreamAttached",
      turn: 1,
      streamSid: "MZ2",
      gatewayId: "gateway-a",
      replyPartition: 3,
      attachment: 1,
      cardEntry: taken,
    },
  ]);
  call.passes(config.cardEntryMs);
  assert.deepEqual(call.calls("reconnect"), [], "nothing is waited for any more");
  call.directs("unmaskDigits");
  assert.deepEqual(call.calls("rememberWithheld"), [{ isMasked: false }]);
});

test("given the stream is back at a gateway that knows nothing of it, then how it ended is told there", () => {
  const call = new Call();
  back(call, taken);
  const [attached] = call.records() as { cardEntry: CardEntry }[];
  assert.deepEqual(attached?.cardEntry, taken);
  call.event({ type: "digit", streamSid: "MZ2", digit: "4" });
  assert.deepEqual(call.records().at(-1), {
    type: "DigitPressed",
    turn: 1,
    digit: "?",
    isMasked: true,
    sealedDigit: null,
  });
});

test("given unmasking after a response, then keys stay masked until it was heard, or could have been", () => {
  for (const isHeard of [true, false]) {
    const call = away();
    back(call, { outcome: "refused", paymentMethodRef: null });
    call.says({ responseId: "sorry", streamSid: "MZ2" });
    call.directs("unmaskDigits", "sorry");
    const [mark] = call.calls("mark") as { markName: string }[];
    if (isHeard) {
      call.passes(1000);
      call.event({ type: "markReturned", streamSid: "MZ2", markName: mark?.markName ?? "" });
    } else call.passes(config.departWithinMs + 5_000);
    assert.deepEqual(call.calls("rememberWithheld"), [{ isMasked: false }], `heard: ${isHeard}`);
  }
});

test("given nothing is heard of it for long, then the call is connected again, and counts as lost when that fails, too", () => {
  const call = away();
  call.passes(config.cardEntryMs);
  assert.deepEqual(call.calls(), ["reconnect"]);
  back(call, null);
  assert.equal(call.state?.stream?.streamSid, "MZ2");

  const lost = away();
  lost.passes(config.cardEntryMs + config.resumeWithinMs);
  assert.deepEqual(lost.calls(), ["reconnect", "locate"]);
});

test("given the stream broke by itself and came back while the carrier was being told, then its end for the card is no loss either", () => {
  const call = told();
  call.passes(1000);
  call.markReturns("0.1");
  call.event({ type: "streamClosed", streamSid, reason: "closed" });
  back(call, null);
  const accepted = { outcome: "result", result: { wasOver: false } } as const;
  call.feed({ from: "port", port: "telephony", call: "collectCard", effectId: "", ...accepted });
  call.event({ type: "streamClosed", streamSid: "MZ2", reason: "stopped" });
  call.calls();
  call.passes(config.resumeWithinMs + config.stoppedGraceMs);
  assert.deepEqual(call.calls(), [], "nobody asks whether the call is lost");
  call.event({
    ...attachedEvent,
    streamSid: "MZ3",
    attachment: 2,
    withheld: { isMasked: true, isProofAwaited: false },
    cardEntry: taken,
  });
  assert.equal(call.state?.cardEntry, null);
});

test("given the carrier does not do it, then the stream is closed, so that the call comes back and the dialogue hears of it", () => {
  const call = told();
  call.passes(1000);
  call.markReturns("0.1");
  call.calls();
  const failure = { outcome: "failure", code: "VENDOR_UNAVAILABLE", isRetryable: true } as const;
  call.feed({ from: "port", port: "telephony", call: "collectCard", effectId: "", ...failure });
  assert.deepEqual(call.calls("closeStream"), [{ streamSid }]);
});

test("given the call was over before it could be asked for, then its end is waited for as ever", () => {
  const call = away();
  const result = { outcome: "result", result: { wasOver: true } } as const;
  call.feed({ from: "port", port: "telephony", call: "collectCard", effectId: "", ...result });
  call.passes(config.stoppedGraceMs);
  assert.deepEqual(call.calls(), ["locate"]);
});

test("given the caller hangs up meanwhile, then the call ends once, with nothing left to wait for", () => {
  const call = away();
  call.event({ type: "callOver", hasFailed: false, ending: null, facts: null });
  assert.deepEqual(
    (call.records() as { type: string; reason?: string }[]).map(({ type, reason }) => [type, reason]),
    [["CallEnded", "callerHungUp"]],
  );
  assert.equal(call.timers.size, 0);
});

test("given the call is told to end before the card is asked for, then it ends", () => {
  const call = told();
  call.directs("hangUp", "farewell");
  call.calls();
  call.passes(1000);
  call.markReturns("0.1");
  assert.deepEqual(call.calls("collectCard"), []);
});
