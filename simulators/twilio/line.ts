import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import type { MediaStream } from "./media-stream.ts";
import { frameBytes, PlaybackBuffer } from "./playback-buffer.ts";

/** Turns the text of `<Say>` into µ-law 8 kHz audio. */
export type SpeakText = (text: string) => Promise<Uint8Array>;

/** What the caller's side tells the call. */
export type LineEvents = {
  onAttached(): void;
  onDigit(digit: string): void;
  onHangup(): void;
};

const maxCallerBacklogBytes = 4_194_304;

/**
 * The audio between the caller and whatever the TwiML connects: a stream or spoken prompts. It moves by {@link tick} every 20 ms; each tick sends
 * the caller one frame, and the caller is expected to answer each with one frame of its own, so that both sides share one clock.
 */
export class Line {
  readonly #speak: SpeakText;
  readonly #events: LineEvents;
  readonly #prompts = new PlaybackBuffer();
  readonly #waiting = new Map<string, () => void>();
  #caller: WebSocket | undefined;
  #stream: MediaStream | undefined;
  #isOpen = false;
  #promptCount = 0;
  /** Takes digits before the stream does, while `<Gather>` listens. */
  #gather: ((digit: string) => void) | undefined;

  constructor(speak: SpeakText, events: LineEvents) {
    this.#speak = speak;
    this.#events = events;
  }

  get hasCaller(): boolean {
    return this.#caller !== undefined;
  }

  /** Connects the caller's socket; a second one replaces the first. */
  attach(socket: WebSocket): void {
    this.#caller?.close(4000, "replaced");
    this.#caller = socket;
    socket.on("message", (data, isBinary) => {
      if (this.#caller !== socket) return;
      if (isBinary) this.#receiveFrame(data as Buffer);
      else this.#receiveControl(socket, (data as Buffer).toString("utf8"));
    });
    socket.on("close", () => {
      if (this.#caller !== socket) return;
      this.#caller = undefined;
      this.#events.onHangup();
    });
    socket.on("error", () => socket.terminate());
    this.#events.onAttached();
  }

  /** The call was answered: audio flows. */
  open(): void {
    this.#isOpen = true;
  }

  /** Tells the caller something. */
  notify(event: Readonly<Record<string, unknown>>): void {
    if (this.#caller?.readyState === WebSocket.OPEN) this.#caller.send(JSON.stringify(event));
  }

  connectStream(stream: MediaStream | undefined): void {
    this.#stream = stream;
  }

  /** 20 ms passed. */
  tick(): void {
    if (!this.#isOpen) return;
    const prompts = this.#prompts.isPlaying ? this.#prompts.takeFrame() : undefined;
    const streamed = this.#stream?.tick(this.hasCaller);
    for (const mark of prompts?.marks ?? []) this.#waiting.get(mark)?.();
    const frame = prompts?.isAudio === true ? prompts.frame : (streamed?.frame ?? prompts?.frame ?? silence);
    if (this.#caller?.readyState !== WebSocket.OPEN) return;
    if (this.#caller.bufferedAmount > maxCallerBacklogBytes) this.#caller.terminate();
    else this.#caller.send(frame);
  }

  /** Speaks to the caller; resolves when it was heard, or at once when the signal stops it. */
  async say(text: string, signal: AbortSignal): Promise<void> {
    const audio = await this.#speak(text);
    if (signal.aborted) return;
    this.#promptCount += 1;
    const mark = `prompt-${this.#promptCount}`;
    await new Promise<void>((resolve) => {
      const stop = (): void => {
        signal.removeEventListener("abort", stopNow);
        this.#waiting.delete(mark);
        resolve();
      };
      const stopNow = (): void => {
        this.#prompts.clear();
        stop();
      };
      signal.addEventListener("abort", stopNow);
      this.#waiting.set(mark, stop);
      this.#prompts.addAudio(Buffer.from(audio));
      this.#prompts.addMark(mark);
    });
  }

  /** Takes the caller's digits until the returned function is called. */
  takeDigits(take: (digit: string) => void): () => void {
    this.#gather = take;
    return () => {
      this.#gather = undefined;
    };
  }

  /** Says goodbye to the caller's socket. */
  async close(event: Readonly<Record<string, unknown>>): Promise<void> {
    this.#isOpen = false;
    const caller = this.#caller;
    this.#caller = undefined;
    if (caller === undefined || caller.readyState !== WebSocket.OPEN) return;
    caller.send(JSON.stringify(event));
    caller.close(1000);
    await sleep(500, undefined, { ref: false });
    caller.terminate();
  }

  #receiveFrame(frame: Buffer): void {
    if (frame.length === frameBytes) this.#stream?.addCallerFrame(frame);
    else this.notify({ event: "error", message: `a frame must have ${frameBytes} bytes` });
  }

  #receiveControl(socket: WebSocket, text: string): void {
    const message = readControl(text);
    if (message === undefined) {
      socket.send(JSON.stringify({ event: "error", message: "expected dtmf with digits, or hangup" }));
    } else if (message.event === "hangup") {
      this.#events.onHangup();
    } else {
      for (const digit of message.digits) {
        if (this.#gather !== undefined) this.#gather(digit);
        else this.#events.onDigit(digit);
      }
    }
  }
}

const silence = Buffer.alloc(frameBytes, 0xff);

type Control = { readonly event: "hangup" } | { readonly event: "dtmf"; readonly digits: string };

function readControl(text: string): Control | undefined {
  try {
    const value = JSON.parse(text) as { event?: unknown; digits?: unknown } | null;
    if (value?.event === "hangup") return { event: "hangup" };
    const isKeys = typeof value?.digits === "string" && /^[0-9*#A-D]{1,64}$/.test(value.digits);
    if (value?.event === "dtmf" && isKeys) return { event: "dtmf", digits: value.digits as string };
  } catch {
    // Answered below like any other message that is not understood.
  }
  return undefined;
}
