import { PartylineError } from "../../runtime/errors.ts";
import { readSettings, type SettingsOf } from "../../runtime/settings.ts";
import { createGeminiEmbeddings } from "./gemini.ts";
import { createLocalEmbeddings } from "./local.ts";
import type { Embeddings } from "./port.ts";
import { catalogueEmbeddingSettings } from "./settings.ts";

/** The embeddings that the settings name. Throws SETTINGS_INVALID without the key of the vendor, INVALID_INPUT without the files of the local model. */
export async function openEmbeddings(
  settings: SettingsOf<typeof catalogueEmbeddingSettings>,
  threads = 1,
): Promise<Embeddings & { close(): Promise<void> }> {
  if (settings.embeddingProvider === "local") return createLocalEmbeddings({ ...settings, threads });
  if (settings.geminiApiKey === "")
    throw new PartylineError("SETTINGS_INVALID", "GEMINI_API_KEY is required where EMBEDDING_PROVIDER is gemini");
  return createGeminiEmbeddings({
    apiKey: settings.geminiApiKey,
    model: settings.geminiEmbeddingModel,
    baseUrl: settings.geminiApiBase,
  });
}

/** The same for a program without a settings list of its own: from environment variables, with the local model's files beside them. Throws SETTINGS_INVALID. */
export async function embeddingsOf(
  environment: Readonly<Record<string, string | undefined>>,
  files: { readonly modelPath: string; readonly tokenizerPath: string },
  threads = 1,
): Promise<Embeddings & { close(): Promise<void> }> {
  const settings = readSettings("catalogue", catalogueEmbeddingSettings, {
    ...environment,
    EMBEDDING_MODEL_PATH: files.modelPath,
    EMBEDDING_TOKENIZER_PATH: files.tokenizerPath,
  });
  return openEmbeddings(settings, threads);
}
