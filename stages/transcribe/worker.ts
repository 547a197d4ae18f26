import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { createGoogleSpeechToText } from "../../connectors/speech-to-text/google.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config) => {
  const speechToText = createGoogleSpeechToText({
    projectId: config.googleProject,
    version: config.speechApi,
    model: config.speechModel,
    simulatorAddress: config.speechEndpoint === "" ? undefined : config.speechEndpoint,
    timing: { rotateAfterMs: config.speechRotateMs },
  });
  await speechToText.prewarm();
  return { ports: { speechToText }, close: () => speechToText.shutdown() };
});
