import type { Signal } from "../signal.ts";
import { areAlike } from "../similarity.ts";

const DAY_MS = 24 * 3_600_000;

/** The same words again and again, in a call or from call to call: a script. A caller who is misheard repeats themselves too, so it must not block alone. */
export const repetitionAbuse: Signal<"similarTurnsInCall" | "similarCallsInDay", "openings"> = {
  name: "repetitionAbuse",
  scale: ["similarTurnsInCall", "similarCallsInDay"],
  facts: (record, { keys, counters }) =>
    counters.openedBy === record.eventId ? [{ key: keys.caller, kind: "opening", value: counters.opening }] : [],
  windows: (keys) => ({ openings: { key: keys.caller, kind: "opening", windowMs: DAY_MS } }),
  features: ({ openings }, counters) => ({
    similarTurnsInCall: counters.similarTurns,
    similarCallsInDay: openings.entries.filter((entry) => areAlike(entry.value, counters.opening)).length,
  }),
};
