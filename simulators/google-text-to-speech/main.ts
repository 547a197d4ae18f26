import { closeOnSignal, printReadyLine } from "../kit/ready-line.ts";
import { readNumberSetting, readSimulatorSettings } from "../kit/simulator-settings.ts";
import { publishedSynthesisLimits } from "./limits.ts";
import { startGoogleTextToSpeechSimulator } from "./server.ts";

const second = 1000;
const { inputTimeoutMs, maxStreams, maxRequestsPerMinute } = publishedSynthesisLimits;
const countRange = { min: 1, max: 1_000_000 };

const simulator = await startGoogleTextToSpeechSimulator({
  ...readSimulatorSettings(process.env),
  limits: {
    inputTimeoutMs:
      readNumberSetting(process.env, "INPUT_TIMEOUT_SECONDS", inputTimeoutMs / second, { min: 0.1, max: 3600 }) *
      second,
    maxStreams: readNumberSetting(process.env, "MAX_STREAMS", maxStreams, countRange),
    maxRequestsPerMinute: readNumberSetting(process.env, "REQUESTS_PER_MINUTE", maxRequestsPerMinute, countRange),
  },
});
closeOnSignal(simulator.close);
printReadyLine({ name: "google-text-to-speech", port: simulator.port, controlPort: simulator.controlPort });
