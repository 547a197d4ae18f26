import type { IncomingMessage, ServerResponse } from "node:http";
import type { Call } from "./call.ts";
import { readForm, sendJson } from "./http-body.ts";
import { TwilioError, twilioErrors } from "./twilio-error.ts";
import { parseTwiml } from "./twiml.ts";

/** A text message that the application sent, kept for assertions. */
export type SentMessage = { readonly sid: string; readonly from: string; readonly to: string; readonly body: string };

/** What the REST API works on. */
export type RestOptions = {
  readonly accountSid: string;
  readonly authToken: string;
  findCall(callSid: string): Call | undefined;
  addMessage(message: Omit<SentMessage, "sid">): SentMessage;
  record(operation: string, details: Readonly<Record<string, unknown>>): void;
};

type Failure = { readonly status: number; readonly code: number; readonly message: string };

const apiPath = /^\/2010-04-01\/Accounts\/([^/]+)\/(Calls\/([^/]+)|Messages)\.json$/;
const e164 = /^\+[1-9]\d{6,14}$/;

function sendFailure(response: ServerResponse, { status, code, message }: Failure): void {
  sendJson(response, status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

function isAuthorised(request: IncomingMessage, { accountSid, authToken }: RestOptions): boolean {
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  return request.headers.authorization === expected;
}

function describeCall(call: Call): Record<string, unknown> {
  const { callSid, accountSid, request } = call.identity;
  return {
    sid: callSid,
    account_sid: accountSid,
    api_version: "2010-04-01",
    annotation: null,
    answered_by: null,
    caller_name: request.callerName ?? null,
    date_created: call.startedAt.toUTCString(),
    date_updated: (call.endedAt ?? new Date()).toUTCString(),
    start_time: call.startedAt.toUTCString(),
    end_time: call.endedAt?.toUTCString() ?? null,
    duration: call.endedAt === undefined ? null : String(call.durationSeconds),
    direction: "inbound",
    forwarded_from: request.forwardedFrom ?? null,
    from: request.from,
    from_formatted: request.from,
    to: request.to,
    to_formatted: request.to,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: "USD",
    status: call.status,
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}.json`,
  };
}

/** Applies a call update; returns what is wrong with it, if anything. */
function updateCall(call: Call, form: URLSearchParams): Failure | undefined {
  const notFound = {
    status: 404,
    code: twilioErrors.notFound,
    message: `The requested resource ${call.identity.callSid} was not found`,
  };
  const status = form.get("Status");
  const twiml = form.get("Twiml");
  const url = form.get("Url");
  if ([status, twiml, url].filter((value) => value !== null).length !== 1)
    return { status: 400, code: 21_218, message: "exactly one of Status, Twiml and Url is expected" };
  if (status !== null) {
    if (status !== "completed" && status !== "canceled")
      return { status: 400, code: 20_001, message: "Status must be completed or canceled" };
    return call.update({ status: "completed" }) ? undefined : notFound;
  }
  if (twiml !== null) {
    if (twiml.length > 4000) return { status: 400, code: 21_218, message: "Twiml is longer than 4000 characters" };
    try {
      parseTwiml(twiml);
    } catch (error) {
      const { code, message } = error instanceof TwilioError ? error : { code: 12_100, message: String(error) };
      return { status: 400, code, message };
    }
    return call.update({ twiml }) ? undefined : notFound;
  }
  const method = form.get("Method") ?? "POST";
  if (url === null || !URL.canParse(url) || (method !== "POST" && method !== "GET"))
    return { status: 400, code: 21_205, message: "Url or Method is not valid" };
  return call.update({ follow: { url, method } }) ? undefined : notFound;
}

/**
 * Answers Twilio's REST API as far as the application uses it: GET and update of a call, and sending a text message. Returns false when the
 * path is none of these. A call that is over cannot be updated: 404 with code 20404. Source: Twilio, "Call resource", "Message resource".
 */
export async function handleRestRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: RestOptions,
): Promise<boolean> {
  const path = new URL(request.url ?? "/", "http://api").pathname;
  const match = apiPath.exec(path);
  if (match === null) return false;
  const [, accountSid, , callSid] = match;
  if (!isAuthorised(request, options)) {
    sendFailure(response, { status: 401, code: twilioErrors.authenticate, message: "Authenticate" });
    return true;
  }
  const missing = { status: 404, code: twilioErrors.notFound, message: `The requested resource ${path} was not found` };
  const form = request.method === "POST" ? await readForm(request) : new URLSearchParams();
  if (callSid === undefined) {
    options.record("POST Messages", {});
    sendMessage(response, form, options);
    return true;
  }
  const call = options.findCall(callSid);
  if (call === undefined || accountSid !== options.accountSid) {
    options.record(`${request.method} Call`, { callSid, status: 404 });
    sendFailure(response, missing);
    return true;
  }
  const failure = request.method === "POST" ? updateCall(call, form) : undefined;
  options.record(`${request.method} Call`, { callSid, status: failure?.status ?? 200, fields: [...form.keys()] });
  if (failure === undefined) sendJson(response, 200, describeCall(call));
  else sendFailure(response, failure);
  return true;
}

function sendMessage(response: ServerResponse, form: URLSearchParams, options: RestOptions): void {
  const to = form.get("To") ?? "";
  const from = form.get("From") ?? form.get("MessagingServiceSid") ?? "";
  const body = form.get("Body") ?? "";
  if (!e164.test(to)) {
    sendFailure(response, { status: 400, code: 21_211, message: "The 'To' number is not a valid phone number." });
  } else if (from === "") {
    sendFailure(response, { status: 400, code: 21_603, message: "A 'From' phone number is required." });
  } else if (body === "" || body.length > 1600) {
    const code = body === "" ? 21_602 : 21_617;
    sendFailure(response, { status: 400, code, message: "The message body must have 1 to 1600 characters." });
  } else {
    const { sid } = options.addMessage({ to, from, body });
    const now = new Date().toUTCString();
    sendJson(response, 201, {
      sid,
      account_sid: options.accountSid,
      api_version: "2010-04-01",
      body,
      from,
      to,
      status: "queued",
      direction: "outbound-api",
      num_segments: String(Math.ceil(body.length / 153)),
      num_media: "0",
      error_code: null,
      error_message: null,
      date_created: now,
      date_updated: now,
      date_sent: null,
      price: null,
      price_unit: "USD",
      messaging_service_sid: null,
      uri: `/2010-04-01/Accounts/${options.accountSid}/Messages/${sid}.json`,
      subresource_uris: {},
    });
  }
}
