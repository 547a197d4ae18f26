import type { VendorResult, VendorStream, VendorStreamListener } from "./google-stream.ts";
import { isQuiet, MessagePacer } from "./message-pacer.ts";
import type { RecognitionEvent } from "./port.ts";
import { isStreamExpiry, RecogniserError, recogniserErrorOf } from "./recogniser-error.ts";
import { RetainedAudio } from "./retained-audio.ts";
import { StreamTimeline } from "./stream-timeline.ts";

/** When a call's recogniser acts; all in milliseconds. */
export type RecognitionTiming = {
  /** From this age on the vendor stream is replaced at the next final or silence. */
  readonly rotateAfterMs: number;
  /** At this age it is replaced even in the middle of a segment, whose audio is then sent again. */
  readonly rotateAtLatestMs: number;
  /** Silence is sent after this long without audio. */
  readonly keepAliveAfterMs: number;
  /** Audio that may wait to be sent; more is refused. */
  readonly maxQueuedMs: number;
  /** Audio of the open segment that is held for sending again. */
  readonly maxRetainedMs: number;
  /** Longest wait for results after closing. */
  readonly closeWaitMs: number;
};

/** What a call's recogniser works with. */
export type CallRecognitionOptions = {
  readonly timing: RecognitionTiming;
  readonly startsAtMs: number;
  openStream(listener: VendorStreamListener): VendorStream;
  notify(event: RecognitionEvent): void;
  nowMs(): number;
};

type Stream = { readonly vendor: VendorStream; readonly timeline: StreamTimeline; readonly openedAtMs: number };

/**
 * Audio kept while nothing is being said: a word that the vendor has not answered yet is younger than this, or was handed over less than twice this
 * ago (audio may be handed over faster than real time).
 */
const quietRetentionMs = 5000;
const quietGapMs = 300;
const fillerBytes = 800;
/** After so many streams that the vendor ended without any final between them it is taken to refuse. */
const maxExpiries = 3;

/** One call's recognition over as many vendor streams as it takes. */
export class CallRecognition {
  readonly #options: CallRecognitionOptions;
  readonly #retained: RetainedAudio;
  #stream: Stream;
  #pacer: MessagePacer;
  #state: "open" | "closing" | "closed" = "open";
  #finalUntilMs: number;
  #isSegmentOpen = false;
  #expiries = 0;
  /** How far interims had come when the stream was replaced; the new stream is not quoted before it has caught up. */
  #coveredUntilMs: number;
  #lastSentAtMs: number;
  #onClosed: (() => void) | undefined;

  constructor(options: CallRecognitionOptions) {
    this.#options = options;
    this.#retained = new RetainedAudio(options.startsAtMs, options.timing.maxRetainedMs);
    this.#finalUntilMs = options.startsAtMs;
    this.#coveredUntilMs = options.startsAtMs;
    this.#lastSentAtMs = options.nowMs();
    this.#stream = this.#openStream(options.startsAtMs);
    this.#pacer = this.#createPacer();
  }

