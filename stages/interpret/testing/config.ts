import type { Config } from "../settings.ts";

/** Settings as the tests count on them. */
export const config: Config = {
  geminiApiKey: "",
  geminiModel: "gemini-2.5-flash",
  geminiApiBase: "",
  embeddingModelPath: "",
  embeddingTokenizerPath: "",
  reasoner: "model",
  currency: "USD",
  deadlineMs: 2_500,
  isLocalFirst: false,
  localConfidence: 0.4,
  isSpeculative: true,
  exampleVectorFile: "",
};
