import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { carry } from "../speech-carrier/carry.ts";
import { frameBytes } from "../speech-carrier/g711.ts";
import { speak, type VoiceName } from "../speech-carrier/voice.ts";
import { comfortNoise } from "./comfort-noise.ts";
import { type HeardPattern, isHeardIn } from "./heard-pattern.ts";
import { type HeardSentence, HeardSpeech } from "./heard-speech.ts";
import { StereoRecording } from "./stereo-recording.ts";
import { TurnClock, type TurnTimes } from "./turn-clock.ts";

/** How the call ended. */
export type CallEnding = { readonly by: "caller" | "agent" | "error"; readonly reason: string; readonly code?: number };

/** Something that happened in the call, in order. Times are milliseconds since the call was answered. */
export type CallEvent =
  | { readonly kind: "caller-said"; readonly atMs: number; readonly text: string }
  | { readonly kind: "caller-pressed"; readonly atMs: number; readonly keys: string }
  | { readonly kind: "agent-said"; readonly atMs: number; readonly text: string; readonly isCut: boolean }
  | { readonly kind: "agent-cleared"; readonly atMs: number; readonly droppedMs: number }
  | { readonly kind: "transferred"; readonly atMs: number }
  | { readonly kind: "ended"; readonly atMs: number; readonly by: CallEnding["by"]; readonly reason: string };

/** How a caller behaves. */
export type CallerOptions = {
  readonly voice?: VoiceName;
  /** The agent has finished when it was silent this long after it spoke, 600 ms by default. */
  readonly turnSilenceMs?: number;
  /** Keeps the audio for {@link SimulatedCall.recordWav}. */
  readonly isRecorded?: boolean;
  onEvent?(event: CallEvent): void;
};

/** One thing the caller did (nothing, for the first turn) and what was heard until the next. */
export type HeardTurn = {
  readonly caller: string;
  readonly agentHeard: string;
  /** When the caller began, in milliseconds since the call was answered; the reply's times count from when the caller ended. */
  readonly startedAtMs: number;
} & TurnTimes;

/** Thrown when something was not heard in time; says what was heard instead. */
export class NotHeardError extends Error {
  readonly heard: string;

  constructor(message: string, heard: string) {
    super(`${message}; heard ${heard === "" ? "nothing" : JSON.stringify(heard)}`);
    this.name = "NotHeardError";
    this.heard = heard;
  }
}

type Waiter = { readonly isMet: () => boolean; readonly settle: () => void };
type Speech = { readonly frames: readonly Buffer[]; sent: number; spoken: number; readonly done: () => void };

/** A sound without words (an acknowledgement) promises a reply; after this long it was the reply. */
const wordlessSilenceMs = 3000;
/** Speech is handed to the line this much earlier than it sounds: a caller whose process is kept waiting does not stop in the middle of a word. */
const leadFrames = 50;
/** 100 ms of key and 100 ms of pause, a quick finger. */
const keyMs = 200;

/**
 * A caller on the phone. It answers every 20 ms frame that it gets with one of its own (speech, or faint noise), so the simulated line's clock paces
 * both sides, and it knows only what it heard.
 */
export class SimulatedCall {
  readonly callSid: string;
  readonly #socket: WebSocket;
  readonly #options: CallerOptions;
  readonly #heard: HeardSpeech;
  readonly #clock = new TurnClock();
  readonly #recording: StereoRecording | undefined;
  readonly #events: CallEvent[] = [];
  readonly #answered = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<CallEnding>();
  #waiters: Waiter[] = [];
  #speeches: Speech[] = [];
  #ending: CallEnding | undefined;
  #answeredAtMs = performance.now();
  #frameCount = 0;
  #utterance = 0;
  #turns: HeardTurn[] = [];
  #turnCaller = "";
  #turnWordIndex = 0;
  #turnStartedAtMs = 0;
  #isTalkingOver = false;

