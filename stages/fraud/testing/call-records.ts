/** Records of calls for this stage's tests: each with an event time of its own, defaults elsewhere. */
import { stamped } from "../../../runtime/testing/record.ts";
import {
  type Intent,
  noToolArguments,
  type RefusalReason,
  type Tool,
  type ToolArguments,
} from "../../../schemas/generated/records.ts";

type Stamps = { callSid?: string; occurredAt?: number; eventId?: string; turn?: number };

export const callStarted = (fromNumber: string, stamps: Stamps = {}) =>
  stamped("CallStarted", {
    fromNumber,
    toNumber: "+15550199999",
    attestation: "full",
    answeredBy: "gateway",
    ...stamps,
  });

export const callEnded = (stamps: Stamps = {}) =>
  stamped("CallEnded", { reason: "callerHungUp", durationMs: 1_000, ...stamps });

export const turnEnded = (text: string, stamps: Stamps = {}) =>
  stamped("TurnEnded", {
    text,
    ...stamps,
  });

export const intentRecognised = (intent: Intent, stamps: Stamps = {}) =>
  stamped("IntentRecognised", {
    intent,
    ...stamps,
  });

export const toolCalled = (tool: Tool, given: Partial<ToolArguments> = {}, stamps: Stamps = {}) =>
  stamped("ToolCalled", {
    tool,
    intent: "unclear",
    arguments: { ...noToolArguments, ...given },
    isConfirmed: false,
    ...stamps,
  });

export const toolSucceeded = (tool: Tool, stamps: Stamps = {}) =>
  stamped("ToolSucceeded", {
    callId: "call",
    tool,
    ...stamps,
  });

export const toolRefused = (tool: Tool, reason: RefusalReason, stamps: Stamps = {}) =>
  stamped("ToolRefused", {
    callId: "call",
    tool,
    reason,
    ...stamps,
  });
