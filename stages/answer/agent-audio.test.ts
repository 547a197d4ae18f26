import assert from "node:assert/strict";
import { test } from "node:test";
import { muLawSounds } from "./acknowledgement-sounds.ts";
import { attachedCall, streamSid } from "./test-call.ts";

test("given a reply, then it is sent with a mark, and counts as heard when the mark returns", () => {
  const call = attachedCall();
  call.says();
  assert.deepEqual(call.calls(), ["play", "mark"]);
  assert.deepEqual(call.records(), [
    { type: "PlaybackStarted", turn: 0, responseId: "response-1", isAcknowledgement: false, vendorWaitMs: 40 },
  ]);
  call.passes(1000);
  call.markReturns("0.1");
  assert.deepEqual(call.records(), [
    {
      type: "PlaybackReached",
      turn: 0,
      responseId: "response-1",
      sentenceIndex: 0,
      heardText: "Hello there, how can I help?",
      isComplete: true,
    },
  ]);
  assert.deepEqual(call.state?.playback.replies, []);
});

test("given an interruptible reply, when the caller has spoken for 60 ms, then it is cleared at once and what was heard is told", () => {
  const call = attachedCall();
  call.says({ durationMs: 1000 });
  call.records();
  call.calls();
  call.hears(440, false);
  call.records();
  call.hears(40, true);
  assert.deepEqual(call.calls("clear"), []);
  call.hears(20, true);
  // 500 of 1000 ms: half of 28 characters is 14, "Hello there, h" ends within a word.
  assert.deepEqual(call.records(), [
    {
      type: "PlaybackCleared",
      turn: 0,
      responseId: "response-1",
      sentenceIndex: 0,
      heardMs: 500,
      heardText: "Hello there,",
    },
    { type: "SpeechStarted", turn: 1, startsAtMs: 440, isBargeIn: true },
  ]);
  assert.deepEqual(call.calls("clear"), [{ streamSid }]);
});

test("given a cleared reply, when its mark returns and more of it comes, then neither counts as heard", () => {
  const call = attachedCall();
  call.says({ durationMs: 1000, isResponseEnd: false });
  call.hears(60, true);
  call.records();
  call.calls();
  call.markReturns("0.1");
  call.says({ sequence: 1, sentenceIndex: 1 });
  assert.deepEqual(call.records(), []);
  assert.deepEqual(call.calls(), ["count"]);
});

test("given a reply of several sentences, when it is cut in the second, then the first was heard", () => {
  const call = attachedCall();
  call.says({ durationMs: 400, sentenceText: "One.", isResponseEnd: false });
  call.says({ durationMs: 800, sequence: 1, sentenceIndex: 1, sentenceText: "Two three four five." });
  call.records();
  call.hears(740, false);
  call.emitted.length = 0;
  call.hears(60, true);
  assert.deepEqual(call.records().slice(0, 2), [
    {
      type: "PlaybackReached",
      turn: 0,
      responseId: "response-1",
      sentenceIndex: 0,
      heardText: "One.",
      isComplete: false,
    },
    {
      type: "PlaybackCleared",
      turn: 0,
      responseId: "response-1",
      sentenceIndex: 1,
      heardMs: 400,
      heardText: "Two three",
    },
  ]);
});

test("given a reply that must not be cut off, when the caller speaks, then it goes on", () => {
  const call = attachedCall();
  call.says({ isInterruptible: false });
  call.records();
  call.calls();
  call.hears(60, true);
  assert.deepEqual(call.records(), [{ type: "SpeechStarted", turn: 1, startsAtMs: 0, isBargeIn: false }]);
  assert.deepEqual(call.calls(), []);
});

test("given a reply that replaces what plays, then that is cut off, even if the caller could not", () => {
  const call = attachedCall();
  call.says({ isInterruptible: false });
  call.passes(500);
  call.calls();
  call.records();
  call.says({ responseId: "response-2", replacesCurrent: true, turn: 1, sentenceText: "Sorry." });
  assert.deepEqual(call.calls(), ["clear", "play", "mark"]);
  assert.deepEqual(
    call.records().map((record) => (record as { type: string }).type),
    ["PlaybackCleared", "PlaybackStarted"],
  );
});

test("given a long reply, then the carrier holds at most 2 s of it, and gets all of it in order", () => {
  const call = attachedCall();
  const audio = Uint8Array.from({ length: 80_000 }, (_, index) => Math.floor(index / 160) % 251);
  call.says({ audio });
  const sent: Uint8Array[] = [];
  const startMs = call.atMs;
  let sentMs = 0;
  for (let passedMs = 0; passedMs <= 10_000; passedMs += 100) {
    for (const { call: name, input } of call.effects.splice(0)) {
      if (name === "play") sent.push((input as { audio: Uint8Array }).audio);
    }
    sentMs = sent.reduce((sum, part) => sum + part.length / 8, 0);
    assert.ok(sentMs - (call.atMs - startMs) <= 2000, `${sentMs} ms sent after ${call.atMs - startMs} ms`);
    call.passes(100);
  }
  assert.deepEqual(Buffer.concat(sent), Buffer.from(audio));
});

