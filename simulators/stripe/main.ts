import { closeOnSignal, printReadyLine } from "../kit/ready-line.ts";
import { readNumberSetting, readSimulatorSettings } from "../kit/simulator-settings.ts";
import { startStripeSimulator } from "./server.ts";

const environment = process.env;
const simulator = await startStripeSimulator({
  ...readSimulatorSettings(environment),
  requestsPerSecond: readNumberSetting(environment, "REQUESTS_PER_SECOND", 100, { min: 1, max: 100_000 }),
  searchDelayMs: readNumberSetting(environment, "SEARCH_DELAY_MS", 1000, { min: 0, max: 600_000 }),
  stateFile: environment.STATE_FILE ?? "",
  pageOrigin: environment.PAGE_ORIGIN ?? "",
  webhookUrl: environment.WEBHOOK_URL ?? "",
  webhookSecret: environment.WEBHOOK_SECRET ?? "whsec_simulated",
  ...(environment.API_KEY === undefined || environment.API_KEY === "" ? {} : { apiKey: environment.API_KEY }),
});
closeOnSignal(() => simulator.close());
printReadyLine({ name: "stripe", port: simulator.port });
