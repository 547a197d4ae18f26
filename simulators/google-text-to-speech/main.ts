import { runSimulator } from "../kit/simulator-program.ts";
import { readNumberSetting } from "../kit/simulator-settings.ts";
import { publishedSynthesisLimits } from "./limits.ts";
import { startGoogleTextToSpeechSimulator } from "./server.ts";

const second = 1000;
const { inputTimeoutMs, maxStreams, maxRequestsPerMinute } = publishedSynthesisLimits;
const countRange = { min: 1, max: 1_000_000 };

await runSimulator("google-text-to-speech", (settings) =>
  startGoogleTextToSpeechSimulator({
    ...settings,
    limits: {
      inputTimeoutMs:
        readNumberSetting(process.env, "INPUT_TIMEOUT_SECONDS", inputTimeoutMs / second, { min: 0.1, max: 3600 }) *
        second,
      maxStreams: readNumberSetting(process.env, "MAX_STREAMS", maxStreams, countRange),
      maxRequestsPerMinute: readNumberSetting(process.env, "REQUESTS_PER_MINUTE", maxRequestsPerMinute, countRange),
    },
  }),
);
