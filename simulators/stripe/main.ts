import { runSimulator } from "../kit/simulator-program.ts";
import { readKeySetting, readNumberSetting } from "../kit/simulator-settings.ts";
import { startStripeSimulator } from "./server.ts";

const environment = process.env;
await runSimulator("stripe", (settings) =>
  startStripeSimulator({
    ...settings,
    requestsPerSecond: readNumberSetting(environment, "REQUESTS_PER_SECOND", 100, { min: 1, max: 100_000 }),
    searchDelayMs: readNumberSetting(environment, "SEARCH_DELAY_MS", 1000, { min: 0, max: 600_000 }),
    stateFile: environment.STATE_FILE ?? "",
    pageOrigin: environment.PAGE_ORIGIN ?? "",
    webhookUrl: environment.WEBHOOK_URL ?? "",
    webhookSecret: environment.WEBHOOK_SECRET ?? "whsec_simulated",
    clearedKey: environment.CLEARED_API_KEY ?? "",
    ...readKeySetting(environment, "API_KEY", "apiKey"),
  }),
);
