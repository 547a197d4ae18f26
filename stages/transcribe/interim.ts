import { maskUnfinishedCard } from "../../language/card-mask.ts";
import { withoutProof } from "../../language/spoken-proof.ts";
import type { Emit } from "../../runtime/stage.ts";
import { stabilityOf, textOf } from "./spoken-turn.ts";
import { isAboutProof, type State } from "./state.ts";

/** What is told of words before their turn has ended. They may go on, so what may be the beginning of a card number is masked as one is, and so are PINs and codes. */
export function interimOf(state: State, silenceMs: number): Emit<"transcripts"> {
  const { turn, words, card } = state;
  const { text } = withoutProof(maskUnfinishedCard(textOf(words), card), isAboutProof(state));
  return {
    to: "transcripts",
    record: {
      type: "TranscriptUpdated",
      turn: turn + 1,
      text,
      stability: stabilityOf(words),
      silenceMs,
    },
  };
}
