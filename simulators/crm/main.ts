import { closeOnSignal, printReadyLine } from "../kit/ready-line.ts";
import { readNumberSetting, readSimulatorSettings } from "../kit/simulator-settings.ts";
import { startCrmSimulator } from "./server.ts";

const environment = process.env;
const simulator = await startCrmSimulator({
  ...readSimulatorSettings(environment),
  requestsPerTenSeconds: readNumberSetting(environment, "REQUESTS_PER_TEN_SECONDS", 190, { min: 1, max: 100_000 }),
  ...(environment.API_KEY === undefined || environment.API_KEY === "" ? {} : { accessToken: environment.API_KEY }),
});
closeOnSignal(() => simulator.close());
printReadyLine({ name: "crm", port: simulator.port });
