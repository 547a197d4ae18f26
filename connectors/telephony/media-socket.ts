import type { RawData, WebSocket } from "ws";
import type { DetachReason } from "../../schemas/generated/records.ts";
import { FrameBatch } from "./frame-batch.ts";
import { FrameOrder } from "./frame-order.ts";
import { type MediaMessage, readMediaMessage, type StreamStart } from "./media-messages.ts";
import type { CallEvent } from "./port.ts";
import type { RefusalReason, TelephonyCounts } from "./telephony-counts.ts";

/** Tells speech from everything else, one frame after the other. */
export type VoiceDetector = { isVoiced(frame: Uint8Array): boolean; close(): void };

/** What the gateway makes of a start. */
export type Admission =
  | { readonly isAdmitted: true; readonly attached: Extract<CallEvent, { type: "streamAttached" }> }
  | { readonly isAdmitted: false; readonly reason: RefusalReason };

/** What a media socket needs. */
export type MediaSocketOptions = {
  readonly counts: TelephonyCounts;
  readonly startWithinMs: number;
  openDetector(): VoiceDetector;
  /** Checks the start: token, call, format. Rejects when the store does not answer. */
  admit(start: StreamStart): Promise<Admission>;
  /** The stream is open; whatever stream the call had before is fenced by this. */
  onAttached(socket: MediaSocket, event: Extract<CallEvent, { type: "streamAttached" }>): void;
  onEvent(callSid: string, event: CallEvent): void;
  onClosed(socket: MediaSocket): void;
};

const policyViolation = 1008;
const unsupportedData = 1003;
/** RFC 6455, 7.4.1: "such as a server going down". */
const goingAway = 1001;
const maxMalformed = 50;
const maxEarlyMessages = 200;
const maxDigitsPerSecond = 20;
/** About eight seconds of audio in base64, beyond what the kernel holds. */
const maxBufferedBytes = 131_072;
const sendDeadlineMs = 5000;
const silentAfterMs = 20_000;
const pingEveryMs = 10_000;
const goodbyeMs = 1000;

/** One media socket: from the upgrade to its end. Deadlines are checked by {@link tick}, so that no socket has a timer of its own. */
export class MediaSocket {
  readonly #socket: WebSocket;
  readonly #options: MediaSocketOptions;
  readonly #openedAtMs: number;
  #phase: "waiting" | "admitting" | "attached" | "closed" = "waiting";
  #early: MediaMessage[] = [];
  #attached: { readonly callSid: string; readonly streamSid: string } | undefined;
  #detector: VoiceDetector | undefined;
  #order: FrameOrder | undefined;
  #batch: FrameBatch | undefined;
  #malformed = 0;
  #digits = 0;
  #heardAtMs: number;
  #pingedAtMs: number;
  #blockedSinceMs: number | undefined;
  #closeReason: DetachReason | undefined;
  #closedAtMs = Number.POSITIVE_INFINITY;

  constructor(socket: WebSocket, options: MediaSocketOptions, nowMs: number) {
    this.#socket = socket;
    this.#options = options;
    this.#openedAtMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#pingedAtMs = nowMs;
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("pong", () => {
      this.#heardAtMs = Date.now();
    });
    // A protocol error (fragments, size, UTF-8) closes the socket by itself.
    socket.on("error", () => options.counts.refuse("protocol"));
    socket.on("close", () => this.#end());
  }

  get callSid(): string | undefined {
    return this.#attached?.callSid;
  }

  get streamSid(): string | undefined {
    return this.#attached?.streamSid;
  }

  /** Sends audio; false when the other side does not read fast enough, then it is dropped. */
  play(audio: Uint8Array): boolean {
    const payload = Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength).toString("base64");
    return this.#send(`{"event":"media","streamSid":"${this.streamSid}","media":{"payload":"${payload}"}}`);
  }

  mark(name: string): boolean {
    return this.#send(JSON.stringify({ event: "mark", streamSid: this.streamSid, mark: { name } }));
  }

  clear(): boolean {
    return this.#send(`{"event":"clear","streamSid":"${this.streamSid}"}`);
  }

