/**
 * Money fails closed: a tool that a challenge would stop begins only once the risk of this very tool call has been assessed.
 *
 * An assessment names the record that it is of, so no clock decides what is fresh: a fraud stage that is away, that lags, or that works off what it has
 * missed has not said anything about this request, however new its last word is; and a caller who thought for minutes before saying yes is not late.
 */
import type { RiskAction } from "../../schemas/generated/records.ts";
import type { ToolCall } from "./admission.ts";
import { tools } from "./tools.ts";

/** An assessment may come before the tool call that it is of, but no more of a call's records than this lie between. */
const MAX_REMEMBERED = 16;

/** The latest assessments with one more. */
export function withAssessed(assessed: readonly string[], eventId: string): readonly string[] {
  return [...assessed, eventId].slice(-MAX_REMEMBERED);
}

/** Whether a tool call must not begin before its risk is known. Of a blocked call it is: nothing lifts a block. */
export function isAssessmentMissing(
  { tool, callId }: ToolCall,
  known: { readonly risk: RiskAction; readonly assessed: readonly string[] },
): boolean {
  return tools[tool].stoppedBy === "challenge" && known.risk !== "block" && !known.assessed.includes(callId);
}

/** Timer at which a tool call's wait for its assessment begins: a worker that was away finds both in the log, and must not give up between them. */
export function waitBegins(callId: string): string {
  return `assessment/${callId}`;
}

/** Timer at which it ends. */
export function waitEnds(callId: string): string {
  return `unassessed/${callId}`;
}
