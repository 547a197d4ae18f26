/** A running line for tests: the real adapter on 127.0.0.1 with a Redis of its own, and a client that speaks as Twilio does. */
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { WebSocket } from "ws";
import { startRedis } from "../../local/redis.ts";
import type { CallEvent } from "./port.ts";
import { openTwilioTelephony, type TwilioTelephonyOptions } from "./twilio.ts";

export const authToken = "0123456789abcdef0123456789abcdef";
export const accountSid = `AC${"1".repeat(32)}`;
export const publicUrl = "https://voice.example.com";
const waitMs = 5000;

/** X-Twilio-Signature as Twilio documents it: HMAC-SHA1 over the URL and the sorted parameters, in base64. */
export function sign(url: string, parameters: Readonly<Record<string, string>> = {}): string {
  const names = Object.keys(parameters).sort();
  const text = names.reduce((joined, name) => joined + name + parameters[name], url);
  return createHmac("sha1", authToken).update(text).digest("base64");
}

/** Waits until something is so; fails after five seconds. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const deadlineMs = Date.now() + waitMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadlineMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A number of gateways that share one Redis. */
export async function startLines() {
  const directory = await mkdtemp(join(tmpdir(), "partyline-telephony-"));
  const redis = await startRedis({ directory });
  const closers: (() => Promise<void>)[] = [];
  return {
    redisUrl: redis.url,
    async open(changes: Partial<TwilioTelephonyOptions> = {}) {
      const line = await openLine(redis.url, changes);
      closers.push(() => line.close());
      return line;
    },
    async close(): Promise<void> {
      for (const close of closers) await close();
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openLine(redisUrl: string, changes: Partial<TwilioTelephonyOptions>) {
  const events: { callSid: string; event: CallEvent }[] = [];
  const gateway = await openTwilioTelephony({
    publicUrl,
    twilioAccountSid: accountSid,
    twilioAuthToken: authToken,
    twilioApiBase: "http://127.0.0.1:9",
    host: "127.0.0.1",
    port: 0,
    maxCalls: 20,
    maxResumes: 3,
    payConnector: "Default",
    tokenSeconds: 30,
    startWithinMs: 3000,
    sharesPort: false,
    gatewayId: "gateway-a",
    redisUrl,
    metrics: new Registry(),
    openDetector: () => ({ isVoiced: (frame) => frame[0] !== 0xff, close: () => undefined }),
    deliver: (callSid, event) => events.push({ callSid, event }),
    ...changes,
  });
  const origin = `http://127.0.0.1:${gateway.port}`;
  let isClosed = false;

  /** Posts a webhook as Twilio does; `signature` and `body` override what is right. */
  async function post(
    path: string,
    parameters: Readonly<Record<string, string>>,
    given: { readonly signature?: string | null; readonly body?: string; readonly contentType?: string } = {},
  ): Promise<{ status: number; body: string }> {
    const signature = given.signature === undefined ? sign(publicUrl + path, parameters) : given.signature;
    const response = await fetch(origin + path, {
      method: "POST",
      headers: {
        "content-type": given.contentType ?? "application/x-www-form-urlencoded; charset=UTF-8",
        ...(signature === null ? {} : { "x-twilio-signature": signature }),
      },
      body: given.body ?? new URLSearchParams(parameters).toString(),
    });
    return { status: response.status, body: await response.text() };
  }

  return {
    gateway,
    events,
    origin,
    post,
    /** What came for a call, frames left out. */
    eventsOf: (callSid: string) =>
      events.filter(({ callSid: of, event }) => of === callSid && event.type !== "frames").map(({ event }) => event),
    framesOf: (callSid: string) =>
      events.flatMap(({ callSid: of, event }) => (of === callSid && event.type === "frames" ? [event] : [])),
    ring: (callSid: string, more: Readonly<Record<string, string>> = {}) => post("/twilio/voice", voice(callSid, more)),
    async close(): Promise<void> {
      if (isClosed) return;
      isClosed = true;
      await gateway.close();
    },
  };
}

/** Parameters of a voice webhook. */
export function voice(callSid: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    AccountSid: accountSid,
    ApiVersion: "2010-04-01",
    CallSid: callSid,
    CallStatus: "ringing",
    Direction: "inbound",
    From: "+15550001111",
    To: "+15550002222",
    ...more,
  };
}

let calls = 0;

/** A call identifier that no other test uses. */
export function newCallSid(): string {
  calls += 1;
  return `CA${calls.toString(16).padStart(32, "0")}`;
}

/** The token in a TwiML answer. */
export function tokenIn(twiml: string): string {
  return /<Parameter name="token" value="([^"]+)"/.exec(twiml)?.[1] ?? "";
}

/** Twilio's end of a media stream. */
export class MediaClient {
  readonly socket: WebSocket;
  readonly received: { event: string; media?: { payload: string }; mark?: { name: string }; streamSid?: string }[] = [];
  readonly streamSid: string;
  #closed: { code: number; reason: string } | undefined;
  #chunk = 0;

  constructor(port: number, options: { streamSid?: string; path?: string; signature?: string | null } = {}) {
    const path = options.path ?? "/ws/media";
    const signature = options.signature === undefined ? sign("wss://voice.example.com/ws/media") : options.signature;
    this.streamSid = options.streamSid ?? `MZ${Math.random().toString(16).slice(2)}`;
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers: signature === null ? {} : { "x-twilio-signature": signature },
      perMessageDeflate: false,
    });
    this.socket.on("message", (data) => this.received.push(JSON.parse(data.toString())));
    this.socket.on("error", () => undefined);
    this.socket.on("close", (code, reason) => {
      this.#closed = { code, reason: reason.toString() };
    });
  }

  opened(): Promise<boolean> {
    return until("the socket to open", () => this.socket.readyState === WebSocket.OPEN);
  }

  closed(): Promise<{ code: number; reason: string }> {
    return until("the socket's end", () => this.#closed);
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  start(callSid: string, token: string | null, changes: Readonly<Record<string, unknown>> = {}): void {
    this.send({ event: "connected", protocol: "Call", version: "1.0.0" });
    this.send({
      event: "start",
      sequenceNumber: "1",
      streamSid: this.streamSid,
      start: {
        streamSid: this.streamSid,
        accountSid,
        callSid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        customParameters: token === null ? {} : { token },
        ...changes,
      },
    });
  }

  /** One 20 ms frame in order, or with another chunk number. */
  media(fill: number, changes: Readonly<Record<string, unknown>> = {}): void {
    this.#chunk += 1;
    const media = {
      track: "inbound",
      chunk: String(this.#chunk),
      timestamp: String((this.#chunk - 1) * 20),
      payload: Buffer.alloc(160, fill).toString("base64"),
      ...changes,
    };
    this.send({ event: "media", streamSid: this.streamSid, media });
  }

  close(): void {
    this.socket.terminate();
  }
}
