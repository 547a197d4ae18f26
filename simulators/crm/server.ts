import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { handleControlRequest } from "../kit/control-server.ts";
import type { FaultRule } from "../kit/fault-script.ts";
import { BodyTooLong, readBody } from "../kit/http-body.ts";
import { startHttpServer } from "../kit/http-server.ts";
import { createInstruments } from "../kit/instruments.ts";
import { createRateWindow } from "../kit/rate-window.ts";
import type { SimulatorOptions } from "../kit/simulator-settings.ts";
import { CrmFailure } from "./failure.ts";
import { operations } from "./operations.ts";
import { type CrmObject, createCrmStore } from "./store.ts";

/** Settings of the simulator. */
export type CrmSimulatorOptions = SimulatorOptions & {
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

async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request, maxBodyBytes);
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    throw new CrmFailure(400, "VALIDATION_ERROR", "Invalid input JSON");
  }
}

/** An error in the vendor's form; what the simulator itself got wrong is thrown on. */
function failureOf(error: unknown): CrmFailure {
  if (error instanceof BodyTooLong) return new CrmFailure(413, "PAYLOAD_TOO_LARGE", "The request body is too large.");
  if (error instanceof CrmFailure) return error;
  throw error;
}

/** Starts a stateful simulator of HubSpot's CRM API: calls and contacts, in the parts that an interaction needs. */
export async function startCrmSimulator(options: CrmSimulatorOptions = {}): Promise<CrmSimulator> {
  const { faults, requests } = createInstruments(options);
  const store = createCrmStore(options.phones ?? []);
  const rate = createRateWindow(options.requestsPerTenSeconds ?? 190, windowMs);

  function refuseToken(request: IncomingMessage): void {
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    const isGood = options.accessToken === undefined ? token !== "" : token === options.accessToken;
    if (scheme !== "Bearer" || !isGood)
      throw new CrmFailure(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or not valid.");
  }

  function refuseRate(): void {
    const waitMs = rate.take();
    if (waitMs > 0) throw CrmFailure.rateLimit(Math.ceil(waitMs / 1000));
  }

  function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { "content-type": "application/json;charset=utf-8", ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  }

  async function handleApi(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const body = await readJson(request);
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
      rate.clear();
    };
    if (await handleControlRequest(request, response, { faults, requests, onReset })) return;
    try {
      await handleApi(request, response, path);
    } catch (error) {
      const { status, body, headers } = failureOf(error);
      send(response, status, body, headers);
    }
  }

  const server = await startHttpServer({ name: "crm", host: options.host, port: options.port, handle });
  return {
    port: server.port,
    replaceFaults: (rules) => faults.replace(rules),
    requestCount: (operation) => requests.count(operation),
    objects: (type) => store.list(type),
    close: () => server.close(),
  };
}
