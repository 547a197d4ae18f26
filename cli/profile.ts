import type { LatencyProfile } from "../local/vendors.ts";

const profiles: readonly LatencyProfile[] = ["none", "article", "measured-2026"];

/** The latency profile of that name. Throws, listing the names, for any other. */
export function parseProfile(name: string): LatencyProfile {
  const found = profiles.find((profile) => profile === name);
  if (found === undefined)
    throw new RangeError(`--profile must be one of ${profiles.join(", ")}, not ${JSON.stringify(name)}`);
  return found;
}
