import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stamped } from "../../runtime/testing/record.ts";
import { cut, heardPart } from "./barge-in.ts";
import { accept, fill, markReturned, noPlayback, type Playback } from "./playback.ts";

const atOnce = { isHeld: false, mayBegin: null };

function chunk(responseId: string, sequence: number, last: number, isInterruptible = true) {
  return stamped("SpeechSynthesised", {
    responseId,
    streamSid: "MZ1",
    sentenceIndex: sequence,
    sequence,
    audio: new Uint8Array(1600).fill(sequence + 1),
    sentenceText: "word word word word",
    isSentenceEnd: true,
    isResponseEnd: sequence === last,
    isInterruptible,
    replacesCurrent: false,
    vendorWaitMs: 0,
  });
}

function accepted(...chunks: ReturnType<typeof chunk>[]): Playback {
  return chunks.reduce((playback, next) => accept(playback, next, 0).playback, noPlayback);
}

test("given a share of a sentence, then the whole words within it were heard", () => {
  assert.equal(heardPart("Two three four five.", 0.5), "Two three");
  assert.equal(heardPart("Two three four five.", 0.44), "Two");
  assert.equal(heardPart("Two three four five.", 0.45), "Two three");
  assert.equal(heardPart("Two", 0.5), "");
  assert.equal(heardPart("Two three", 0), "");
  assert.equal(heardPart("Two three", 1), "Two three");
  assert.equal(heardPart("", 0.5), "");
});

test("given any order of chunks, then each is sent once, in sequence, and each sentence is reached once", () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 0, 2, 4], { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(order, (sequences) => {
      let playback = accepted(...sequences.map((sequence) => chunk("a", sequence, 5)));
      const sent = fill(playback, 0, 60_000, atOnce);
      playback = sent.playback;
      const audio = sent.sendings.flatMap((sending) => (sending.kind === "audio" ? [sending.audio[0]] : []));
      assert.deepEqual(audio, [1, 2, 3, 4, 5, 6]);
      const reached: number[] = [];
      for (const sending of sent.sendings) {
        if (sending.kind !== "mark") continue;
        const returned = markReturned(playback, sending.markName, 10_000);
        playback = returned.playback;
        reached.push(...returned.reached.map(({ span }) => span.sentenceIndex));
        assert.equal(markReturned(playback, sending.markName, 10_000).isKnown, false);
      }
      assert.deepEqual(reached, [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(playback.replies, []);
    }),
    { numRuns: 100, seed: 3 },
  );
});

test("given a mark that was lost, when a later one returns, then both sentences were heard", () => {
  const sent = fill(accepted(chunk("a", 0, 1), chunk("a", 1, 1)), 0, 60_000, atOnce);
  const marks = sent.sendings.flatMap((sending) => (sending.kind === "mark" ? [sending.markName] : []));
  const returned = markReturned(sent.playback, marks[1] ?? "", 400);
  assert.deepEqual(
    returned.reached.map(({ span }) => span.sentenceIndex),
    [0, 1],
  );
});

test("given marks that return late, then less counts as heard when a reply is cut off", () => {
  const sent = fill(accepted(chunk("a", 0, 1), chunk("a", 1, 1)), 0, 60_000, atOnce);
  const [first] = sent.sendings.flatMap((sending) => (sending.kind === "mark" ? [sending.markName] : []));
  // The first sentence ends after 200 ms; its mark takes 50 ms.
  const late = markReturned(sent.playback, first ?? "", 250).playback;
  const outcome = cut(late, 350, () => true);
  assert.deepEqual(
    outcome.cleared.map(({ sentenceIndex, heardMs, heardText }) => [sentenceIndex, heardMs, heardText]),
    [[1, 100, "word word"]],
  );
});

test("given a reply that may be cut off before one that may not, then the second is sent when the first has been played, and survives a cut", () => {
  const both = accepted(chunk("a", 0, 0), chunk("b", 0, 0, false));
  const first = fill(both, 0, 60_000, atOnce);
  assert.deepEqual(
    first.started.map(({ responseId }) => responseId),
    ["a"],
  );
  const outcome = cut(first.playback, 100, (reply) => reply.isInterruptible);
  assert.equal(outcome.mustClear, true);
  const second = fill(outcome.playback, 100, 60_000, atOnce);
  assert.deepEqual(
    second.started.map(({ responseId }) => responseId),
    ["b"],
  );
});

test("given that no sentence shall begin, then the one under way is sent to its end, and a reply that has not begun waits", () => {
  const long = { ...chunk("a", 0, 1), isSentenceEnd: false };
  const rest = { ...chunk("a", 1, 2), sentenceIndex: 0 };
  const begun = fill(accepted(long), 0, 60_000, atOnce).playback;
  const more = accept(accept(accept(begun, rest, 0).playback, chunk("a", 2, 2), 0).playback, chunk("b", 0, 0), 0);
  const ended = fill(more.playback, 0, 60_000, { isHeld: false, mayBegin: [] });
  assert.deepEqual(
    ended.sendings.map((sending) => (sending.kind === "audio" ? sending.audio[0] : sending.markName)),
    [2, "0.1"],
  );
  assert.deepEqual(ended.started, []);
  const heard = markReturned(ended.playback, "0.1", 400).playback;
  assert.deepEqual(fill(heard, 400, 60_000, { isHeld: false, mayBegin: ["a"] }).sendings, []);
});

test("given more speech than can be kept, then it is refused, not kept", () => {
  const long = { ...chunk("a", 0, 9), audio: new Uint8Array(1_400_000) };
  const once = accept(noPlayback, long, 0);
  assert.equal(once.dropped, null);
  assert.equal(accept(once.playback, { ...long, sequence: 1 }, 0).dropped, "overflowingAudio");
  let early = noPlayback;
  for (let sequence = 1; sequence <= 64; sequence += 1) early = accept(early, chunk("a", sequence, 99), 0).playback;
  assert.equal(accept(early, chunk("a", 65, 99), 0).dropped, "overflowingAudio");
});

test("given a reply that is cut off before anything of it was sent, then nothing was heard and nothing need be cleared", () => {
  const outcome = cut(accepted(chunk("a", 0, 0)), 0, () => true);
  assert.equal(outcome.mustClear, false);
  assert.deepEqual(
    outcome.cleared.map(({ sentenceIndex, heardMs, heardText }) => [sentenceIndex, heardMs, heardText]),
    [[0, 0, ""]],
  );
});
