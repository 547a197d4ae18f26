/** What a signal is: what it remembers, what it asks, what it makes of the answers, and how strong that is. */
import type { RiskFact, RiskWindow, RiskWindowQuery } from "../../connectors/risk-history/port.ts";
import type { AssessedRecord } from "./assessed-record.ts";
import type { CallCounters } from "./call-counters.ts";
import type { CallerKeys } from "./caller-keys.ts";
import type { FeatureName, Features } from "./features.ts";

/** What a signal may look at besides the record. */
export type Sight = {
  readonly keys: CallerKeys;
  /** The call so far, the record included. */
  readonly counters: CallCounters;
  /** Keyed hash of a text. */
  readonly hash: (text: string) => string;
};

export type SignalName = "velocityAbuse" | "repetitionAbuse" | "enumerationAttempt" | "priceProbing" | "paymentTesting";

/** One of the five signals. */
export type Signal<F extends FeatureName = FeatureName, W extends string = string> = {
  readonly name: SignalName;
  /** Features that its strength is made of; rules give each the value at which the signal is at full strength. */
  readonly scale: readonly F[];
  /** What history keeps of a record. */
  facts(record: AssessedRecord, sight: Sight): readonly RiskFact[];
  /** What is asked of history for every record. */
  windows(keys: CallerKeys): { readonly [name in W]: RiskWindowQuery };
  /** Its features, from the windows (the record's own facts included) and the call so far. */
  features(windows: { readonly [name in W]: RiskWindow }, counters: CallCounters): Partial<Features>;
};

/** Features at which a signal is at full strength. */
export type FullAt = { readonly [F in FeatureName]?: number };

/** Strength of a signal, 0 to 1: the largest share of what counts as full. Never falls when a feature rises. */
export function strengthOf(signal: Pick<Signal, "scale">, features: Features, fullAt: FullAt): number {
  const shares = signal.scale.map((name) => features[name] / (fullAt[name] ?? Number.POSITIVE_INFINITY));
  return Math.min(1, Math.max(0, ...shares));
}
