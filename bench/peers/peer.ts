/** A voice agent that is measured beside others. */
import type { Load } from "../load/plan.ts";

/** What one process used at a moment; null where the system does not say. */
export type PeerUsage = { readonly cpuSeconds: number | null; readonly residentBytes: number | null };

/** Processes of a peer by name. What stands in for vendors is told apart: it is no part of an agent. */
export type PeerProcesses = {
  readonly own: ReadonlyMap<string, PeerUsage>;
  readonly vendors: ReadonlyMap<string, PeerUsage>;
};

/** Started and ready for calls. */
export type Peer = {
  /** Where calls go. */
  readonly line: Pick<Load, "url" | "statusUrl" | "authToken" | "accountSid" | "to">;
  processes(): Promise<PeerProcesses>;
  stop(): Promise<unknown>;
};

/** The silence after which every peer is set to take a line for ended, in milliseconds. */
export const setSilenceMs = 200;

/** The line of a peer that neither checks signatures nor has numbers. */
export function plainLine(port: number): Peer["line"] {
  return {
    url: `http://127.0.0.1:${port}/voice`,
    authToken: "0123456789abcdef0123456789abcdef",
    accountSid: "AC00000000000000000000000000000001",
    to: "+12025550100",
  };
}
