import type { HeardFrame, HeardWord } from "../speech-carrier/carrier-listener.ts";

/** What the recogniser concludes from the audio. Positions are milliseconds since the stream's first byte. */
export type Conclusion =
  | { readonly type: "activity-began"; readonly atMs: number }
  | { readonly type: "activity-ended"; readonly atMs: number }
  | {
      readonly type: "interim";
      /** Words that will hardly change. */
      readonly head: string;
      readonly headEndsAtMs: number;
      /** The latest word, without the punctuation that only later words decide; empty when all is settled. */
      readonly tail: string;
      readonly endsAtMs: number;
    }
  | { readonly type: "final"; readonly text: string; readonly endsAtMs: number };

/** When the recogniser concludes what. */
export type SegmenterSettings = {
  /** Quiet after words before a segment is final. */
  readonly finalSilenceMs: number;
};

/** Turns heard frames into interim and final results, as the vendor's own endpointing does. */
export type Segmenter = {
  /** Takes the next frame. */
  take(frame: HeardFrame): Conclusion[];
  /** The audio is over: what is still open becomes final. */
  finish(): Conclusion[];
};

const beginFrames = 3;
const settleSilenceMs = 200;
const activityEndSilenceMs = 400;
const maxSegmentMs = 30_000;

function joinWords(words: readonly HeardWord[]): string {
  return words.map((word) => word.text).join(" ");
}

/** A segmenter at the beginning of a stream. */
export function createSegmenter(settings: SegmenterSettings): Segmenter {
  let words: HeardWord[] = [];
  let isActive = false;
  let isSettled = true;
  let voicedFrames = 0;
  let lastVoicedMs = 0;

  function conclude(): Conclusion[] {
    const last = words.at(-1);
    if (last === undefined) return [];
    const final: Conclusion = { type: "final", text: joinWords(words), endsAtMs: last.endsAtMs };
    words = [];
    isSettled = true;
    return [final];
  }

  function interim(isAllSettled: boolean): Conclusion[] {
    const last = words.at(-1);
    if (last === undefined) return [];
    isSettled = isAllSettled;
    const head = isAllSettled ? words : words.slice(0, -1);
    return [
      {
        type: "interim",
        head: joinWords(head),
        headEndsAtMs: head.at(-1)?.endsAtMs ?? 0,
        tail: isAllSettled ? "" : last.text.replace(/[.,;:!?]+$/u, ""),
        endsAtMs: last.endsAtMs,
      },
    ];
  }

  function takeActivity(frame: HeardFrame): Conclusion[] {
    voicedFrames = frame.isVoiced ? voicedFrames + 1 : 0;
    if (frame.isVoiced) lastVoicedMs = frame.endsAtMs;
    if (!isActive && voicedFrames >= beginFrames) {
      isActive = true;
      return [{ type: "activity-began", atMs: frame.endsAtMs }];
    }
    if (isActive && frame.endsAtMs - lastVoicedMs >= activityEndSilenceMs) {
      isActive = false;
      return [{ type: "activity-ended", atMs: frame.endsAtMs }];
    }
    return [];
  }

  return {
    take(frame) {
      const conclusions = takeActivity(frame);
      if (frame.words.length > 0) {
        words.push(...frame.words);
        conclusions.push(...interim(false));
      }
      const first = words[0];
      if (first === undefined) return conclusions;
      const quietMs = frame.endsAtMs - Math.max(lastVoicedMs, words.at(-1)?.endsAtMs ?? 0);
      if (!isSettled && quietMs >= settleSilenceMs) conclusions.push(...interim(true));
      if (quietMs >= settings.finalSilenceMs || frame.endsAtMs - first.startsAtMs >= maxSegmentMs)
        conclusions.push(...conclude());
      return conclusions;
    },
    finish: conclude,
  };
}
