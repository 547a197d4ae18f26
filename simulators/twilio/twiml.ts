import { type PayVerb, payAttributes, readPay } from "./pay-verb.ts";
import { TwilioError, twilioErrors } from "./twilio-error.ts";
import { parseXml, type XmlElement } from "./xml.ts";

/** A request that a verb makes for more TwiML; the URL is as written, possibly relative. */
export type Follow = { readonly url: string; readonly method: "GET" | "POST" };

/** `<Stream>` inside `<Connect>`: a bidirectional media stream. */
export type StreamNoun = {
  readonly url: string;
  readonly name?: string;
  readonly statusCallback?: Follow;
  readonly parameters: Readonly<Record<string, string>>;
};

/** What is spoken or waited inside `<Gather>` and at the top level. */
export type PromptVerb =
  | { readonly verb: "Say"; readonly text: string; readonly loop: number }
  | { readonly verb: "Pause"; readonly lengthSeconds: number };

/** A verb of TwiML as the simulator executes it. */
export type Verb =
  | PromptVerb
  | PayVerb
  | { readonly verb: "Connect"; readonly action?: Follow; readonly stream: StreamNoun }
  | { readonly verb: "Redirect"; readonly follow: Follow }
  | { readonly verb: "Hangup" }
  | { readonly verb: "Reject"; readonly reason: "rejected" | "busy" }
  | { readonly verb: "Dial"; readonly numbers: readonly string[] }
  | {
      readonly verb: "Gather";
      readonly action?: Follow;
      readonly timeoutSeconds: number;
      readonly numDigits: number;
      readonly finishOnKey: string;
      readonly isActionOnEmptyResult: boolean;
      readonly prompts: readonly PromptVerb[];
    };

const allowedAttributes: Readonly<Record<string, readonly string[]>> = {
  Response: [],
  Connect: ["action", "method"],
  Stream: ["url", "name", "track", "statusCallback", "statusCallbackMethod"],
  Parameter: ["name", "value"],
  Say: ["voice", "language", "loop"],
  Pause: ["length"],
  Redirect: ["method"],
  Hangup: [],
  Pay: payAttributes,
  Reject: ["reason"],
  Dial: [
    "action",
    "method",
    "timeout",
    "hangupOnStar",
    "timeLimit",
    "callerId",
    "record",
    "trim",
    "answerOnBridge",
    "ringTone",
    "recordingStatusCallback",
    "recordingStatusCallbackMethod",
    "recordingStatusCallbackEvent",
    "referUrl",
    "referMethod",
    "sequential",
  ],
  Number: ["sendDigits", "url", "method", "statusCallback", "statusCallbackMethod", "statusCallbackEvent"],
  Gather: [
    "action",
    "method",
    "timeout",
    "speechTimeout",
    "numDigits",
    "finishOnKey",
    "input",
    "actionOnEmptyResult",
    "language",
    "hints",
    "profanityFilter",
    "partialResultCallback",
    "partialResultCallbackMethod",
    "enhanced",
    "speechModel",
    "bargeIn",
  ],
};

function refuse(message: string, code: number = twilioErrors.schemaViolation): never {
  throw new TwilioError(code, message);
}

function checkAttributes(element: XmlElement): void {
  const allowed = allowedAttributes[element.name];
  if (allowed === undefined) refuse(`<${element.name}> is not a verb or noun that is understood here`);
  for (const name of Object.keys(element.attributes))
    if (!allowed.includes(name)) refuse(`attribute ${name} is not allowed in <${element.name}>`);
}

function readMethod(element: XmlElement, name = "method"): "GET" | "POST" {
  const method = element.attributes[name] ?? "POST";
  if (method === "GET" || method === "POST") return method;
  return refuse(`${name} of <${element.name}> must be GET or POST`);
}

function readNumber(element: XmlElement, name: string, fallback: number, max: number): number {
  const text = element.attributes[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) refuse(`${name} of <${element.name}> must be a whole number up to ${max}`);
  return value;
}

function refuseContent(element: XmlElement): void {
  if (element.children.length > 0 || element.text !== "") refuse(`<${element.name}> must be empty`);
}

function readFollow(element: XmlElement, name: string, methodName: string): Follow | undefined {
  const url = element.attributes[name];
  return url === undefined ? undefined : { url, method: readMethod(element, methodName) };
}

function readStreamUrl(text: string): string {
  const handshake = twilioErrors.streamHandshake;
  const url = URL.canParse(text) ? new URL(text) : refuse("url of <Stream> is not an absolute URL", handshake);
  const isLocal = url.protocol === "ws:" && url.hostname === "127.0.0.1";
  if (url.protocol !== "wss:" && !isLocal) refuse("url of <Stream> must be wss", handshake);
  if (text.includes("?")) refuse("url of <Stream> must not have a query string: use <Parameter>", handshake);
  if (text.includes("#")) refuse("url of <Stream> must not have a fragment", handshake);
  return text;
}

