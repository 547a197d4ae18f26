import { completeBySchema } from "./schema-answer.ts";

type Json = Readonly<Record<string, unknown>>;

/** One candidate as the API sends it. */
export type Candidate = { readonly text: string; readonly finishReason: string };

/** Tokens of a text: four characters each, rounded up. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / 4);
}

/** What a model gives that did not understand: valid by the schema, intent `unclear`, little confidence. */
export function confusedAnswer(schema: Json | undefined): Json {
  const plain: Json = { intent: "unclear", confidence: 0.2 };
  return schema === undefined ? plain : completeBySchema(plain, schema);
}

/** The annotated meaning, completed by the schema as constrained decoding does; confident unless the annotation says otherwise. */
export function annotatedAnswer(answer: Json, schema: Json | undefined): Json {
  if (schema === undefined) return answer;
  const properties = (schema.properties ?? {}) as Json;
  const withConfidence = "confidence" in properties ? { confidence: 0.97, ...answer } : answer;
  return completeBySchema(withConfidence, schema);
}

/** Spoils an answer as a fault script asks: the name of a way, or a finish reason of the API (default `invalid-json`). */
export function spoil(answer: Json, way: string): Candidate {
  switch (way) {
    case "":
    case "invalid-json":
      return { text: `${JSON.stringify(answer).slice(0, -1)},`, finishReason: "STOP" };
    case "unknown-intent":
      return { text: JSON.stringify({ ...answer, intent: "launch_rocket" }), finishReason: "STOP" };
    case "extra-fields":
      return { text: JSON.stringify({ ...answer, isAdmin: true, price: 0 }), finishReason: "STOP" };
    case "empty":
      return { text: "", finishReason: "STOP" };
    case "MAX_TOKENS":
      return { text: JSON.stringify(answer).slice(0, 8), finishReason: "MAX_TOKENS" };
    default:
      return { text: "", finishReason: way };
  }
}

/** Cuts the text where the token limit says, with the finish reason that the API gives then. */
export function limitTokens(candidate: Candidate, maxOutputTokens: number): Candidate {
  if (candidate.finishReason !== "STOP" || tokensOf(candidate.text.length) <= maxOutputTokens) return candidate;
  return { text: candidate.text.slice(0, maxOutputTokens * 4), finishReason: "MAX_TOKENS" };
}

/** A `GenerateContentResponse` body; a chunk of a stream when `isLast` is false. */
export function responseBody(input: {
  readonly model: string;
  readonly responseId: string;
  readonly text: string;
  readonly finishReason: string;
  readonly promptCharacters: number;
  readonly answerCharacters: number;
  readonly isLast: boolean;
}): Json {
  const promptTokenCount = tokensOf(input.promptCharacters);
  const candidatesTokenCount = tokensOf(input.answerCharacters);
  const content = input.text === "" ? { role: "model" } : { role: "model", parts: [{ text: input.text }] };
  return {
    candidates: [{ content, index: 0, ...(input.isLast ? { finishReason: input.finishReason } : {}) }],
    usageMetadata: {
      promptTokenCount,
      ...(candidatesTokenCount === 0 ? {} : { candidatesTokenCount }),
      totalTokenCount: promptTokenCount + candidatesTokenCount,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokenCount }],
    },
    modelVersion: input.model,
    responseId: input.responseId,
  };
}
