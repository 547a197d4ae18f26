import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the range from which systems take the ports of outgoing connections (32768 and up on Linux, 49152 on macOS):
// a port in that range could be taken, while its server is down between kill and restart, by any client on the
// machine, even by the client that keeps trying to reach the server.
const lowest = 20_000;
const highest = 32_000;
const attempts = 100;

/** A TCP port that nothing listens on now at 127.0.0.1. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free TCP port found between ${lowest} and ${highest}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
