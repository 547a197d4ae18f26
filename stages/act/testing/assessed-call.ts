import type { Outcome } from "../../../runtime/stage.ts";
import { stamped } from "../../../runtime/testing/record.ts";
import type { RiskAction, RiskAssessed, ToolCalled } from "../../../schemas/generated/records.ts";
import { type Config, type State, step } from "../core.ts";
import type { ActPorts } from "../ports.ts";

type Out = Outcome<State, "toolResults", ActPorts>;

/** What fraud says of a record. */
export function assessment(assessedEventId: string, action: RiskAction = "allow"): RiskAssessed {
  return stamped("RiskAssessed", { assessedEventId, score: 0.5, action, signals: [], ruleSetVersion: "1" });
}

/** A tool call on a line where nothing is away: the assessment of its risk comes right behind it, and says what was said before. Gives what came of both. */
export function assessedCall(state: State | null, record: ToolCalled, at: number, config: Config): Out {
  const asked = step(state, { from: "toolCalls", record }, at, config);
  const action = asked.state?.risk ?? "allow";
  const assessed = step(asked.state, { from: "risk", record: assessment(record.eventId, action) }, at, config);
  const emit = [...(asked.emit ?? []), ...(assessed.emit ?? [])];
  const effects = [...(asked.effects ?? []), ...(assessed.effects ?? [])];
  return {
    state: assessed.state,
    ...(emit.length > 0 ? { emit } : {}),
    ...(effects.length > 0 ? { effects } : {}),
  };
}
