import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, sendJson } from "../kit/http-body.ts";
import type { Call } from "./call.ts";
import type { Messages } from "./messages.ts";
import { TwilioError, twilioErrors } from "./twilio-error.ts";
import { parseTwiml } from "./twiml.ts";

/** What the REST API works on. */
export type RestOptions = {
  readonly accountSid: string;
  readonly authToken: string;
  findCall(callSid: string): Call | undefined;
  readonly messages: Messages;
  record(operation: string, details: Readonly<Record<string, unknown>>): void;
};

type Failure = { readonly status: number; readonly code: number; readonly message: string };

const maxBodyBytes = 262_144;
const apiPath = /^\/2010-04-01\/Accounts\/([^/]+)\/(Calls\/([^/]+)|Messages)\.json$/;

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
 * Answers Twilio's REST API as far as the application uses it: GET and update of a call, sending and listing text messages. Returns false when the
 * path is none of these. A call that is over cannot be updated: 404 with code 20404. Source: Twilio, "Call resource", "Message resource".
 */
export async function handleRestRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: RestOptions,
): Promise<boolean> {
  const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://api");
  const match = apiPath.exec(path);
  if (match === null) return false;
  const [, accountSid, , callSid] = match;
  if (!isAuthorised(request, options)) {
    sendFailure(response, { status: 401, code: twilioErrors.authenticate, message: "Authenticate" });
    return true;
  }
  const missing = { status: 404, code: twilioErrors.notFound, message: `The requested resource ${path} was not found` };
  const form =
    request.method === "POST" ? new URLSearchParams(await readBody(request, maxBodyBytes)) : new URLSearchParams();
  if (callSid === undefined) {
    options.record(`${request.method} Messages`, {});
    if (request.method === "GET") sendJson(response, 200, options.messages.page(searchParams));
    else await sendMessage(response, form, options.messages);
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

async function sendMessage(response: ServerResponse, form: URLSearchParams, messages: Messages): Promise<void> {
  const answer = await messages.create(form);
  if (answer.kind === "cut") response.destroy();
  else if (answer.kind === "failed") sendFailure(response, answer.failure);
  else sendJson(response, 201, answer.body);
}
