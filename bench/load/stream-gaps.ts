/** When a caller had no stream, and what of their words was said to nobody. Pure: times are given. */
import { createCarrierListener } from "../../simulators/speech-carrier/carrier-listener.ts";
import { frameMs } from "../../simulators/speech-carrier/g711.ts";
import { lostWords } from "../call/lost-words.ts";
import type { SpokenLine } from "./caller-speech.ts";
import type { StreamGap } from "./plan.ts";

/** Of one call. */
export class StreamGaps {
  readonly #gaps: StreamGap[] = [];
  /** Frames of the line being said that no stream carried. */
  readonly #missing = new Set<number>();

  /** In the order of time. Words count once their line was said to its end. */
  get gaps(): readonly StreamGap[] {
    return this.#gaps;
  }

  /** The stream is there again. */
  closed(fromMs: number, toMs: number): void {
    this.#gaps.push({ fromMs, toMs, spokenMs: 0, words: 0 });
  }

  /** A frame of speech had to leave within the last gap. */
  missed(frame: number): void {
    this.#missing.add(frame);
    this.#add(frameMs, 0);
  }

  /** The line was said to its end: words are lost if any of their frames is. */
  said({ text, frames }: SpokenLine): void {
    if (this.#missing.size === 0) return;
    const listener = createCarrierListener();
    const heard = frames.flatMap((frame, index) => (this.#missing.has(index) ? [] : listener.hear(frame)));
    this.#missing.clear();
    const words = heard.flatMap((frame) => frame.words.map((word) => word.text));
    this.#add(0, lostWords([text], words));
  }

  #add(spokenMs: number, words: number): void {
    const last = this.#gaps.pop();
    if (last !== undefined) this.#gaps.push({ ...last, spokenMs: last.spokenMs + spokenMs, words: last.words + words });
  }
}
