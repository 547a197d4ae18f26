import type { Emit } from "../../runtime/stage.ts";
import { absentFields, type Tool, type ToolRefused, type ToolSucceeded } from "../../schemas/generated/records.ts";
import type { PlaceOrderEnd } from "./place-order.ts";
import { refusalSentences } from "./refusal-sentences.ts";

/** Time that the tool call has waited so far. */
export type Waits = { readonly storeWaitMs: number; readonly vendorWaitMs: number };
/** The tool call that is answered. */
type Answered = { readonly callId: string; readonly turn: number; readonly tool: Tool } & Partial<Waits>;
/** A record of tool-results. */
export type ToolResult = Emit<"toolResults">;

type Found = Partial<
  Pick<
    ToolSucceeded,
    "products" | "quote" | "leftLines" | "cards" | "order" | "customerName" | "orders" | "methods" | "addresses"
  >
>;
type Refusal = Pick<ToolRefused, "reason"> &
  Partial<Pick<ToolRefused, "limit" | "availableQuantity" | "triesLeft" | "cards" | "sentence" | "readBack">>;

function about(call: Answered) {
  return {
    turn: call.turn,
    callId: call.callId,
    tool: call.tool,
    storeWaitMs: call.storeWaitMs ?? 0,
    vendorWaitMs: call.vendorWaitMs ?? 0,
  };
}

// One tool call has one result, however often it is worked on, so the result's identity is the call's.
function result(call: Answered, record: ToolResult["record"]): ToolResult {
  return { to: "toolResults", key: `${call.callId}/result`, causeId: call.callId, record };
}

/** What was asked for is done and committed. */
export function succeeded(call: Answered, found: Found): ToolResult {
  return result(call, { type: "ToolSucceeded", ...about(call), ...absentFields.ToolSucceeded, ...found });
}

/** What was asked for is not done, for a reason that the caller can be told. */
export function refused(call: Answered, refusal: Refusal): ToolResult {
  const sentence = refusalSentences[refusal.reason] ?? null;
  return result(call, { type: "ToolRefused", ...about(call), ...absentFields.ToolRefused, sentence, ...refusal });
}

/** The tool broke. */
export function failed(call: Answered, code: string, isOutcomeUnknown: boolean): ToolResult {
  return result(call, { type: "ToolFailed", ...about(call), code, isOutcomeUnknown });
}

/** The result of placing an order. */
export function endOf(call: Answered, end: PlaceOrderEnd): ToolResult {
  switch (end.kind) {
    case "succeeded":
      return succeeded(call, { order: end.order });
    case "refused": {
      const { reason, limit, availableQuantity, cards } = end;
      return refused(call, { reason, limit, availableQuantity, cards });
    }
    case "failed":
      return failed(call, end.code, end.isOutcomeUnknown);
  }
}
