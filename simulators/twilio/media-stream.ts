import { WebSocket } from "ws";
import type { FaultScript } from "../kit/fault-script.ts";
import { FrameSender } from "./frame-sender.ts";
import { PlaybackBuffer, type PlayedFrame } from "./playback-buffer.ts";
import { signTwilioRequest } from "./signature.ts";
import { type DebuggerEntry, twilioErrors } from "./twilio-error.ts";
import type { StreamNoun } from "./twiml.ts";

/** Why a stream ended. */
export type StreamEnd =
  | { readonly by: "twilio" }
  | { readonly by: "server"; readonly isClean: boolean }
  | { readonly by: "handshake"; readonly message: string };

/** What a stream needs to know and whom it tells. */
export type MediaStreamOptions = {
  readonly noun: StreamNoun;
  readonly streamSid: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly connectTo: Readonly<Record<string, string>>;
  readonly faults: FaultScript;
  readonly now: () => number;
  onStarted(): void;
  /** The server's audio, as it arrives and before it is played. */
  onAudio?(audio: Buffer): void;
  /** The server emptied the buffer: this much of what it had sent will never be heard. */
  onCleared(droppedBytes: number): void;
  onDebugger(entry: DebuggerEntry): void;
  onEnded(end: StreamEnd): void;
};

const maxMessageBytes = 4_194_304;
const maxBufferedBytes = 16_777_216;
const handshakeTimeoutMs = 5000;

/**
 * One bidirectional media stream: Twilio's end of the WebSocket. It frames and numbers what the caller says, plays what the server sends in
 * real time, and returns marks. Source: Twilio, "Media Streams - WebSocket Messages".
 */
export class MediaStream {
  readonly #options: MediaStreamOptions;
  readonly #socket: WebSocket;
  readonly #playback = new PlaybackBuffer();
  readonly #sender: FrameSender;
  #isStarted = false;
  #isOver = false;
  #hasWarnedInvalid = false;
  #hasFailed = false;

