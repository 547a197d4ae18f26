import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { EffectContext } from "../../runtime/effect.ts";
import type { RecognitionEvent, SpeechToText } from "./port.ts";

/** When an adapter under contract replaces its vendor stream. */
export type ContractRotation = { readonly rotateAfterMs: number; readonly rotateAtLatestMs: number };

/** What a recogniser's contract is run with. */
export type SpeechToTextHarness = {
  /** A fresh adapter; the rotation ages are given where a behaviour is about rotation. */
  makeAdapter(rotation?: ContractRotation): SpeechToText & { shutdown(): Promise<void> };
  /** The text as spoken µ-law audio without silence around it. */
  say(text: string): Uint8Array;
  /** How many times faster than real time the vendor may be given audio. */
  readonly speed: number;
  close(): Promise<void>;
};

type Heard = Extract<RecognitionEvent, { type: "heard" }>;

/** A call at the port: its context and what it was told. */
export class ContractCall {
  readonly events: RecognitionEvent[] = [];
  readonly #abort = new AbortController();
  readonly callSid: string;

  constructor(callSid: string) {
    this.callSid = callSid;
  }

  context(): EffectContext<RecognitionEvent> {
    return {
      callSid: this.callSid,
      effectId: `${this.callSid}:contract`,
      signal: this.#abort.signal,
      notify: (event) => void this.events.push(event),
    };
  }

  /** The context of methods that notify nothing. */
  plainContext(): EffectContext {
    return { ...this.context(), notify: () => {} };
  }

  hangUp(): void {
    this.#abort.abort();
  }

  heard(): Heard[] {
    return this.events.filter((event) => event.type === "heard");
  }

  finals(): Heard[] {
    return this.heard().filter((event) => event.isFinal);
  }

  count(type: RecognitionEvent["type"]): number {
    return this.events.filter((event) => event.type === type).length;
  }
}

/** Words without case and punctuation. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

/** Waits until the condition holds; fails after the given time. */
export async function until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`not within ${timeoutMs} ms: ${what}`);
    await wait(5);
  }
}

/** µ-law silence. */
export function silence(ms: number): Uint8Array {
  return new Uint8Array(ms * 8).fill(0xff);
}

/** Hands audio over in pieces of 100 ms, `speed` times faster than real time. */
export async function feed(stt: SpeechToText, call: ContractCall, audio: Uint8Array, speed: number): Promise<void> {
  const startedAt = performance.now();
  for (let offset = 0; offset < audio.length; offset += 800) {
    await stt.send({ audio: audio.subarray(offset, offset + 800) }, call.plainContext());
    const aheadMs = (offset + 800) / 8 / speed - (performance.now() - startedAt);
    if (aheadMs > 1) await wait(aheadMs);
  }
}

const pauseMs = 1000;
const sentences = [
  "I would like to order coffee please.",
  "Do you have any green tea?",
  "What does the large box cost?",
  "Please send it to my home address.",
  "Yes that is correct.",
  "Thank you very much and goodbye.",
];

