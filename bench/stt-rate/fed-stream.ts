/** A recognition stream that is fed and listened to, and knows which words it should have heard. */
import type { RecognitionEvent, SpeechToText } from "../../connectors/speech-to-text/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { carry } from "../../simulators/speech-carrier/carry.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";

const TEXT = "Two bags of coffee, please.";
const spoken = speak(TEXT, { rate: 1.3 });
const PAUSE_MS = 800;
const BYTES_PER_MS = 8;
const SILENCE = 0xff;

/** An utterance as the vendor hears it, between one and two seconds; the number counts up within a stream. */
export function utterance(number: number): Uint8Array {
  return carry(TEXT, spoken, number);
}

/** The same with the silence behind it that ends a segment. */
export function utteranceAndPause(number: number): Uint8Array {
  return Buffer.concat([utterance(number), new Uint8Array(PAUSE_MS * BYTES_PER_MS).fill(SILENCE)]);
}

function wordsOf(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []).join(" ");
}

const expected = wordsOf(TEXT);

/** One call at the port. */
export class FedStream {
  interims = 0;
  /** Finals that say what was said. */
  rightFinals = 0;
  wrongFinals = 0;
  failures = 0;
  readonly #abort = new AbortController();
  readonly #callSid: string;
  #onFinal: (() => void) | undefined;

  constructor(callSid: string) {
    this.#callSid = callSid;
  }

  context(): EffectContext<RecognitionEvent> {
    return {
      callSid: this.#callSid,
      effectId: `${this.#callSid}/bench`,
      signal: this.#abort.signal,
      notify: (event) => this.#hear(event),
    };
  }

  /** The context of methods that notify nothing. */
  plainContext(): EffectContext {
    return { ...this.context(), notify: () => undefined };
  }

  #hear(event: RecognitionEvent): void {
    if (event.type === "failed") this.failures += 1;
    if (event.type !== "heard") return;
    if (!event.isFinal) {
      this.interims += 1;
      return;
    }
    if (wordsOf(event.text) === expected) this.rightFinals += 1;
    else this.wrongFinals += 1;
    this.#onFinal?.();
  }

  /** Opens, says one utterance at once, waits for its final, and closes. */
  async recogniseOnce(stt: SpeechToText, audio: Uint8Array): Promise<void> {
    const final = new Promise<void>((resolve) => {
      this.#onFinal = resolve;
    });
    await stt.open({ languageCode: "en-US", startsAtMs: 0 }, this.context());
    await stt.send({ audio }, this.plainContext());
    await stt.close({}, this.plainContext());
    await Promise.race([final, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  }
}
