/** Inputs of a call for tests of this stage, and a way to feed them. Positions in the audio count from the second at which the call is attached. */
import { readSettings } from "../../runtime/settings.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { step } from "./core.ts";
import { settings } from "./settings.ts";
import type { State } from "./state.ts";

/** The settings as they are where nothing is set. */
export const config = readSettings("transcribe", settings, { PROOF_KEY: "the key of the tests, 32 characters" });
/** An input of the stage. */
export type In = Parameters<typeof step>[1];
/** What a step comes to. */
export type Out = ReturnType<typeof step>;
/** An input, and when it comes. */
export type TimedIn = readonly [In, number];

/** Feeds inputs in order from a call that nobody knows yet; gives every outcome. */
export function play(inputs: readonly TimedIn[]): { outcomes: Out[]; state: State | null } {
  let state: State | null = null;
  const outcomes = inputs.map(([input, at]) => {
    const outcome = step(state, input, at, config);
    state = outcome.state;
    return outcome;
  });
  return { outcomes, state };
}

/** The call can be heard, a second after its clock began. */
export const attached: TimedIn = [
  {
    from: "calls",
    record: stamped("StreamAttached", {
      streamSid: "MZ1",
      gatewayId: "g",
      replyPartition: 0,
      attachment: 0,
    }),
  },
  1000,
];
/** Audio of the caller, at the moment when it has been spoken. */
export const audio = (startsAtMs: number, lengthMs = 100, silenceMs = 0): TimedIn => [
  {
    from: "audioIn",
    record: stamped("AudioCaptured", {
      streamSid: "MZ1",
      startsAtMs,
      audio: new Uint8Array(lengthMs * 8),
      concealedFrames: 0,
      silenceMs,
    }),
  },
  1000 + startsAtMs + lengthMs,
];
/** The caller has begun to speak. */
export const started = (startsAtMs: number): TimedIn => [
  { from: "playback", record: stamped("SpeechStarted", { startsAtMs, isBargeIn: false }) },
  1000 + startsAtMs + 60,
];
/** The caller has fallen silent. */
export const ended = (startsAtMs: number, endsAtMs: number): TimedIn => [
  {
    from: "playback",
    record: stamped("SpeechEnded", { startsAtMs, endsAtMs, silenceMs: 200, lastByteAt: 1000 + endsAtMs }),
  },
  1000 + endsAtMs + 200,
];
/** Words that the recogniser hears. */
export const heard = (text: string, coversUntilMs: number, at: number, isFinal = false): TimedIn => [
  {
    from: "port",
    port: "speechToText",
    call: "open",
    effectId: "e",
    outcome: "event",
    event: {
      type: "heard",
      text,
      isFinal,
      stability: 0.9,
      confidence: isFinal ? 0.8 : 0,
      coversUntilMs,
      vendorWaitMs: 28,
    },
  },
  at,
];
