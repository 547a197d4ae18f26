/** What came of a load, over all its calls. */
import { lostWords } from "./lost-words.ts";
import type { PlayedLoad } from "./measured-line.ts";
import { type TurnFigures, turnFigures } from "./waterfall.ts";

/** Every turn of every call. */
export function turnsOf({ measured, records }: Pick<PlayedLoad, "measured" | "records">): readonly TurnFigures[] {
  return measured.calls.flatMap(({ callSid }) => turnFigures(records.get(callSid) ?? []));
}

/** Words that were said and are in no TurnEnded. */
export function lostWordsOf({ measured, records }: Pick<PlayedLoad, "measured" | "records">): number {
  return measured.calls.reduce((lost, { callSid, turns }) => {
    const said = turns.map(({ text }) => text);
    const heard = (records.get(callSid) ?? []).flatMap((record) => (record.type === "TurnEnded" ? [record.text] : []));
    return lost + lostWords(said, heard);
  }, 0);
}
