import { type DialOptions, dial } from "./dial.ts";
import type { HeardPattern } from "./heard-pattern.ts";
import { isHeardIn } from "./heard-pattern.ts";
import type { Scenario, Step } from "./scenario-format.ts";
import type { CallEnding, CallEvent, SimulatedCall } from "./simulated-call.ts";
import { codeOf, followLink, type Telephone, untilMessage } from "./text-messages.ts";

/** A change of the world that a scenario asks for, or what it expects of it; its meaning belongs to whoever plays the scenario. */
export type Opaque = Readonly<Record<string, unknown>>;

/** What a scenario needs from outside the call. */
export type ScenarioHooks = {
  /** Makes a change of the world, before or during the call. */
  control?(change: Opaque): Promise<void>;
};

/** What a played scenario gave, as far as the caller can know it; one element of `calls` in the summary of a demo. */
export type ScenarioResult = {
  readonly scenario: string;
  readonly callSid: string;
  readonly outcome: "passed" | "failed";
  /** Everything that was not as the scenario expects. */
  readonly failures: readonly string[];
  readonly turns: readonly {
    readonly caller: string;
    readonly agentHeard: string;
    /** When the caller began to speak or press, in milliseconds since the Unix epoch. */
    readonly startedAt: number;
    /** End of the caller's speech to the first sound, and to the first word; null when there was none. */
    readonly firstSoundMs: number | null;
    readonly voiceToVoiceMs: number | null;
  }[];
  readonly ending: CallEnding;
  readonly transcript: readonly CallEvent[];
};

/** How to play. */
export type PlayOptions = {
  readonly twilio: Pick<
    DialOptions,
    "twilioControl" | "webhookUrl" | "fallbackUrl" | "statusCallbackUrl" | "voice" | "turnSilenceMs"
  > & {
    /** The number to call when the scenario names none. */
    readonly to: string;
  };
  readonly hooks?: ScenarioHooks;
  /** Looks at the scenario's `expect` after the call; returns what is wrong. */
  check?(expected: Opaque, callSid: string): Promise<readonly string[]>;
  /** Told as soon as the call was answered. */
  onAnswered?(callSid: string): void;
  onEvent?(event: CallEvent): void;
  /** All waiting times are multiplied by it, 1 by default: slow vendors or a busy machine need more. */
  readonly patience?: number;
  /** Writes the call as stereo WAV. */
  readonly recordTo?: string;
};

const replyTimeoutMs = 20_000;

async function change(options: PlayOptions, control: Opaque): Promise<void> {
  if (options.hooks?.control === undefined)
    throw new Error(`this scenario changes the world (${Object.keys(control).join(", ")}), which is not possible here`);
  await options.hooks.control(control);
}

/** A caller does not speak before the agent has answered and finished, unless the scenario says so. */
async function waitForReply(call: SimulatedCall, patience: number): Promise<void> {
  await call.hearTurn(replyTimeoutMs * patience);
}

async function expectHeard(call: SimulatedCall, wanted: readonly HeardPattern[], withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (const pattern of wanted) await call.hearUntil(pattern, Math.max(1, Math.ceil(deadline - performance.now())));
}

async function expectEnd(
  call: SimulatedCall,
  step: Extract<Step, { kind: "expectEnd" }>,
  patience: number,
): Promise<void> {
  const { by, isTransferred, withinMs } = step.expectEnd;
  const timer = Promise.withResolvers<undefined>();
  const timeout = setTimeout(() => timer.resolve(undefined), withinMs * patience);
  const ending = await Promise.race([call.ended, timer.promise]);
  clearTimeout(timeout);
  if (ending === undefined) throw new Error(`the call did not end within ${withinMs * patience} ms`);
  if (ending.by !== by) throw new Error(`the call was ended by ${ending.by} (${ending.reason}), not by ${by}`);
  const wasTransferred = call.transcript().some((event) => event.kind === "transferred");
  if (isTransferred !== undefined && isTransferred !== wasTransferred)
    throw new Error(wasTransferred ? "the call was transferred" : "the call was not transferred");
}

async function play(call: SimulatedCall, telephone: Telephone, step: Step, options: PlayOptions): Promise<void> {
  const patience = options.patience ?? 1;
  switch (step.kind) {
    case "say":
      if (step.waitForReply) await waitForReply(call, patience);
      return await call.say(step.say);
    case "press":
      if (step.waitForReply) await waitForReply(call, patience);
      return await call.press(step.press);
    case "expectMessage":
      await untilMessage(telephone, step.expectMessage, step.withinMs * patience);
      return;
    case "followLink":
      return await followLink(telephone);
    case "pressCode": {
      const code = await codeOf(telephone);
      await waitForReply(call, patience);
      return await call.press(`${code}#`);
    }
    case "expectHeard":
      return await expectHeard(call, step.expectHeard, step.withinMs * patience);
    case "expectNotHeard": {
      const heard = await call.hearTurn(step.withinMs * patience);
      const found = step.expectNotHeard.find((pattern) => isHeardIn(heard, pattern));
      if (found !== undefined) throw new Error(`heard ${String(found)}, in ${JSON.stringify(heard)}`);
      return;
    }
    case "silence":
      await waitForReply(call, patience);
      return await call.staySilent(step.silence);
    case "interrupt":
      return await call.interrupt(step.interrupt.afterHearing, step.interrupt.say, step.withinMs * patience);
    case "control":
      return await change(options, step.control);
    case "hangUp":
      if (step.hangUp === true) await waitForReply(call, patience);
      else await new Promise((resolve) => setTimeout(resolve, step.hangUp === true ? 0 : step.hangUp.afterMs));
      await call.hangUp();
      return;
    case "expectEnd":
      return await expectEnd(call, step, patience);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Plays a scenario as one call. A step that is not as expected ends the call and fails the scenario; `expect` is checked in any case. Rejects only
 * when the call cannot be made at all, or when `before` fails.
 */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<ScenarioResult> {
  for (const { control } of scenario.before) await change(options, control);
  const { to, ...twilio } = options.twilio;
  const call = await dial({
    ...twilio,
    from: scenario.caller.from,
    to: scenario.caller.to ?? to,
    isRecorded: options.recordTo !== undefined,
    ...(scenario.caller.stirVerstat === undefined ? {} : { stirVerstat: scenario.caller.stirVerstat }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  options.onAnswered?.(call.callSid);
  const telephone = { twilioControl: twilio.twilioControl, number: scenario.caller.from };
  const failures: string[] = [];
  for (const [index, step] of scenario.steps.entries()) {
    try {
      await play(call, telephone, step, options);
    } catch (error) {
      failures.push(`step ${index + 1} (${step.kind}, line ${step.line}): ${messageOf(error)}`);
      break;
    }
  }
  const ending = await call.hangUp();
  if (options.recordTo !== undefined) await call.recordWav(options.recordTo);
  if (options.check !== undefined) {
    try {
      failures.push(...(await options.check(scenario.expect, call.callSid)));
    } catch (error) {
      failures.push(`check: ${messageOf(error)}`);
    }
  }
  return {
    scenario: scenario.name,
    callSid: call.callSid,
    outcome: failures.length === 0 ? "passed" : "failed",
    failures,
    turns: call.turns().map(({ caller, agentHeard, startedAtMs, firstSoundMs, firstWordMs }) => ({
      caller,
      agentHeard,
      startedAt: call.answeredAt + startedAtMs,
      firstSoundMs: firstSoundMs ?? null,
      voiceToVoiceMs: firstWordMs ?? null,
    })),
    ending,
    transcript: call.transcript(),
  };
}
