import { setTimeout as sleep } from "node:timers/promises";
import type { WebSocket } from "ws";
import type { FaultScript } from "../kit/fault-script.ts";
import { CallStreams, type StreamReport } from "./call-streams.ts";
import { gatherDigits } from "./gather-digits.ts";
import { Line, type SpeakText } from "./line.ts";
import { pay } from "./pay.ts";
import type { PayConnector } from "./pay-connector.ts";
import { type DebuggerEntry, TwilioError, twilioErrors } from "./twilio-error.ts";
import { type Follow, parseTwiml, type StreamNoun, type Verb } from "./twiml.ts";
import type { WebhookClient } from "./webhook-client.ts";
import { type CallIdentity, type CallStatus, progressParameters, voiceParameters } from "./webhook-parameters.ts";

/** What a call shares with the others of its simulator. */
export type CallSurroundings = {
  readonly webhooks: WebhookClient;
  readonly faults: FaultScript;
  readonly authToken: string;
  readonly connectTo: Readonly<Record<string, string>>;
  readonly payConnectors: Readonly<Record<string, PayConnector>>;
  /** Between the loss of a stream and the request for `action`: Twilio needs a moment to notice. A goodbye is noticed within {@link goodbyeNoticedMs}. */
  readonly closeDetectionMs: number;
  readonly speak: SpeakText;
  addTick(tick: () => void): () => void;
  makeStreamSid(): string;
  onEnded(call: Call): void;
};

/** How a call ended, and by whom. */
export type CallEnd = { readonly by: "caller" | "agent" | "error"; readonly code?: number; readonly reason: string };

type Step =
  | { readonly kind: "next" }
  | { readonly kind: "follow"; readonly follow: Follow; readonly extra: Record<string, string> };

const maxDocuments = 100;
const goodbyeNoticedMs = 100;
const waitForCallerMs = 10_000;
const next: Step = { kind: "next" };

/** One call: rings, asks for TwiML, executes it, and ends. */
export class Call {
  readonly identity: CallIdentity;
  readonly #around: CallSurroundings;
  readonly #line: Line;
  readonly #ended = new AbortController();
  readonly #attached = Promise.withResolvers<void>();
  /** Aborted when a REST update replaces the running TwiML. */
  #interrupt = new AbortController();
  #replacement: (() => Promise<readonly Verb[]>) | undefined;
  #status: CallStatus = "queued";
  #baseUrl: string;
  #callbacks: Promise<unknown> = Promise.resolve();
  #callbackCount = 0;
  readonly #streams: CallStreams;
  #removeTick: (() => void) | undefined;
  #answeredAt: Date | undefined;
  #end: CallEnd | undefined;
  readonly startedAt = new Date();
  endedAt: Date | undefined;
  readonly debugger: DebuggerEntry[] = [];
  readonly transfers: string[] = [];

