import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { handleControlRequest } from "../kit/control-server.ts";
import type { Fault, FaultRule } from "../kit/fault-script.ts";
import { readBody, sendJson } from "../kit/http-body.ts";
import { startHttpServer } from "../kit/http-server.ts";
import { createInstruments } from "../kit/instruments.ts";
import { createRateWindow } from "../kit/rate-window.ts";
import type { SimulatorOptions } from "../kit/simulator-settings.ts";
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
export type StripeSimulatorOptions = SimulatorOptions & {
  /** The only secret key that is accepted; any `sk_test_…` if absent. */
  readonly apiKey?: string;
  /** A further key, with which card numbers may be sent; none if absent or empty. */
  readonly clearedKey?: string;
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

/** Starts a stateful simulator of Stripe's API v1. */
export async function startStripeSimulator(options: StripeSimulatorOptions = {}): Promise<StripeSimulator> {
  const { requestsPerSecond = 100, searchDelayMs = 1000 } = options;
  const { latency, faults, requests } = createInstruments(options);
  const rate = createRateWindow(requestsPerSecond, 1000);
  const store = createStore(options.stateFile);
  const keys = createIdempotencyKeys(store);
  const webhooks = createWebhookSender({
    url: options.webhookUrl ?? "",
    secret: options.webhookSecret ?? "whsec_simulated",
    isHeld: false,
    copies: 1,
  });
  const bornAtMs = new Map<string, number>();
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

  /** Refuses a wrong key; says whether card numbers may come with it. */
  function admitKey(request: IncomingMessage): boolean {
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
    if ((options.clearedKey ?? "") !== "" && key === options.clearedKey) return true;
    if (options.apiKey === undefined ? !key.startsWith("sk_test_") : key !== options.apiKey)
      throw new ApiFailure(401, {
        type: "invalid_request_error",
        message: `Invalid API Key provided: ${key.slice(0, 8)}****`,
      });
    return false;
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
    { form, isCleared }: { readonly form: Form; readonly isCleared: boolean },
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
      const result = runRoute(route, { store, publish, form, id, isCleared, isIndexed, baseUrl: baseUrl() });
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
      const text = request.method === "GET" ? url.search.slice(1) : await readBody(request, maxBodyBytes);
      const isCleared = admitKey(request);
      const { route, id } = findRoute(request.method ?? "", url.pathname);
      const fault = faults.next(route.operation);
      requests.record(route.operation, { idempotencyKey: key, fault: fault?.kind ?? "" });
      if (rate.take() > 0) throw failureOfFault("429");
      const form = decodeForm(text);
      if (fault?.kind === "cut" && fault.code === "before") {
        response.destroy();
        return;
      }
      const answer = await execute(
        route,
        id,
        { form, isCleared },
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
      body = handleStripeControl(route, await readBody(request, maxBodyBytes), { store, webhooks, publish });
      if (body === undefined) {
        status = 404;
        body = { error: `no control route ${route}` };
      }
    } catch (error) {
      status = 400;
      body = { error: error instanceof Error ? error.message : String(error) };
    }
    sendJson(response, status, body);
  }

  const baseUrl = (): string => options.pageOrigin || `http://127.0.0.1:${server.port}`;
  const server = await startHttpServer({ name: "stripe", host: options.host, port: options.port, handle });
  return {
    port: server.port,
    replaceFaults: (rules) => faults.replace(rules),
    requestCount: (operation) => requests.count(operation),
    charges: () => store.list("charge"),
    close() {
      webhooks.close();
      return server.close();
    },
  };
}