  constructor(callSid: string, socket: WebSocket, options: CallerOptions) {
    this.callSid = callSid;
    this.#socket = socket;
    this.#options = options;
    this.#recording = options.isRecorded === true ? new StereoRecording() : undefined;
    this.#heard = new HeardSpeech((sentence) =>
      this.#note({ kind: "agent-said", atMs: sentence.startedAtMs, text: sentence.text, isCut: sentence.isCut }),
    );
    socket.on("message", (data, isBinary) => {
      if (isBinary) this.#hearFrame(data as Buffer);
      else this.#receive(JSON.parse((data as Buffer).toString("utf8")) as Record<string, unknown>);
    });
    socket.on("error", (error) => this.#end({ by: "error", reason: `line broke: ${error.message}` }));
    socket.on("close", () => this.#end({ by: "error", reason: "line broke" }));
    this.#answered.promise.catch(() => undefined);
  }

  /** Resolves when the call was answered; rejects when it ended before. */
  get answered(): Promise<void> {
    return this.#answered.promise;
  }

  /** Resolves when the call is over. */
  get ended(): Promise<CallEnding> {
    return this.#ended.promise;
  }

  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** When the call was answered, in milliseconds since the Unix epoch. */
  get answeredAt(): number {
    return performance.timeOrigin + this.#answeredAtMs;
  }

  /** Everything that happened so far, in order. */
  transcript(): readonly CallEvent[] {
    return [...this.#events];
  }

  /** Sentences of the agent, in the order in which they sounded. */
  sentences(): readonly HeardSentence[] {
    return [...this.#heard.sentences];
  }

  /** What the agent said since the caller last began to speak or press. */
  turnText(): string {
    return this.#heard.textSince(this.#turnWordIndex);
  }

  /** All turns so far, the running one last. */
  turns(): readonly HeardTurn[] {
    const running = { caller: this.#turnCaller, agentHeard: this.turnText(), startedAtMs: this.#turnStartedAtMs };
    return [...this.#turns, { ...running, ...this.#clock.times() }];
  }

  /** The measured times of the agent's last reply. */
  turnTimes(): TurnTimes {
    return this.#clock.times();
  }

  /** True while the agent speaks, short pauses included. */
  get isAgentSpeaking(): boolean {
    const last = this.#heard.lastVoicedAtMs;
    return last !== undefined && this.#now() - last < (this.#options.turnSilenceMs ?? 600);
  }

  /** Speaks; resolves when the last frame has left. Rejects when the call ends before. */
  async say(text: string): Promise<void> {
    this.#refuseWhenOver("say something");
    this.#utterance += 1;
    const audio = Buffer.from(carry(text, speak(text, { voice: this.#options.voice ?? "high" }), this.#utterance));
    const frames: Buffer[] = [];
    for (let at = 0; at < audio.length; at += frameBytes) frames.push(audio.subarray(at, at + frameBytes));
    this.#startTurn(text);
    this.#note({ kind: "caller-said", atMs: this.#now(), text });
    let isSaid = false;
    this.#speeches.push({
      frames,
      sent: 0,
      spoken: 0,
      done: () => {
        isSaid = true;
      },
    });
    await this.#waitFor(() => isSaid, frames.length * 20 + 30_000, "could not finish speaking");
  }

  /** Presses keys one after the other. */
  async press(keys: string): Promise<void> {
    this.#refuseWhenOver("press keys");
    if (!/^[0-9*#A-D]+$/.test(keys)) throw new RangeError("keys are 0-9, *, # and A-D");
    this.#startTurn(keys);
    this.#note({ kind: "caller-pressed", atMs: this.#now(), keys });
    for (const [index, key] of [...keys].entries()) {
      if (index > 0) await sleep(keyMs);
      this.#refuseWhenOver("press keys");
      this.#socket.send(JSON.stringify({ event: "dtmf", digits: key }));
      this.#clock.end(this.#now());
    }
  }

  /** Waits until the pattern occurs in what the agent said this turn; returns that. Rejects with {@link NotHeardError}. */
  async hearUntil(pattern: HeardPattern, timeoutMs: number): Promise<string> {
    await this.#waitFor(() => isHeardIn(this.turnText(), pattern), timeoutMs, `did not hear ${String(pattern)}`);
    return this.turnText();
  }

  /** Waits until the agent spoke and finished; returns what was heard this turn. The end of the call finishes it too. */
  async hearTurn(timeoutMs: number): Promise<string> {
    const hasFinished = (): boolean => {
      if (this.#ending !== undefined) return true;
      const last = this.#heard.lastVoicedAtMs;
      if (last === undefined || last < this.#turnStartedAtMs || this.isAgentSpeaking) return false;
      return this.turnText() !== "" || this.#now() - last >= wordlessSilenceMs;
    };
    await this.#waitFor(hasFinished, timeoutMs, "the agent did not finish a reply");
    return this.turnText();
  }

  /** Waits until the agent is silent, whether or not it has said anything. */
  async hearSilence(timeoutMs: number): Promise<void> {
    await this.#waitFor(() => this.#ending !== undefined || !this.isAgentSpeaking, timeoutMs, "the agent did not stop");
  }

  /** Speaks over the agent as soon as the pattern was heard. */
  async interrupt(afterHearing: HeardPattern, text: string, timeoutMs = 30_000): Promise<void> {
    await this.hearUntil(afterHearing, timeoutMs);
    await this.say(text);
  }

  /** Stays on the line without a word, which is a turn of its own. Returns early when the call ends. */
  async staySilent(durationMs: number): Promise<void> {
    this.#startTurn("");
    await Promise.race([sleep(durationMs, undefined, { ref: false }), this.#ended.promise]);
  }

  /** Hangs up; resolves when the call is over. */
  async hangUp(): Promise<CallEnding> {
    if (this.#ending === undefined && this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ event: "hangup" }));
    const closing = setTimeout(() => this.#socket.terminate(), 2000);
    const ending = await this.#ended.promise;
    clearTimeout(closing);
    return ending;
  }

  /** Writes what was said on both sides: stereo WAV, 8000 Hz, the caller left, the agent right. */
  async recordWav(path: string): Promise<void> {
    if (this.#recording === undefined) throw new Error("this call was not recorded: dial with isRecorded");
    await this.#recording.write(path);
  }

  #now(): number {
    return performance.now() - this.#answeredAtMs;
  }

  #note(event: CallEvent): void {
    this.#events.push(event);
    this.#options.onEvent?.(event);
  }

  #startTurn(caller: string): void {
    this.#turns.push(...this.turns().slice(-1));
    this.#isTalkingOver = this.isAgentSpeaking;
    this.#turnCaller = caller;
    this.#turnWordIndex = this.#heard.words.length;
    this.#turnStartedAtMs = this.#now();
    this.#clock.start();
  }

  #giveWordsToTurnBefore(): void {
    const before = this.#turns.pop();
    if (before === undefined) return;
    const agentHeard = `${before.agentHeard} ${this.turnText()}`.trim();
    this.#turns.push({ ...before, agentHeard });
    this.#turnWordIndex = this.#heard.words.length;
  }

  #refuseWhenOver(what: string): void {
    const ending = this.#ending;
    if (ending !== undefined) throw new Error(`cannot ${what}: the call is over (${ending.by}: ${ending.reason})`);
  }

  #hearFrame(frame: Buffer): void {
    const nowMs = this.#now();
    const { isVoiced, hasWords } = this.#heard.hearFrame(frame, nowMs);
    this.#clock.hear(nowMs, isVoiced, hasWords ? this.#heard.words.at(-1)?.startedAtMs : undefined);
    const spoken = this.#speakFrame();
    this.#recording?.add(spoken, frame);
    this.#settle();
  }

  /** Sends what is due, and gives what sounds now. */
  #speakFrame(): Buffer {
    this.#frameCount += 1;
    const speech = this.#speeches[0];
    const frame = speech?.frames[speech.spoken];
    if (speech === undefined || frame === undefined) {
      const noise = comfortNoise(this.#frameCount);
      this.#send(noise);
      return noise;
    }
    while (speech.sent <= speech.spoken + leadFrames) {
      const ahead = speech.frames[speech.sent];
      if (ahead === undefined) break;
      this.#send(ahead);
      speech.sent += 1;
    }
    speech.spoken += 1;
    if (speech.spoken === speech.frames.length) {
      this.#speeches.shift();
      this.#clock.end(this.#now());
      speech.done();
    }
    return frame;
  }

  #send(frame: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  #receive(message: Record<string, unknown>): void {
    if (message.event === "answered") {
      this.#answeredAtMs = performance.now();
      this.#answered.resolve();
    } else if (message.event === "cleared") {
      // What sounded until now, while the caller spoke, still belonged to the turn before.
      if (this.#isTalkingOver || this.#clock.times().firstWordMs === undefined) this.#giveWordsToTurnBefore();
      this.#isTalkingOver = false;
      this.#clock.cut();
      const droppedMs = Number(message.droppedBytes) / 8;
      if (droppedMs > 0) this.#heard.cut();
      this.#note({ kind: "agent-cleared", atMs: this.#now(), droppedMs });
    } else if (message.event === "transferred") {
      this.#note({ kind: "transferred", atMs: this.#now() });
    } else if (message.event === "ended") {
      const { by, reason, code } = message as CallEnding;
      this.#end({ by, reason, ...(code === undefined ? {} : { code }) });
    }
    this.#settle();
  }

  #end(ending: CallEnding): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#heard.cut();
    this.#note({ kind: "ended", atMs: this.#now(), by: ending.by, reason: ending.reason });
    this.#answered.reject(new Error(`the call ended before it was answered: ${ending.reason}`));
    this.#ended.resolve(ending);
    this.#settle();
    this.#socket.close();
  }

  #settle(): void {
    const met = this.#waiters.filter((waiter) => this.#ending !== undefined || waiter.isMet());
    if (met.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const waiter of met) waiter.settle();
  }

  async #waitFor(isMet: () => boolean, timeoutMs: number, failure: string): Promise<void> {
    if (isMet()) return;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    // Judged when it happens: frames that arrive before the waiting code goes on may change it again.
    const settle = (): void => resolve(isMet());
    const waiter = { isMet, settle };
    if (this.#ending === undefined) {
      this.#waiters.push(waiter);
      const timer = setTimeout(settle, timeoutMs);
      const wasMet = await promise;
      clearTimeout(timer);
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      if (wasMet) return;
    }
    const why =
      this.#ending === undefined ? `within ${timeoutMs} ms` : `before the call ended (${this.#ending.reason})`;
    throw new NotHeardError(`${failure} ${why}`, this.turnText());
  }
}
