/**
 * The dialogue's step: perceive the input, find the row of the transition table, do its action, and turn the action's deed into records and timers.
 *
 * One rule stands beside the table: whoever leaves the counter (authentication or confirmation, for anything but payment) leaves the quote
 * there, and it is released with cancelQuote.
 */

import { eventIdOf } from "../../runtime/identity.ts";
import type { Emit, Input, Outcome, Step } from "../../runtime/stage.ts";
import {
  type DialogueState,
  type Intent,
  type IntentForeseen,
  noToolArguments,
  type Tool,
} from "../../schemas/generated/records.ts";
import { actions } from "./actions.ts";
import { guards } from "./guards.ts";
import { type Line, type Memory, newMemory, type Speech } from "./memory.ts";
import { type InputTopic, type Perception, perceive } from "./perceive.ts";
import type { Choice } from "./row.ts";
import type { Deed, Scene, ToolRequest } from "./scene.ts";
import type { Config } from "./settings.ts";
import { rowFor } from "./transitions.ts";
import type { Trigger } from "./triggers.ts";

export type State = Memory;
export type OutputTopic = "toolCalls" | "responses";
type Timers = { [name: string]: number | null };

/** What a caller asks for with each tool, whatever words or keys it took at this point of the dialogue: a yes to "Would you like to order it?" is orderProduct. */
const intentOfTool: { readonly [T in Exclude<Tool, "none">]: Intent } = {
  searchProducts: "searchProducts",
  getProductDetails: "askDetails",
  quoteOrder: "orderProduct",
  placeOrder: "confirm",
  checkOrderStatus: "checkOrderStatus",
  applyDiscount: "applyDiscount",
  verifyIdentity: "provideDigits",
  cancelQuote: "deny",
  sendCode: "requestCode",
  awaitPayment: "confirm",
  addCard: "changePayment",
  sendLinkAgain: "resendLink",
  getOrderDetails: "checkOrderStatus",
  cancelOrder: "cancelOrder",
  returnItems: "returnItems",
  exchangeItems: "exchangeItems",
  changeOrderAddress: "changeAddress",
  changeOrderPayment: "changePayment",
};

const counter: readonly DialogueState[] = ["authentication", "confirmation", "cardEntry"];
const speakingCharactersPerSecond = 10;

/** Longest time that a response may take to be heard, in milliseconds; used only to notice that its end was never reported. */
export function longestSpeechMs(lines: readonly Line[]): number {
  const characters = lines.reduce((sum, line) => sum + line.text.length, 0);
  return 5_000 + (characters / speakingCharactersPerSecond) * 1_000;
}

/** The first choice of a row whose guard holds. */
function choose(scene: Scene, trigger: Trigger): Choice {
  const row = rowFor(scene.memory.dialogue, trigger);
  const found = row.find((choice) => choice.when === undefined || guards[choice.when](scene));
  if (found === undefined) throw new Error(`no choice for ${trigger} in ${scene.memory.dialogue}`);
  return found;
}

/** Collects what one step emits; every emission's key names its cause and its number in the call, so that ids repeat only with the cause. */
class Emissions {
  readonly list: Emit<OutputTopic>[] = [];
  readonly #callSid: string;
  readonly #cause: string;
  #count: number;

  constructor(memory: Memory, cause: string) {
    this.#callSid = memory.callSid;
    this.#cause = cause;
    this.#count = memory.emitted;
  }

  get count(): number {
    return this.#count;
  }

  #key(): string {
    this.#count += 1;
    return `${this.#cause}/${this.#count}`;
  }

  /** Adds a record under the next key and returns the eventId that it will have. */
  add(emit: Omit<Emit<OutputTopic>, "key"> & Emit<OutputTopic>): string {
    const key = this.#key();
    this.list.push({ ...emit, key });
    return eventIdOf("converse", this.#callSid, key);
  }
}

function callTool(out: Emissions, turn: number, intent: Intent, request: ToolRequest): string {
  return out.add({
    to: "toolCalls",
    record: {
      type: "ToolCalled",
      turn,
      tool: request.tool,
      intent,
      arguments: { ...noToolArguments, ...request.arguments },
      isConfirmed: request.isConfirmed === true,
    },
  });
}

function say(out: Emissions, memory: Memory, turn: number, deed: Deed, lines: readonly Line[]): Memory {
  const { speech } = memory;
  const isProtected = speech !== null && !speech.isInterruptible && !speech.isComplete;
  const isInterruptible = deed.isUninterruptible !== true;
  const responseId = out.add({
    to: "responses",
    record: {
      type: "ResponsePrepared",
      turn,
      sentences: lines.map(({ text, phraseId }) => ({ text, phraseId })),
      state: memory.dialogue,
      isInterruptible,
      replacesCurrent: !memory.hasAnswered && !isProtected,
    },
  });
  return {
    ...memory,
    hasAnswered: true,
    speech: {
      responseId,
      lines,
      heardCount: 0,
      partText: "",
      isComplete: false,
      wasCutOff: false,
      isInterruptible,
      isReadBack: deed.isReadBack === true,
    },
  };
}

