import { runSimulator } from "../kit/simulator-program.ts";
import { readKeySetting, readNumberSetting } from "../kit/simulator-settings.ts";
import { startGeminiSimulator } from "./server.ts";

const environment = process.env;
await runSimulator("gemini", (settings) =>
  startGeminiSimulator({
    ...settings,
    requestsPerMinute: readNumberSetting(environment, "REQUESTS_PER_MINUTE", 2000, { min: 1, max: 1_000_000 }),
    ...readKeySetting(environment, "API_KEY", "apiKey"),
  }),
);
