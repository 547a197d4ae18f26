import type { FaultScript } from "../kit/fault-script.ts";
import type { Line } from "./line.ts";
import { MediaStream, type StreamEnd } from "./media-stream.ts";
import type { DebuggerEntry } from "./twilio-error.ts";
import type { Follow, StreamNoun } from "./twiml.ts";
import type { CallIdentity } from "./webhook-parameters.ts";

/** A stream of a call, for assertions. */
export type StreamReport = {
  readonly streamSid: string;
  readonly sentFrames: number;
  readonly endedBy?: StreamEnd["by"];
};

/** What the streams of all calls share. */
export type StreamSurroundings = {
  readonly authToken: string;
  readonly connectTo: Readonly<Record<string, string>>;
  readonly faults: FaultScript;
  makeStreamSid(): string;
  addTick(tick: () => void): () => void;
};

/** Whom a call's streams tell. */
export type StreamListeners = {
  onDebugger(entry: DebuggerEntry): void;
  /** Sends a status callback; nothing waits for it. */
  callBack(follow: Follow, parameters: Readonly<Record<string, string>>): void;
};

type Opened = { readonly stream: MediaStream; readonly ended: Promise<StreamEnd> };

/** The media streams of one call, one after the other; the line hears the current one. */
export class CallStreams {
  readonly #identity: CallIdentity;
  readonly #around: StreamSurroundings;
  readonly #line: Line;
  readonly #callEnded: AbortSignal;
  readonly #listeners: StreamListeners;
  readonly #opened: MediaStream[] = [];
  readonly #ends = new Map<string, StreamEnd["by"]>();
  #current: MediaStream | undefined;

  constructor(
    identity: CallIdentity,
    around: StreamSurroundings,
    line: Line,
    callEnded: AbortSignal,
    listeners: StreamListeners,
  ) {
    this.#identity = identity;
    this.#around = around;
    this.#line = line;
    this.#callEnded = callEnded;
    this.#listeners = listeners;
  }

  /** The stream that the caller is connected to. */
  get current(): MediaStream | undefined {
    return this.#current;
  }

  get reports(): readonly StreamReport[] {
    return this.#opened.map((stream) => {
      const endedBy = this.#ends.get(stream.streamSid);
      const { streamSid, sentFrames } = stream;
      return { streamSid, sentFrames, ...(endedBy === undefined ? {} : { endedBy }) };
    });
  }

  /** Connects the caller to a stream until either side, or the signal, ends it. */
  async run(noun: StreamNoun, signal: AbortSignal): Promise<StreamEnd> {
    const { stream, ended } = this.#open(noun);
    this.#current = stream;
    this.#line.connectStream(stream);
    const stop = (): void => stream.stop();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    const end = await ended;
    signal.removeEventListener("abort", stop);
    this.#line.connectStream(undefined);
    this.#current = undefined;
    this.#line.notify({ event: "stream-ended", by: end.by });
    return end;
  }

  #open(noun: StreamNoun): Opened {
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    const { authToken, connectTo, faults, makeStreamSid } = this.#around;
    const { callSid, accountSid } = this.#identity;
    const streamSid = makeStreamSid();
    const stream = new MediaStream({
      noun,
      streamSid,
      callSid,
      accountSid,
      authToken,
      connectTo,
      faults,
      now: () => performance.now(),
      onStarted: () => {
        this.#report(noun, streamSid, "stream-started");
        this.#line.notify({ event: "stream-started", streamSid });
        const fault = faults.next("stream");
        if (fault?.kind === "wrong" && fault.code === "second-socket") this.#openSecondSocket(noun);
        if (fault?.kind === "cut") setTimeout(() => stream.cut(), fault.delayMs).unref();
      },
      onCleared: (droppedBytes) => this.#line.notify({ event: "cleared", droppedBytes }),
      onDebugger: this.#listeners.onDebugger,
      onEnded: (end) => {
        this.#ends.set(streamSid, end.by);
        if (end.by === "handshake") this.#report(noun, streamSid, "stream-error", end.message);
        else this.#report(noun, streamSid, "stream-stopped");
        resolve(end);
      },
    });
    this.#opened.push(stream);
    return { stream, ended: promise };
  }

  #report(noun: StreamNoun, streamSid: string, event: string, error?: string): void {
    if (noun.statusCallback === undefined) return;
    this.#listeners.callBack(noun.statusCallback, {
      AccountSid: this.#identity.accountSid,
      CallSid: this.#identity.callSid,
      StreamSid: streamSid,
      StreamName: noun.name ?? streamSid,
      StreamEvent: event,
      Timestamp: new Date().toISOString(),
      ...(error === undefined ? {} : { StreamError: error }),
    });
  }

  /** A fault that was seen in the field: a second socket for the same call, with the same parameters. It carries silence and is not heard. */
  #openSecondSocket(noun: StreamNoun): void {
    const second = this.#open(noun);
    const removeTick = this.#around.addTick(() => void second.stream.tick(false));
    const stop = (): void => second.stream.stop();
    this.#callEnded.addEventListener("abort", stop, { once: true });
    void second.ended.then(removeTick);
  }
}
