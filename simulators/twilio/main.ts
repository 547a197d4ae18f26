import { closeOnSignal, logLine, printReadyLine } from "../kit/ready-line.ts";
import { readNumberSetting, readSimulatorSettings } from "../kit/simulator-settings.ts";
import { startTwilioSimulator } from "./server.ts";
import { createPromptVoice } from "./spoken-prompt.ts";

const name = "twilio";

try {
  const settings = readSimulatorSettings(process.env);
  const connectTo = JSON.parse(process.env.CONNECT_TO || "{}") as Record<string, string>;
  const simulator = await startTwilioSimulator({
    host: settings.host,
    port: settings.port,
    faults: settings.faults,
    seed: settings.seed,
    speak: createPromptVoice(),
    connectTo,
    closeDetectionMs: readNumberSetting(process.env, "CLOSE_DETECTION_MS", 100, { min: 0, max: 60_000 }),
    ...(process.env.TWILIO_ACCOUNT_SID ? { accountSid: process.env.TWILIO_ACCOUNT_SID } : {}),
    ...(process.env.TWILIO_AUTH_TOKEN ? { authToken: process.env.TWILIO_AUTH_TOKEN } : {}),
  });
  closeOnSignal(() => simulator.close());
  printReadyLine({ name, port: simulator.port });
} catch (error) {
  logLine(name, error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
