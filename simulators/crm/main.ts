import { runSimulator } from "../kit/simulator-program.ts";
import { readKeySetting, readNumberSetting } from "../kit/simulator-settings.ts";
import { startCrmSimulator } from "./server.ts";

const environment = process.env;
await runSimulator("crm", (settings) =>
  startCrmSimulator({
    ...settings,
    requestsPerTenSeconds: readNumberSetting(environment, "REQUESTS_PER_TEN_SECONDS", 190, { min: 1, max: 100_000 }),
    ...readKeySetting(environment, "API_KEY", "accessToken"),
  }),
);