  constructor(identity: CallIdentity, around: CallSurroundings) {
    this.identity = identity;
    this.#around = around;
    this.#baseUrl = identity.request.webhookUrl;
    this.#line = new Line(around.speak, {
      onAttached: () => this.#attached.resolve(),
      onDigit: (digit) => this.#streams.current?.sendDigit(digit),
      onHangup: () => this.finish({ by: "caller", reason: "caller hung up" }),
    });
    this.#streams = new CallStreams(identity, around, this.#line, this.#ended.signal, {
      onDebugger: (entry) => this.debugger.push(entry),
      callBack: (follow, parameters) => void this.#callBack(follow, parameters),
    });
  }

  get status(): CallStatus {
    return this.#status;
  }

  get end(): CallEnd | undefined {
    return this.#end;
  }

  get durationSeconds(): number {
    if (this.#answeredAt === undefined) return 0;
    return Math.round(((this.endedAt ?? new Date()).getTime() - this.#answeredAt.getTime()) / 1000);
  }

  get streams(): readonly StreamReport[] {
    return this.#streams.reports;
  }

  /** Connects the caller's audio socket. */
  attachCaller(socket: WebSocket): void {
    this.#line.attach(socket);
    this.#line.notify({ event: "attached", callSid: this.identity.callSid, status: this.#status });
  }

  /** Lets the call ring and run until it is over. Never throws. */
  async run(): Promise<void> {
    const { request } = this.identity;
    try {
      if (request.shouldWaitForCaller === true) await this.#waitForCaller();
      this.#setStatus("ringing", ["initiated", "ringing"]);
      this.#line.notify({ event: "ringing" });
      await this.#execute(() => this.#fetch({ url: request.webhookUrl, method: "POST" }, {}));
      this.finish({ by: "agent", reason: "no more TwiML" });
    } catch (error) {
      const code = error instanceof TwilioError ? error.code : undefined;
      const reason = error instanceof Error ? error.message : String(error);
      if (code !== undefined && this.#end === undefined) this.debugger.push({ level: "error", code, message: reason });
      this.finish({ by: "error", reason, ...(code === undefined ? {} : { code }) });
    }
  }

  /** What REST's call update does: new TwiML at once, or the end. False when the call is over. */
  update(change: { readonly status: "completed" } | { readonly twiml: string } | { readonly follow: Follow }): boolean {
    if (this.#end !== undefined) return false;
    if ("status" in change) {
      this.finish({ by: "agent", reason: "completed by REST" });
      return true;
    }
    this.#replacement = "twiml" in change ? async () => parseTwiml(change.twiml) : () => this.#fetch(change.follow, {});
    this.#interrupt.abort();
    return true;
  }

  /** Ends the call once; later ends are ignored. */
  finish(end: CallEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.endedAt = new Date();
    this.#streams.current?.stop();
    this.#ended.abort();
    this.#removeTick?.();
    const isUnanswered = this.#answeredAt === undefined;
    const status = !isUnanswered
      ? "completed"
      : end.reason === "busy"
        ? "busy"
        : end.by === "error"
          ? "failed"
          : "no-answer";
    this.#setStatus(status, ["completed"]);
    void this.#line.close({ event: "ended", ...end });
    this.#around.onEnded(this);
  }

  async #waitForCaller(): Promise<void> {
    const timeout = sleep(waitForCallerMs, "timeout", { ref: false, signal: this.#ended.signal });
    if ((await Promise.race([this.#attached.promise, timeout])) === "timeout")
      throw new Error(`no caller attached within ${waitForCallerMs} ms`);
  }

  #setStatus(status: CallStatus, events: readonly string[]): void {
    this.#status = status;
    const url = this.identity.request.statusCallbackUrl;
    if (url === undefined) return;
    for (const event of events) {
      const count = this.#callbackCount++;
      const duration = event === "completed" ? this.durationSeconds : undefined;
      const parameters = {
        ...voiceParameters(this.identity, status),
        ...(event === "initiated" ? { CallStatus: "initiated" } : {}),
        ...progressParameters(count, new Date(), duration),
      };
      // Status callbacks go out in order but nothing waits for them.
      this.#callbacks = this.#callbacks.then(() => this.#callBack({ url, method: "POST" }, parameters));
    }
  }

  async #callBack(follow: Follow, parameters: Readonly<Record<string, string>>): Promise<void> {
    try {
      await this.#around.webhooks.send({
        url: new URL(follow.url, this.#baseUrl).href,
        method: follow.method,
        parameters,
      });
    } catch (error) {
      if (error instanceof TwilioError)
        this.debugger.push({ level: "warning", code: error.code, message: `status callback: ${error.message}` });
    }
  }

  /** Asks the application for TwiML; the fallback URL is asked once when that fails. */
  async #fetch(follow: Follow, extra: Readonly<Record<string, string>>): Promise<readonly Verb[]> {
    const parameters = { ...voiceParameters(this.identity, this.#status), ...extra };
    // An absolute URL is used, and signed, exactly as it was written.
    const url = URL.canParse(follow.url) ? follow.url : new URL(follow.url, this.#baseUrl).href;
    const ask = async (target: string, more: Readonly<Record<string, string>>): Promise<readonly Verb[]> => {
      const webhook = { url: target, method: follow.method, parameters: { ...parameters, ...more } };
      const answer = await this.#around.webhooks.send(webhook, this.#ended.signal);
      this.#baseUrl = target;
      return parseTwiml(answer.body);
    };
    try {
      return await ask(url, {});
    } catch (error) {
      const { fallbackUrl } = this.identity.request;
      if (!(error instanceof TwilioError) || fallbackUrl === undefined || this.#ended.signal.aborted) throw error;
      this.debugger.push({ level: "error", code: error.code, message: error.message });
      return await ask(fallbackUrl, { ErrorCode: String(error.code), ErrorUrl: url });
    }
  }

  async #execute(first: () => Promise<readonly Verb[]>): Promise<void> {
    let load: (() => Promise<readonly Verb[]>) | undefined = first;
    for (let documents = 0; load !== undefined && this.#end === undefined; documents += 1) {
      if (documents >= maxDocuments) throw new TwilioError(twilioErrors.tooManyDocuments, "too many TwiML documents");
      const loading: () => Promise<readonly Verb[]> = load;
      load = undefined;
      const verbs = await loading();
      this.#interrupt = new AbortController();
      // A REST update that came while the document was fetched wins over it.
      if (this.#replacement !== undefined) this.#interrupt.abort();
      for (const verb of verbs) {
        if (this.#end !== undefined || this.#interrupt.signal.aborted) break;
        const step = await this.#perform(verb, AbortSignal.any([this.#ended.signal, this.#interrupt.signal]));
        if (step.kind === "follow" && this.#replacement === undefined) {
          load = () => this.#fetch(step.follow, step.extra);
          break;
        }
      }
      if (this.#replacement !== undefined) {
        load = this.#replacement;
        this.#replacement = undefined;
      }
    }
  }

  async #perform(verb: Verb, signal: AbortSignal): Promise<Step> {
    switch (verb.verb) {
      case "Connect":
        this.#answer();
        return await this.#connect(verb.stream, verb.action, signal);
      case "Say":
        this.#answer();
        for (let i = 0; i < verb.loop && !signal.aborted; i += 1) await this.#line.say(verb.text, signal);
        return next;
      case "Pause":
        await sleep(verb.lengthSeconds * 1000, undefined, { signal }).catch(() => undefined);
        return next;
      case "Gather":
        this.#answer();
        return await this.#gather(verb, signal);
      case "Pay":
        this.#answer();
        return await this.#pay(verb, signal);
      case "Redirect":
        return { kind: "follow", follow: verb.follow, extra: {} };
      case "Dial":
        this.#answer();
        this.transfers.push(...verb.numbers);
        this.#line.notify({ event: "transferred" });
        this.finish({ by: "agent", reason: "transferred" });
        return next;
      case "Reject":
        this.finish({ by: "agent", reason: verb.reason });
        return next;
      case "Hangup":
        this.finish({ by: "agent", reason: "hung up" });
        return next;
    }
  }

  #answer(): void {
    if (this.#answeredAt !== undefined || this.#end !== undefined) return;
    this.#answeredAt = new Date();
    this.#setStatus("in-progress", ["answered"]);
    this.#line.open();
    this.#line.notify({ event: "answered" });
    this.#removeTick = this.#around.addTick(() => this.#line.tick());
  }

  async #connect(noun: StreamNoun, action: Follow | undefined, signal: AbortSignal): Promise<Step> {
    const end = await this.#streams.run(noun, signal);
    if (end.by === "server") {
      const { closeDetectionMs } = this.#around;
      const noticedMs = end.isClean ? Math.min(goodbyeNoticedMs, closeDetectionMs) : closeDetectionMs;
      await sleep(noticedMs, undefined, { signal }).catch(() => undefined);
    }
    return action === undefined || signal.aborted ? next : { kind: "follow", follow: action, extra: {} };
  }

  async #pay(verb: Extract<Verb, { verb: "Pay" }>, signal: AbortSignal): Promise<Step> {
    const { statusCallback, action = { url: this.#baseUrl, method: "POST" } } = verb;
    const { faults, payConnectors: connectors } = this.#around;
    const onProgress = (progress: Readonly<Record<string, string>>): void => {
      const { callSid, accountSid } = this.identity;
      if (statusCallback !== undefined)
        void this.#callBack(statusCallback, { CallSid: callSid, AccountSid: accountSid, ...progress });
    };
    const extra = await pay(verb, { line: this.#line, faults, connectors, onProgress }, signal);
    return signal.aborted ? next : { kind: "follow", follow: action, extra };
  }

  async #gather(verb: Extract<Verb, { verb: "Gather" }>, signal: AbortSignal): Promise<Step> {
    const prompt = async (prompting: AbortSignal): Promise<void> => {
      for (const one of verb.prompts) if (!prompting.aborted) await this.#perform(one, prompting);
    };
    const { digits, finishedOnKey } = await gatherDigits(verb, this.#line, prompt, signal);
    if (signal.aborted || (digits === "" && !verb.isActionOnEmptyResult)) return next;
    const follow = verb.action ?? { url: this.#baseUrl, method: "POST" };
    return { kind: "follow", follow, extra: { Digits: digits, FinishedOnKey: finishedOnKey } };
  }
}
