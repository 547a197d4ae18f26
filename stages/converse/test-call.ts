/**
 * A call for tests: feeds records through the step, keeps the clock and the timers, and gives emissions the ids that the runtime derives.
 */
import { eventIdOf } from "../../runtime/identity.ts";
import { openDigits, sealDigits } from "../../runtime/sealed-digits.ts";
import type { Input } from "../../runtime/stage.ts";
import { stamped } from "../../runtime/testing/record.ts";
import {
  type CallDirected,
  type CardEntry,
  type CardOnFile,
  type DetachReason,
  type Entities,
  type Intent,
  type LeftLine,
  type MethodOnFile,
  noEntities,
  type OrderSummary,
  type PostalAddress,
  type ProductOffer,
  type Quote,
  type RefusalReason,
  type ResponsePrepared,
  type RiskAction,
  type ToolCalled,
  type ToolRefused,
} from "../../schemas/generated/records.ts";
import { type State, step } from "./core.ts";
import type { InputTopic } from "./perceive.ts";
import type { Config } from "./settings.ts";

export const callSid = "CA00000000000000000000000000000001";
const proofKey = "the key of the tests, 32 characters";

export const config: Config = {
  shopName: "Harbour and Pine",
  transferNumber: "+15550100",
  silenceMs: 7_000,
  toolTimeoutMs: 6_000,
  intentTimeoutMs: 5_000,
  longestSpeechMs: 60_000,
  pinPauseMs: 2_000,
  hangUpAfterMs: 20_000,
  isLookingAhead: true,
  areCodesOffered: true,
  payConnector: "Default",
  smsSender: "+15550100",
  paymentDoneUrl: "https://shop.example/paid",
  cardEntryMs: 300_000,
};

/** A product; ids and names differ by number. */
export function product(number: number, fields: Partial<ProductOffer> = {}): ProductOffer {
  const names = ["harbor headphones", "skiff earbuds", "tarn speaker", "moss radio", "fell charger"];
  const name = names[number - 1] ?? `thing ${number}`;
  return {
    productId: `P-${number}`,
    title: `Tolven ${name}`,
    spokenName: name,
    category: "sound",
    priceMinor: 1_000 * number + 99,
    currency: "USD",
    stock: 10,
    description: `The ${name} sounds clear. A short cable is in the box.`,
    attributes: [
      { name: "colour", value: "black" },
      { name: "batteryHours", value: "38" },
    ],
    rating: 4.5,
    isMatch: true,
    backorderDays: null,
    ...fields,
  };
}

export function quote(quantity = 1, fields: Partial<Quote> = {}, item = product(1)): Quote {
  const subtotalMinor = quantity * item.priceMinor;
  return {
    quoteId: "Q-1",
    quoteHash: "a".repeat(64),
    lines: [
      {
        productId: item.productId,
        spokenName: item.spokenName,
        quantity,
        unitPriceMinor: item.priceMinor,
        backorderDays: null,
      },
    ],
    subtotalMinor,
    discountMinor: 0,
    taxMinor: 0,
    shippingMinor: 499,
    totalMinor: subtotalMinor + 499,
    currency: "USD",
    validUntil: 900_000,
    ...fields,
  };
}

export const visa: CardOnFile = { cardId: "card-1", brand: "visa", last4: "4242", isDefault: true };
export const mastercard: CardOnFile = { cardId: "card-2", brand: "mastercard", last4: "4444", isDefault: false };

export function order(fields: Partial<OrderSummary> = {}): OrderSummary {
  return {
    orderNumber: "10042",
    status: "paid",
    lines: quote().lines,
    totalMinor: 1_598,
    currency: "USD",
    placedAt: 1_000,
    paidWithLast4: "4242",
    options: [],
    ...fields,
  };
}

type Success = Partial<{
  products: readonly ProductOffer[];
  quote: Quote;
  leftLines: readonly LeftLine[];
  cards: readonly CardOnFile[];
  order: OrderSummary;
  customerName: string;
  orders: readonly OrderSummary[];
  methods: readonly MethodOnFile[];
  addresses: readonly PostalAddress[];
}>;
type Emitted = ((ToolCalled | ResponsePrepared | CallDirected) & { readonly eventId: string })[];

/** A call under test. Every act returns what the dialogue emitted for it. */
export class TestCall {
  state: State | null = null;
  at = 1_000_000;
  readonly timers = new Map<string, number>();
  readonly all: Emitted = [];
  /** Every step that was taken, for replaying it. */
  readonly steps: {
    readonly before: string;
    readonly input: Input<InputTopic>;
    readonly at: number;
    readonly outcome: string;
  }[] = [];
  readonly #config: Config;
  #turn = 0;
  #responseId = "";

