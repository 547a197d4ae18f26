/** A caller's past and a record, for tests of signals: what is remembered, what is counted, and how strong the shipped rules find it. */
import { createMemoryRiskHistory } from "../../../connectors/risk-history/memory.ts";
import { keyedHash } from "../../../runtime/keyed-hash.ts";
import type { AssessedRecord } from "../assessed-record.ts";
import { type CallCounters, counted, noCounters } from "../call-counters.ts";
import { callerKeysOf } from "../caller-keys.ts";
import type { Features } from "../features.ts";
import { readRuleSet } from "../rule-set.ts";
import { factsOf, featuresOf, windowsOf } from "../signals.ts";

const riskKey = "a key of the tests";
const rules = readRuleSet(new URL("../rules.json", import.meta.url));
const hash = (text: string): string => keyedHash(riskKey, text, 16);

/** Features of the last record, after the ones before it; calls are told apart by callSid, callers by `numberOf`. */
export async function featuresAfter(
  records: readonly AssessedRecord[],
  numberOf: (callSid: string) => string = () => "+15550100001",
): Promise<Features> {
  const history = createMemoryRiskHistory();
  const counters = new Map<string, CallCounters>();
  let features: Features | null = null;
  for (const record of records) {
    const { callSid, eventId, occurredAt } = record;
    const keys = callerKeysOf(numberOf(callSid), callSid, riskKey);
    const counts = counted(counters.get(callSid) ?? noCounters, record, hash);
    counters.set(callSid, counts);
    const facts = factsOf(record, { keys, counters: counts, hash });
    const queries = windowsOf(keys);
    const { windows } = await history.record(
      { eventId, occurredAt, facts, windows: queries },
      { callSid, effectId: eventId, signal: new AbortController().signal, notify: () => undefined },
    );
    features = featuresOf({ occurredAt, facts, queries, windows: windows ?? {}, counters: counts });
  }
  if (features === null) throw new Error("no record");
  return features;
}

/** Strength of a signal under the shipped rules; 0 when its condition is not met. */
export function strengthUnderRules(name: string, features: Features): number {
  return rules.signalsOf(features).find((signal) => signal.name === name)?.value ?? 0;
}
