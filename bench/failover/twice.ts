/** What happened twice: records that were written again, which readers recognise, and effects that were done again, which must not be. Pure. */
import type { AnyRecord } from "../../schemas/topics.ts";

export type Twice = {
  /** Records whose eventId lies in the log more than once: the price of "at least once". */
  readonly records: number;
  /** Beyond the first: results of one call of a tool, calls of a tool and same replies for one cause. */
  readonly effects: number;
};

/** Counts in all records of some calls, as they lie in the log. */
export function countTwice(records: readonly AnyRecord[]): Twice {
  const once = new Map(records.map((record) => [record.eventId, record]));
  const results = new Map<string, number>();
  const add = (key: string): void => void results.set(key, (results.get(key) ?? 0) + 1);
  for (const record of once.values()) {
    if (record.type === "ToolSucceeded" || record.type === "ToolRefused" || record.type === "ToolFailed")
      add(`result ${record.callId}`);
    if (record.type === "ToolCalled" && record.causeId !== null) add(`tool ${record.causeId} ${record.tool}`);
    if (record.type === "ResponsePrepared" && record.causeId !== null)
      add(`reply ${record.causeId} ${JSON.stringify(record.sentences)}`);
  }
  return {
    records: records.length - once.size,
    effects: [...results.values()].reduce((sum, count) => sum + count - 1, 0),
  };
}
