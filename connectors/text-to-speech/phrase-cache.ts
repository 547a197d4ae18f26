/** Fixed phrases are synthesised once and kept as µ-law: no vendor is waited for, paid, or needed to say them again. */
import type { SynthesisedChunk, TextToSpeech } from "./port.ts";

/** Enough for every fixed phrase; beyond it the phrase that was not used for longest goes. */
const MAX_PHRASES = 500;

/** A synthesiser that keeps what is marked as reusable. A phrase is kept only when it was synthesised to its end. */
export function withPhraseCache(inner: TextToSpeech): TextToSpeech {
  const kept = new Map<string, readonly SynthesisedChunk[]>();
  return {
    async synthesise(input, context) {
      if (!input.isReusable) return inner.synthesise(input, context);
      const key = JSON.stringify([input.text, input.languageCode, input.voice]);
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        for (const chunk of known) if (!context.signal.aborted) context.notify(chunk);
        return;
      }
      const chunks: SynthesisedChunk[] = [];
      await inner.synthesise(input, {
        ...context,
        notify(chunk) {
          chunks.push({ ...chunk, vendorWaitMs: 0 });
          context.notify(chunk);
        },
      });
      if (chunks.at(-1)?.isLast !== true) return;
      kept.set(key, chunks);
      const oldest = kept.keys().next().value;
      if (kept.size > MAX_PHRASES && oldest !== undefined) kept.delete(oldest);
    },
  };
}
