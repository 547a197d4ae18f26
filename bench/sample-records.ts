/** One record of every kind as a call makes them: sizes and shapes of real ones, for what depends on them. */
import { stamped } from "../runtime/testing/record.ts";
import {
  noEntities,
  noToolArguments,
  type ProductOffer,
  type QuoteLine,
  type RecordByName,
  type RecordName,
} from "../schemas/generated/records.ts";
import { createSeededRandom } from "../simulators/kit/seeded-random.ts";

const STREAM = "MZ5f1c8a2e9b7d4c3f8a1e6b0d2c4f7a90";
const EVENT = "k3Jw9sVd0QmZ7xLr2TyB1A";
const NOW_MS = 1_795_000_000_123.456;

/** µ-law audio: speech is close to noise in its bytes. */
function audio(ms: number): Buffer {
  const random = createSeededRandom(7);
  return Buffer.from(Array.from({ length: ms * 8 }, () => Math.floor(random() * 256)));
}

const lines: readonly QuoteLine[] = [
  {
    productId: "P-10101",
    spokenName: "black Harbor headphones",
    quantity: 1,
    unitPriceMinor: 14_900,
    backorderDays: null,
  },
];

function offer(index: number): ProductOffer {
  return {
    productId: `P-1010${index}`,
    title: `Harbor QC ${index}0 Wireless Over-Ear Headphones, Black`,
    spokenName: "black Harbor headphones",
    category: "headphones",
    priceMinor: 14_900 + 1_000 * index,
    currency: "USD",
    stock: 12,
    description:
      "Closed wireless headphones that keep the noise of trains and offices out. They fold into a case that fits a coat pocket, and charge in an hour and a half.",
    attributes: [
      { name: "colour", value: "black" },
      { name: "brand", value: "Harbor" },
      { name: "batteryHours", value: "38" },
      { name: "weightGrams", value: "254" },
    ],
    rating: 4.6,
    isMatch: true,
    backorderDays: null,
  };
}

const cards = [{ cardId: "card-1001-1", brand: "visa", last4: "4242", isDefault: true }];
const common = {
  callSid: "CA7d3f1b9e5a2c8460f1e7b3d9a5c20864",
  eventId: EVENT,
  turn: 3,
  occurredAt: NOW_MS,
  causeId: EVENT,
};
const entities = { ...noEntities, query: "noise cancelling headphones", priceMaxMinor: 20_000 };
const toolArguments = {
  ...noToolArguments,
  query: "noise cancelling headphones",
  priceMaxMinor: 20_000,
  sort: "relevance",
  quantity: 1,
  callerNumber: "+12025550143",
} as const;
const words = "I am looking for noise cancelling headphones under two hundred dollars.";