  constructor(options: MediaStreamOptions) {
    this.#options = options;
    const publicUrl = options.noun.url;
    const { origin, path } = splitUrl(publicUrl);
    const local = options.connectTo[origin];
    this.#socket = new WebSocket(local === undefined ? publicUrl : local.replace(/^http/, "ws") + path, {
      headers: {
        "x-twilio-signature": signTwilioRequest(options.authToken, publicUrl),
        "user-agent": "Twilio.TmeWs/1.0",
      },
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: maxMessageBytes,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    this.#sender = new FrameSender({
      streamSid: options.streamSid,
      faults: options.faults,
      now: options.now,
      send: (message) => this.#send(message),
      cut: () => this.#socket.terminate(),
    });
    this.#socket.on("open", () => this.#start());
    this.#socket.on("message", (data, isBinary) => this.#receive(data as Buffer, isBinary));
    this.#socket.on("error", (error) => this.#failed(error));
    this.#socket.on("close", (code) => this.#closed(code));
  }

  get streamSid(): string {
    return this.#options.streamSid;
  }

  /** Frames that left for the server, including silence. */
  get sentFrames(): number {
    return this.#sender.sentFrames;
  }

  /** True from `start` until the stream ended. */
  get isOpen(): boolean {
    return this.#isStarted && !this.#isOver;
  }

  /** A 160-byte frame of the caller, sent within the pace that {@link tick} gives. */
  addCallerFrame(frame: Buffer): void {
    if (this.isOpen) this.#sender.add(frame);
  }

  /** A key the caller pressed. */
  sendDigit(digit: string): void {
    if (this.isOpen) this.#sender.sendEvent("dtmf", { dtmf: { track: "inbound_track", digit } });
  }

  /** 20 ms passed: gives the next frame of the server's audio and lets one more frame of the caller out. */
  tick(hasCaller: boolean): PlayedFrame {
    const played = this.#playback.takeFrame();
    for (const name of played.marks) this.#sendMark(name);
    if (this.isOpen) this.#sender.tick(hasCaller);
    return played;
  }

  /** Ends the stream from Twilio's side: `stop`, then the socket is closed. */
  stop(): void {
    if (this.#isOver) return;
    if (this.#isStarted)
      this.#sender.sendEvent("stop", {
        stop: { accountSid: this.#options.accountSid, callSid: this.#options.callSid },
      });
    this.#end({ by: "twilio" });
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  /** A fault: the connection breaks without a goodbye. */
  cut(): void {
    this.#socket.terminate();
  }

  #start(): void {
    const { noun, streamSid, callSid, accountSid } = this.#options;
    if (this.#isOver) return;
    this.#send(JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" }));
    this.#isStarted = true;
    this.#sender.sendEvent("start", {
      start: {
        accountSid,
        streamSid,
        callSid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        customParameters: noun.parameters,
      },
    });
    this.#options.onStarted();
  }

  #send(message: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > maxBufferedBytes) {
      // The server does not read: Twilio discards audio and in the end gives the stream up.
      this.#debugger("error", twilioErrors.streamBrokenPipe, "the server does not read from the stream");
      this.#socket.terminate();
      return;
    }
    this.#socket.send(message);
  }

  #sendMark(name: string): void {
    this.#sender.sendEvent("mark", { mark: { name } });
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isOver) return;
    const message = isBinary ? undefined : readMessage(data);
    if (message === undefined) {
      this.#protocolError("a message that is not a JSON object");
      return;
    }
    if (message.event !== "media" && message.event !== "mark" && message.event !== "clear") {
      this.#invalid("unknown event");
      return;
    }
    if (message.streamSid !== this.#options.streamSid) {
      this.#invalid("streamSid is not this stream's");
      return;
    }
    if (message.event === "media") this.#receiveMedia(message.media?.payload);
    else if (message.event === "mark") this.#receiveMark(message.mark?.name);
    else this.#receiveClear();
  }

  #receiveMedia(payload: unknown): void {
    if (typeof payload !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(payload)) {
      this.#invalid("media without a base64 payload");
      return;
    }
    if (this.#playback.bufferedBytes > maxBufferedBytes) this.#invalid("the playback buffer is full");
    else {
      const audio = Buffer.from(payload, "base64");
      this.#options.onAudio?.(audio);
      this.#playback.addAudio(audio);
    }
  }

  #receiveMark(name: unknown): void {
    if (typeof name !== "string") this.#invalid("mark without a name");
    else for (const due of this.#playback.addMark(name)) this.#sendMark(due);
  }

  #receiveClear(): void {
    const { droppedBytes, marks } = this.#playback.clear();
    for (const name of marks) this.#sendMark(name);
    this.#options.onCleared(droppedBytes);
  }

  /** Twilio warns once per stream about messages that it does not understand, and goes on. */
  #invalid(message: string): void {
    if (this.#hasWarnedInvalid) return;
    this.#hasWarnedInvalid = true;
    this.#debugger("warning", twilioErrors.streamInvalidMessage, message);
  }

  #protocolError(message: string): void {
    this.#debugger("error", twilioErrors.streamProtocol, message);
    this.#socket.terminate();
  }

  #failed(error: Error): void {
    if (this.#isStarted || this.#isOver) return;
    this.#debugger("error", twilioErrors.streamHandshake, `stream handshake failed: ${error.message}`);
    this.#end({ by: "handshake", message: error.message });
  }

  #closed(code: number): void {
    if (this.#isOver) return;
    const isClean = code === 1000 || code === 1001 || code === 1005;
    if (!isClean && !this.#hasFailed)
      this.#debugger("error", twilioErrors.streamClosedByServer, `the server closed the stream with ${code}`);
    this.#end({ by: "server", isClean });
  }

  #debugger(level: "warning" | "error", code: number, message: string): void {
    if (level === "error") this.#hasFailed = true;
    this.#options.onDebugger({ level, code, message });
  }

  #end(end: StreamEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onEnded(end);
  }
}

type IncomingMessage = {
  readonly event?: unknown;
  readonly streamSid?: unknown;
  readonly media?: { readonly payload?: unknown };
  readonly mark?: { readonly name?: unknown };
};

function readMessage(data: Buffer): IncomingMessage | undefined {
  try {
    const value: unknown = JSON.parse(data.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function splitUrl(url: string): { origin: string; path: string } {
  const parsed = new URL(url);
  return { origin: `${parsed.protocol}//${parsed.host}`, path: parsed.pathname };
}