function readStream(element: XmlElement): StreamNoun {
  checkAttributes(element);
  const { url, name, track } = element.attributes;
  if (url === undefined) refuse("<Stream> has no url", twilioErrors.streamHandshake);
  if (track !== undefined && track !== "inbound_track")
    refuse("a bidirectional stream has the inbound track only", twilioErrors.streamTrack);
  const parameters: Record<string, string> = {};
  for (const child of element.children) {
    if (child.name !== "Parameter") refuse(`<${child.name}> is not allowed in <Stream>`);
    checkAttributes(child);
    refuseContent(child);
    const { name: key, value } = child.attributes;
    if (key === undefined || key === "" || value === undefined) refuse("<Parameter> needs name and value");
    if (key.length + value.length > 500) refuse("<Parameter>: name and value are longer than 500 characters together");
    if (Object.hasOwn(parameters, key)) refuse("<Parameter>: the same name twice");
    parameters[key] = value;
  }
  const statusCallback = readFollow(element, "statusCallback", "statusCallbackMethod");
  return {
    url: readStreamUrl(url),
    parameters,
    ...(name === undefined ? {} : { name }),
    ...(statusCallback === undefined ? {} : { statusCallback }),
  };
}

function readPrompt(element: XmlElement): PromptVerb | undefined {
  if (element.name === "Say") {
    if (element.children.length > 0) refuse("markup inside <Say> is not understood here");
    if (element.text === "") refuse("<Say> is empty");
    return { verb: "Say", text: element.text.replace(/\s+/g, " "), loop: readNumber(element, "loop", 1, 100) };
  }
  if (element.name === "Pause") {
    refuseContent(element);
    return { verb: "Pause", lengthSeconds: readNumber(element, "length", 1, 3600) };
  }
  return undefined;
}

function readGather(element: XmlElement): Verb {
  const action = readFollow(element, "action", "method");
  const input = element.attributes.input ?? "dtmf";
  if (!input.split(" ").includes("dtmf")) refuse("<Gather> is understood for input dtmf only");
  const finishOnKey = element.attributes.finishOnKey ?? "#";
  if (!/^[0-9*#]{0,12}$/.test(finishOnKey)) refuse("finishOnKey of <Gather> must be keys");
  const prompts = element.children.map((child) => {
    checkAttributes(child);
    return readPrompt(child) ?? refuse(`<${child.name}> is not allowed in <Gather>`);
  });
  return {
    verb: "Gather",
    timeoutSeconds: readNumber(element, "timeout", 5, 600),
    numDigits: readNumber(element, "numDigits", 0, 100),
    finishOnKey,
    isActionOnEmptyResult: element.attributes.actionOnEmptyResult === "true",
    prompts,
    ...(action === undefined ? {} : { action }),
  };
}

function readVerb(element: XmlElement): Verb {
  checkAttributes(element);
  const prompt = readPrompt(element);
  if (prompt !== undefined) return prompt;
  switch (element.name) {
    case "Connect": {
      const [noun, ...others] = element.children;
      if (noun?.name !== "Stream" || others.length > 0) refuse("<Connect> needs exactly one <Stream>");
      const action = readFollow(element, "action", "method");
      return { verb: "Connect", stream: readStream(noun), ...(action === undefined ? {} : { action }) };
    }
    case "Redirect":
      if (element.text === "") refuse("<Redirect> has no URL");
      return { verb: "Redirect", follow: { url: element.text, method: readMethod(element) } };
    case "Hangup":
      refuseContent(element);
      return { verb: "Hangup" };
    case "Reject": {
      const reason = element.attributes.reason ?? "rejected";
      if (reason !== "rejected" && reason !== "busy") refuse("reason of <Reject> must be rejected or busy");
      return { verb: "Reject", reason };
    }
    case "Dial": {
      const numbers = element.children.map((child) => {
        checkAttributes(child);
        return child.name === "Number" ? child.text : refuse(`<${child.name}> is not understood in <Dial>`);
      });
      if (element.text !== "") numbers.unshift(element.text);
      if (numbers.length === 0) refuse("<Dial> has nobody to dial");
      return { verb: "Dial", numbers };
    }
    case "Gather":
      return readGather(element);
    case "Pay":
      refuseContent(element);
      return readPay(element.attributes);
    default:
      return refuse(`<${element.name}> is not a verb`);
  }
}

/**
 * Reads a TwiML document strictly. Throws {@link TwilioError}: 12100 when it is not XML, 12200 for an unknown verb, noun, attribute or value,
 * 31920 for a stream URL that Twilio would not connect to. Source: Twilio, "TwiML for Programmable Voice".
 */
export function parseTwiml(document: string): readonly Verb[] {
  const root = parseXml(document);
  if (root.name !== "Response") refuse("the root element must be <Response>", twilioErrors.documentParseFailure);
  checkAttributes(root);
  if (root.text !== "") refuse("text outside a verb");
  const verbs = root.children.map(readVerb);
  if (verbs.slice(1).some((verb) => verb.verb === "Reject")) refuse("<Reject> must be the first verb");
  return verbs;
}
