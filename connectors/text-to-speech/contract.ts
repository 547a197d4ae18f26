import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { EffectContext } from "../../runtime/effect.ts";
import type { SynthesisedChunk, SynthesiseSentence, TextToSpeech } from "./port.ts";

/** What a voice's contract is run with. */
export type TextToSpeechHarness = {
  makeAdapter(): TextToSpeech & { shutdown(): Promise<void> };
  /** A voice the vendor has for `en-US`. */
  readonly voice: string;
  /** The words in µ-law audio, where the harness can hear; undefined where it cannot. */
  hear(audio: Uint8Array): string | undefined;
  close(): Promise<void>;
};

/** One sentence's way through the port: its context and the chunks that came. */
export class ContractSentence {
  readonly chunks: SynthesisedChunk[] = [];
  readonly #abort = new AbortController();
  #onChunk: () => void = () => {};

  context(): EffectContext<SynthesisedChunk> {
    return {
      callSid: "CA-contract",
      effectId: "contract",
      signal: this.#abort.signal,
      notify: (chunk) => {
        this.chunks.push(chunk);
        this.#onChunk();
      },
    };
  }

  onChunk(callback: () => void): void {
    this.#onChunk = callback;
  }

  abort(): void {
    this.#abort.abort();
  }

  audio(): Uint8Array {
    return Buffer.concat(this.chunks.map((chunk) => chunk.audio));
  }
}

const sentences = [
  "Good morning, this is the coffee shop.",
  "Your order of two bags comes to twenty four dollars and fifty cents, including delivery.",
  "Yes.",
];

/** The promises of {@link TextToSpeech}, in words; an adapter passes all of them against whatever stands behind it. */
export function describeTextToSpeechContract(name: string, makeHarness: () => Promise<TextToSpeechHarness>): void {
  describe(`${name} keeps the voice's promises`, () => {
    let harness: TextToSpeechHarness;
    let tts: TextToSpeech & { shutdown(): Promise<void> };
    const ask = (text: string): SynthesiseSentence => ({ text, languageCode: "en-US", voice: harness.voice });
    const said = async (text: string): Promise<ContractSentence> => {
      const sentence = new ContractSentence();
      await tts.synthesise(ask(text), sentence.context());
      return sentence;
    };
    before(async () => {
      harness = await makeHarness();
      tts = harness.makeAdapter();
    });
    after(async () => {
      await tts.shutdown();
      await harness.close();
    });
    afterEach(() => wait(0));

    it("says the whole sentence", async () => {
      for (const text of sentences) {
        const heard = harness.hear((await said(text)).audio());
        if (heard !== undefined) assert.equal(heard, text);
      }
    });

    it("gives whole 20 ms frames, numbered from 0, the last marked, and has given all when it resolves", async () => {
      for (const text of sentences) {
        const { chunks } = await said(text);
        assert.ok(chunks.length > 0);
        assert.ok(chunks.every((chunk) => chunk.audio.length > 0 && chunk.audio.length % 160 === 0));
        assert.deepEqual(
          chunks.map((chunk) => chunk.sequence),
          chunks.map((_, index) => index),
        );
        assert.deepEqual(
          chunks.map((chunk) => chunk.isLast),
          chunks.map((_, index) => index === chunks.length - 1),
        );
      }
    });

    it("says with the first chunk how long the vendor took, and 0 with the others", async () => {
      const [first, ...others] = (await said(sentences[1] ?? "")).chunks;
      assert.ok((first?.vendorWaitMs ?? 0) > 0);
      assert.ok(others.length > 0 && others.every((chunk) => chunk.vendorWaitMs === 0));
    });

    it("gives the first audio before the last is there", async () => {
      const sentence = new ContractSentence();
      let isDone = false;
      let firstCameEarly = false;
      sentence.onChunk(() => {
        firstCameEarly ||= !isDone && sentence.chunks.length === 1 && sentence.chunks[0]?.isLast === false;
      });
      await tts.synthesise(ask(sentences[1] ?? ""), sentence.context());
      isDone = true;
      assert.ok(firstCameEarly);
    });

    it("stops at once and without error when it is aborted", async () => {
      const sentence = new ContractSentence();
      sentence.onChunk(() => sentence.abort());
      await tts.synthesise(ask(sentences[1] ?? ""), sentence.context());
      const given = sentence.chunks.length;
      await wait(100);
      assert.equal(sentence.chunks.length, given);
      assert.ok(sentence.chunks.every((chunk) => !chunk.isLast));
    });

    it("says nothing when it was aborted before", async () => {
      const sentence = new ContractSentence();
      sentence.abort();
      await tts.synthesise(ask(sentences[0] ?? ""), sentence.context());
      assert.deepEqual(sentence.chunks, []);
    });

    it("says several sentences at a time, each whole", async () => {
      const all = await Promise.all(sentences.map(said));
      const heard = all.map((sentence) => harness.hear(sentence.audio()));
      for (const [index, text] of heard.entries()) if (text !== undefined) assert.equal(text, sentences[index]);
      assert.ok(all.every((sentence) => sentence.chunks.at(-1)?.isLast === true));
    });

    it("refuses nothing to say, and more than the vendor takes", async () => {
      await assert.rejects(said(" "), { code: "INVALID_ARGUMENT", isRetryable: false });
      await assert.rejects(said("word ".repeat(1001)), { code: "INVALID_ARGUMENT", isRetryable: false });
    });
  });
}
