import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import twilio from "twilio";
import { WebSocketServer } from "ws";
import { MediaSocket, type MediaSocketOptions } from "./media-socket.ts";
import type { RefusalReason, TelephonyCounts } from "./telephony-counts.ts";

/** Settings of the media endpoint. */
export type MediaServerOptions = Omit<MediaSocketOptions, "onAttached" | "onClosed"> & {
  readonly counts: TelephonyCounts;
  readonly authToken: string;
  /** Address that Twilio was given, and signs. */
  readonly mediaUrl: string;
  readonly maxCalls: number;
};

const maxPayloadBytes = 65_536;
const maxFragments = 4;
const tickEveryMs = 1000;
const path = "/ws/media";

/** The WebSocket endpoint of media streams: admits, fences, watches over deadlines. One timer for all sockets. */
export class MediaServer {
  readonly #options: MediaServerOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    maxFragments,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #sockets = new Set<MediaSocket>();
  /** Sockets that were told to end and may still have to be cut. */
  readonly #leaving = new Set<MediaSocket>();
  readonly #byCall = new Map<string, MediaSocket>();
  readonly #timer: NodeJS.Timeout;
  #isDraining = false;

  constructor(options: MediaServerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), tickEveryMs);
    this.#timer.unref();
  }

  /** Sockets that are open, whether or not their stream has started. */
  get openStreams(): number {
    return this.#sockets.size;
  }

  /** The call's socket, if `streamSid` is the stream that it has now. */
  find(callSid: string, streamSid: string): MediaSocket | undefined {
    const socket = this.#byCall.get(callSid);
    return socket?.streamSid === streamSid ? socket : undefined;
  }

  /** Ends the call's stream, if it has one here. */
  closeCall(callSid: string): void {
    this.#byCall.get(callSid)?.close("stopped");
  }

  /** Takes a request to switch to WebSocket; anything that is not Twilio's is answered with a constant refusal. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { counts } = this.#options;
    // The other side may vanish while it is being refused.
    socket.on("error", () => counts.add("upgrade.error"));
    const refusal = this.#refusalOf(request);
    if (refusal !== null) {
      counts.refuse(refusal);
      refuse(socket, refusal === "wrongPath" ? 404 : refusal === "signature" ? 403 : 503);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const media = new MediaSocket(
        webSocket,
        {
          ...this.#options,
          onAttached: (attached, event) => {
            const callSid = attached.callSid ?? "";
            const older = this.#byCall.get(callSid);
            this.#byCall.set(callSid, attached);
            older?.close("replaced");
            this.#options.onEvent(callSid, event);
            if (this.#isDraining) this.#options.onEvent(callSid, { type: "gatewayLeaves" });
          },
          onClosed: (closed) => {
            this.#sockets.delete(closed);
            this.#leaving.add(closed);
            if (closed.callSid !== undefined && this.#byCall.get(closed.callSid) === closed)
              this.#byCall.delete(closed.callSid);
            webSocket.once("close", () => this.#leaving.delete(closed));
            if (webSocket.readyState === webSocket.CLOSED) this.#leaving.delete(closed);
          },
        },
        Date.now(),
      );
      this.#sockets.add(media);
    });
  }

  #refusalOf(request: IncomingMessage): RefusalReason | null {
    const { authToken, mediaUrl, maxCalls } = this.#options;
    if (request.url !== path) return "wrongPath";
    const signature = request.headers["x-twilio-signature"];
    if (typeof signature !== "string" || !twilio.validateRequest(authToken, signature, mediaUrl, {}))
      return "signature";
    if (this.#isDraining) return "draining";
    return this.#sockets.size >= maxCalls ? "full" : null;
  }

  /** Takes no new stream from here on, and tells all calls that they shall go on elsewhere. */
  leave(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (const callSid of this.#byCall.keys()) this.#options.onEvent(callSid, { type: "gatewayLeaves" });
  }

  /** Ends all streams, so that their calls come back at another gateway. */
  async close(): Promise<void> {
    this.#isDraining = true;
    for (const socket of [...this.#sockets]) socket.close("draining");
    const deadlineMs = Date.now() + 2 * tickEveryMs;
    while (this.#leaving.size > 0 && Date.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const socket of this.#leaving) socket.tick(Number.POSITIVE_INFINITY);
    clearInterval(this.#timer);
    this.#server.close();
  }

  #tick(): void {
    const nowMs = Date.now();
    for (const socket of [...this.#sockets, ...this.#leaving]) socket.tick(nowMs);
  }
}

const reasons = { 403: "Forbidden", 404: "Not Found", 503: "Service Unavailable" } as const;

function refuse(socket: Duplex, status: keyof typeof reasons): void {
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
