import type { IncomingMessage, ServerResponse } from "node:http";
import { type FaultScript, parseFaultRules } from "./fault-script.ts";
import { readBody, sendJson } from "./http-body.ts";
import { type HttpServer, startHttpServer } from "./http-server.ts";
import type { RequestLog } from "./request-log.ts";

/** What the control endpoint steers. */
export type ControlOptions = {
  readonly faults: FaultScript;
  readonly requests: RequestLog;
  /** Called by `POST /_control/reset`, after faults and requests were forgotten. */
  readonly onReset?: () => void;
};

const maxBodyBytes = 1_048_576;

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
      const rules = parseFaultRules(JSON.parse(await readBody(request, maxBodyBytes)));
      options.faults.replace(rules);
      sendJson(response, 200, { rules: rules.length });
    } else if (route === "GET /_control/requests") {
      sendJson(response, 200, options.requests.snapshot());
    } else if (route === "POST /_control/reset") {
      options.faults.reset();
      options.requests.reset();
      options.onReset?.();
      sendJson(response, 200, {});
    } else {
      sendJson(response, 404, { error: `no control route ${route}` });
    }
  } catch (error) {
    sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
  return true;
}

/** Starts a control endpoint on 127.0.0.1 for a simulator that does not speak HTTP itself. */
export function startControlServer(options: ControlOptions): Promise<HttpServer> {
  return startHttpServer({
    name: "control",
    handle: async (request, response) => {
      if (!(await handleControlRequest(request, response, options)))
        sendJson(response, 404, { error: "only /_control/ is served here" });
    },
  });
}
