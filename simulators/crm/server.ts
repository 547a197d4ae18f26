import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { handleControlRequest } from "../kit/control-server.ts";
import { createFaultScript, type FaultRule } from "../kit/fault-script.ts";
import { logLine } from "../kit/ready-line.ts";
import { createRequestLog } from "../kit/request-log.ts";
import { CrmFailure } from "./failure.ts";
import { operations } from "./operations.ts";
import { type CrmObject, createCrmStore } from "./store.ts";

/** Settings of the simulator. */
export type CrmSimulatorOptions = {
  /** Address to listen on, 127.0.0.1 by default. */
  readonly host?: string;
  readonly port?: number;
  readonly faults?: readonly FaultRule[];
  readonly seed?: number;
  /** The only access token that is accepted; any that is not empty if absent. */
  readonly accessToken?: string;
  /** Requests in any ten seconds, 190 if absent: the documented burst limit of a private app. */
  readonly requestsPerTenSeconds?: number;
  /** Contacts that are there from the start, by their numbers. */
  readonly phones?: readonly string[];
};

/** A running simulator. */
export type CrmSimulator = {
  readonly port: number;
  replaceFaults(rules: readonly FaultRule[]): void;
  requestCount(operation: string): number;
  objects(type: string): readonly CrmObject[];
  close(): Promise<void>;
};

const maxBodyBytes = 1_048_576;
const windowMs = 10_000;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new CrmFailure(413, "PAYLOAD_TOO_LARGE", "The request body is too large.");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    throw new CrmFailure(400, "VALIDATION_ERROR", "Invalid input JSON");
  }
}

/** Starts a stateful simulator of HubSpot's CRM API: calls and contacts, in the parts that an interaction needs. */
export async function startCrmSimulator(options: CrmSimulatorOptions = {}): Promise<CrmSimulator> {
  const { requestsPerTenSeconds = 190 } = options;
  const faults = createFaultScript(options.faults ?? [], options.seed ?? 1);
  const requests = createRequestLog();
  const store = createCrmStore(options.phones ?? []);
  let recentMs: number[] = [];

  function refuseToken(request: IncomingMessage): void {
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    const isGood = options.accessToken === undefined ? token !== "" : token === options.accessToken;
    if (scheme !== "Bearer" || !isGood)
      throw new CrmFailure(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or not valid.");
  }

  function refuseRate(): void {
    const now = Date.now();
    recentMs = recentMs.filter((at) => at > now - windowMs);
    const [oldest] = recentMs;
    if (recentMs.length >= requestsPerTenSeconds && oldest !== undefined)
      throw CrmFailure.rateLimit(Math.ceil((oldest + windowMs - now) / 1000));
    recentMs.push(now);
  }

  function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { "content-type": "application/json;charset=utf-8", ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  }

  async function handleApi(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const body = await readBody(request);
    refuseToken(request);
    refuseRate();
    const route = operations.find(({ method, pattern }) => method === request.method && pattern.test(path));
    if (route === undefined) throw new CrmFailure(404, "OBJECT_NOT_FOUND", "There is no such resource.");
    const fault = faults.next(route.operation);
    requests.record(route.operation, { fault: fault?.kind ?? "" });
    if (fault !== undefined) await sleep(fault.delayMs);
    if (fault?.kind === "error") {
      const code = Number(fault.code);
      throw code === 429 ? CrmFailure.rateLimit(1) : new CrmFailure(code || 500, "INTERNAL_ERROR", "internal error");
    }
    const answer = route.run({ store, body, ids: (route.pattern.exec(path) ?? []).slice(1) });
    // The connection breaks after the work was done: what an upsert is for.
    if (fault?.kind === "cut") response.destroy();
    else if (fault?.kind === "wrong") response.end("<html>");
    else send(response, answer.status, answer.body);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://crm").pathname;
    if (path === "/_control/objects") {
      send(response, 200, { calls: store.list("calls"), contacts: store.list("contacts") });
      return;
    }
    const onReset = () => {
      store.clear();
      recentMs = [];
    };
    if (await handleControlRequest(request, response, { faults, requests, onReset })) return;
    try {
      await handleApi(request, response, path);
    } catch (error) {
      if (!(error instanceof CrmFailure)) throw error;
      send(response, error.status, error.body, error.headers);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      logLine("crm", "request failed", { problem: String(error) });
      response.destroy();
    });
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    replaceFaults: (rules) => faults.replace(rules),
    requestCount: (operation) => requests.snapshot().counts[operation] ?? 0,
    objects: (type) => store.list(type),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
