/** What two sets of fraud rules make of the same calls. Pure. */
import type { RiskAction, RiskAssessed, RiskSignal } from "../schemas/generated/records.ts";

/** Actions, from the mildest on. */
export const riskActions: readonly RiskAction[] = ["allow", "confirm", "challenge", "block"];

type Assessment = Pick<RiskAssessed, "callSid" | "turn" | "action" | "signals">;

/** The strictest action of a call, and the assessment that first called for it. */
export type Verdict = { readonly action: RiskAction; readonly turn: number; readonly signals: readonly RiskSignal[] };

/** A call that the rules treat differently. */
export type ChangedCall = {
  readonly callSid: string;
  readonly before: Verdict;
  readonly after: Verdict;
  /** Whether an order was placed on it, under whatever was in force then. */
  readonly hasBought: boolean;
};

export type RuleComparison = {
  /** Calls by their strictest action. */
  readonly before: Readonly<Record<RiskAction, number>>;
  readonly after: Readonly<Record<RiskAction, number>>;
  /** Those that become stricter first, the strictest before all; then by callSid. */
  readonly changed: readonly ChangedCall[];
};

/** Compares call by call. Both lists are assessments of the same records, each in the order in which they were made. */
export function compareRules(
  before: readonly Assessment[],
  after: readonly Assessment[],
  boughtOn: ReadonlySet<string>,
): RuleComparison {
  const [former, latter] = [verdictsOf(before), verdictsOf(after)];
  const changed = [...latter].flatMap(([callSid, verdict]): ChangedCall[] => {
    const known = former.get(callSid);
    return known === undefined || known.action === verdict.action
      ? []
      : [{ callSid, before: known, after: verdict, hasBought: boughtOn.has(callSid) }];
  });
  const rise = (call: ChangedCall): number => rank(call.after.action) - rank(call.before.action);
  return {
    before: countsOf(former),
    after: countsOf(latter),
    changed: changed.sort(
      (a, b) =>
        Math.sign(rise(b)) - Math.sign(rise(a)) ||
        rank(b.after.action) - rank(a.after.action) ||
        (a.callSid < b.callSid ? -1 : 1),
    ),
  };
}

function rank(action: RiskAction): number {
  return riskActions.indexOf(action);
}

function verdictsOf(assessments: readonly Assessment[]): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const { callSid, action, turn, signals } of assessments) {
    const known = verdicts.get(callSid);
    if (known === undefined || rank(action) > rank(known.action)) verdicts.set(callSid, { action, turn, signals });
  }
  return verdicts;
}

function countsOf(verdicts: ReadonlyMap<string, Verdict>): Record<RiskAction, number> {
  const counts: Record<RiskAction, number> = { allow: 0, confirm: 0, challenge: 0, block: 0 };
  for (const { action } of verdicts.values()) counts[action] += 1;
  return counts;
}