test("given chunks out of order and doubled, then they are played once and in order", () => {
  const call = attachedCall();
  const chunk = (sequence: number) => ({
    sequence,
    audio: new Uint8Array(160).fill(sequence),
    isSentenceEnd: sequence === 2,
    isResponseEnd: sequence === 2,
  });
  for (const sequence of [1, 0, 1, 0, 2]) call.says(chunk(sequence));
  const played = call.effects
    .filter(({ call: name }) => name === "play")
    .map(({ input }) => (input as { audio: Uint8Array }).audio[0]);
  assert.deepEqual(played, [0, 1, 2]);
  assert.equal(call.effects.filter(({ call: name }) => name === "count").length, 2);
});

test("given speech that was meant for another stream, then it is dropped and counted", () => {
  const call = attachedCall();
  call.says({ streamSid: "MZ0" });
  assert.deepEqual(call.calls("count"), [{ dropped: "staleAudio", times: 1 }]);
  assert.deepEqual(call.records(), []);
});

test("given a mark that never returns, then the sentence counts as heard 2 s after its end", () => {
  const call = attachedCall();
  call.says({ durationMs: 1000 });
  call.records();
  call.passes(2900);
  assert.deepEqual(call.records(), []);
  call.passes(200);
  assert.equal((call.records()[0] as { type: string }).type, "PlaybackReached");
});

test("given a reply whose rest never comes, then what comes after it is played all the same", () => {
  const call = attachedCall();
  call.says({ durationMs: 200, isSentenceEnd: false, isResponseEnd: false });
  call.says({ responseId: "response-2", durationMs: 200 });
  call.calls();
  call.passes(6000);
  assert.deepEqual(
    call.calls().filter((name) => name === "play"),
    ["play"],
  );
});

test("given a reply that comes while the caller speaks, then it waits for the end, but not for ever", () => {
  const call = attachedCall();
  call.hears(400, true);
  call.says({ turn: 1 });
  assert.deepEqual(call.calls("play"), []);
  call.hears(200, false);
  assert.equal(call.calls("play").length, 1);

  const noisy = attachedCall();
  noisy.hears(400, true);
  noisy.says({ turn: 1 });
  noisy.hears(4100, true);
  assert.equal(noisy.calls("play").length, 1);
});

test("given no reply 150 ms after the caller fell silent, then a sound from memory is played, once", () => {
  const call = attachedCall();
  call.hears(400, true);
  call.hears(200, false);
  call.records();
  call.calls();
  call.hears(140, false);
  assert.deepEqual(call.calls("play"), []);
  call.hears(20, false);
  assert.deepEqual(call.calls("play"), [{ streamSid, audio: muLawSounds[0] }]);
  assert.deepEqual(call.records(), [
    { type: "PlaybackStarted", turn: 1, responseId: "acknowledgement", isAcknowledgement: true, vendorWaitMs: 0 },
  ]);
  call.hears(1000, false);
  call.hears(400, true);
  call.hears(600, false);
  assert.deepEqual(call.calls("play"), []);
});

test("given a quick reply, a short sound of the caller, or the caller going on, then nothing is acknowledged", () => {
  const quick = attachedCall();
  quick.hears(400, true);
  quick.hears(300, false);
  quick.says({ turn: 1 });
  quick.calls();
  quick.hears(300, false);
  assert.deepEqual(quick.calls("play"), []);

  const short = attachedCall();
  short.hears(200, true);
  short.hears(800, false);
  assert.deepEqual(short.calls("play"), []);

  const going = attachedCall();
  going.hears(400, true);
  going.hears(240, false);
  going.hears(600, true);
  assert.deepEqual(going.calls("play"), []);
});

test("given a reply that replaces what plays and comes in several chunks, then it does not cut itself off", () => {
  const call = attachedCall();
  call.says({ replacesCurrent: true, isResponseEnd: false });
  call.says({ replacesCurrent: true, sequence: 1, sentenceIndex: 1 });
  assert.deepEqual(call.calls(), ["play", "mark", "play", "mark"]);
});

test("given a timer that comes a little early, then the sound is played all the same", () => {
  const call = attachedCall();
  call.hears(400, true);
  call.hears(200, false);
  call.calls();
  const dueAtMs = call.timers.get("acknowledge") ?? 0;
  call.feed({ from: "timer", name: "acknowledge" }, dueAtMs - 0.4);
  assert.equal(call.calls("play").length, 1);
});
