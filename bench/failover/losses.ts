/** Which words were lost, and whether anybody could have heard them. Pure. */
import { lostWordsOf } from "../call/judge.ts";
import type { PlayedLoad } from "../call/measured-line.ts";
import type { MeasuredCall, StreamGap } from "../load/plan.ts";
import type { Interruption } from "./heard-silence.ts";

/** Of one load, in words. */
export type Losses = { readonly lostWords: number; readonly unheardWords: number };

/** Call by call: what was said without a stream explains no more words than were lost. */
export function lossesOf({ measured, records }: Pick<PlayedLoad, "measured" | "records">): Losses {
  const calls = measured.calls.map((call) => {
    const lost = lostWordsOf({ measured: { ...measured, calls: [call] }, records });
    const unheard = call.gaps.reduce((sum, { words }) => sum + words, 0);
    return { lost, unheard: Math.min(lost, unheard) };
  });
  return {
    lostWords: calls.reduce((sum, { lost }) => sum + lost, 0),
    unheardWords: calls.reduce((sum, { unheard }) => sum + unheard, 0),
  };
}

/** Times without a stream that began during the interruptions. */
export function gapsDuring(
  calls: readonly Pick<MeasuredCall, "gaps">[],
  interruptions: readonly Pick<Interruption, "atMs" | "overAtMs">[],
): readonly StreamGap[] {
  return calls.flatMap(({ gaps }) =>
    gaps.filter(({ toMs, fromMs }) => interruptions.some(({ atMs, overAtMs }) => toMs > atMs && fromMs < overAtMs)),
  );
}
