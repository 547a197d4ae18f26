import type { EffectContext } from "../../runtime/effect.ts";

/** One turn of the conversation so far, as data for the model. */
export type ConversationTurn = { readonly speaker: "caller" | "agent"; readonly text: string };

/** A question to a reasoner. The instruction and the schema are fixed by the caller of the port; the caller's words are data, never instruction. */
export type ReasonRequest = {
  /** Immutable system instruction. */
  readonly instruction: string;
  /** JSON Schema (the subset of Gemini's `responseJsonSchema`) that the answer must satisfy. */
  readonly answerSchema: Readonly<Record<string, unknown>>;
  /** Facts the reasoner may use (products on offer, state of the call), as JSON data. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly history: readonly ConversationTurn[];
  /** What the caller just said, verbatim. */
  readonly utterance: string;
  /** Set on the one repair attempt: the answer that was refused and why. */
  readonly repair?: { readonly answer: string; readonly problem: string };
  readonly deadlineMs: number;
};

/** What came back, not yet validated. */
export type ReasonAnswer = {
  /** The raw answer, expected to be JSON. */
  readonly text: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
  readonly vendorWaitMs: number;
};

/** A reasoner that answers in JSON. Errors carry `code` and `isRetryable` (see runtime/errors.ts): time-out, quota, blocked, empty answer. */
export type LanguageModel = {
  reason(input: ReasonRequest, context: EffectContext): Promise<ReasonAnswer>;
};
