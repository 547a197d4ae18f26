import type { CallEvent } from "../../connectors/telephony/port.ts";
import { readSettings } from "../../runtime/settings.ts";
import type { Input } from "../../runtime/stage.ts";
import { stamped } from "../../runtime/testing/record.ts";
import type { DialogueState, SpeechSynthesised } from "../../schemas/generated/records.ts";
import { type In, type Ports, type State, step } from "./core.ts";
import { settings } from "./settings.ts";

export const config = readSettings("answer", settings, {
  PUBLIC_URL: "https://voice.example.com",
  TWILIO_ACCOUNT_SID: "AC1",
  TWILIO_AUTH_TOKEN: "secret",
  PROOF_KEY: "the key of the tests, 32 characters",
  PARTYLINE_ANSWER_REPLY_PARTITION: "3",
});
export const facts = {
  callSid: "CA00000000000000000000000000000001",
  fromNumber: "+15550001111",
  toNumber: "+15550002222",
  attestation: "full",
  startedAtMs: 10_000,
  answeredBy: "gateway-a",
} as const;
export const streamSid = "MZ1";
export const attachedEvent = {
  type: "streamAttached",
  streamSid,
  attachment: 0,
  gatewayId: "gateway-a",
  facts,
  firstAttachedAtMs: 10_500,
  withheld: { isMasked: false, isProofAwaited: false },
  cardEntry: null,
} as const;

type Outcome = ReturnType<typeof step>;

/** A call under test: feeds inputs and keeps everything that came out. */
export class Call {
  state: State | null = null;
  readonly emitted: unknown[] = [];
  readonly effects: { call: string; input: unknown }[] = [];
  readonly timers = new Map<string, number>();
  atMs = 10_500;

  feed(input: Input<In, Ports>, atMs = this.atMs): Outcome {
    this.atMs = atMs;
    const outcome = step(this.state, input, atMs, config);
    this.state = outcome.state;
    for (const { record } of outcome.emit ?? []) this.emitted.push(record);
    for (const { call, input: effect } of outcome.effects ?? []) this.effects.push({ call, input: effect });
    for (const [name, dueAtMs] of Object.entries(outcome.timers ?? {})) {
      if (dueAtMs === null) this.timers.delete(name);
      else this.timers.set(name, dueAtMs);
    }
    return outcome;
  }

  event(event: CallEvent, atMs = this.atMs): Outcome {
    return this.feed({ from: "port", port: "telephony", call: "listen", effectId: "", outcome: "event", event }, atMs);
  }

  /** Frames one by one, 20 ms apart; times and timers pass with them. */
  hears(durationMs: number, isVoiced: boolean): void {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 20) {
      this.passes(20);
      const audio = new Uint8Array(160).fill(isVoiced ? 0x20 : 0xff);
      const event = { type: "frames", streamSid, audio, voiced: [isVoiced], concealedFrames: 0 } as const;
      this.event({ ...event, receivedAtMs: this.atMs });
    }
  }

  /** Time goes by, and timers that come due fire. */
  passes(durationMs: number): void {
    const untilMs = this.atMs + durationMs;
    for (;;) {
      const due = [...this.timers].filter(([, at]) => at <= untilMs).sort((a, b) => a[1] - b[1])[0];
      if (due === undefined) break;
      this.timers.delete(due[0]);
      this.feed({ from: "timer", name: due[0] }, Math.max(this.atMs, due[1]));
    }
    this.atMs = untilMs;
  }

  says(fields: Partial<SpeechSynthesised> & { durationMs?: number } = {}): Outcome {
    const { durationMs = 1000, ...given } = fields;
    const record = stamped("SpeechSynthesised", {
      responseId: "response-1",
      streamSid,
      turn: 0,
      sentenceIndex: 0,
      sequence: 0,
      audio: new Uint8Array(durationMs * 8).fill(0x55),
      sentenceText: "Hello there, how can I help?",
      isSentenceEnd: true,
      isResponseEnd: true,
      isInterruptible: true,
      replacesCurrent: false,
      vendorWaitMs: 40,
      ...given,
    });
    return this.feed({ from: "audioOut", record });
  }

  markReturns(markName: string): Outcome {
    return this.event({ type: "markReturned", streamSid, markName });
  }

  directs(
    direction: "hangUp" | "transfer" | "maskDigits" | "unmaskDigits" | "collectCard",
    afterResponseId: string | null = null,
  ): Outcome {
    const toNumber = direction === "transfer" ? "+15550003333" : null;
    return this.feed({ from: "responses", record: stamped("CallDirected", { direction, toNumber, afterResponseId }) });
  }

  /** The dialogue has prepared a response, and stands in a state after it. */
  prepares(state: DialogueState, callSid = facts.callSid): Outcome {
    const sentences = [{ text: "Well.", phraseId: null }];
    const record = stamped("ResponsePrepared", {
      callSid,
      sentences,
      state,
      isInterruptible: true,
      replacesCurrent: true,
    });
    return this.feed({ from: "responses", record });
  }

  /** Takes out what was emitted so far, leaving out the audio. */
  records(): unknown[] {
    return this.emitted.splice(0).filter((record) => (record as { type: string }).type !== "AudioCaptured");
  }

  audio(): { startsAtMs: number; audio: Uint8Array; concealedFrames: number; silenceMs: number }[] {
    return this.emitted
      .splice(0)
      .filter((record) => (record as { type: string }).type === "AudioCaptured") as ReturnType<Call["audio"]>;
  }

  calls(name?: string): unknown[] {
    const wanted = this.effects.filter(({ call }) => name === undefined || call === name);
    this.effects.length = 0;
    return name === undefined ? wanted.map(({ call }) => call) : wanted.map(({ input }) => input);
  }
}

/** A call whose stream is open; what came out of that is gone. */
export function attachedCall(): Call {
  const call = new Call();
  call.event({ type: "callArrived", facts }, 10_000);
  call.event(attachedEvent, 10_500);
  call.records();
  call.calls();
  return call;
}
