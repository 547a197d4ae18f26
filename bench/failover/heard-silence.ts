/** How long callers heard nothing because of one interruption, and who of them could have noticed it. Pure. */
import type { MeasuredCall } from "../load/plan.ts";

/** Something that was taken away during calls. Times are of the clock that processes share. */
export type Interruption = {
  /** Name of the row that it belongs to. */
  readonly what: string;
  readonly atMs: number;
  /** Everything is as before. */
  readonly overAtMs: number;
  /** The call whose caller spoke, or waited for the reply, when it was taken away; it is among the affected. */
  readonly speaking: string;
  /** Calls under way that needed what was taken away, and those that did not. */
  readonly affected: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
};

/** The longest silences of all calls that were under way, one for each call and interruption, in milliseconds. */
export type HeardSilences = {
  /** Of those who spoke or waited in that moment, one for each interruption: they are hit in any case. */
  readonly speaking: readonly number[];
  readonly affected: readonly number[];
  readonly others: readonly number[];
};

/** Longest silence of a call that overlaps the interruption, 0 when it heard none; from its beginning, which may lie before the interruption. */
export function longestDuring(
  { silences }: Pick<MeasuredCall, "silences">,
  { atMs, overAtMs }: Pick<Interruption, "atMs" | "overAtMs">,
): number {
  const heard = silences.filter(({ fromMs, toMs }) => toMs > atMs && fromMs < overAtMs);
  return heard.reduce((longest, { fromMs, toMs }) => Math.max(longest, toMs - fromMs), 0);
}

/** Of one or several interruptions of a kind. */
export function heardSilences(
  calls: readonly Pick<MeasuredCall, "callSid" | "silences">[],
  interruptions: readonly Interruption[],
): HeardSilences {
  const of = (isWanted: (callSid: string, interruption: Interruption) => boolean): readonly number[] =>
    interruptions.flatMap((interruption) =>
      calls.filter(({ callSid }) => isWanted(callSid, interruption)).map((call) => longestDuring(call, interruption)),
    );
  return {
    speaking: of((callSid, { speaking }) => callSid === speaking),
    affected: of((callSid, { affected }) => affected.has(callSid)),
    others: of((callSid, { others }) => others.has(callSid)),
  };
}
