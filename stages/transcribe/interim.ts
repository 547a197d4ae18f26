import { type CardProgress, maskUnfinishedCard } from "../../language/card-mask.ts";
import type { Emit } from "../../runtime/stage.ts";
import { type SpokenTurn, stabilityOf, textOf } from "./spoken-turn.ts";

/** What is told of words before their turn has ended. They may go on, so what may be the beginning of a card number is masked as one is. */
export function interimOf(
  { turn, words, card }: { turn: number; words: SpokenTurn; card: CardProgress },
  silenceMs: number,
): Emit<"transcripts"> {
  return {
    to: "transcripts",
    record: {
      type: "TranscriptUpdated",
      turn: turn + 1,
      text: maskUnfinishedCard(textOf(words), card),
      stability: stabilityOf(words),
      silenceMs,
    },
  };
}