/** What there was to say while no stream was there: it is said when the caller is back. */
function unsaid(deed: Deed): Speech {
  return {
    responseId: "",
    lines: deed.say ?? [],
    heardCount: 0,
    partText: "",
    isComplete: false,
    wasCutOff: false,
    isInterruptible: deed.isUninterruptible !== true,
    isReadBack: deed.isReadBack === true,
  };
}

function direct(
  out: Emissions,
  turn: number,
  direction: "hangUp" | "transfer" | "collectCard" | "unmaskDigits",
  after: string | null,
  config: Config,
): void {
  out.add({
    to: "responses",
    record: {
      type: "CallDirected",
      turn,
      direction,
      toNumber: direction === "transfer" ? config.transferNumber : null,
      afterResponseId: after,
    },
  });
}

/** Does what the table's row says. */
function act(
  scene: Scene,
  trigger: Trigger,
  cause: string,
  timers: Timers,
): { memory: Memory; emit: Emit<OutputTopic>[] } {
  const choice = choose(scene, trigger);
  const before = scene.memory;
  const to = choice.to === "same" ? before.dialogue : choice.to;
  const isPlacing = before.awaited?.tool === "placeOrder";
  const moved: Memory = {
    ...before,
    dialogue: to,
    awaited: to === before.dialogue || isPlacing ? before.awaited : null,
  };
  const deed = actions[choice.action]({ ...scene, memory: moved }) as Deed;
  const turn = scene.call?.turn ?? before.turn;
  const out = new Emissions(before, cause);
  let memory: Memory = { ...moved, ...deed.memory };

  const leavesQuote =
    counter.includes(before.dialogue) && !counter.includes(to) && to !== "payment" && before.quote !== null;
  if (leavesQuote) {
    callTool(out, turn, intentOfTool.cancelQuote, {
      tool: "cancelQuote",
      arguments: { quoteId: before.quote.quoteId },
    });
    memory = { ...memory, quote: null, readBack: null, keyedDigits: "" };
  }
  if (deed.say !== undefined && deed.say.length > 0 && !memory.isAttached) {
    memory = { ...memory, speech: unsaid(deed) };
  } else if (deed.say !== undefined && deed.say.length > 0) {
    memory = say(out, memory, turn, deed, deed.say);
    timers.silence = scene.at + longestSpeechMs(deed.say) + scene.config.silenceMs;
  }
  if (deed.call !== undefined) {
    const intent = intentOfTool[deed.call.tool];
    const callId = callTool(out, turn, intent, deed.call);
    // A PIN, though sealed, is not kept beside the call that carries it.
    const args = { ...noToolArguments, ...deed.call.arguments, digits: null };
    memory = { ...memory, awaited: { callId, tool: deed.call.tool, intent, turn, arguments: args } };
    if (deed.call.tool === "placeOrder") {
      const isPlacingByLink = args.cardId === null;
      memory = { ...memory, placingCallId: callId, placingQuoteId: args.quoteId, isPlacingByLink };
    }
    timers.tool = scene.at + scene.config.toolTimeoutMs;
  }
  if (deed.watch !== undefined) {
    const callId = callTool(out, turn, intentOfTool[deed.watch.tool], deed.watch);
    memory = { ...memory, paymentWaits: [...memory.paymentWaits, callId] };
  }
  if (memory.awaited === null && before.awaited !== null) timers.tool = null;
  if (deed.direct !== undefined) {
    if (memory.isAttached) direct(out, turn, deed.direct, memory.speech?.responseId ?? null, scene.config);
    const isCard = deed.direct === "collectCard";
    const waitMs = isCard ? scene.config.cardEntryMs : scene.config.hangUpAfterMs;
    timers[isCard ? "card" : "leave"] = scene.at + longestSpeechMs(deed.say ?? []) + waitMs;
  }
  if (memory.isCardAwaited && to !== "cardEntry") memory = { ...memory, isCardAwaited: false };
  if (before.isCardAwaited && !memory.isCardAwaited) timers.card = null;
  if (memory.isMasked && memory.isAttached && !memory.isCardAwaited) {
    // A card that was not taken may still be keyed on with: nothing is heard before what is said to it was heard.
    const after = trigger === "cardTaken" || deed.say === undefined ? null : (memory.speech?.responseId ?? null);
    direct(out, turn, "unmaskDigits", after, scene.config);
    memory = { ...memory, isMasked: false };
  }
  if (deed.directNow !== undefined) direct(out, turn, deed.directNow, null, scene.config);
  if (deed.pinTimer === "set") timers.pin = scene.at + scene.config.pinPauseMs;
  if (deed.pinTimer === "clear" || (before.dialogue === "authentication" && to !== "authentication")) timers.pin = null;
  return { memory: { ...memory, emitted: out.count }, emit: out.list };
}

