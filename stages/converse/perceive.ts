/**
 * From an input to a trigger of the transition table: notes what the input tells (ledger, counters, risk), and says what happened.
 */
import type { Input } from "../../runtime/stage.ts";
import type { CardEntry, RiskAction, Tool } from "../../schemas/generated/records.ts";
import { noteCleared, noteReached } from "./ledger.ts";
import type { Memory } from "./memory.ts";
import type { Scene } from "./scene.ts";
import { type Digit, digits, type Trigger } from "./triggers.ts";

export type InputTopic = "intents" | "toolResults" | "calls" | "risk" | "playback";

/** What an input amounts to: the memory with it noted, the trigger it is (null for none), and what the scene shows of it. */
export type Perception = {
  readonly memory: Memory;
  readonly trigger: Trigger | null;
  readonly facts: Partial<
    Pick<Scene, "intent" | "call" | "success" | "refusal" | "failure" | "digit" | "sealedDigit" | "cardEntry">
  >;
  /** A quote that came for nothing and has to be released. */
  readonly strayQuoteId?: string;
};

/** What language/card-mask.ts leaves of a card number, or of a part of one. */
const maskedCard = /#{3,}/;
const riskOrder: readonly RiskAction[] = ["allow", "confirm", "challenge", "block"];

function nothing(memory: Memory): Perception {
  return { memory, trigger: null, facts: {} };
}

type RecordOf<K extends InputTopic> = Extract<Input<InputTopic>, { readonly from: K }>["record"];

const cardTriggers = {
  taken: "cardTaken",
  stopped: "cardStopped",
  refused: "cardRefused",
  unavailable: "cardUnavailable",
} as const satisfies { readonly [O in CardEntry["outcome"]]: Trigger };

function streamReturned({ isHandedOver, isCardAwaited }: Memory, cardEntry: CardEntry | null): Trigger {
  if (isCardAwaited) return cardTriggers[cardEntry?.outcome ?? "unavailable"];
  return isHandedOver ? "streamHandedOver" : "streamBack";
}

function perceiveCall(memory: Memory, record: RecordOf<"calls">): Perception {
  switch (record.type) {
    case "CallStarted":
      return nothing(memory);
    case "StreamAttached":
      return {
        memory: { ...memory, isAttached: true, isHandedOver: false, isCallerSpeaking: false, isCardAwaited: false },
        trigger:
          memory.speech === null
            ? "streamAttached"
            : record.attachment > 0
              ? streamReturned(memory, record.cardEntry)
              : null,
        facts: { cardEntry: record.cardEntry },
      };
    case "StreamDetached": {
      if (record.reason === "replaced") return nothing(memory);
      const isHandedOver = record.reason === "draining";
      return { memory: { ...memory, isAttached: false, isHandedOver }, trigger: "streamLost", facts: {} };
    }
    case "DigitPressed": {
      const digit = digits.find((known): known is Digit => known === record.digit);
      const { sealedDigit } = record;
      if (record.isMasked || (digit === undefined && sealedDigit === null)) return nothing(memory);
      return {
        memory: {
          ...memory,
          turn: Math.max(memory.turn, record.turn),
          hasAnswered: false,
          isCallerSpeaking: false,
          silenceCount: 0,
        },
        ...(digit === undefined
          ? { trigger: "digitSealed", facts: { sealedDigit } }
          : { trigger: `digit:${digit}`, facts: { digit } }),
      };
    }
    case "CallEnded":
      return { memory, trigger: "callEnded", facts: {} };
  }
}

function perceiveIntent(memory: Memory, record: RecordOf<"intents">): Perception {
  if (record.type === "IntentForeseen") return nothing(memory);
  if (record.turn < memory.intentTurn) return nothing(memory);
  const isCardSpoken = maskedCard.test(record.text);
  const isUnclear = record.intent === "unclear" && !isCardSpoken;
  const next: Memory = {
    ...memory,
    turn: Math.max(memory.turn, record.turn),
    intentTurn: record.turn,
    hasAnswered: false,
    isCallerSpeaking: false,
    silenceCount: 0,
    missedCount: 0,
    unclearCount: isUnclear ? memory.unclearCount + 1 : 0,
  };
  const meant: Trigger = record.isInjectionSuspected ? "injection" : `intent:${record.intent}`;
  const trigger = isCardSpoken ? "cardSpoken" : meant;
  return { memory: next, trigger, facts: { intent: record } };
}

