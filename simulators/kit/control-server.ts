import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type FaultScript, parseFaultRules } from "./fault-script.ts";
import type { RequestLog } from "./request-log.ts";

/** What the control endpoint steers. */
export type ControlOptions = {
  readonly faults: FaultScript;
  readonly requests: RequestLog;
  /** Called by `POST /_control/reset`, after faults and requests were forgotten. */
  readonly onReset?: () => void;
};

const maxBodyBytes = 1_048_576;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new RangeError(`body is longer than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/**
 * Answers a request below `/_control/` and returns true; returns false, without touching it, for any other path. A simulator that speaks HTTP
 * itself calls this first in its own request handler:
 * - `POST /_control/faults` replaces the fault script with the list in the body (400 when it is not one),
 * - `GET /_control/requests` gives counts and recent requests,
 * - `POST /_control/reset` forgets requests, counts and faults.
 */
export async function handleControlRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlOptions,
): Promise<boolean> {
  const path = new URL(request.url ?? "/", "http://control").pathname;
  if (!path.startsWith("/_control/")) return false;
  const route = `${request.method} ${path}`;
  try {
    if (route === "POST /_control/faults") {
      const rules = parseFaultRules(JSON.parse(await readBody(request)));
      options.faults.replace(rules);
      answer(response, 200, { rules: rules.length });
    } else if (route === "GET /_control/requests") {
      answer(response, 200, options.requests.snapshot());
    } else if (route === "POST /_control/reset") {
      options.faults.reset();
      options.requests.reset();
      options.onReset?.();
      answer(response, 200, {});
    } else {
      answer(response, 404, { error: `no control route ${route}` });
    }
  } catch (error) {
    answer(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
  return true;
}

/** A control endpoint of its own, for simulators that do not speak HTTP. */
export type ControlServer = { readonly port: number; close(): Promise<void> };

/** Starts the control endpoint on 127.0.0.1; port 0 takes any free port. */
export async function startControlServer(options: ControlOptions & { readonly port?: number }): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void handleControlRequest(request, response, options).then((isHandled) => {
      if (!isHandled) answer(response, 404, { error: "only /_control/ is served here" });
    });
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
