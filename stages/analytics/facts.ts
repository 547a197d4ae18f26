/** What a record tells of its turn and of its call. Shapes are read back by rows.ts. */
import type { Facts } from "../../connectors/warehouse/port.ts";
import type { RiskAction } from "../../schemas/generated/records.ts";
import type { AnyRecord } from "../../schemas/topics.ts";

export type TurnFact = {
  readonly occurredAt: number;
  readonly lastByteAt: number;
  readonly endpointWaitMs: number;
  readonly vendorWaitMs: number;
  readonly words: string;
  readonly wordCount: number;
  readonly confidence: number;
  readonly decidedBy: string;
};
export type IntentFact = {
  readonly occurredAt: number;
  readonly intent: string;
  readonly confidence: number;
  readonly source: string;
  readonly vendorWaitMs: number;
  readonly costMicros: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};
export type ToolCallFact = { readonly occurredAt: number; readonly tool: string };
export type ToolResultFact = {
  readonly occurredAt: number;
  readonly outcome: string;
  readonly storeWaitMs: number;
  readonly vendorWaitMs: number;
};
export type ResponseFact = { readonly occurredAt: number; readonly state: string };
export type PlaybackFact = {
  readonly occurredAt: number;
  readonly isAcknowledgement: boolean;
  readonly vendorWaitMs: number;
};
export type RiskFact = { readonly score: number; readonly action: RiskAction };
export type StartFact = { readonly occurredAt: number; readonly callerHash: string };
export type EndFact = { readonly occurredAt: number; readonly reason: string; readonly durationMs: number };

/** What a record tells of its turn; null for nothing. `words` is what may be kept of what was said. */
export function turnFactsOf(record: AnyRecord, words: string): Facts | null {
  if (record.turn < 1) return null;
  const { eventId, occurredAt } = record;
  const fact = <F>(set: string, value: F): Facts => ({ [set]: { [eventId]: value } });
  switch (record.type) {
    case "TurnEnded": {
      const { lastByteAt, endpointWaitMs, vendorWaitMs, confidence, decidedBy } = record;
      const wordCount = record.text.split(/\s+/).filter((word) => word !== "").length;
      const ended = { occurredAt, lastByteAt, endpointWaitMs, vendorWaitMs, words, wordCount, confidence, decidedBy };
      return fact<TurnFact>("turnEnded", ended);
    }
    case "IntentRecognised": {
      const { intent, confidence, source, vendorWaitMs, costMicros, inputTokens, outputTokens } = record;
      const meant = { intent, confidence, source, vendorWaitMs, costMicros, inputTokens, outputTokens };
      return fact<IntentFact>("intents", { occurredAt, ...meant });
    }
    case "ToolCalled":
      return fact<ToolCallFact>("toolCalls", { occurredAt, tool: record.tool });
    case "ToolSucceeded":
    case "ToolRefused":
    case "ToolFailed": {
      const { storeWaitMs, vendorWaitMs } = record;
      return fact<ToolResultFact>("toolResults", { occurredAt, outcome: outcomeOf(record), storeWaitMs, vendorWaitMs });
    }
    case "ResponsePrepared":
      return fact<ResponseFact>("responses", { occurredAt, state: record.state });
    case "PlaybackStarted": {
      const { isAcknowledgement, vendorWaitMs } = record;
      return fact<PlaybackFact>("playbackStarts", { occurredAt, isAcknowledgement, vendorWaitMs });
    }
    case "PlaybackCleared":
      return fact("interruptions", true);
    case "RiskAssessed":
      return riskFactsOf(record.eventId, record);
    default:
      return null;
  }
}

/** What a record tells of its call; null for nothing. `callerHash` is empty when the number was withheld. */
export function callFactsOf(record: AnyRecord, callerHash: string): Facts | null {
  const { eventId, occurredAt } = record;
  const fact = <F>(set: string, value: F): Facts => ({ [set]: { [eventId]: value } });
  switch (record.type) {
    case "CallStarted":
      return fact<StartFact>("started", { occurredAt, callerHash });
    case "CallDirected":
      return record.direction === "transfer" ? fact("transfers", true) : null;
    case "CallEnded":
      return fact<EndFact>("ended", { occurredAt, reason: record.reason, durationMs: record.durationMs });
    case "TurnEnded":
      return fact("turns", record.turn);
    case "IntentRecognised":
      return record.costMicros > 0 ? fact("costs", record.costMicros) : null;
    case "ToolSucceeded":
      // An order is paid when it is placed, or, where its payer had to approve that, when they have.
      return (record.tool === "placeOrder" || record.tool === "awaitPayment") && record.order !== null
        ? fact("orders", record.order.totalMinor)
        : null;
    case "RiskAssessed":
      return riskFactsOf(record.eventId, record);
    default:
      return null;
  }
}

function riskFactsOf(eventId: string, { score, action }: RiskFact): Facts | null {
  return score === 0 && action === "allow" ? null : { risks: { [eventId]: { score, action } satisfies RiskFact } };
}

function outcomeOf(record: Extract<AnyRecord, { type: "ToolSucceeded" | "ToolRefused" | "ToolFailed" }>): string {
  if (record.type === "ToolSucceeded") return `${record.tool}:succeeded`;
  return record.type === "ToolRefused"
    ? `${record.tool}:refused:${record.reason}`
    : `${record.tool}:failed:${record.code}`;
}