function perceiveResult(memory: Memory, record: RecordOf<"toolResults">): Perception {
  const { awaited } = memory;
  if (awaited !== null && awaited.callId === record.callId) {
    const next: Memory = {
      ...memory,
      awaited: null,
      placingCallId: awaited.tool === "placeOrder" && record.type !== "ToolFailed" ? null : memory.placingCallId,
      ...basketAfter(awaited.tool, record),
    };
    if (awaited.tool === "cancelQuote") return nothing(next);
    switch (record.type) {
      case "ToolSucceeded":
        return {
          memory: next,
          trigger: `succeeded:${awaited.tool as "placeOrder"}`,
          facts: { call: awaited, success: record },
        };
      case "ToolRefused":
        return { memory: next, trigger: `refused:${record.reason}`, facts: { call: awaited, refusal: record } };
      case "ToolFailed":
        return {
          memory: next,
          trigger: `failed:${awaited.tool as "placeOrder"}`,
          facts: { call: awaited, failure: record },
        };
    }
  }
  if (memory.placingCallId !== null && memory.placingCallId === record.callId) {
    if (record.type === "ToolSucceeded") return { memory, trigger: "succeeded:placeOrder", facts: { success: record } };
    if (record.type === "ToolRefused" && record.reason === "authenticationRequired")
      return { memory, trigger: "refused:authenticationRequired", facts: { refusal: record } };
    if (record.type === "ToolRefused" || !record.isOutcomeUnknown) return { memory, trigger: "lateRefusal", facts: {} };
    return nothing(memory);
  }
  if (memory.paymentWaits.includes(record.callId)) return perceivePayment(memory, record);
  const stray = record.type === "ToolSucceeded" && record.tool === "quoteOrder" ? record.quote : null;
  return stray === null || stray.quoteId === memory.quote?.quoteId
    ? nothing(memory)
    : { ...nothing(memory), strayQuoteId: stray.quoteId };
}

/** The basket is what the newest quote holds; once it may have been ordered it is nobody's wish any more. */
function basketAfter(tool: Tool, record: RecordOf<"toolResults">): Partial<Pick<Memory, "basket" | "isAdding">> {
  const quote = tool === "quoteOrder" && record.type === "ToolSucceeded" ? record.quote : null;
  if (quote !== null && record.type === "ToolSucceeded")
    return { basket: quote.lines, isAdding: record.leftLines.length > 0 };
  const isOrdered = record.type !== "ToolRefused" || record.reason === "authenticationRequired";
  return tool === "placeOrder" && isOrdered ? { basket: [], isAdding: false } : {};
}

/** A payment that the caller had to approve: paid, run out, or lost sight of. */
function perceivePayment(memory: Memory, record: RecordOf<"toolResults">): Perception {
  const next: Memory = { ...memory, paymentWaits: memory.paymentWaits.filter((callId) => callId !== record.callId) };
  switch (record.type) {
    case "ToolSucceeded":
      return { memory: next, trigger: "succeeded:awaitPayment", facts: { success: record } };
    case "ToolRefused": {
      const trigger = record.reason === "paymentExpired" ? "refused:paymentExpired" : "failed:awaitPayment";
      return { memory: next, trigger, facts: { refusal: record } };
    }
    case "ToolFailed":
      return { memory: next, trigger: "failed:awaitPayment", facts: { failure: record } };
  }
}

function perceivePlayback(memory: Memory, record: RecordOf<"playback">): Perception {
  switch (record.type) {
    case "SpeechStarted":
      return nothing({ ...memory, isCallerSpeaking: true, silenceCount: 0 });
    case "SpeechEnded":
    case "PlaybackStarted":
      return nothing(memory);
    case "PlaybackReached": {
      const next = noteReached(memory, record);
      const isSpoken = next.speech?.isComplete === true && memory.speech?.isComplete === false;
      return { memory: next, trigger: isSpoken ? "spoken" : null, facts: {} };
    }
    case "PlaybackCleared": {
      const next = noteCleared(memory, record);
      return { memory: next, trigger: next === memory ? null : "interrupted", facts: {} };
    }
  }
}

function perceiveRisk(memory: Memory, record: RecordOf<"risk">): Perception {
  if (riskOrder.indexOf(record.action) <= riskOrder.indexOf(memory.risk) || record.action === "allow")
    return nothing(memory);
  return { memory: { ...memory, risk: record.action }, trigger: `risk:${record.action}`, facts: {} };
}

function perceiveTimer(memory: Memory, name: string): Perception {
  switch (name) {
    case "silence": {
      const silenceCount = memory.silenceCount + 1;
      const trigger = silenceCount === 1 ? "silence:first" : silenceCount === 2 ? "silence:second" : "silence:third";
      return { memory: { ...memory, silenceCount }, trigger, facts: {} };
    }
    case "intent":
      return {
        memory: { ...memory, isCallerSpeaking: false, missedCount: memory.missedCount + 1 },
        trigger: "noIntent",
        facts: {},
      };
    case "pin":
      return { memory, trigger: "pinPause", facts: {} };
    case "card":
      return { memory: { ...memory, isCardAwaited: false }, trigger: "cardOverdue", facts: {} };
    case "leave":
      return { memory, trigger: "overdue", facts: {} };
    case "tool": {
      const { awaited } = memory;
      if (awaited === null || awaited.tool === "none") return nothing(memory);
      return { memory: { ...memory, awaited: null }, trigger: `timeout:${awaited.tool}`, facts: { call: awaited } };
    }
    default:
      return nothing(memory);
  }
}

/** Notes an input and names its trigger. */
export function perceive(memory: Memory, input: Input<InputTopic>): Perception {
  switch (input.from) {
    case "calls":
      return perceiveCall(memory, input.record);
    case "intents":
      return perceiveIntent(memory, input.record);
    case "toolResults":
      return perceiveResult(memory, input.record);
    case "playback":
      return perceivePlayback(memory, input.record);
    case "risk":
      return perceiveRisk(memory, input.record);
    case "timer":
      return perceiveTimer(memory, input.name);
    case "restored":
      return nothing(memory);
  }
}
