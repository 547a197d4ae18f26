/** One call of the load: rings as Twilio does, says its lines, waits for each reply, and hangs up. */
import { setTimeout as delay } from "node:timers/promises";
import { comfortNoise } from "../../simulators/caller/comfort-noise.ts";
import { HeardSpeech } from "../../simulators/caller/heard-speech.ts";
import type { FaultScript } from "../../simulators/kit/fault-script.ts";
import { MediaStream, type StreamEnd } from "../../simulators/twilio/media-stream.ts";
import { tickMs } from "../../simulators/twilio/ticker.ts";
import { type Follow, parseTwiml, type StreamNoun, type Verb } from "../../simulators/twilio/twiml.ts";
import type { WebhookClient } from "../../simulators/twilio/webhook-client.ts";
import {
  type CallIdentity,
  type CallStatus,
  progressParameters,
  voiceParameters,
} from "../../simulators/twilio/webhook-parameters.ts";
import { sharedNowMs } from "../shared-clock.ts";
import { isVoiced, type SpokenLine } from "./caller-speech.ts";
import { frameLateness } from "./frame-lateness.ts";
import type { Load, MeasuredCall, MeasuredTurn } from "./plan.ts";
import { ReplyClock } from "./reply-clock.ts";
import { SilenceClock } from "./silence-clock.ts";
import { StreamGaps } from "./stream-gaps.ts";

/** What the calls of a generator share. */
export type LoadSurroundings = {
  readonly load: Load;
  readonly webhooks: WebhookClient;
  readonly faults: FaultScript;
  addTick(tick: () => void): () => void;
  makeStreamSid(): string;
  /** Callers begin no further line when it is aborted. */
  readonly enough?: AbortSignal;
};

/** What {@link LoadCall.run} resolves with. */
export type LoadCallResult = { readonly measured: MeasuredCall; readonly lateness: readonly number[] };

const maxDocuments = 20;
/** A server that does not greet is spoken to all the same. */
const greetingTimeoutMs = 4_000;
/** A greeting is said in one breath. */
const greetingSilenceMs = 1_200;
/** As Twilio needs a moment to notice that a stream is gone. */
const closeDetectionMs = 100;

/** A caller who has a list of things to say. */
export class LoadCall {
  readonly #identity: CallIdentity;
  readonly #around: LoadSurroundings;
  readonly #lines: readonly SpokenLine[];
  readonly #heard = new HeardSpeech();
  readonly #turns: MeasuredTurn[] = [];
  readonly #leftAtMs: number[] = [];
  readonly #finished = new AbortController();
  #frameNumber = 0;
  #line = -1;
  #frame = 0;
  #clock: ReplyClock | undefined;
  readonly #silence = new SilenceClock();
  #lastTickAtMs: number | undefined;
  readonly #gaps = new StreamGaps();
  #words = 0;
  #wordsBeforeReply = 0;

  constructor(identity: CallIdentity, lines: readonly SpokenLine[], around: LoadSurroundings) {
    this.#identity = identity;
    this.#lines = lines;
    this.#around = around;
  }