  /** Ends the stream from our side. */
  close(reason: DetachReason): void {
    if (this.#phase === "closed") return;
    this.#closeReason ??= reason;
    this.#closedAtMs = Date.now();
    this.#socket.close(reason === "draining" ? goingAway : reason === "replaced" ? policyViolation : 1000);
    // Nothing more is taken from a stream that was told to end, whether or not it answers.
    this.#end();
  }

  /** Checks the deadlines; called about once a second. */
  tick(nowMs: number): void {
    this.#digits = 0;
    if (this.#phase === "closed") {
      if (nowMs - this.#closedAtMs > goodbyeMs) this.#socket.terminate();
      return;
    }
    if (this.#phase !== "attached" && nowMs - this.#openedAtMs > this.#options.startWithinMs) {
      this.#refuse("noStart");
      return;
    }
    this.#batch?.flush(nowMs);
    if (this.#socket.bufferedAmount === 0) this.#blockedSinceMs = undefined;
    else this.#blockedSinceMs ??= nowMs;
    if (this.#blockedSinceMs !== undefined && nowMs - this.#blockedSinceMs > sendDeadlineMs) this.#fail("tooSlow");
    else if (nowMs - this.#heardAtMs > silentAfterMs) this.#fail("silent");
    else if (nowMs - this.#pingedAtMs >= pingEveryMs) {
      this.#pingedAtMs = nowMs;
      this.#socket.ping();
    }
  }

  #send(message: string): boolean {
    if (this.#phase !== "attached" || this.#socket.readyState !== this.#socket.OPEN) return false;
    if (this.#socket.bufferedAmount > maxBufferedBytes) return false;
    this.#socket.send(message);
    return true;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#phase === "closed") return;
    this.#heardAtMs = Date.now();
    if (isBinary) {
      this.#refuse("binary", unsupportedData);
      return;
    }
    const message = readMediaMessage(data.toString());
    if (message.type === "malformed") this.#countMalformed();
    else if (message.type === "unknown") this.#options.counts.add("message.unknown");
    else this.#take(message);
  }

  #take(message: MediaMessage): void {
    if (message.type === "connected") return;
    if (message.type === "start") {
      if (this.#phase === "waiting") void this.#admit(message.start);
      else this.#countMalformed();
      return;
    }
    if (this.#phase === "attached") this.#takeAttached(message);
    else if (this.#phase === "admitting" && this.#early.length < maxEarlyMessages) this.#early.push(message);
    else if (this.#phase === "waiting") this.#countMalformed();
  }

  async #admit(start: StreamStart): Promise<void> {
    this.#phase = "admitting";
    let admission: Admission;
    try {
      admission = await this.#options.admit(start);
    } catch {
      admission = { isAdmitted: false, reason: "storeFailed" };
    }
    // The socket may have gone while the store was asked.
    if (this.#isClosed()) return;
    if (!admission.isAdmitted) {
      this.#refuse(admission.reason);
      return;
    }
    const { callSid } = start;
    const { attached } = admission;
    const { streamSid } = attached;
    this.#phase = "attached";
    this.#attached = { callSid, streamSid };
    this.#detector = this.#options.openDetector();
    this.#batch = new FrameBatch(streamSid, (event) => this.#options.onEvent(callSid, event));
    const { batch, detector } = { batch: this.#batch, detector: this.#detector };
    this.#order = new FrameOrder((frame, isConcealed) => batch.add(frame, detector.isVoiced(frame), isConcealed));
    this.#options.counts.add("stream.attached");
    this.#options.onAttached(this, attached);
    const early = this.#early;
    this.#early = [];
    for (const message of early) if (!this.#isClosed()) this.#takeAttached(message);
  }

  #isClosed(): boolean {
    return this.#phase === "closed";
  }

  #takeAttached(message: MediaMessage): void {
    if (this.#attached === undefined) return;
    const { callSid, streamSid } = this.#attached;
    if ("streamSid" in message && message.streamSid !== streamSid) {
      this.#countMalformed();
      return;
    }
    switch (message.type) {
      case "media":
        if (message.chunk === null) this.#options.counts.add("message.otherTrack");
        else if (this.#order?.push(message.chunk) === false) this.#countMalformed();
        else this.#options.counts.add("frame.received");
        this.#batch?.settle(this.#heardAtMs);
        return;
      case "digit":
        this.#digits += 1;
        if (this.#digits > maxDigitsPerSecond) this.#options.counts.add("digit.flood");
        else this.#options.onEvent(callSid, { type: "digit", streamSid, digit: message.digit });
        return;
      case "mark":
        this.#options.onEvent(callSid, { type: "markReturned", streamSid, markName: message.name });
        return;
      case "stop":
        this.close("stopped");
        return;
      case "connected":
      case "start":
      case "unknown":
      case "malformed":
        return;
    }
  }

  #countMalformed(): void {
    this.#options.counts.add("message.malformed");
    this.#malformed += 1;
    if (this.#malformed >= maxMalformed) this.#fail("malformed");
  }

  /** Closes a socket that must not go on: before its start by policy, after it as a failure. */
  #refuse(reason: RefusalReason, code: number = policyViolation): void {
    this.#options.counts.refuse(reason);
    this.#closeReason ??= "failed";
    this.#closedAtMs = Date.now();
    this.#socket.close(code, reason);
    this.#end();
  }

  #fail(reason: RefusalReason): void {
    this.#refuse(reason);
  }

  #end(): void {
    if (this.#phase === "closed") return;
    const attached = this.#attached;
    this.#phase = "closed";
    this.#closedAtMs = Math.min(this.#closedAtMs, Date.now());
    this.#early = [];
    if (attached !== undefined) {
      const { counts } = this.#options;
      this.#order?.flush();
      this.#batch?.flush(this.#heardAtMs);
      for (const [kind, times] of Object.entries(this.#order?.counts ?? {})) counts.add(`frame.${kind}`, times);
      this.#detector?.close();
      const reason = this.#closeReason ?? "closed";
      this.#options.onEvent(attached.callSid, { type: "streamClosed", streamSid: attached.streamSid, reason });
    }
    this.#options.onClosed(this);
  }
}
