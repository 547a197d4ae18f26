import { connect } from "node:net";

/** How to see that a program is ready: a JSON line `{"ready":true,...}` on its stdout, or something that answers. */
export type ReadyProbe =
  | { readonly kind: "line" }
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "http"; readonly url: string }
  | { readonly kind: "check"; readonly check: () => Promise<boolean> };

const attemptMs = 1_000;

/** One attempt, of at most a second for TCP and HTTP; HTTP counts as reachable when it answers 2xx. */
export async function isReachable(probe: Exclude<ReadyProbe, { kind: "line" }>): Promise<boolean> {
  if (probe.kind === "check") return probe.check();
  if (probe.kind === "tcp") return acceptsConnections(probe.port);
  try {
    const response = await fetch(probe.url, { signal: AbortSignal.timeout(attemptMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether something listens on the port of 127.0.0.1. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(attemptMs, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