/** A realistic record of each kind. */
export const sampleRecords: { readonly [N in RecordName]: RecordByName[N] } = {
  AudioCaptured: stamped("AudioCaptured", {
    ...common,
    streamSid: STREAM,
    startsAtMs: 12_400,
    audio: audio(100),
    concealedFrames: 0,
    silenceMs: 0,
  }),
  CallDirected: stamped("CallDirected", {
    ...common,
    direction: "hangUp",
    toNumber: null,
    afterResponseId: EVENT,
  }),
  CallEnded: stamped("CallEnded", { ...common, reason: "callerHungUp", durationMs: 93_456 }),
  CallStarted: stamped("CallStarted", {
    ...common,
    fromNumber: "+12025550143",
    toNumber: "+12025550100",
    attestation: "full",
    answeredBy: "gateway-3",
  }),
  CallStateSaved: stamped("CallStateSaved", {
    ...common,
    stage: "converse",
    epoch: 2,
    version: 41,
    session: JSON.stringify({ state: { offers: [1, 2, 3].map(offer), lines, history: Array(12).fill(words) } }),
  }),
  DigitPressed: stamped("DigitPressed", { ...common, digit: "7", isMasked: false }),
  IntentRecognised: stamped("IntentRecognised", {
    ...common,
    intent: "searchProducts",
    entities,
    text: words,
    confidence: 0.93,
    source: "model",
    isInjectionSuspected: false,
    model: "gemini-2.5-flash-lite",
    inputTokens: 1_840,
    outputTokens: 62,
    costMicros: 209,
    vendorWaitMs: 61.4,
  }),
  IntentForeseen: stamped("IntentForeseen", {
    ...common,
    intent: "searchProducts",
    entities,
    text: words,
    confidence: 0.93,
  }),
  LookUpForeseen: stamped("LookUpForeseen", {
    ...common,
    tool: "searchProducts",
    intent: "searchProducts",
    arguments: toolArguments,
  }),
  PlaybackCleared: stamped("PlaybackCleared", {
    ...common,
    responseId: EVENT,
    sentenceIndex: 1,
    heardMs: 840,
    heardText: "The black Harbor headphones",
  }),
  PlaybackReached: stamped("PlaybackReached", {
    ...common,
    responseId: EVENT,
    sentenceIndex: 0,
    heardText: "I found three that fit.",
    isComplete: false,
  }),
  PlaybackStarted: stamped("PlaybackStarted", {
    ...common,
    responseId: EVENT,
    isAcknowledgement: false,
    vendorWaitMs: 33.1,
  }),
  ResponsePrepared: stamped("ResponsePrepared", {
    ...common,
    sentences: [
      { text: "I found three that fit.", phraseId: null },
      {
        text: "The black Harbor headphones are a hundred and forty-nine dollars, with thirty-eight hours.",
        phraseId: null,
      },
      { text: "Would you like to hear more about one of them?", phraseId: "search-more" },
    ],
    state: "productSearch",
    isInterruptible: true,
    replacesCurrent: false,
  }),
  RiskAssessed: stamped("RiskAssessed", {
    ...common,
    assessedEventId: EVENT,
    score: 0.17,
    action: "allow",
    signals: [{ name: "velocityAbuse", value: 0.4, weight: 0.3 }],
    ruleSetVersion: "2026-11-01+3f9a8c1d2e4b",
  }),
  SpeechEnded: stamped("SpeechEnded", {
    ...common,
    startsAtMs: 12_400,
    endsAtMs: 16_900,
    silenceMs: 200,
    lastByteAt: NOW_MS,
  }),
  SpeechStarted: stamped("SpeechStarted", { ...common, startsAtMs: 12_400, isBargeIn: false }),
  SpeechSynthesised: stamped("SpeechSynthesised", {
    ...common,
    responseId: EVENT,
    streamSid: STREAM,
    sentenceIndex: 1,
    sequence: 4,
    audio: audio(200),
    sentenceText: "",
    isSentenceEnd: false,
    isResponseEnd: false,
    isInterruptible: true,
    replacesCurrent: false,
    vendorWaitMs: 0,
  }),
  StreamAttached: stamped("StreamAttached", {
    ...common,
    streamSid: STREAM,
    gatewayId: "gateway-3",
    replyPartition: 5,
    attachment: 1,
    cardEntry: { outcome: "taken", paymentMethodRef: "pm_1" },
  }),
  StreamDetached: stamped("StreamDetached", { ...common, streamSid: STREAM, reason: "stopped" }),
  ToolCalled: stamped("ToolCalled", {
    ...common,
    tool: "searchProducts",
    intent: "searchProducts",
    arguments: toolArguments,
    isConfirmed: false,
  }),
  ToolFailed: stamped("ToolFailed", {
    ...common,
    callId: EVENT,
    tool: "placeOrder",
    code: "VENDOR_UNAVAILABLE",
    isOutcomeUnknown: true,
    storeWaitMs: 8.2,
    vendorWaitMs: 900,
  }),
  ToolRefused: stamped("ToolRefused", {
    ...common,
    callId: EVENT,
    tool: "placeOrder",
    reason: "cardDeclined",
    triesLeft: 2,
    cards,
    storeWaitMs: 8.2,
    vendorWaitMs: 310,
  }),
  ToolSucceeded: stamped("ToolSucceeded", {
    ...common,
    callId: EVENT,
    tool: "searchProducts",
    products: [1, 2, 3, 4, 5].map(offer),
    storeWaitMs: 8.2,
    vendorWaitMs: 0,
  }),
  TranscriptUpdated: stamped("TranscriptUpdated", {
    ...common,
    text: "I am looking for noise cancelling",
    stability: 0.9,
    silenceMs: 0,
  }),
  TurnEnded: stamped("TurnEnded", {
    ...common,
    text: words,
    confidence: 0.94,
    startsAtMs: 12_400,
    endsAtMs: 16_900,
    lastByteAt: NOW_MS,
    decidedBy: "silence",
    endpointWaitMs: 200,
    vendorWaitMs: 12,
  }),
};
