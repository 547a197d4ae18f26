/** From signals to a score, and from a score to what must be obeyed. */
import type { RiskAction, RiskSignal } from "../../schemas/generated/records.ts";

/** A score above a threshold calls for its action; a score equal to it does not. */
export type Thresholds = { readonly confirm: number; readonly challenge: number; readonly block: number };

const order: readonly RiskAction[] = ["allow", "confirm", "challenge", "block"];
/** Decimals of a score: far finer than any threshold, coarse enough to hide the rounding of the last multiplication. */
const DECIMALS = 1e12;

/**
 * 1 − ∏(1 − weight · value): the chance that at least one signal is right, were they independent. 0 without signals, at most 1, never falls when
 * a signal or a weight rises, and does not depend on their order by more than its last decimal.
 */
export function scoreOf(signals: readonly RiskSignal[]): number {
  const clean = signals.reduce((product, { value, weight }) => product * (1 - weight * value), 1);
  return Math.round((1 - clean) * DECIMALS) / DECIMALS;
}

/** What a score calls for. */
export function actionOf(score: number, thresholds: Thresholds): RiskAction {
  if (score > thresholds.block) return "block";
  if (score > thresholds.challenge) return "challenge";
  return score > thresholds.confirm ? "confirm" : "allow";
}

/** The stricter of two actions. */
export function stricter(one: RiskAction, other: RiskAction): RiskAction {
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}
