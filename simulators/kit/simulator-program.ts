import { closeOnSignal, logLine, printReadyLine } from "./ready-line.ts";
import { readSimulatorSettings, type SimulatorSettings } from "./simulator-settings.ts";

type RunningSimulator = { readonly port: number; readonly controlPort?: number; close(): Promise<void> };

/**
 * A simulator as a program: reads what all have in common from the environment, starts it, prints the ready line, and closes it when told to stop.
 * A wrong setting or a port that is taken is said on stderr, and the program ends with 1.
 */
export async function runSimulator(
  name: string,
  start: (settings: SimulatorSettings) => Promise<RunningSimulator>,
): Promise<void> {
  try {
    const simulator = await start(readSimulatorSettings(process.env));
    closeOnSignal(() => simulator.close());
    const { port, controlPort } = simulator;
    printReadyLine(controlPort === undefined ? { name, port } : { name, port, controlPort });
  } catch (error) {
    logLine(name, error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
