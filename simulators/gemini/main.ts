import { closeOnSignal, printReadyLine } from "../kit/ready-line.ts";
import { readNumberSetting, readSimulatorSettings } from "../kit/simulator-settings.ts";
import { startGeminiSimulator } from "./server.ts";

const settings = readSimulatorSettings(process.env);
const simulator = await startGeminiSimulator({
  ...settings,
  requestsPerMinute: readNumberSetting(process.env, "REQUESTS_PER_MINUTE", 2000, { min: 1, max: 1_000_000 }),
  ...(process.env.API_KEY === undefined || process.env.API_KEY === "" ? {} : { apiKey: process.env.API_KEY }),
});
closeOnSignal(() => simulator.close());
printReadyLine({ name: "gemini", port: simulator.port });
