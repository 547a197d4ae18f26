/** Starts the bare WebSocket server. */
import { fileURLToPath } from "node:url";
import { startChild } from "../../local/child-process.ts";
import { groupUsage } from "../process-usage.ts";
import { type Peer, plainLine } from "./peer.ts";

const program = new URL("./echo.ts", import.meta.url);

/** Resolves when it takes calls. */
export async function startEcho(): Promise<Peer> {
  const child = await startChild({
    name: "echo",
    command: process.execPath,
    args: [fileURLToPath(program)],
    ready: { kind: "line" },
    readyTimeoutMs: 20_000,
  });
  return {
    line: plainLine(Number(child.readyLine?.port)),
    processes: async () => ({
      own: new Map([["echo", groupUsage(child.pid) ?? { cpuSeconds: null, residentBytes: null }]]),
      vendors: new Map(),
    }),
    stop: () => child.stop(),
  };
}
