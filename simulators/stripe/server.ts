import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { handleControlRequest } from "../kit/control-server.ts";
import { createFaultScript, type Fault, type FaultRule } from "../kit/fault-script.ts";
import { createLatencyProfile, type ProfileName } from "../kit/latency-profile.ts";
import { logLine } from "../kit/ready-line.ts";
import { createRequestLog } from "../kit/request-log.ts";
import { ApiFailure } from "./api-failure.ts";
import { getSession, paySession } from "./checkout-sessions.ts";
import { handleStripeControl } from "./control.ts";
import { failureOfFault } from "./fault-failure.ts";
import { decodeForm, type Form } from "./form.ts";
import { createIdempotencyKeys, type KeptAnswer } from "./idempotency.ts";
import { nowSeconds } from "./objects.ts";
import { payPage } from "./pay-page.ts";
import { findRoute, type Route, runRoute, type SeededCustomer, seedCustomers } from "./router.ts";
import { createStore, newId, type StoredObject } from "./store.ts";
import { createWebhookSender } from "./webhooks.ts";

/** Settings of the simulator. */
export type StripeSimulatorOptions = {
  /** Address to listen on, 127.0.0.1 by default. */
  readonly host?: string;
  readonly port?: number;
  readonly profile?: ProfileName;
  readonly faults?: readonly FaultRule[];
  readonly seed?: number;
  /** The only secret key that is accepted; any `sk_test_…` if absent. */
  readonly apiKey?: string;
  readonly webhookUrl?: string;
  readonly webhookSecret?: string;
  /** Requests in any second, 100 if absent. */
  readonly requestsPerSecond?: number;
  /** How far search lags behind, 1000 if absent. */
  readonly searchDelayMs?: number;
  /** Where payers reach the pages of payment links; the simulator's own address on 127.0.0.1 if absent or empty. */
  readonly pageOrigin?: string;
  /** File that keeps the state; memory only if absent or empty. */
  readonly stateFile?: string;
  readonly customers?: readonly SeededCustomer[];
};

/** A running simulator. */
export type StripeSimulator = {
  readonly port: number;
  replaceFaults(rules: readonly FaultRule[]): void;
  requestCount(operation: string): number;
  charges(): readonly StoredObject[];
  close(): Promise<void>;
};

type Answered = KeptAnswer & { readonly headers?: Readonly<Record<string, string>> };

const maxBodyBytes = 256 * 1024;
const apiVersion = "2026-10-28.endive";

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

