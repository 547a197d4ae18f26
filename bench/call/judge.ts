/** What came of a load, over all its calls. */
import type { AnyRecord } from "../../schemas/topics.ts";
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
    return lost + lostWords(said, heardLines(records.get(callSid) ?? []));
  }, 0);
}

/** What was heard in a call, turn by turn; a record that was written twice counts once. */
export function heardLines(records: readonly AnyRecord[]): readonly string[] {
  const turns = records.flatMap((record) =>
    record.type === "TurnEnded" ? [[record.eventId, record.text] as const] : [],
  );
  return [...new Map(turns).values()];
}
