/** The telephone line as an attacker, or a faulty exchange, would use it: webhooks and media sockets byte by byte. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";
import { signTwilioRequest } from "../../simulators/twilio/signature.ts";
import type { FailureSystem } from "./failure-system.ts";

/** How a media socket ended. */
export type SocketEnd = { readonly code: number; readonly reason: string };

const answerMs = 15_000;

/** Speaks to a running gateway without any of the manners of Twilio. */
export class RawLine {
  readonly #fixture: FailureSystem;

  constructor(fixture: FailureSystem) {
    this.#fixture = fixture;
  }

  /** A call identifier that nobody has. */
  newCallSid(): string {
    return `CA${randomBytes(16).toString("hex")}`;
  }

  /** Parameters of the voice webhook for a made-up call. */
  voiceParameters(callSid: string): Readonly<Record<string, string>> {
    const { TWILIO_ACCOUNT_SID = "" } = this.#fixture.system.vendors.environment;
    return {
      CallSid: callSid,
      AccountSid: TWILIO_ACCOUNT_SID,
      CallStatus: "ringing",
      Direction: "inbound",
      From: "+12025559999",
      To: this.#fixture.system.numbers.line,
    };
  }

  /** Posts the voice webhook, signed unless told how to spoil the signature. */
  async postVoice(
    parameters: Readonly<Record<string, string>>,
    signature: string | null = this.#sign(this.#fixture.where.webhookUrl, parameters),
  ): Promise<{ readonly status: number; readonly body: string }> {
    const response = await fetch(this.#fixture.where.webhookUrl, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(signature === null ? {} : { "x-twilio-signature": signature }),
      },
      body: new URLSearchParams(parameters).toString(),
      signal: AbortSignal.timeout(answerMs),
    });
    return { status: response.status, body: await response.text() };
  }

  /** Lets a made-up call ring; gives its identifier and the token of its stream. */
  async ring(): Promise<{ readonly callSid: string; readonly token: string }> {
    const callSid = this.newCallSid();
    const { status, body } = await this.postVoice(this.voiceParameters(callSid));
    const token = /name="token" value="([^"]+)"/.exec(body)?.[1];
    if (status !== 200 || token === undefined) throw new Error(`no stream was offered: ${status} ${body}`);
    return { callSid, token };
  }

  /** The call of the made-up number is over, as Twilio says it. */
  async endCall(callSid: string): Promise<void> {
    const url = this.#fixture.where.statusUrl;
    const parameters = { ...this.voiceParameters(callSid), CallStatus: "completed", CallDuration: "1" };
    await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": this.#sign(url, parameters),
      },
      body: new URLSearchParams(parameters).toString(),
      signal: AbortSignal.timeout(answerMs),
    });
  }

  /** Opens a media socket; the signature of the upgrade is Twilio's. */
  async connect(): Promise<RawSocket> {
    const { mediaUrl } = this.#fixture.where;
    const socket = new WebSocket(mediaUrl, {
      headers: { "x-twilio-signature": this.#sign(mediaUrl, {}) },
      perMessageDeflate: false,
      handshakeTimeout: answerMs,
    });
    const raw = new RawSocket(socket);
    await once(socket, "open", { signal: AbortSignal.timeout(answerMs) });
    return raw;
  }

  /** HTTP status with which an upgrade without signature is refused. */
  async connectUnsigned(): Promise<number> {
    const socket = new WebSocket(this.#fixture.where.mediaUrl, { handshakeTimeout: answerMs });
    socket.on("error", () => undefined);
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
    socket.terminate();
    return response.statusCode;
  }

  /** The start message of a call's stream. */
  start(callSid: string, streamSid: string, token: string | null): string {
    const { TWILIO_ACCOUNT_SID = "" } = this.#fixture.system.vendors.environment;
    return JSON.stringify({
      event: "start",
      sequenceNumber: "1",
      streamSid,
      start: {
        streamSid,
        accountSid: TWILIO_ACCOUNT_SID,
        callSid,
        tracks: ["inbound"],
        customParameters: token === null ? {} : { token },
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
      },
    });
  }

  #sign(url: string, parameters: Readonly<Record<string, string>>): string {
    return signTwilioRequest(this.#fixture.where.twilioAuthToken ?? "", url, parameters);
  }
}

/** A media socket that says what it is told to, and remembers how it ended. */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly #ended: Promise<SocketEnd>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    this.#ended = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString("utf8") }));
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(...messages: readonly (string | Buffer)[]): this {
    for (const message of messages) this.#socket.send(message);
    return this;
  }

  /** A 20 ms frame of silence with the number that is given. */
  sendFrame(streamSid: string, chunk: number): this {
    const media = {
      track: "inbound",
      chunk: String(chunk),
      timestamp: String((chunk - 1) * 20),
      payload: Buffer.alloc(160, 0xff).toString("base64"),
    };
    return this.send(JSON.stringify({ event: "media", sequenceNumber: String(chunk + 1), streamSid, media }));
  }

  /** How the gateway closed it. Rejects when it does not. */
  async ended(): Promise<SocketEnd> {
    const timer = Promise.withResolvers<never>();
    const timeout = setTimeout(() => timer.reject(new Error("the gateway left the socket open")), answerMs);
    try {
      return await Promise.race([this.#ended, timer.promise]);
    } finally {
      clearTimeout(timeout);
      this.#socket.terminate();
    }
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.ended();
  }
}
