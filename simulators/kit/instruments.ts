import { createFaultScript, type FaultScript } from "./fault-script.ts";
import { createLatencyProfile, type LatencyProfile } from "./latency-profile.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";
import type { SimulatorOptions } from "./simulator-settings.ts";

/** What every simulator is steered and watched with. */
export type Instruments = {
  readonly latency: LatencyProfile;
  readonly faults: FaultScript;
  readonly requests: RequestLog;
};

/** New instruments; the seed decides latencies and faults alike. */
export function createInstruments({ profile = "none", faults = [], seed = 1 }: SimulatorOptions): Instruments {
  return {
    latency: createLatencyProfile(profile, seed),
    faults: createFaultScript(faults, seed),
    requests: createRequestLog(),
  };
}