  constructor(changes: Partial<Config> = {}) {
    this.#config = { ...config, ...changes };
  }

  /** Feeds one input. */
  feed(input: Input<InputTopic>): Emitted {
    const before = JSON.stringify(this.state);
    const outcome = step(this.state, input, this.at, this.#config);
    this.steps.push({ before, input, at: this.at, outcome: JSON.stringify(outcome) });
    // What is kept has to survive storage as JSON.
    this.state = outcome.state === null ? null : (JSON.parse(JSON.stringify(outcome.state)) as State);
    for (const [name, at] of Object.entries(outcome.timers ?? {})) {
      if (at === null) this.timers.delete(name);
      else this.timers.set(name, at);
    }
    if (this.state === null) this.timers.clear();
    const emitted = (outcome.emit ?? []).map((emit) => {
      const eventId = eventIdOf("converse", callSid, emit.key ?? "");
      return { ...emit.record, eventId, callSid, occurredAt: this.at, causeId: null } as Emitted[number];
    });
    this.all.push(...emitted);
    for (const record of emitted) if (record.type === "ResponsePrepared") this.#responseId = record.eventId;
    return emitted;
  }

  get dialogue(): string | undefined {
    return this.state?.dialogue;
  }
  /** What was said last, as one text. */
  get said(): string {
    return text(this.all.findLast((record) => record.type === "ResponsePrepared"));
  }
  /** The newest call of a tool. */
  called(tool: string): (ToolCalled & { readonly eventId: string }) | undefined {
    return this.all.findLast(
      (record): record is ToolCalled & { eventId: string } => record.type === "ToolCalled" && record.tool === tool,
    );
  }
  count(tool: string): number {
    return this.all.filter((record) => record.type === "ToolCalled" && record.tool === tool).length;
  }
  get directed(): CallDirected | undefined {
    return this.all.findLast((record): record is CallDirected & { eventId: string } => record.type === "CallDirected");
  }

  start(): Emitted {
    this.feed({
      from: "calls",
      record: stamped("CallStarted", {
        fromNumber: "+15550123",
        toNumber: "+15550100",
        attestation: "full",
        answeredBy: "g1",
      }),
    });
    return this.attach(0);
  }
  attach(attachment: number, cardEntry: CardEntry | null = null): Emitted {
    const record = stamped("StreamAttached", {
      streamSid: `MZ${attachment}`,
      gatewayId: "g1",
      replyPartition: 0,
      attachment,
      cardEntry,
    });
    return this.feed({ from: "calls", record });
  }
  detach(reason: DetachReason = "closed"): Emitted {
    return this.feed({ from: "calls", record: stamped("StreamDetached", { streamSid: "MZ0", reason }) });
  }
  end(): Emitted {
    return this.feed({ from: "calls", record: stamped("CallEnded", { reason: "callerHungUp", durationMs: 1 }) });
  }
  /** The caller hears the last response: to its end, or the first sentences of it. */
  hear(sentenceCount?: number): Emitted {
    const response = this.all.findLast((record) => record.type === "ResponsePrepared");
    if (response?.type !== "ResponsePrepared") return [];
    const last = response.sentences.length;
    const emitted: Emitted = [];
    for (let index = 0; index < (sentenceCount ?? last); index += 1) {
      this.at += 1_000;
      const record = stamped("PlaybackReached", {
        responseId: response.eventId,
        sentenceIndex: index,
        heardText: response.sentences[index]?.text ?? "",
        isComplete: index === last - 1,
      });
      emitted.push(...this.feed({ from: "playback", record }));
    }
    return emitted;
  }
  /** The caller cuts the last response off in a sentence. */
  interrupt(sentenceIndex: number, heardText = ""): Emitted {
    this.speak("start");
    const record = stamped("PlaybackCleared", { responseId: this.#responseId, sentenceIndex, heardMs: 300, heardText });
    return this.feed({ from: "playback", record });
  }
  speak(edge: "start" | "end"): Emitted {
    const record =
      edge === "start"
        ? stamped("SpeechStarted", { startsAtMs: 0, isBargeIn: false })
        : stamped("SpeechEnded", { startsAtMs: 0, endsAtMs: 500, silenceMs: 300, lastByteAt: this.at });
    return this.feed({ from: "playback", record });
  }
  /** The caller means something. */
  means(
    intent: Intent,
    entities: Partial<Entities> = {},
    more: { text?: string; confidence?: number; isInjectionSuspected?: boolean } = {},
  ): Emitted {
    this.#turn += 1;
    this.at += 1_000;
    const record = stamped("IntentRecognised", {
      turn: this.#turn,
      intent,
      entities: { ...noEntities, ...entities, digits: this.#sealed(entities.digits ?? "") },
      text: more.text ?? intent,
      confidence: more.confidence ?? 0.9,
      isInjectionSuspected: more.isInjectionSuspected ?? false,
      model: "test",
    });
    return this.feed({ from: "intents", record });
  }
  press(keys: string): Emitted {
    return [...keys].flatMap((digit) => {
      this.at += 300;
      return this.feed({
        from: "calls",
        record: stamped("DigitPressed", { turn: this.#turn, isMasked: false, ...this.#keyed(digit) }),
      });
    });
  }
  /** As the gateway tells of a key. */
  #keyed(digit: string): { readonly digit: string; readonly sealedDigit: string | null } {
    const isSealed = this.dialogue === "authentication" && /\d/.test(digit);
    return isSealed ? { digit: "?", sealedDigit: this.#sealed(digit) } : { digit, sealedDigit: null };
  }
  #sealed(digits: string): string | null {
    return digits === "" ? null : sealDigits(proofKey, callSid, `said/${this.at}`, digits);
  }
  /** The PIN or code that was last tried. */
  get tried(): string | null {
    return openDigits(proofKey, callSid, this.called("verifyIdentity")?.arguments.digits ?? "");
  }
  #answered(callId: string | undefined) {
    const call = this.all.findLast(
      (record) =>
        record.type === "ToolCalled" &&
        (callId === undefined ? record.tool !== "cancelQuote" : record.eventId === callId),
    );
    if (call?.type !== "ToolCalled") throw new Error("no tool was called");
    this.at += 50;
    return {
      callId: call.eventId,
      turn: call.turn,
      tool: call.tool,
      causeId: call.eventId,
      storeWaitMs: 1,
      vendorWaitMs: 0,
    };
  }
  /** The newest tool call (or a given one) succeeds. */
  succeed(found: Success = {}, callId?: string): Emitted {
    return this.feed({
      from: "toolResults",
      record: stamped("ToolSucceeded", { ...this.#answered(callId), ...found }),
    });
  }
  refuse(
    reason: RefusalReason,
    fields: Partial<
      Pick<ToolRefused, "limit" | "availableQuantity" | "triesLeft" | "cards" | "sentence" | "readBack">
    > = {},
    callId?: string,
  ): Emitted {
    return this.feed({
      from: "toolResults",
      record: stamped("ToolRefused", { ...this.#answered(callId), reason, ...fields }),
    });
  }
  fail(isOutcomeUnknown = false, callId?: string): Emitted {
    return this.feed({
      from: "toolResults",
      record: stamped("ToolFailed", { ...this.#answered(callId), code: "DATABASE_FAILED", isOutcomeUnknown }),
    });
  }
  risk(action: RiskAction): Emitted {
    return this.feed({
      from: "risk",
      record: stamped("RiskAssessed", { assessedEventId: "e", score: 0.6, action, signals: [], ruleSetVersion: "1" }),
    });
  }
  /** Time passes until the named timer comes due; fails when it is not set. */
  due(name: string): Emitted {
    const at = this.timers.get(name);
    if (at === undefined) throw new Error(`timer ${name} is not set`);
    this.at = Math.max(this.at, at);
    this.timers.delete(name);
    return this.feed({ from: "timer", name });
  }

  // Ways that many tests begin with.
  greeted(): this {
    this.start();
    this.hear();
    return this;
  }
  searched(products: readonly ProductOffer[] = [product(1), product(2), product(3)]): this {
    this.greeted().means("searchProducts", { query: "headphones" });
    this.succeed({ products });
    return this;
  }
  reviewed(): this {
    this.searched().hear();
    this.means("selectProduct", { ordinal: 1 });
    this.hear();
    return this;
  }
  /** At the PIN, for an order of the first product. */
  asked(offer: Quote = quote()): this {
    this.reviewed().means("orderProduct", { quantity: offer.lines[0]?.quantity ?? 1 });
    this.succeed({ quote: offer });
    this.hear();
    return this;
  }
  /** The order was read back and heard. */
  readBack(cards: readonly CardOnFile[] = [visa], offer: Quote = quote()): this {
    this.asked(offer).means("provideDigits", { digits: "1234" });
    this.succeed({ cards, customerName: "Anna" });
    this.hear();
    return this;
  }
  placing(cards: readonly CardOnFile[] = [visa]): this {
    this.readBack(cards).means("confirm");
    return this;
  }
}

/** A response as one text. */
export function text(record: Emitted[number] | undefined): string {
  return record?.type === "ResponsePrepared" ? record.sentences.map((sentence) => sentence.text).join(" ") : "";
}
