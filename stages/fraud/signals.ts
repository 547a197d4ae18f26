/** The five signals, in the order in which records list them. */
import type { RiskFact, RiskWindow, RiskWindowQuery, RiskWindows } from "../../connectors/risk-history/port.ts";
import type { AssessedRecord } from "./assessed-record.ts";
import type { CallCounters } from "./call-counters.ts";
import type { CallerKeys } from "./caller-keys.ts";
import { type Features, noFeatures } from "./features.ts";
import type { Sight, Signal } from "./signal.ts";
import { enumerationAttempt } from "./signals/enumeration-attempt.ts";
import { paymentTesting } from "./signals/payment-testing.ts";
import { priceProbing } from "./signals/price-probing.ts";
import { repetitionAbuse } from "./signals/repetition-abuse.ts";
import { velocityAbuse } from "./signals/velocity-abuse.ts";

export const signals: readonly Signal[] = [
  velocityAbuse as Signal,
  repetitionAbuse as Signal,
  enumerationAttempt as Signal,
  priceProbing as Signal,
  paymentTesting as Signal,
];

/** What history keeps of a record. */
export function factsOf(record: AssessedRecord, sight: Sight): RiskFact[] {
  return signals.flatMap((signal) => signal.facts(record, sight));
}

/** What is asked of history for a record. */
export function windowsOf(keys: CallerKeys): { readonly [name: string]: RiskWindowQuery } {
  return Object.assign({}, ...signals.map((signal) => signal.windows(keys)));
}

/**
 * The features of a record, from what history answered to `queries` and the call so far. The record's own facts, which history leaves out, are counted
 * in; a window that is missing counts as empty.
 */
export function featuresOf(event: {
  readonly occurredAt: number;
  readonly facts: readonly RiskFact[];
  readonly queries: { readonly [name: string]: RiskWindowQuery };
  readonly windows: RiskWindows;
  readonly counters: CallCounters;
}): Features {
  const windows: Record<string, RiskWindow> = {};
  for (const [name, query] of Object.entries(event.queries)) {
    const before = event.windows[name] ?? { count: 0, entries: [] };
    const own = event.facts.filter((fact) => fact.key === query.key && fact.kind === query.kind);
    const entries = own.map(({ value }) => ({ value, occurredAt: event.occurredAt }));
    windows[name] = { count: before.count + own.length, entries: [...before.entries, ...entries] };
  }
  return Object.assign({ ...noFeatures }, ...signals.map((signal) => signal.features(windows, event.counters)));
}
