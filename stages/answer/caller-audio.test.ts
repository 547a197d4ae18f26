import assert from "node:assert/strict";
import { test } from "node:test";
import { attachedCall, attachedEvent, Call, streamSid } from "./test-call.ts";

test("given caller audio, then it reaches the log in groups of 100 ms whose positions join", () => {
  const call = attachedCall();
  call.hears(300, false);
  assert.deepEqual(
    call.audio().map(({ startsAtMs, audio }) => [startsAtMs, audio.length]),
    [
      [0, 800],
      [100, 800],
      [200, 800],
    ],
  );
});

test("given concealed frames, then the group says how many", () => {
  const call = attachedCall();
  const audio = new Uint8Array(800).fill(0xff);
  const voiced = [false, false, false, false, false];
  call.event({ type: "frames", streamSid, audio, voiced, concealedFrames: 2, receivedAtMs: 10_600 });
  assert.deepEqual(call.audio()[0]?.concealedFrames, 2);
});

test("given speech and then silence, then its end is known after 200 ms, exact, and after the audio", () => {
  const call = attachedCall();
  call.hears(200, false);
  call.hears(500, true);
  const lastByteAt = call.atMs;
  call.emitted.length = 0;
  call.hears(180, false);
  assert.deepEqual(call.records(), []);
  call.hears(20, false);
  const [audio, ended] = call.emitted.splice(0) as { type: string }[];
  assert.equal(audio?.type, "AudioCaptured");
  assert.deepEqual(ended, {
    type: "SpeechEnded",
    turn: 1,
    startsAtMs: 200,
    endsAtMs: 700,
    silenceMs: 200,
    lastByteAt,
  });
});

test("given 100 ms of silence in speech, then the audio goes to the log at once and says so, once for each lull", () => {
  const call = attachedCall();
  call.hears(130, false);
  call.hears(500, true);
  call.emitted.length = 0;
  call.hears(180, false);
  assert.deepEqual(
    call
      .audio()
      .filter(({ silenceMs }) => silenceMs > 0)
      .map(({ startsAtMs, audio, silenceMs }) => [startsAtMs + audio.length / 8, silenceMs]),
    [[740, 100]],
  );
  call.hears(100, true);
  call.hears(100, false);
  assert.deepEqual(
    call
      .audio()
      .map(({ silenceMs }) => silenceMs)
      .filter((silenceMs) => silenceMs > 0),
    [100],
  );
});

test("given two voiced frames among silence, then nobody spoke", () => {
  const call = attachedCall();
  call.hears(40, true);
  call.hears(400, false);
  call.hears(40, true);
  call.hears(400, false);
  assert.deepEqual(call.records(), []);
});

test("given masking, then digits lose their value and audio is silence in the log; and a resume anywhere keeps it", () => {
  const call = attachedCall();
  call.directs("maskDigits");
  assert.deepEqual(call.calls("rememberWithheld"), [{ isMasked: true }]);
  call.hears(100, true);
  assert.deepEqual(call.audio()[0]?.audio, new Uint8Array(800).fill(0xff));
  call.event({ type: "digit", streamSid, digit: "4" });
  assert.deepEqual(call.records(), [{ type: "DigitPressed", turn: 1, digit: "?", isMasked: true, sealedDigit: null }]);
  call.directs("unmaskDigits");
  call.event({ type: "digit", streamSid, digit: "4" });
  assert.deepEqual(call.records(), [{ type: "DigitPressed", turn: 1, digit: "4", isMasked: false, sealedDigit: null }]);

  const resumed = new Call();
  resumed.event({ ...attachedEvent, attachment: 1, withheld: { isMasked: true, isProofAwaited: false } });
  resumed.event({ type: "digit", streamSid, digit: "4" });
  assert.deepEqual(resumed.records().at(-1), {
    type: "DigitPressed",
    turn: 1,
    digit: "?",
    isMasked: true,
    sealedDigit: null,
  });
});

test("given a key that is pressed while a reply plays, then the reply is cut off", () => {
  const call = attachedCall();
  call.says();
  call.calls();
  call.event({ type: "digit", streamSid, digit: "5" }, 10_700);
  assert.deepEqual(call.calls(), ["clear"]);
});

test("given masking, then what sounds on the line is not taken for speech", () => {
  const call = attachedCall();
  call.says();
  call.directs("maskDigits");
  call.records();
  call.hears(500, true);
  assert.deepEqual(call.records(), []);
  assert.deepEqual(call.calls("clear"), []);
});
