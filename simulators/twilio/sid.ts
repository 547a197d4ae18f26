import { createHash } from "node:crypto";

/** Twilio's resource prefixes: call, media stream, message, request, recording. */
export type SidPrefix = "CA" | "MZ" | "SM" | "RQ";

/**
 * Makes Twilio-like ids: prefix and 32 hexadecimal digits, unique in one run. The salt keeps the ids of two runs apart, as a database that
 * outlives the simulator must never see an id twice.
 */
export function createSidSource(salt: string): (prefix: SidPrefix) => string {
  let count = 0;
  return (prefix) => {
    count += 1;
    return prefix + createHash("sha256").update(`${salt}:${prefix}:${count}`).digest("hex").slice(0, 32);
  };
}
