import assert from "node:assert/strict";
import { test } from "node:test";
import type { EffectContext } from "../../runtime/effect.ts";
import { withPhraseCache } from "./phrase-cache.ts";
import type { SynthesisedChunk, SynthesiseSentence, TextToSpeech } from "./port.ts";

/** A synthesiser that counts what it is asked, and stops after the first chunk when called off. */
function counting(): { asked: string[]; voice: TextToSpeech } {
  const asked: string[] = [];
  const voice: TextToSpeech = {
    async synthesise(input, context) {
      asked.push(input.text);
      for (const sequence of [0, 1]) {
        if (context.signal.aborted) return;
        context.notify({
          type: "audio",
          audio: Uint8Array.of(sequence),
          sequence,
          isLast: sequence === 1,
          vendorWaitMs: 40,
        });
      }
    },
  };
  return { asked, voice };
}

async function say(
  voice: TextToSpeech,
  input: Partial<SynthesiseSentence>,
  abortAfter = Number.POSITIVE_INFINITY,
): Promise<SynthesisedChunk[]> {
  const heard: SynthesisedChunk[] = [];
  const abort = new AbortController();
  const context: EffectContext<SynthesisedChunk> = {
    callSid: "CA1",
    effectId: "e",
    signal: abort.signal,
    notify(chunk) {
      heard.push(chunk);
      if (heard.length >= abortAfter) abort.abort();
    },
  };
  await voice.synthesise({ text: "Hello.", languageCode: "en-US", voice: "v", isReusable: true, ...input }, context);
  return heard;
}

test("a fixed phrase is synthesised once, and then waits for nobody", async () => {
  const { asked, voice } = counting();
  const cached = withPhraseCache(voice);
  const first = await say(cached, {});
  const second = await say(cached, {});
  assert.deepEqual(asked, ["Hello."]);
  assert.deepEqual(
    second.map((chunk) => chunk.audio),
    first.map((chunk) => chunk.audio),
  );
  assert.deepEqual(
    second.map((chunk) => chunk.vendorWaitMs),
    [0, 0],
  );
});

test("another text, voice or language is another phrase", async () => {
  const { asked, voice } = counting();
  const cached = withPhraseCache(voice);
  await say(cached, {});
  await say(cached, { voice: "w" });
  await say(cached, { languageCode: "en-GB" });
  await say(cached, { text: "Bye." });
  assert.equal(asked.length, 4);
});

test("what is made up for one caller is never kept", async () => {
  const { asked, voice } = counting();
  const cached = withPhraseCache(voice);
  await say(cached, { isReusable: false });
  await say(cached, { isReusable: false });
  assert.equal(asked.length, 2);
});

test("a phrase that was called off half-way is not kept", async () => {
  const { asked, voice } = counting();
  const cached = withPhraseCache(voice);
  await say(cached, {}, 1);
  assert.equal((await say(cached, {})).length, 2);
  assert.equal(asked.length, 2);
});

test("a kept phrase stops when it is called off", async () => {
  const { voice } = counting();
  const cached = withPhraseCache(voice);
  await say(cached, {});
  assert.equal((await say(cached, {}, 1)).length, 1);
});
