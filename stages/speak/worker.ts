import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { createGoogleTextToSpeech } from "../../connectors/text-to-speech/google.ts";
import { withPhraseCache } from "../../connectors/text-to-speech/phrase-cache.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config) => {
  const textToSpeech = createGoogleTextToSpeech({
    simulatorAddress: config.textToSpeechEndpoint === "" ? undefined : config.textToSpeechEndpoint,
  });
  await textToSpeech.prewarm();
  return { ports: { textToSpeech: withPhraseCache(textToSpeech) }, close: () => textToSpeech.shutdown() };
});
