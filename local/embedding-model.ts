import { join } from "node:path";
import { type ArtifactOptions, fetchArtifacts } from "./artifacts.ts";

/** The files of bge-small-en-v1.5 (384 dimensions, quantised). */
export interface EmbeddingModelFiles {
  /** An ONNX model. */
  readonly modelPath: string;
  /** A tokenizer in the JSON format of Hugging Face's tokenizers. */
  readonly tokenizerPath: string;
}

/** Makes sure that the sentence embedding model is in the cache, and says where. */
export async function embeddingModelFiles(options: ArtifactOptions = {}): Promise<EmbeddingModelFiles> {
  const [folder = ""] = await fetchArtifacts(["embedding-model"], options);
  return { modelPath: join(folder, "model.onnx"), tokenizerPath: join(folder, "tokenizer.json") };
}