  /** No more events will come. */
  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Takes caller audio; throws {@link RecogniserError} when closed or when too much waits already. */
  send(audio: Uint8Array): void {
    if (this.#state !== "open") throw new RecogniserError("CLOSED", true, "the recogniser is not open");
    if (this.#pacer.queuedMs + audio.length / 8 > this.#options.timing.maxQueuedMs)
      throw new RecogniserError("BACKLOG", true, "too much audio waits for the recogniser");
    const now = this.#options.nowMs();
    this.#retained.append(audio, now);
    if (!this.#isSegmentOpen)
      this.#retained.forgetBefore(this.#retained.endsAtMs - quietRetentionMs, now - quietRetentionMs * 2);
    this.#lastSentAtMs = now;
    this.#stream.timeline.addAudio(audio.length);
    this.#pacer.push(audio);
    this.#rotateIfDue();
  }

  /** To be called a few times a second: keeps the stream alive and replaces it in time. */
  tick(): void {
    if (this.#state !== "open") return;
    const now = this.#options.nowMs();
    if (now - this.#lastSentAtMs >= this.#options.timing.keepAliveAfterMs) {
      this.#lastSentAtMs = now;
      this.#stream.timeline.addFiller(fillerBytes);
      this.#pacer.push(new Uint8Array(fillerBytes).fill(0xff));
    }
    this.#rotateIfDue();
  }

  /** Asks for what is in flight; resolves when the vendor has answered or the wait is over. */
  async close(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closing";
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      timer = setTimeout(resolve, this.#options.timing.closeWaitMs);
      this.#pacer.whenEmpty(() => this.#stream.vendor.halfClose());
    });
    clearTimeout(timer);
    this.discard();
  }

  /** Ends at once, without further events. */
  discard(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#pacer.stop();
    this.#stream.vendor.cancel();
    this.#onClosed?.();
  }

  #createPacer(): MessagePacer {
    const { vendor } = this.#stream;
    return new MessagePacer((message, onSent) => vendor.send(message, onSent));
  }

  #openStream(startsAtMs: number): Stream {
    const openedAtMs = this.#options.nowMs();
    const timeline = new StreamTimeline(startsAtMs);
    const isCurrent = (): boolean => this.#stream.timeline === timeline && this.#state !== "closed";
    const vendor = this.#options.openStream({
      onResults: (results) => {
        if (isCurrent()) this.#takeResults(results);
      },
      onError: (cause) => {
        if (isCurrent()) this.#takeError(recogniserErrorOf(cause));
      },
      onEnd: () => {
        if (isCurrent()) this.#takeEnd();
      },
    });
    return { vendor, timeline, openedAtMs };
  }

  #takeResults(results: readonly VendorResult[]): void {
    for (const result of results) if (result.isFinal) this.#takeFinal(result);
    const interims = results.filter((result) => !result.isFinal);
    if (interims.length > 0) this.#takeInterims(interims);
    else this.#rotateIfDue();
  }

  #takeFinal(result: VendorResult): void {
    const coversUntilMs = this.#stream.timeline.callerPositionMs(result.endsAtMs);
    const vendorWaitMs = this.#vendorWaitMs(coversUntilMs);
    this.#isSegmentOpen = false;
    this.#expiries = 0;
    this.#finalUntilMs = coversUntilMs;
    this.#coveredUntilMs = coversUntilMs;
    this.#retained.forgetBefore(coversUntilMs);
    this.#options.notify({
      type: "heard",
      text: result.text.trim(),
      isFinal: true,
      stability: 1,
      confidence: result.confidence,
      coversUntilMs,
      vendorWaitMs,
    });
  }

  #takeInterims(interims: readonly VendorResult[]): void {
    let text = "";
    for (const interim of interims)
      text += text === "" || /^\s/u.test(interim.text) || /\s$/u.test(text) ? interim.text : ` ${interim.text}`;
    const endsAtMs = Math.max(...interims.map((interim) => interim.endsAtMs));
    const coversUntilMs = this.#stream.timeline.callerPositionMs(endsAtMs);
    this.#isSegmentOpen = true;
    if (coversUntilMs < this.#coveredUntilMs) return;
    this.#coveredUntilMs = coversUntilMs;
    this.#options.notify({
      type: "heard",
      text: text.trim(),
      isFinal: false,
      stability: Math.min(...interims.map((interim) => (interim.stability > 0 ? interim.stability : 1))),
      confidence: 0,
      coversUntilMs,
      vendorWaitMs: this.#vendorWaitMs(coversUntilMs),
    });
  }

  #vendorWaitMs(coversUntilMs: number): number {
    const handedOverAtMs = this.#retained.handedOverAtMs(coversUntilMs);
    return handedOverAtMs === undefined ? 0 : Math.max(0, this.#options.nowMs() - handedOverAtMs);
  }

  #takeError(error: RecogniserError): void {
    if (this.#state === "closing") {
      this.discard();
      return;
    }
    this.#expiries += 1;
    if (isStreamExpiry(error) && this.#expiries < maxExpiries) this.#rotate();
    else this.#fail(error);
  }

  #takeEnd(): void {
    if (this.#state === "closing") this.#onClosed?.();
    else this.#takeError(new RecogniserError("ABORTED", true, "the vendor ended the stream"));
  }

  #fail(error: RecogniserError): void {
    this.discard();
    this.#options.notify({ type: "failed", code: error.code, isRetryable: error.isRetryable });
  }

  /** By the clock or by the audio, whichever is older: the vendor limits both. */
  #ageMs(): number {
    return Math.max(this.#options.nowMs() - this.#stream.openedAtMs, this.#stream.timeline.vendorMs);
  }

  #rotateIfDue(): void {
    const ageMs = this.#ageMs();
    const { rotateAfterMs, rotateAtLatestMs } = this.#options.timing;
    if (this.#state !== "open" || ageMs < rotateAfterMs) return;
    const isBetweenSegments = !this.#isSegmentOpen && this.#hasQuietGap();
    if (isBetweenSegments || ageMs >= rotateAtLatestMs) this.#rotate();
  }

  #hasQuietGap(): boolean {
    return isQuiet(this.#retained.from(Math.max(this.#finalUntilMs, this.#retained.endsAtMs - quietGapMs)));
  }

  #rotate(): void {
    const resumesAtMs = Math.max(this.#finalUntilMs, this.#retained.startsAtMs);
    const again = this.#retained.from(resumesAtMs);
    this.#pacer.stop();
    this.#stream.vendor.cancel();
    this.#stream = this.#openStream(resumesAtMs);
    this.#pacer = this.#createPacer();
    this.#stream.timeline.addAudio(again.length);
    this.#pacer.push(again);
    this.#options.notify({ type: "rotated", atMs: resumesAtMs });
  }
}
