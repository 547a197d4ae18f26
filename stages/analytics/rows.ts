/** Rows of turns and calls, made of facts. */
import type { CallRow, Facts, TurnRow } from "../../connectors/warehouse/port.ts";
import type { RiskAction } from "../../schemas/generated/records.ts";
import type {
  EndFact,
  IntentFact,
  PlaybackFact,
  ResponseFact,
  RiskFact,
  StartFact,
  ToolCallFact,
  ToolResultFact,
  TurnFact,
} from "./facts.ts";
import { turnLatency } from "./turn-latency.ts";

const actions: readonly RiskAction[] = ["allow", "confirm", "challenge", "block"];

/** A turn's row. Of several facts of one kind the latest is told, and waits and costs are summed. */
export function turnRowOf(facts: Facts): TurnRow {
  const ended = inOrder<TurnFact>(facts.turnEnded).at(-1) ?? null;
  const intents = inOrder<IntentFact>(facts.intents);
  const intent = intents.at(-1) ?? null;
  const toolResults = inOrder<ToolResultFact>(facts.toolResults);
  const playbackStarts = inOrder<PlaybackFact>(facts.playbackStarts);
  const latency = turnLatency({ turnEnded: ended, intents, toolResults, playbackStarts });
  return {
    words: ended?.words ?? null,
    wordCount: ended?.wordCount ?? null,
    recogniserConfidence: ended?.confidence ?? null,
    intent: intent?.intent ?? null,
    confidence: intent?.confidence ?? null,
    source: intent?.source ?? null,
    tools: inOrder<ToolCallFact>(facts.toolCalls).map(({ tool }) => tool),
    outcomes: toolResults.map(({ outcome }) => outcome),
    state: inOrder<ResponseFact>(facts.responses).at(-1)?.state ?? null,
    decidedBy: ended?.decidedBy ?? null,
    speechEndedAt: ended?.lastByteAt ?? null,
    turnEndedAt: ended?.occurredAt ?? null,
    firstByteAt: latency.firstByteAt,
    endpointWaitMs: ended?.endpointWaitMs ?? null,
    recogniserWaitMs: ended?.vendorWaitMs ?? null,
    modelWaitMs: intents.length === 0 ? null : latency.modelWaitMs,
    storeWaitMs: toolResults.length === 0 ? null : latency.storeWaitMs,
    paymentWaitMs: toolResults.length === 0 ? null : latency.paymentWaitMs,
    synthesisWaitMs: latency.synthesisWaitMs,
    overheadMs: latency.overheadMs,
    voiceToVoiceMs: latency.voiceToVoiceMs,
    firstSoundMs: latency.firstSoundMs,
    wasInterrupted: members(facts.interruptions).length > 0,
    ...worstRisk(facts),
    costMicros: sum(intents.map(({ costMicros }) => costMicros)),
    inputTokens: sum(intents.map(({ inputTokens }) => inputTokens)),
    outputTokens: sum(intents.map(({ outputTokens }) => outputTokens)),
  };
}

/** A call's row. */
export function callRowOf(facts: Facts): CallRow {
  const started = inOrder<StartFact>(facts.started)[0] ?? null;
  const ended = inOrder<EndFact>(facts.ended).at(-1) ?? null;
  const orders = members<number>(facts.orders);
  return {
    callerHash: started?.callerHash ?? null,
    startedAt: started?.occurredAt ?? null,
    endedAt: ended?.occurredAt ?? null,
    endReason: ended?.reason ?? null,
    durationMs: ended?.durationMs ?? null,
    turns: new Set(members<number>(facts.turns)).size,
    orders: orders.length,
    revenueMinor: sum(orders),
    isConverted: orders.length > 0,
    costMicros: sum(members<number>(facts.costs)),
    ...worstRisk(facts),
  };
}

function worstRisk(facts: Facts): { riskScore: number; riskAction: RiskAction } {
  const risks = members<RiskFact>(facts.risks);
  return {
    riskScore: Math.max(0, ...risks.map(({ score }) => score)),
    riskAction: actions[Math.max(0, ...risks.map(({ action }) => actions.indexOf(action)))] ?? "allow",
  };
}

function members<F>(set: Facts[string] | undefined): F[] {
  return Object.values(set ?? {}) as F[];
}

/** Facts by their time, those of one time by eventId. */
function inOrder<F extends { readonly occurredAt: number }>(set: Facts[string] | undefined): F[] {
  const entries = Object.entries(set ?? {}) as [string, F][];
  entries.sort(([a, one], [b, other]) => one.occurredAt - other.occurredAt || (a < b ? -1 : 1));
  return entries.map(([, fact]) => fact);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
