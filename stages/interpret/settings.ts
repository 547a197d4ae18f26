import { embeddingSettings } from "../../connectors/embeddings/settings.ts";
import { geminiSettings } from "../../connectors/language-model/settings.ts";
import { choice, decimal, flag, integer, type SettingsOf, type SettingsSpec, text } from "../../runtime/settings.ts";

export const settings = {
  ...geminiSettings,
  ...embeddingSettings,
  reasoner: choice({
    doc: "Who recognises intents: the language model (the local reasoner stands in when it fails), or the local reasoner alone",
    of: ["model", "local"],
    fallback: "model",
  }),
  currency: choice({
    doc: "What the shop sells in, as its rules say (ISO 4217); the prices that a caller names are in it",
    of: Intl.supportedValuesOf("currency"),
    fallback: "USD",
  }),
  deadlineMs: integer({
    doc: "Longest wait for the language model in one turn, a repair included",
    fallback: 2_500,
    min: 100,
    max: 20_000,
  }),
  isLocalFirst: flag({
    doc: "Whether yes, no, repeat, good-bye and the like are answered by the local reasoner without asking the model, where it is sure",
    fallback: false,
  }),
  isSpeculative: flag({
    doc: "Whether a whole sentence that is not expected to change is asked about before the caller's turn has ended; the answer is used only if the turn has the same words. Saves the wait for the reasoner, and costs a question more for each sentence that was not the last",
    fallback: true,
  }),
  exampleVectorFile: text({
    doc: "File that keeps the vectors of the local reasoner's examples between starts, which saves seconds of each; empty to compute them every time",
    fallback: "",
  }),
  localConfidence: decimal({
    doc: "Confidence below which an answer of the local reasoner counts as not understood",
    fallback: 0.4,
    min: 0,
    max: 1,
  }),
} as const satisfies SettingsSpec;

export type Config = SettingsOf<typeof settings>;
