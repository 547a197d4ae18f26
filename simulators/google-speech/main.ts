import { runSimulator } from "../kit/simulator-program.ts";
import { readNumberSetting } from "../kit/simulator-settings.ts";
import { publishedSpeechLimits } from "./limits.ts";
import { defaultFinalSilenceMs, startGoogleSpeechSimulator } from "./server.ts";

const second = 1000;
const secondsSetting = (name: string, fallbackMs: number): number =>
  readNumberSetting(process.env, name, fallbackMs / second, { min: 0.1, max: 86_400 }) * second;

await runSimulator("google-speech", (settings) =>
  startGoogleSpeechSimulator({
    ...settings,
    limits: {
      streamLimitMs: secondsSetting("STREAM_LIMIT_SECONDS", publishedSpeechLimits.streamLimitMs),
      audioTimeoutMs: secondsSetting("AUDIO_TIMEOUT_SECONDS", publishedSpeechLimits.audioTimeoutMs),
      aheadLimitMs: secondsSetting("AHEAD_LIMIT_SECONDS", publishedSpeechLimits.aheadLimitMs),
      maxStreams: readNumberSetting(process.env, "MAX_STREAMS", publishedSpeechLimits.maxStreams, {
        min: 1,
        max: 100_000,
      }),
    },
    finalSilenceMs: readNumberSetting(process.env, "FINAL_SILENCE_MS", defaultFinalSilenceMs, {
      min: 100,
      max: 60_000,
    }),
  }),
);
