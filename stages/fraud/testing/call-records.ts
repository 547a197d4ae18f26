/** Records of calls for this stage's tests: each with an event time of its own, defaults elsewhere. */
import { stamped } from "../../../runtime/testing/record.ts";
import type { Entities, Intent, RefusalReason, Tool, ToolArguments } from "../../../schemas/generated/records.ts";

type Stamps = { callSid?: string; occurredAt?: number; eventId?: string; turn?: number };

const noEntities: Entities = {
  query: null,
  priceMinMinor: null,
  priceMaxMinor: null,
  priceTargetMinor: null,
  sort: null,
  quantity: null,
  ordinal: null,
  productName: null,
  question: null,
  orderNumber: null,
  digits: null,
  discountCode: null,
  cancelReason: null,
  replacement: null,
  paymentMethod: null,
  address: null,
};
const noArguments: ToolArguments = {
  query: null,
  priceMinMinor: null,
  priceMaxMinor: null,
  sort: null,
  productId: null,
  question: null,
  quantity: null,
  quoteId: null,
  quoteHash: null,
  cardId: null,
  orderNumber: null,
  discountCode: null,
  digits: null,
  callerNumber: null,
  cancelReason: null,
  productIds: null,
  newProductIds: null,
  methodId: null,
  address: null,
  confirmation: null,
};

export const callStarted = (fromNumber: string, stamps: Stamps = {}) =>
  stamped("CallStarted", {
    fromNumber,
    toNumber: "+15550199999",
    attestation: "full",
    answeredBy: "gateway",
    ...stamps,
  });

export const callEnded = (stamps: Stamps = {}) =>
  stamped("CallEnded", { reason: "callerHungUp", durationMs: 1_000, ...stamps });

export const turnEnded = (text: string, stamps: Stamps = {}) =>
  stamped("TurnEnded", {
    text,
    confidence: 0.9,
    startsAtMs: 0,
    endsAtMs: 900,
    lastByteAt: 900,
    decidedBy: "silence",
    endpointWaitMs: 200,
    vendorWaitMs: 0,
    ...stamps,
  });

export const intentRecognised = (intent: Intent, stamps: Stamps = {}) =>
  stamped("IntentRecognised", {
    intent,
    entities: noEntities,
    text: "",
    confidence: 0.9,
    source: "model",
    isInjectionSuspected: false,
    model: "",
    inputTokens: 0,
    outputTokens: 0,
    costMicros: 0,
    vendorWaitMs: 0,
    ...stamps,
  });

export const toolCalled = (tool: Tool, given: Partial<ToolArguments> = {}, stamps: Stamps = {}) =>
  stamped("ToolCalled", {
    tool,
    intent: "unclear",
    arguments: { ...noArguments, ...given },
    isConfirmed: false,
    ...stamps,
  });

export const toolSucceeded = (tool: Tool, stamps: Stamps = {}) =>
  stamped("ToolSucceeded", {
    callId: "call",
    tool,
    products: [],
    quote: null,
    cards: [],
    order: null,
    customerName: null,
    orders: [],
    methods: [],
    addresses: [],
    storeWaitMs: 0,
    vendorWaitMs: 0,
    ...stamps,
  });

export const toolRefused = (tool: Tool, reason: RefusalReason, stamps: Stamps = {}) =>
  stamped("ToolRefused", {
    callId: "call",
    tool,
    reason,
    limit: null,
    availableQuantity: null,
    triesLeft: null,
    cards: [],
    sentence: null,
    readBack: null,
    storeWaitMs: 0,
    vendorWaitMs: 0,
    ...stamps,
  });
