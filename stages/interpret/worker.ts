import { withFileCache } from "../../connectors/embeddings/file-cache.ts";
import { createLocalEmbeddings } from "../../connectors/embeddings/local.ts";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { createGeminiModel } from "../../connectors/language-model/gemini.ts";
import { createLocalReasoner } from "../../connectors/language-model/local.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config) => {
  const isModelAsked = config.reasoner === "model";
  if (isModelAsked && config.geminiApiKey === "")
    throw new PartylineError(
      "SETTINGS_INVALID",
      "GEMINI_API_KEY is required unless PARTYLINE_INTERPRET_REASONER is local",
    );
  const gemini = isModelAsked
    ? createGeminiModel({
        apiKey: config.geminiApiKey,
        model: config.geminiModel,
        ...(config.geminiApiBase === "" ? {} : { baseUrl: config.geminiApiBase }),
      })
    : null;
  // Opens the connection while the examples are embedded; the first call must not wait for it.
  void gemini?.prewarm();
  const embeddings = await createLocalEmbeddings(config);
  const kept = config.exampleVectorFile === "" ? null : await withFileCache(embeddings, config.exampleVectorFile);
  const localReasoner = await createLocalReasoner({ embeddings, exampleEmbeddings: kept ?? embeddings });
  await kept?.save();
  return {
    ports: { languageModel: gemini ?? localReasoner, localReasoner },
    close: async () => {
      await gemini?.close();
      await embeddings.close();
    },
  };
});
