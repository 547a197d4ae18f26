import type { GenerateContentResponse } from "@google/genai";

/** Why a model's answer cannot be used. */
export type UnusableAnswer = {
  readonly code: "VENDOR_BLOCKED" | "VENDOR_ANSWER_INVALID";
  readonly isRetryable: boolean;
  /** The vendor's own word for it. */
  readonly reason: string;
};

/** Tokens as the vendor counted them; what is missing in the response counts as 0. */
export type GeminiUsage = {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  /** Answer and thinking tokens together: both are billed as output. */
  readonly outputTokens: number;
};

const blockedReasons: ReadonlySet<string> = new Set([
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
]);

/**
 * The text of the answer, or why there is none. A complete answer ends with STOP and has text; STOP without parts does occur and is worth
 * another try, and so are the malformed-call reasons. What the vendor blocked stays blocked, and an answer that hit the token limit would
 * hit it again. Source: https://ai.google.dev/api/generate-content#FinishReason
 */
export function readGeminiAnswer(response: GenerateContentResponse): { readonly text: string } | UnusableAnswer {
  const blockReason = response.promptFeedback?.blockReason;
  if (blockReason !== undefined) return { code: "VENDOR_BLOCKED", isRetryable: false, reason: blockReason };
  const candidate = response.candidates?.[0];
  const finishReason: string = candidate?.finishReason ?? "FINISH_REASON_UNSPECIFIED";
  if (blockedReasons.has(finishReason)) return { code: "VENDOR_BLOCKED", isRetryable: false, reason: finishReason };
  if (finishReason === "MAX_TOKENS") return { code: "VENDOR_ANSWER_INVALID", isRetryable: false, reason: finishReason };
  if (finishReason !== "STOP") return { code: "VENDOR_ANSWER_INVALID", isRetryable: true, reason: finishReason };
  let text = "";
  for (const part of candidate?.content?.parts ?? []) {
    if (part.thought !== true && part.text !== undefined) text += part.text;
  }
  if (text.trim() === "") return { code: "VENDOR_ANSWER_INVALID", isRetryable: true, reason: "STOP without text" };
  return { text };
}

/** Reads the token counts of a response. */
export function readGeminiUsage(response: GenerateContentResponse): GeminiUsage {
  const usage = response.usageMetadata;
  return {
    inputTokens: usage?.promptTokenCount ?? 0,
    cachedInputTokens: usage?.cachedContentTokenCount ?? 0,
    outputTokens: (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0),
  };
}
