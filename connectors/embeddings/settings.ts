import { choice, type SettingsSpec, secret, text } from "../../runtime/settings.ts";

/** Where the sentence embedding model's files are. */
export const embeddingSettings = {
  embeddingModelPath: text({
    doc: "File of the sentence embedding model, ONNX (bge-small-en-v1.5, quantised)",
    variable: "EMBEDDING_MODEL_PATH",
  }),
  embeddingTokenizerPath: text({
    doc: "File of its tokenizer, tokenizer.json",
    variable: "EMBEDDING_TOKENIZER_PATH",
  }),
} as const satisfies SettingsSpec;

/** Whose vectors the catalogue is searched with. */
export const catalogueEmbeddingSettings = {
  ...embeddingSettings,
  embeddingProvider: choice({
    doc: "Whose vectors the catalogue is searched with; load or import the catalogue again after a change",
    variable: "EMBEDDING_PROVIDER",
    of: ["local", "gemini"],
    fallback: "local",
  }),
  geminiEmbeddingModel: text({
    doc: "Embedding model of the Gemini API",
    variable: "GEMINI_EMBEDDING_MODEL",
    fallback: "gemini-embedding-001",
  }),
  geminiApiKey: secret({
    doc: "Key of the Gemini API; needed when a language model is asked",
    variable: "GEMINI_API_KEY",
    fallback: "",
  }),
  geminiApiBase: text({
    doc: "Address of the Gemini API where it is not the vendor's own, e.g. that of the simulator",
    variable: "GEMINI_API_BASE",
    fallback: "",
  }),
} as const satisfies SettingsSpec;