/** Which timers the input itself moves, before any action. */
function timersOf(input: Input<InputTopic>, perceived: Perception, at: number, config: Config): Timers {
  // News of a payment ends no other wait.
  if (input.from === "toolResults" && perceived.trigger !== null)
    return perceived.memory.awaited === null ? { tool: null } : {};
  if (input.from === "intents" && perceived.trigger !== null) return { intent: null, silence: at + config.silenceMs };
  if (input.from === "timer" && perceived.trigger !== null) return { silence: at + config.silenceMs };
  if (input.from === "calls") {
    if (input.record.type === "DigitPressed" && perceived.trigger !== null) {
      return { intent: null, silence: at + config.silenceMs };
    }
    if (input.record.type === "StreamDetached") return { silence: null, intent: null };
    if (perceived.trigger?.startsWith("card") === true) return { card: null };
    if (perceived.trigger === "streamHandedOver") return { silence: at + config.silenceMs };
    return {};
  }
  if (input.from !== "playback") return {};
  if (input.record.type === "SpeechStarted") return { silence: null, intent: at + config.longestSpeechMs };
  if (input.record.type === "SpeechEnded" && perceived.memory.isCallerSpeaking)
    return { intent: at + config.intentTimeoutMs };
  if (perceived.trigger === "spoken" || perceived.trigger === "interrupted") return { silence: at + config.silenceMs };
  return {};
}

/** Silence is not waited for while a tool works, the caller speaks, no stream is there, or the call ends. */
function settle(timers: Timers, memory: Memory): Timers {
  const isQuiet =
    memory.awaited === null &&
    !memory.isCallerSpeaking &&
    !memory.isCardAwaited &&
    memory.isAttached &&
    memory.dialogue !== "exit";
  return isQuiet || timers.silence === undefined ? timers : { ...timers, silence: null };
}

function outcome(memory: Memory, emit: Emit<OutputTopic>[], timers: Timers): Outcome<State, OutputTopic> {
  return {
    state: memory,
    ...(emit.length > 0 ? { emit } : {}),
    ...(Object.keys(timers).length > 0 ? { timers } : {}),
  };
}

function causeOf(input: Input<InputTopic>): string {
  if (input.from === "timer") return `timer/${input.name}`;
  return input.from === "restored" ? "restored" : input.record.eventId;
}

/** How an intent is taken that nobody has recognised yet. */
const foreseenSource = {
  source: "model",
  isInjectionSuspected: false,
  model: "",
  inputTokens: 0,
  outputTokens: 0,
  costMicros: 0,
  vendorWaitMs: 0,
} as const;

/** What the dialogue would look up if the caller meant this and said no more; nothing of the dialogue changes. */
function foresee(state: State, foreseen: IntentForeseen, at: number, config: Config): Outcome<State, OutputTopic> {
  if (!config.isLookingAhead) return { state, save: false };
  const record = { ...foreseen, ...foreseenSource, type: "IntentRecognised" } as const;
  const { emit = [] } = step(state, { from: "intents", record }, at, config);
  const lookUps = emit.flatMap(({ record: called }): Emit<OutputTopic>[] => {
    if (called.type !== "ToolCalled" || called.tool !== "searchProducts") return [];
    const { turn, tool, intent, arguments: args } = called;
    return [{ to: "toolCalls", record: { type: "LookUpForeseen", turn, tool, intent, arguments: args } }];
  });
  return { state, save: false, emit: lookUps };
}

/** The stage's pure function. */
export const step: Step<State, InputTopic, OutputTopic, Record<never, never>, Config> = (state, input, at, config) => {
  if (state === null) {
    if (input.from !== "calls" || input.record.type !== "CallStarted") return { state: null };
    return { state: newMemory(input.record.callSid, input.record.fromNumber) };
  }
  if (input.from === "intents" && input.record.type === "IntentForeseen")
    return foresee(state, input.record, at, config);
  const perceived = perceive(state, input);
  const cause = causeOf(input);
  const timers = timersOf(input, perceived, at, config);
  if (perceived.strayQuoteId !== undefined) {
    const out = new Emissions(state, cause);
    callTool(out, state.turn, intentOfTool.cancelQuote, {
      tool: "cancelQuote",
      arguments: { quoteId: perceived.strayQuoteId },
    });
    return outcome({ ...perceived.memory, emitted: out.count }, out.list, timers);
  }
  if (perceived.trigger === null && perceived.memory === state && Object.keys(timers).length === 0) {
    return { state, save: false };
  }
  if (perceived.trigger === null) return outcome(perceived.memory, [], settle(timers, perceived.memory));
  const scene: Scene = {
    memory: perceived.memory,
    config,
    at,
    intent: null,
    call: null,
    success: null,
    refusal: null,
    failure: null,
    digit: null,
    sealedDigit: null,
    cardEntry: null,
    ...perceived.facts,
  };
  const { memory, emit } = act(scene, perceived.trigger, cause, timers);
  if (perceived.trigger === "callEnded") return { state: null, ...(emit.length > 0 ? { emit } : {}) };
  return outcome(memory, emit, settle(timers, memory));
};