  /** Makes the call. Never throws: what went wrong is in the result. */
  async run(): Promise<LoadCallResult> {
    const startedAtMs = performance.now();
    let failure: string | null = null;
    try {
      await this.#execute();
      if (!this.#finished.signal.aborted) failure = "the server ended the call";
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    const durationMs = performance.now() - startedAtMs;
    this.#silence.goesOn(performance.now(), this.#isHeardToItsEnd());
    await this.#reportEnd(durationMs);
    const { callSid } = this.#identity;
    const toSharedMs = sharedNowMs() - performance.now();
    const toShared = <T extends { fromMs: number; toMs: number }>(stretch: T): T => ({
      ...stretch,
      fromMs: stretch.fromMs + toSharedMs,
      toMs: stretch.toMs + toSharedMs,
    });
    const silences = this.#silence.silences.map(toShared);
    const gaps = this.#gaps.gaps.map(toShared);
    return {
      measured: { callSid, turns: this.#turns, silences, gaps, durationMs, failure },
      lateness: frameLateness(this.#leftAtMs),
    };
  }

  /** TwiML of a server with a media stream: connect, and what may follow when the stream ended. */
  async #execute(): Promise<void> {
    let verbs = await this.#fetch({ url: this.#identity.request.webhookUrl, method: "POST" }, "ringing");
    for (let documents = 1; documents < maxDocuments; documents += 1) {
      const follow = await this.#perform(verbs);
      if (follow === undefined || this.#finished.signal.aborted) return;
      verbs = await this.#fetch(follow, "in-progress");
    }
    throw new Error(`the server answers with TwiML again and again: ${maxDocuments} documents`);
  }

  async #perform(verbs: readonly Verb[]): Promise<Follow | undefined> {
    for (const verb of verbs) {
      if (verb.verb === "Hangup") return undefined;
      if (verb.verb === "Redirect") return verb.follow;
      if (verb.verb !== "Connect") throw new Error(`the load generator does not do <${verb.verb}>`);
      const end = await this.#stream(verb.stream);
      if (end.by === "handshake") throw new Error(`the stream's handshake failed: ${end.message}`);
      if (this.#finished.signal.aborted) return undefined;
      await delay(closeDetectionMs);
      if (verb.action !== undefined) return verb.action;
    }
    return undefined;
  }

  async #fetch(follow: Follow, status: CallStatus): Promise<readonly Verb[]> {
    const url = URL.canParse(follow.url) ? follow.url : new URL(follow.url, this.#around.load.url).href;
    const parameters = voiceParameters(this.#identity, status);
    return parseTwiml((await this.#around.webhooks.send({ url, method: follow.method, parameters })).body);
  }

  async #reportEnd(durationMs: number): Promise<void> {
    const { statusUrl } = this.#around.load;
    if (statusUrl === undefined) return;
    const parameters = {
      ...voiceParameters(this.#identity, "completed"),
      ...progressParameters(0, new Date(), Math.round(durationMs / 1000)),
    };
    // The call is over, whatever the server says to it.
    await this.#around.webhooks.send({ url: statusUrl, method: "POST", parameters }).catch(() => undefined);
  }

  async #stream(noun: StreamNoun): Promise<StreamEnd> {
    const { authToken, accountSid } = this.#around.load;
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    const stream = new MediaStream({
      noun,
      streamSid: this.#around.makeStreamSid(),
      callSid: this.#identity.callSid,
      accountSid,
      authToken,
      connectTo: {},
      faults: this.#around.faults,
      now: () => performance.now(),
      onStarted: () => {
        this.#leftAtMs.length = 0;
        if (this.#line < 0) this.#awaitReply("", performance.now());
        else this.#sayToNobody(performance.now());
      },
      onAudio: (audio) => this.#arrived(audio),
      onCleared: () => this.#heard.cut(),
      onDebugger: () => undefined,
      onEnded: resolve,
    });
    const removeTick = this.#around.addTick(() => this.#tick(stream));
    try {
      return await promise;
    } finally {
      removeTick();
    }
  }

  #arrived(audio: Buffer): void {
    const clock = this.#clock;
    if (clock === undefined) return;
    const atMs = performance.now();
    clock.arrived(atMs, clock.isAwaitingSound && hasSound(audio));
  }

  /** 20 ms passed: a frame goes out, a frame is heard, and the caller may decide what to do next. */
  #tick(stream: MediaStream): void {
    if (!stream.isOpen) return;
    stream.addCallerFrame(this.#nextFrame());
    const { frame, isAudio } = stream.tick(true);
    const nowMs = performance.now();
    this.#leftAtMs.push(nowMs);
    this.#lastTickAtMs = nowMs;
    this.#afterFrame(nowMs);
    if (isAudio) this.#hear(frame, nowMs);
    this.#decide(stream, nowMs);
  }

  /** The next frame of the line that is being said, or the hiss of a silent caller. */
  #nextFrame(): Buffer {
    this.#frameNumber += 1;
    const spoken = this.#lines[this.#line]?.frames[this.#frame];
    return spoken ?? comfortNoise(this.#frameNumber);
  }

  #afterFrame(nowMs: number): void {
    const line = this.#lines[this.#line];
    if (line === undefined || this.#frame >= line.frames.length) return;
    if (this.#frame === line.lastVoiced) {
      this.#gaps.said(line);
      this.#awaitReply(line.text, nowMs);
    }
    this.#frame += 1;
  }

  /** A stream that broke off is there again: the caller has not noticed and has gone on speaking meanwhile. */
  #sayToNobody(nowMs: number): void {
    const lastMs = this.#lastTickAtMs ?? nowMs;
    this.#gaps.closed(lastMs, nowMs);
    for (let dueMs = lastMs + tickMs; dueMs <= nowMs - tickMs; dueMs += tickMs) {
      if (this.#frame <= (this.#lines[this.#line]?.lastVoiced ?? -1)) this.#gaps.missed(this.#frame);
      this.#afterFrame(dueMs);
    }
  }

  #awaitReply(text: string, atMs: number): void {
    if (text === "" && this.#clock !== undefined) return;
    this.#clock = new ReplyClock(text, atMs);
    this.#silence.awaits(atMs);
    this.#wordsBeforeReply = this.#heard.words.length;
  }

  #hear(frame: Uint8Array, nowMs: number): void {
    this.#clock?.played(nowMs);
    if (this.#heard.hearFrame(frame, nowMs).isVoiced) this.#silence.sounded(nowMs);
    for (const { startedAtMs } of this.#heard.words.slice(this.#words)) this.#clock?.word(startedAtMs);
    this.#words = this.#heard.words.length;
  }

  /** When the reply is over the next line is said, or the caller hangs up. */
  #decide(stream: MediaStream, nowMs: number): void {
    const clock = this.#clock;
    if (clock === undefined) return;
    const { replySilenceMs, replyTimeoutMs } = this.#around.load;
    const isGreeting = this.#line < 0;
    const timeoutMs = isGreeting ? Math.min(greetingTimeoutMs, replyTimeoutMs) : replyTimeoutMs;
    const isWhole = isGreeting ? null : this.#isHeardToItsEnd();
    const silenceMs = isGreeting ? Math.min(greetingSilenceMs, replySilenceMs) : replySilenceMs;
    if (isWhole !== true && !clock.isOver(nowMs, silenceMs) && !clock.isGivenUp(nowMs, timeoutMs)) return;
    this.#silence.goesOn(nowMs, isWhole);
    if (!isGreeting) this.#turns.push(clock.turn());
    this.#clock = undefined;
    this.#line += 1;
    this.#frame = 0;
    if (this.#line < this.#lines.length && this.#around.enough?.aborted !== true) return;
    this.#finished.abort();
    stream.stop();
  }

  /** Null where it is not known how replies end. */
  #isHeardToItsEnd(): boolean | null {
    const ends = this.#around.load.endsOfReply;
    if (ends === undefined) return null;
    const heard = this.#heard.textSince(this.#wordsBeforeReply);
    return ends.some((end) => heard.endsWith(end));
  }
}

function hasSound(audio: Buffer): boolean {
  const frameBytes = 160;
  for (let at = 0; at < audio.length; at += frameBytes) if (isVoiced(audio.subarray(at, at + frameBytes))) return true;
  return false;
}
