import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { WebSocketServer } from "ws";
import { handleControlRequest } from "../kit/control-server.ts";
import type { FaultScript } from "../kit/fault-script.ts";
import { readBody, sendJson } from "../kit/http-body.ts";
import { startHttpServer } from "../kit/http-server.ts";
import { createInstruments } from "../kit/instruments.ts";
import type { RequestLog } from "../kit/request-log.ts";
import type { SimulatorOptions } from "../kit/simulator-settings.ts";
import { Call, type CallSurroundings } from "./call.ts";
import { parseCallRequest } from "./call-request.ts";
import type { SpeakText } from "./line.ts";
import { Messages, type SentMessage } from "./messages.ts";
import type { PayConnector } from "./pay-connector.ts";
import { handleRestRequest } from "./rest-api.ts";
import { createSidSource } from "./sid.ts";
import { createTicker } from "./ticker.ts";
import { WebhookClient, type WebhookTry } from "./webhook-client.ts";
import type { CallRequest } from "./webhook-parameters.ts";

/** Settings of the Twilio simulator. */
export type TwilioSimulatorOptions = SimulatorOptions & {
  readonly accountSid?: string;
  readonly authToken?: string;
  /** The voice of `<Say>`. */
  readonly speak: SpeakText;
  /** Where to connect for a public origin (`https://…`, `wss://…`), when the application is not reachable there. */
  readonly connectTo?: Readonly<Record<string, string>>;
  /** Pay connectors by name; none by default. */
  readonly payConnectors?: Readonly<Record<string, PayConnector>>;
  /** Between the loss of a stream and the request for `action`, 100 ms by default. */
  readonly closeDetectionMs?: number;
};

/** A call as `GET /_control/calls/{callSid}` describes it. */
export type CallReport = ReturnType<typeof describeCall>;

/** A running simulator. */
export type TwilioSimulator = {
  readonly port: number;
  /** `http://127.0.0.1:port`: REST API and control endpoint. */
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly faults: FaultScript;
  readonly requests: RequestLog;
  /** Starts a call; see {@link CallRequest}. */
  startCall(request: CallRequest): string;
  /** What is known of a call, for assertions. */
  describeCall(callSid: string): CallReport | undefined;
  messages(): readonly SentMessage[];
  close(): Promise<void>;
};

const maxEndedCalls = 1000;
const maxCallsAtOnce = 2000;
const maxBodyBytes = 262_144;
const callPath = /^\/_control\/calls\/(CA[0-9a-f]{32})$/;
const callerPath = /^\/_caller\/(CA[0-9a-f]{32})$/;

function describeCall(call: Call, webhooks: readonly WebhookTry[]) {
  const { status, end, debugger: entries, transfers, streams, durationSeconds } = call;
  const { callSid, request } = call.identity;
  return { callSid, request, status, end, durationSeconds, debugger: entries, transfers, streams, webhooks };
}

/** Starts the simulator. Rejects when the port is taken. */
export async function startTwilioSimulator(options: TwilioSimulatorOptions): Promise<TwilioSimulator> {
  const salt = randomBytes(8).toString("hex");
  const makeSid = createSidSource(salt);
  const accountSid = options.accountSid ?? `AC${"0".repeat(32)}`;
  const authToken = options.authToken ?? randomBytes(16).toString("hex");
  const { faults, requests } = createInstruments(options);
  const ticker = createTicker();
  const calls = new Map<string, Call>();
  const webhookTries = new Map<string, WebhookTry[]>();
  const ended: string[] = [];

  const webhooks = new WebhookClient({
    authToken,
    faults,
    connectTo: options.connectTo ?? {},
    onTry: (attempt) => {
      const tries = webhookTries.get(attempt.parameters.CallSid ?? "");
      if (tries !== undefined && tries.length < 200) tries.push(attempt);
      requests.record("webhook", { path: new URL(attempt.url).pathname, outcome: attempt.outcome });
    },
  });
  const messages = new Messages({
    accountSid,
    faults,
    makeSid: () => makeSid("SM"),
    callBack: (url, parameters) => webhooks.send({ url, method: "POST", parameters }),
  });
  const surroundings: CallSurroundings = {
    webhooks,
    faults,
    authToken,
    connectTo: options.connectTo ?? {},
    payConnectors: options.payConnectors ?? {},
    closeDetectionMs: options.closeDetectionMs ?? 100,
    speak: options.speak,
    addTick: (tick) => ticker.add(tick),
    makeStreamSid: () => makeSid("MZ"),
    onEnded: (call) => {
      ended.push(call.identity.callSid);
      const forgotten = ended.length > maxEndedCalls ? ended.shift() : undefined;
      if (forgotten === undefined) return;
      calls.delete(forgotten);
      webhookTries.delete(forgotten);
    },
  };

  const startCall = (request: CallRequest): string => {
    if (calls.size - ended.length >= maxCallsAtOnce) throw new RangeError(`more than ${maxCallsAtOnce} calls at once`);
    const callSid = makeSid("CA");
    const call = new Call({ callSid, accountSid, request }, surroundings);
    calls.set(callSid, call);
    webhookTries.set(callSid, []);
    requests.record("call", { callSid });
    void call.run();
    return callSid;
  };

  const report = (callSid: string): CallReport | undefined => {
    const call = calls.get(callSid);
    return call === undefined ? undefined : describeCall(call, webhookTries.get(callSid) ?? []);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "/", "http://twilio").pathname;
    if (request.method === "POST" && path === "/_control/calls") {
      const callSid = startCall(parseCallRequest(JSON.parse(await readBody(request, maxBodyBytes))));
      sendJson(response, 201, { callSid, callerUrl: `ws://127.0.0.1:${server.port}/_caller/${callSid}` });
      return;
    }
    if (request.method === "GET" && path === "/_control/messages") {
      sendJson(response, 200, { messages: messages.list() });
      return;
    }
    const described = callPath.exec(path)?.[1];
    if (request.method === "GET" && described !== undefined) {
      const found = report(described);
      sendJson(response, found === undefined ? 404 : 200, found ?? { error: "no such call" });
      return;
    }
    const onReset = (): void => messages.clear();
    if (await handleControlRequest(request, response, { faults, requests, onReset })) return;
    const rest = {
      accountSid,
      authToken,
      findCall: (callSid: string) => calls.get(callSid),
      messages,
      record: requests.record.bind(requests),
    };
    if (await handleRestRequest(request, response, rest)) return;
    sendJson(response, 404, { code: 20_404, message: `The requested resource ${path} was not found`, status: 404 });
  };

  const callers = new WebSocketServer({ noServer: true, maxPayload: 65_536, perMessageDeflate: false });
  const server = await startHttpServer({
    name: "twilio",
    host: options.host,
    port: options.port,
    handle,
    answerFailure: (response, error) =>
      sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) }),
    onUpgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const call = calls.get(callerPath.exec(request.url ?? "")?.[1] ?? "");
      if (call === undefined || call.end !== undefined) {
        socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
      }
      callers.handleUpgrade(request, socket, head, (caller) => call.attachCaller(caller));
    },
  });
  return {
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    accountSid,
    authToken,
    faults,
    requests,
    startCall,
    describeCall: report,
    messages: () => messages.list(),
    async close() {
      for (const call of calls.values()) call.finish({ by: "error", reason: "simulator stopped" });
      ticker.stop();
      webhooks.close();
      for (const caller of callers.clients) caller.terminate();
      await server.close();
    },
  };
}
