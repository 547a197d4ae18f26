/** Two sets of risk assessments, compared field by field. */
import type { RiskAssessed } from "../../schemas/generated/records.ts";

/** What a decision is; its identity and time are stamps of whoever published it. */
export type Decision = Pick<
  RiskAssessed,
  "callSid" | "turn" | "assessedEventId" | "score" | "action" | "signals" | "ruleSetVersion"
>;

const fields = ["callSid", "turn", "score", "action", "signals", "ruleSetVersion"] as const;

export type Comparison = {
  readonly identical: number;
  /** Decisions that one side does not have. */
  readonly missing: number;
  /** How many differ, by the field. */
  readonly differing: ReadonlyMap<(typeof fields)[number], number>;
  readonly differingDecisions: number;
  /** Decisions in which the action differs, so that a caller would have noticed. */
  readonly otherAction: number;
};

/** By the event that was assessed; of several decisions about one event (a redelivery) the last counts. */
export function compareDecisions(live: readonly Decision[], replayed: readonly Decision[]): Comparison {
  const byEvent = new Map(live.map((decision) => [decision.assessedEventId, decision]));
  const differing = new Map<(typeof fields)[number], number>();
  let [identical, missing, differingDecisions, otherAction] = [0, 0, 0, 0];
  const events = new Set<string>();
  for (const decision of replayed) {
    events.add(decision.assessedEventId);
    const other = byEvent.get(decision.assessedEventId);
    if (other === undefined) {
      missing += 1;
      continue;
    }
    const odd = fields.filter((field) => JSON.stringify(decision[field]) !== JSON.stringify(other[field]));
    for (const field of odd) differing.set(field, (differing.get(field) ?? 0) + 1);
    if (odd.length === 0) identical += 1;
    else differingDecisions += 1;
    if (odd.includes("action")) otherAction += 1;
  }
  for (const event of byEvent.keys()) if (!events.has(event)) missing += 1;
  return { identical, missing, differing, differingDecisions, otherAction };
}
