import { runSimulator } from "../kit/simulator-program.ts";
import { readKeySetting, readNumberSetting } from "../kit/simulator-settings.ts";
import type { PayConnector } from "./pay-connector.ts";
import { startTwilioSimulator } from "./server.ts";
import { createPromptVoice } from "./spoken-prompt.ts";

const environment = process.env;
await runSimulator("twilio", (settings) =>
  startTwilioSimulator({
    ...settings,
    speak: createPromptVoice(),
    connectTo: JSON.parse(environment.CONNECT_TO || "{}") as Record<string, string>,
    payConnectors: JSON.parse(environment.PAY_CONNECTORS || "{}") as Record<string, PayConnector>,
    closeDetectionMs: readNumberSetting(environment, "CLOSE_DETECTION_MS", 100, { min: 0, max: 60_000 }),
    ...readKeySetting(environment, "TWILIO_ACCOUNT_SID", "accountSid"),
    ...readKeySetting(environment, "TWILIO_AUTH_TOKEN", "authToken"),
  }),
);
