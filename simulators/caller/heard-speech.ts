import { type CarrierListener, createCarrierListener, type HeardWord } from "../speech-carrier/carrier-listener.ts";
import { frameMs } from "../speech-carrier/g711.ts";

/** A sentence, or what was heard of it. Times are milliseconds on the clock that was given to {@link HeardSpeech.hearFrame}. */
export type HeardSentence = {
  readonly text: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** The speech broke off, or words are missing in it. */
  readonly isCut: boolean;
};

/** A word with the time at which it began to sound. */
export type TimedWord = { readonly text: string; readonly startedAtMs: number; readonly endedAtMs: number };

type OpenSentence = { utterance: number; words: TimedWord[] };

/**
 * What a caller hears of the agent: words from the carrying audio, grouped into sentences in the order in which they sounded. Only what arrived
 * is heard; a sentence that stops before its end is known to be cut.
 */
export class HeardSpeech {
  readonly #listener: CarrierListener = createCarrierListener();
  readonly #words: TimedWord[] = [];
  readonly #sentences: HeardSentence[] = [];
  #open: OpenSentence | undefined;
  #lastVoicedAtMs: number | undefined;
  readonly #onSentence: (sentence: HeardSentence) => void;

  constructor(onSentence: (sentence: HeardSentence) => void = () => undefined) {
    this.#onSentence = onSentence;
  }

  get words(): readonly TimedWord[] {
    return this.#words;
  }

  /** Sentences that ended; one that is being spoken is not among them. */
  get sentences(): readonly HeardSentence[] {
    return this.#sentences;
  }

  /** Words of the sentence that is being spoken. */
  get unfinished(): string {
    return this.#open?.words.map((word) => word.text).join(" ") ?? "";
  }

  /** When the agent was last loud enough for speech. */
  get lastVoicedAtMs(): number | undefined {
    return this.#lastVoicedAtMs;
  }

  /** Takes a 20 ms frame that arrived at `nowMs`; says whether it sounded and whether it brought words. */
  hearFrame(frame: Uint8Array, nowMs: number): { readonly isVoiced: boolean; readonly hasWords: boolean } {
    let isVoiced = false;
    let hasWords = false;
    for (const heard of this.#listener.hear(frame)) {
      if (heard.isVoiced) {
        isVoiced = true;
        this.#lastVoicedAtMs = nowMs;
      }
      for (const word of heard.words) {
        hasWords = true;
        const soundedMs = heard.endsAtMs - word.startsAtMs - frameMs;
        this.#addWord(word, { text: word.text, startedAtMs: nowMs - soundedMs, endedAtMs: nowMs });
      }
      if (heard.endsUtterance) this.#closeSentence(false);
    }
    return { isVoiced, hasWords };
  }

  /** The agent's speech was cut off: what is missing will not come. */
  cut(): void {
    this.#closeSentence(true);
  }

  /** What was heard from the given word on, as text. */
  textSince(wordIndex: number): string {
    return this.#words
      .slice(wordIndex)
      .map((word) => word.text)
      .join(" ");
  }

  #addWord(word: HeardWord, timed: TimedWord): void {
    if (this.#open !== undefined && this.#open.utterance !== word.utterance) this.#closeSentence(true);
    this.#open ??= { utterance: word.utterance, words: [] };
    this.#open.words.push(timed);
    this.#words.push(timed);
    if (/[.!?…]["')\]]?$/.test(word.text)) this.#closeSentence(false);
  }

  #closeSentence(isCut: boolean): void {
    const open = this.#open;
    this.#open = undefined;
    const first = open?.words[0];
    const last = open?.words.at(-1);
    if (open === undefined || first === undefined || last === undefined) return;
    const text = open.words.map((word) => word.text).join(" ");
    const sentence = { text, startedAtMs: first.startedAtMs, endedAtMs: last.endedAtMs, isCut };
    this.#sentences.push(sentence);
    this.#onSentence(sentence);
  }
}
