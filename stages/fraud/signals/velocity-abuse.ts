import { EVERYBODY } from "../caller-keys.ts";
import type { Signal } from "../signal.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Too many calls: of a caller, of numbers next to theirs, or of everybody. Bursts of more than ten a minute are refused before a call begins. */
export const velocityAbuse: Signal<
  "callsInHour" | "prefixCallsInHour" | "allCallsInMinute",
  "callerCalls" | "prefixCalls" | "allCalls"
> = {
  name: "velocityAbuse",
  scale: ["callsInHour", "prefixCallsInHour", "allCallsInMinute"],
  facts: (record, { keys }) =>
    record.type === "CallStarted"
      ? [keys.caller, keys.prefix, EVERYBODY].map((key) => ({ key, kind: "call", value: "" }))
      : [],
  windows: (keys) => ({
    callerCalls: { key: keys.caller, kind: "call", windowMs: HOUR_MS },
    prefixCalls: { key: keys.prefix, kind: "call", windowMs: HOUR_MS },
    allCalls: { key: EVERYBODY, kind: "call", windowMs: MINUTE_MS },
  }),
  features: ({ callerCalls, prefixCalls, allCalls }) => ({
    callsInHour: callerCalls.count,
    prefixCallsInHour: prefixCalls.count,
    allCallsInMinute: allCalls.count,
  }),
};
