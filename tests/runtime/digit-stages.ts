/** Small stages that do one thing with the digits of a call, to see what the runtime makes of it. */
import type { EffectContext } from "../../runtime/effect.ts";
import { defineStage } from "../../runtime/stage.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";

/** Somebody outside who is asked about a digit. */
export type Vendor = { work(input: { digit: string }, context: EffectContext): Promise<{ done: string }> };
type State = { readonly digits: string };
let stageCount = 0;

/** A stage that asks a vendor about every digit of its test's calls and publishes what it answers, as PlaybackReached. */
export function asking(state: "memory" | "session", calls: string): AnyStage {
  stageCount += 1;
  return defineStage<"calls" | "audioIn", "playback", State, { vendor: Vendor }, Record<never, never>>({
    name: `asking${stageCount}`,
    summary: "test",
    inputs: ["calls", "audioIn"],
    outputs: ["playback"],
    ports: ["vendor"],
    state,
    reading: "shared",
    settings: {},
    step(known, input) {
      if ("record" in input && !input.record.callSid.startsWith(calls)) return { state: null };
      const current = known ?? { digits: "" };
      if (input.from === "port" && input.outcome === "result") {
        const record = {
          type: "PlaybackReached",
          turn: 0,
          responseId: input.result.done,
          sentenceIndex: 0,
          heardText: current.digits,
          isComplete: true,
        } as const;
        return { state: current, emit: [{ to: "playback", record }] };
      }
      if (input.from === "calls" && input.record.type === "DigitPressed") {
        const { digit } = input.record;
        if (digit === "!") throw new Error("an invariant is broken");
        return {
          state: { digits: current.digits + digit },
          effects: [{ port: "vendor", call: "work", input: { digit } }],
        };
      }
      return { state: current };
    },
  }) as unknown as AnyStage;
}

/** A stage that holds every digit of its test's calls until '#', and then publishes them as PlaybackReached; its session is saved at 's'. */
export function holding(calls: string): AnyStage {
  return defineStage<"calls", "playback", { held: string }, Record<never, never>, Record<never, never>>({
    name: "holding",
    summary: "test",
    inputs: ["calls"],
    outputs: ["playback"],
    ports: [],
    state: "session",
    reading: "shared",
    settings: {},
    durable: () => ({ held: "" }),
    step(known, input) {
      if (input.from !== "calls" || input.record.type !== "DigitPressed") return { state: known, save: false };
      const { callSid, digit } = input.record;
      if (!callSid.startsWith(calls)) return { state: null };
      const held = `${known?.held ?? ""}${digit}`;
      if (digit !== "#") return { state: { held }, settles: "later", save: digit === "s" };
      const heard = { sentenceIndex: 0, heardText: held, isComplete: true } as const;
      const record = { type: "PlaybackReached", turn: 0, responseId: "held", ...heard } as const;
      return { state: { held: "" }, emit: [{ to: "playback", record }], releases: Number.POSITIVE_INFINITY };
    },
  }) as unknown as AnyStage;
}