/** The promises of {@link SpeechToText}, in words; an adapter passes all of them against whatever stands behind it. */
export function describeSpeechToTextContract(name: string, makeHarness: () => Promise<SpeechToTextHarness>): void {
  describe(`${name} keeps the recogniser's promises`, () => {
    let harness: SpeechToTextHarness;
    let stt: ReturnType<SpeechToTextHarness["makeAdapter"]> | undefined;
    let calls = 0;
    const start = async (rotation?: ContractRotation, startsAtMs = 0): Promise<ContractCall> => {
      await stt?.shutdown();
      stt = harness.makeAdapter(rotation);
      calls += 1;
      const call = new ContractCall(`CA-contract-${calls}`);
      await stt.open({ languageCode: "en-US", startsAtMs }, call.context());
      return call;
    };
    const adapter = (): SpeechToText => stt ?? assert.fail("no adapter was made");
    const speakTo = async (call: ContractCall, text: string): Promise<void> => {
      await feed(adapter(), call, harness.say(text), harness.speed);
      await feed(adapter(), call, silence(pauseMs), harness.speed);
    };
    before(async () => {
      harness = await makeHarness();
    });
    after(async () => {
      await stt?.shutdown();
      await harness.close();
    });

    it("tells what is being heard while it is spoken, then finally, with positions in the caller's audio", async () => {
      const startsAtMs = 5000;
      const call = await start(undefined, startsAtMs);
      const text = sentences[0] ?? "";
      const spokenMs = harness.say(text).length / 8;
      await speakTo(call, text);
      await until(() => call.finals().length > 0, "a final");

      const [final] = call.finals();
      assert.deepEqual(wordsOf(final?.text ?? ""), wordsOf(text));
      assert.equal(final?.stability, 1);
      const covered = final?.coversUntilMs ?? 0;
      assert.ok(covered > startsAtMs && covered <= startsAtMs + spokenMs + pauseMs, `final covers until ${covered} ms`);
      const interims = call.heard().filter((event) => !event.isFinal);
      assert.ok(interims.length >= 2, "interims came before the final");
      const positions = call.heard().map((event) => event.coversUntilMs);
      assert.deepEqual(
        positions,
        positions.toSorted((a, b) => a - b),
        "positions never go back",
      );
      assert.ok(call.heard().every((event) => event.vendorWaitMs >= 0 && event.stability > 0));
    });

    it("gives each segment its own text", async () => {
      const call = await start();
      await speakTo(call, sentences[1] ?? "");
      await until(() => call.finals().length === 1, "the first final");
      await speakTo(call, sentences[2] ?? "");
      await until(() => call.finals().length === 2, "the second final");
      assert.deepEqual(
        call.finals().map((final) => wordsOf(final.text)),
        [wordsOf(sentences[1] ?? ""), wordsOf(sentences[2] ?? "")],
      );
    });

    it("delivers what is in flight when it is closed, and may be closed twice", async () => {
      const call = await start();
      await feed(adapter(), call, harness.say(sentences[4] ?? ""), harness.speed);
      await adapter().close({}, call.plainContext());
      assert.deepEqual(wordsOf(call.finals().at(-1)?.text ?? ""), wordsOf(sentences[4] ?? ""));
      await adapter().close({}, call.plainContext());
    });

    it("hears, in order, what was handed over while it was being opened", async () => {
      await stt?.shutdown();
      stt = harness.makeAdapter(undefined);
      const call = new ContractCall("CA-contract-at-once");
      const audio = harness.say(sentences[0] ?? "");
      const opened = adapter().open({ languageCode: "en-US", startsAtMs: 0 }, call.context());
      const half = Math.floor(audio.length / 320) * 160;
      await Promise.all([
        adapter().send({ audio: audio.subarray(0, half) }, call.plainContext()),
        adapter().send({ audio: audio.subarray(half) }, call.plainContext()),
        adapter().send({ audio: silence(pauseMs) }, call.plainContext()),
      ]);
      await opened;
      await until(() => call.finals().length > 0, "a final");
      assert.deepEqual(wordsOf(call.finals()[0]?.text ?? ""), wordsOf(sentences[0] ?? ""));
    });

    it("refuses audio of a call that has no open recogniser", async () => {
      const call = await start();
      await adapter().close({}, call.plainContext());
      await assert.rejects(adapter().send({ audio: silence(100) }, call.plainContext()), { code: "CLOSED" });
    });

    it("keeps two calls apart", async () => {
      const first = await start();
      const second = new ContractCall("CA-contract-other");
      await adapter().open({ languageCode: "en-US", startsAtMs: 0 }, second.context());
      await Promise.all([speakTo(first, sentences[0] ?? ""), speakTo(second, sentences[3] ?? "")]);
      await until(() => first.finals().length > 0 && second.finals().length > 0, "a final for each call");
      assert.deepEqual(wordsOf(first.finals()[0]?.text ?? ""), wordsOf(sentences[0] ?? ""));
      assert.deepEqual(wordsOf(second.finals()[0]?.text ?? ""), wordsOf(sentences[3] ?? ""));
    });

    it("says nothing more once the call is over", async () => {
      const call = await start();
      await feed(adapter(), call, harness.say(sentences[0] ?? "").subarray(0, 8000), harness.speed);
      call.hangUp();
      const toldBefore = call.events.length;
      await wait(300);
      assert.equal(call.events.length, toldBefore);
      await assert.rejects(adapter().send({ audio: silence(100) }, call.plainContext()), { code: "CLOSED" });
    });

    it("replaces the vendor's stream between sentences without losing or doubling a word", async () => {
      const call = await start({ rotateAfterMs: 7000, rotateAtLatestMs: 60_000 });
      for (const sentence of sentences) await speakTo(call, sentence);
      const expected = sentences.flatMap(wordsOf);
      const heard = (): string[] => call.finals().flatMap((final) => wordsOf(final.text));
      await until(() => heard().length >= expected.length, "all words");
      assert.deepEqual(heard(), expected);
      assert.ok(call.count("rotated") >= 2, `rotated ${call.count("rotated")} times`);
      assert.equal(call.count("failed"), 0);
    });

    it("replaces the vendor's stream in the middle of a sentence without losing or doubling a word", async () => {
      const call = await start({ rotateAfterMs: 13_000, rotateAtLatestMs: 13_000 });
      const long = `${sentences.slice(0, 3).join(" ")} ${sentences.slice(3).join(" ")}`.replace(/[.?]/gu, "");
      const longAudio = harness.say(long);
      const leadMs = Math.max(0, 13_000 - longAudio.length / 16);
      await feed(adapter(), call, silence(Math.round(leadMs / 20) * 20), harness.speed);
      await feed(adapter(), call, longAudio, harness.speed);
      await feed(adapter(), call, silence(pauseMs), harness.speed);
      const heard = (): string[] => call.finals().flatMap((final) => wordsOf(final.text));
      await until(() => heard().length >= wordsOf(long).length, "all words");
      assert.deepEqual(heard(), wordsOf(long));
      assert.equal(call.count("rotated"), 1);
      const positions = call.heard().map((event) => event.coversUntilMs);
      assert.deepEqual(
        positions,
        positions.toSorted((a, b) => a - b),
        "what was heard does not shrink at the change",
      );
    });
  });
}