/** Starts a stateful simulator of Stripe's API v1. */
export async function startStripeSimulator(options: StripeSimulatorOptions = {}): Promise<StripeSimulator> {
  const { profile = "none", seed = 1, requestsPerSecond = 100, searchDelayMs = 1000 } = options;
  const latency = createLatencyProfile(profile, seed);
  const faults = createFaultScript(options.faults ?? [], seed);
  const requests = createRequestLog();
  const store = createStore(options.stateFile);
  const keys = createIdempotencyKeys(store);
  const webhooks = createWebhookSender({
    url: options.webhookUrl ?? "",
    secret: options.webhookSecret ?? "whsec_simulated",
    isHeld: false,
    copies: 1,
  });
  const bornAtMs = new Map<string, number>();
  let recentMs: number[] = [];
  seedCustomers(store, options.customers ?? []);

  function publish(type: string, object: StoredObject): void {
    if (!bornAtMs.has(object.id)) bornAtMs.set(object.id, Date.now());
    const event = {
      id: newId("evt"),
      object: "event",
      api_version: apiVersion,
      created: nowSeconds(),
      data: { object },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    };
    store.put("event", event);
    webhooks.send(event);
  }

  function refuseKey(request: IncomingMessage): void {
    const [scheme, credentials] = (request.headers.authorization ?? "").split(" ");
    const decoded =
      scheme === "Basic"
        ? Buffer.from(credentials ?? "", "base64")
            .toString()
            .split(":")[0]
        : credentials;
    const key = decoded ?? "";
    if (key === "")
      throw new ApiFailure(401, {
        type: "invalid_request_error",
        message:
          "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.",
      });
    if (options.apiKey === undefined ? !key.startsWith("sk_test_") : key !== options.apiKey)
      throw new ApiFailure(401, {
        type: "invalid_request_error",
        message: `Invalid API Key provided: ${key.slice(0, 8)}****`,
      });
  }

  function refuseRate(): void {
    const now = Date.now();
    recentMs = recentMs.filter((at) => at > now - 1000);
    if (recentMs.length >= requestsPerSecond) throw failureOfFault("429");
    recentMs.push(now);
  }

  function failed(error: unknown, requestId: string): Answered {
    if (!(error instanceof ApiFailure)) throw error;
    const headers = error.httpStatus === 429 ? { "stripe-rate-limited-reason": "global-rate" } : {};
    const body = JSON.stringify({
      error: { ...error.error, request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` },
    });
    return { httpStatus: error.httpStatus, body, requestId, headers };
  }

  /** Does what the request asks; the answer of what had begun stays with its key whatever becomes of the connection. */
  async function execute(
    route: Route,
    id: string,
    form: Form,
    fault: Fault | undefined,
    key: string,
    hashed: string,
  ): Promise<Answered> {
    const requestId = newId("req");
    const scripted = fault?.kind === "error" ? failureOfFault(fault.code) : undefined;
    // What comes before execution also comes before a kept answer is replayed.
    if (scripted !== undefined && !scripted.hasBegun) throw scripted;
    const path = hashed.slice(0, hashed.indexOf("?"));
    const kept = key === "" ? undefined : keys.begin(key, path, hashed);
    if (kept !== undefined)
      return { ...kept, headers: { "idempotent-replayed": "true", "original-request": kept.requestId } };
    let answer: Answered | undefined;
    let hasBegun = false;
    try {
      await sleep(latency.drawMs("payment") + (fault?.code === "before" ? fault.delayMs : 0));
      if (scripted !== undefined && fault?.code !== "500-after-charge") throw scripted;
      const isIndexed = (object: StoredObject): boolean => (bornAtMs.get(object.id) ?? 0) <= Date.now() - searchDelayMs;
      const result = runRoute(route, { store, publish, form, id, isIndexed, baseUrl: baseUrl() });
      hasBegun = true;
      answer = { httpStatus: 200, body: JSON.stringify(result, null, 2), requestId };
      if (scripted !== undefined) throw scripted;
    } catch (error) {
      answer = failed(error, requestId);
      hasBegun = error instanceof ApiFailure && error.hasBegun;
    } finally {
      if (key !== "") keys.finish(key, hasBegun ? answer : undefined);
    }
    return answer;
  }

  function send(response: ServerResponse, answer: Answered, key: string): void {
    response.writeHead(answer.httpStatus, {
      "content-type": "application/json",
      "request-id": answer.requestId,
      "stripe-version": apiVersion,
      ...(key === "" ? {} : { "idempotency-key": key }),
      ...answer.headers,
    });
    response.end(answer.body);
  }

  async function handleApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const key = String(request.headers["idempotency-key"] ?? "");
    try {
      const text = request.method === "GET" ? url.search.slice(1) : await readBody(request);
      refuseKey(request);
      const { route, id } = findRoute(request.method ?? "", url.pathname);
      const fault = faults.next(route.operation);
      requests.record(route.operation, { idempotencyKey: key, fault: fault?.kind ?? "" });
      refuseRate();
      const form = decodeForm(text);
      if (fault?.kind === "cut" && fault.code === "before") {
        response.destroy();
        return;
      }
      const answer = await execute(
        route,
        id,
        form,
        fault,
        request.method === "GET" ? "" : key,
        `${url.pathname}?${text}`,
      );
      if (fault !== undefined && fault.code !== "before") await sleep(fault.delayMs);
      if (fault?.kind === "cut") response.destroy();
      else if (fault?.kind === "wrong") send(response, { ...answer, body: answer.body.slice(0, 20) }, key);
      else send(response, answer, key);
    } catch (error) {
      send(response, failed(error, newId("req")), key);
    }
  }

  /** The payer's browser on the page of a payment link. */
  function handlePage(request: IncomingMessage, response: ServerResponse, id: string): void {
    try {
      const session =
        request.method === "POST" ? paySession(store, publish, id, undefined) : getSession(store, publish, id);
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(payPage(session));
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      response.writeHead(error.httpStatus, { "content-type": "text/plain" }).end(error.error.message);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://stripe");
    const page = /^\/c\/pay\/(\w+)$/.exec(url.pathname)?.[1];
    if (page !== undefined) return handlePage(request, response, page);
    if (!url.pathname.startsWith("/_control/")) return handleApi(request, response, url);
    const route = `${request.method} ${url.pathname}`;
    if (["/_control/faults", "/_control/requests", "/_control/reset"].includes(url.pathname)) {
      await handleControlRequest(request, response, {
        faults,
        requests,
        onReset: () => {
          store.clear();
          bornAtMs.clear();
        },
      });
      return;
    }
    let status = 200;
    let body: unknown;
    try {
      body = handleStripeControl(route, await readBody(request), { store, webhooks, publish });
      if (body === undefined) {
        status = 404;
        body = { error: `no control route ${route}` };
      }
    } catch (error) {
      status = 400;
      body = { error: error instanceof Error ? error.message : String(error) };
    }
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  }

  const baseUrl = (): string => options.pageOrigin || `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      logLine("stripe", "request failed", { problem: String(error) });
      response.destroy();
    });
  });
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    replaceFaults: (rules) => faults.replace(rules),
    requestCount: (operation) => requests.snapshot().counts[operation] ?? 0,
    charges: () => store.list("charge"),
    close: () =>
      new Promise((resolve) => {
        webhooks.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
