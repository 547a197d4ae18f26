/** What the language model's work on a turn cost, over all attempts. Pure. */
import type { ReasonAnswer } from "../../connectors/language-model/port.ts";

/** As IntentRecognised reports it. */
export type Cost = {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Millionths of a US dollar. */
  readonly costMicros: number;
  readonly vendorWaitMs: number;
};

export const noCost: Cost = { model: "", inputTokens: 0, outputTokens: 0, costMicros: 0, vendorWaitMs: 0 };

/** With an answer, whether it could be used or not: it is billed. */
export function withAnswer(cost: Cost, answer: ReasonAnswer): Cost {
  return {
    model: answer.model,
    inputTokens: cost.inputTokens + answer.inputTokens,
    outputTokens: cost.outputTokens + answer.outputTokens,
    costMicros: cost.costMicros + answer.costMicros,
    vendorWaitMs: cost.vendorWaitMs + answer.vendorWaitMs,
  };
}

/** With the time that was waited for an answer that never came. */
export function withLostWait(cost: Cost, waitedMs: number): Cost {
  return { ...cost, vendorWaitMs: cost.vendorWaitMs + Math.max(0, waitedMs) };
}
