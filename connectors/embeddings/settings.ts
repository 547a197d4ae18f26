import { type SettingsSpec, text } from "../../runtime/settings.ts";

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
