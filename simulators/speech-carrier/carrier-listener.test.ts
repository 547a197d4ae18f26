import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createCarrierListener } from "./carrier-listener.ts";
import { carry } from "./carry.ts";
import { frameBytes, silentFrames } from "./g711.ts";
import { speak } from "./voice.ts";

const text = "Größe zwei, bitte: 20 € für den grünen Tee.";
const words = text.split(" ");

function wordsIn(audio: Uint8Array): string[] {
  const listener = createCarrierListener();
  return listener.hear(audio).flatMap((frame) => frame.words.map((word) => word.text));
}

function framesOf(audio: Uint8Array): Uint8Array[] {
  return Array.from({ length: audio.length / frameBytes }, (_, index) =>
    audio.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
}

describe("the carrier's listener", () => {
  const audio = carry(text, speak(text), 7);
  const frames = framesOf(audio);

  it("hears every word of whole audio, in any script and any chunking", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 }), (sizes) => {
        const listener = createCarrierListener();
        for (let offset = 0, turn = 0; offset < audio.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          listener.hear(audio.subarray(offset, offset + size));
          offset += size;
        }
        const [heard] = listener.utterances();
        assert.deepEqual(
          heard?.words.map((word) => word.text),
          words,
        );
        assert.equal(heard?.isWhole, true);
      }),
      { numRuns: 30 },
    );
  });

  it("carries any text in audio that is long enough to say it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (any) => {
        const carried = carry(any, silentFrames(3), 1);
        const expected = any.replace(/\s+/gu, " ").trim();
        const bytes = new TextEncoder().encode(expected);
        assert.equal(wordsIn(carried).join(" "), new TextDecoder().decode(bytes));
        assert.ok(carried.length / 8000 >= [...expected].length / 40);
      }),
    );
  });

  it("knows a word only once its audio was heard", () => {
    let known = 0;
    const listener = createCarrierListener();
    for (const [index, frame] of frames.entries()) {
      known += listener.hear(frame)[0]?.words.length ?? 0;
      const share = (index + 1) / frames.length;
      assert.ok(known <= Math.ceil(share * words.length) + 1, `${known} words after ${Math.round(share * 100)} %`);
    }
    assert.equal(known, words.length);
    assert.deepEqual(wordsIn(audio.subarray(0, audio.length - frameBytes)), words.slice(0, -1));
  });

  it("misses at most the words around a lost, damaged or doubled frame, and hears all later ones", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: frames.length - 1 }),
        fc.constantFrom("lost", "damaged", "doubled"),
        (at, how) => {
          const broken = frames.map((frame) => Uint8Array.from(frame));
          const frame = broken[at] ?? assert.fail();
          if (how === "lost") broken.splice(at, 1);
          else if (how === "doubled") broken.splice(at, 0, frame);
          else frame[100] = (frame[100] ?? 0) ^ 1;
          const heard = wordsIn(Buffer.concat(broken));
          assert.ok(heard.length >= words.length - 2, `${how} frame ${at}: ${heard.length} of ${words.length} words`);
          assert.ok(how === "doubled" || heard.length < words.length);
          let position = 0;
          for (const word of heard) {
            position = words.indexOf(word, position) + 1;
            assert.notEqual(position, 0, "only words that were said, in order");
          }
        },
      ),
    );
  });

  it("hears a repeated stretch again and takes swapped frames for a broken word", () => {
    const repeated = Buffer.concat([audio, audio]);
    assert.deepEqual(wordsIn(repeated), [...words, ...words]);
    const swapped = [...frames];
    const half = Math.floor(frames.length / 2);
    [swapped[half], swapped[half + 1]] = [swapped[half + 1] ?? assert.fail(), swapped[half] ?? assert.fail()];
    assert.ok(wordsIn(Buffer.concat(swapped)).length < words.length);
  });

  it("does not know a word whose beginning it did not hear", () => {
    const half = Math.floor(frames.length / 2);
    const heard = wordsIn(Buffer.concat(frames.slice(half)));
    assert.deepEqual(heard, words.slice(-heard.length));
    assert.ok(heard.length > 0 && heard.length < words.length);
  });

  it("lets a pause inside an utterance pass, and hears nothing in silence", () => {
    const half = Math.floor(frames.length / 2) * frameBytes;
    assert.deepEqual(wordsIn(Buffer.concat([audio.subarray(0, half), silentFrames(20), audio.subarray(half)])), words);
    const [frame] = createCarrierListener().hear(silentFrames(1));
    assert.deepEqual(frame, { endsAtMs: 20, isVoiced: false, words: [], endsUtterance: false });
  });
});

describe("the synthetic voice", () => {
  it("speaks about 15 characters a second, in whole frames, with energy and without quiet edges", () => {
    const sentence = "I would like to order two bags of the dark roast coffee, please.";
    for (const voice of ["low", "middle", "high"] as const) {
      const spoken = speak(sentence, { voice });
      assert.equal(spoken.length % frameBytes, 0);
      const charactersPerSecond = sentence.length / (spoken.length / 8000);
      assert.ok(charactersPerSecond > 10 && charactersPerSecond < 22, `${charactersPerSecond} characters a second`);
      const heard = createCarrierListener().hear(spoken);
      const voiced = heard.filter((frame) => frame.isVoiced).length;
      assert.ok(voiced > heard.length / 2);
      assert.ok(heard.slice(0, 4).some((frame) => frame.isVoiced) && heard.slice(-4).some((frame) => frame.isVoiced));
    }
    assert.ok(speak(sentence, { rate: 2 }).length < speak(sentence).length * 0.7);
  });

  it("says something audible whatever the text, and refuses nothing and too much", () => {
    for (const odd of ["???", "日本語", "-o /etc/x", "Hm"]) {
      const frames = createCarrierListener().hear(speak(odd));
      assert.ok(
        frames.some((frame) => frame.isVoiced),
        odd,
      );
    }
    assert.throws(() => speak("  "), RangeError);
    assert.throws(() => speak("word ".repeat(1001)), RangeError);
    assert.throws(() => speak("yes", { rate: 9 }), RangeError);
  });
});
