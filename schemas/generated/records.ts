// Generated from the .avsc files by schemas/generate.ts. Do not edit: change the schema and run `npm run generate`.

/** One or more consecutive frames of the caller's audio. */
export type AudioCaptured = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "AudioCaptured";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Media stream that the audio came through. */
  readonly streamSid: string;
  /** Position of the first byte, in milliseconds of the call's caller audio since its first stream was attached. Each next record starts where the one before ended. */
  readonly startsAtMs: number;
  /** G.711 µ-law, 8000 Hz, mono; 160 bytes a frame of 20 ms. Caller content. */
  readonly audio: Uint8Array;
  /** How many of the frames were missing on the way and are filled with silence. */
  readonly concealedFrames: number;
  /** Silence at the end of this audio, in milliseconds, when it is the first sign that the caller may have finished; else 0. */
  readonly silenceMs: number;
};

export type Direction = "none" | "hangUp" | "transfer" | "maskDigits" | "unmaskDigits" | "bridgeWait" | "collectCard";

/** What the gateway shall do with the call. */
export type CallDirected = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "CallDirected";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** What to do. collectCard: the line's keeper asks the caller to key a card in, where nobody here hears the keys; keys are masked until the stream is back. */
  readonly direction: Direction;
  /** transfer: the number, E.164. */
  readonly toNumber: string | null;
  /** hangUp, transfer, collectCard: do it once this response was heard to its end; null for at once. */
  readonly afterResponseId: string | null;
};

export type EndReason = "unknown" | "callerHungUp" | "agentHungUp" | "transferred" | "failed" | "lost";

/** The call is over. */
export type CallEnded = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "CallEnded";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** How it ended. lost: the stream went away and the call did not come back in time. */
  readonly reason: EndReason;
  /** From CallStarted to the end, in milliseconds. */
  readonly durationMs: number;
};

export type Attestation = "unknown" | "full" | "partial" | "gateway" | "failed";

/** A call reached the line and was accepted. */
export type CallStarted = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "CallStarted";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Number the caller rings from, E.164, or empty when withheld. A hint of who is calling, never proof. Caller content. */
  readonly fromNumber: string;
  /** Number that was dialled, E.164. */
  readonly toNumber: string;
  /** What the carriers vouch for (STIR/SHAKEN): full = level A, partial = B, gateway = C. */
  readonly attestation: Attestation;
  /** Gateway that took the call's first webhook. */
  readonly answeredBy: string;
};

/** Snapshot of what a stage knows about a call, to rebuild it from the log and for audit. Key: callSid/stage, so that compaction keeps the newest of each stage. */
export type CallStateSaved = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "CallStateSaved";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Stage that saved it. */
  readonly stage: string;
  /** Fencing epoch of the worker that saved it; the highest is the owner. */
  readonly epoch: number;
  /** Counts up with every save within an epoch. */
  readonly version: number;
  /** The saved session as JSON: state, timers, what is under way, and the newest event ids. Empty when the call was forgotten. Caller content. */
  readonly session: string;
};

/** The caller pressed a key. */
export type DigitPressed = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "DigitPressed";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** One of 0-9, *, #; '?' while digits are masked, and for a digit that is sealed. Caller content. */
  readonly digit: string;
  /** Whether the digit was withheld because a card is being entered. */
  readonly isMasked: boolean;
  /** While a PIN or code is asked for: the digit, sealed, so that only the stage that checks it can open it; null otherwise. Caller content. */
  readonly sealedDigit: string | null;
};

export type Intent = "unclear" | "searchProducts" | "refineSearch" | "selectProduct" | "askDetails" | "orderProduct" | "changeQuantity" | "confirm" | "deny" | "applyDiscount" | "checkOrderStatus" | "provideDigits" | "goBack" | "repeat" | "help" | "talkToPerson" | "goodbye" | "outOfScope" | "cancelOrder" | "returnItems" | "exchangeItems" | "changeAddress" | "changePayment" | "requestCode" | "reorder" | "identify" | "resendLink";

export type SortOrder = "relevance" | "priceAscending" | "priceDescending" | "ratingDescending" | "newest";

/** What the caller named. Null is: not said. */
export type Entities = {
  /** What kind of product is wanted, without the constraints. Caller content. */
  readonly query: string | null;
  /** Lowest price, in minor units of the shop's currency. */
  readonly priceMinMinor: number | null;
  /** Highest price, in minor units. */
  readonly priceMaxMinor: number | null;
  /** Price that was named with 'around' or 'about', in minor units. */
  readonly priceTargetMinor: number | null;
  /** Order that the caller asked for. */
  readonly sort: SortOrder | null;
  /** How many pieces. */
  readonly quantity: number | null;
  /** Which of the things offered: 1 is the first, -1 the last. */
  readonly ordinal: number | null;
  /** A product that was named. Caller content. */
  readonly productName: string | null;
  /** What the caller wants to know about a product. Caller content. */
  readonly question: string | null;
  /** Order number, digits only. Caller content. */
  readonly orderNumber: string | null;
  /** A PIN or code that was spoken, sealed as TurnEnded has it. Caller content. */
  readonly digits: string | null;
  /** Discount code. Caller content. */
  readonly discountCode: string | null;
  /** Why an order shall be cancelled. Caller content. */
  readonly cancelReason: string | null;
  /** What an ordered item shall be replaced by. Caller content. */
  readonly replacement: string | null;
  /** The card or other way to pay that was named. Caller content. */
  readonly paymentMethod: string | null;
  /** An address that was named. Caller content. */
  readonly address: string | null;
  /** Who the caller says they are. Caller content. */
  readonly personName: string | null;
  /** Postal code that the caller says is theirs, without spaces. Caller content. */
  readonly postalCode: string | null;
};

/** What a caller who has not finished seems to mean. Not a fact of the dialogue: it only lets others look things up ahead. */
export type IntentForeseen = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "IntentForeseen";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** From a closed list; 'unclear' where nothing fits. */
  readonly intent: Intent;
  /** What the caller named. */
  readonly entities: Entities;
  /** The caller's words so far that this was read from. Caller content. */
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
};

export type IntentSource = "model" | "repairedModel" | "localReasoner" | "cache" | "fallback";

/** What the caller means by a turn. */
export type IntentRecognised = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "IntentRecognised";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** From a closed list; 'unclear' where nothing fits. */
  readonly intent: Intent;
  /** What the caller named. */
  readonly entities: Entities;
  /** The caller's words that this was read from. Caller content. */
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Who recognised it. */
  readonly source: IntentSource;
  /** Whether the words try to give the system instructions. */
  readonly isInjectionSuspected: boolean;
  /** Name of the model; empty when none was asked. */
  readonly model: string;
  /** Tokens sent to the model. */
  readonly inputTokens: number;
  /** Tokens received from the model. */
  readonly outputTokens: number;
  /** Price of the model's work, in millionths of a US dollar. */
  readonly costMicros: number;
  /** Time spent waiting for the model, in milliseconds. */
  readonly vendorWaitMs: number;
};

export type Tool = "none" | "searchProducts" | "getProductDetails" | "quoteOrder" | "placeOrder" | "checkOrderStatus" | "applyDiscount" | "verifyIdentity" | "cancelQuote" | "getOrderDetails" | "cancelOrder" | "returnItems" | "exchangeItems" | "changeOrderAddress" | "changeOrderPayment" | "sendCode" | "awaitPayment" | "addCard" | "sendLinkAgain";

/** Where something is sent. */
export type PostalAddress = {
  /** House number and street. Caller content. */
  readonly line1: string;
  /** Flat, floor or company; empty when there is none. Caller content. */
  readonly line2: string;
  /** City. Caller content. */
  readonly city: string;
  /** State, as its two letters. Caller content. */
  readonly state: string;
  /** Postal code. Caller content. */
  readonly postalCode: string;
  /** Country. Caller content. */
  readonly country: string;
  /** What the customer calls it, such as home or office. */
  readonly label: string | null;
};

/** A product and how many pieces of it are wanted. */
export type WishedLine = {
  /** Shop's identifier. */
  readonly productId: string;
  /** Pieces. */
  readonly quantity: number;
};

/** Arguments of all tools; each tool allows and requires its own, see stages/act. */
export type ToolArguments = {
  /** searchProducts: what to look for. Caller content. */
  readonly query: string | null;
  /** searchProducts: lowest price, in minor units. */
  readonly priceMinMinor: number | null;
  /** searchProducts: highest price, in minor units. */
  readonly priceMaxMinor: number | null;
  /** searchProducts: order. */
  readonly sort: SortOrder | null;
  /** getProductDetails, quoteOrder of one product: the product. */
  readonly productId: string | null;
  /** getProductDetails: what the caller wants to know. Caller content. */
  readonly question: string | null;
  /** searchProducts: pieces that must be in stock; quoteOrder: pieces. */
  readonly quantity: number | null;
  /** placeOrder, applyDiscount, cancelQuote: the quote. */
  readonly quoteId: string | null;
  /** placeOrder: hash of the quote that was read back; binds the confirmation to it. */
  readonly quoteHash: string | null;
  /** placeOrder: the saved card to charge; null to send the payer a link. */
  readonly cardId: string | null;
  /** The order, as it is written on it; null for the latest one where a tool needs none. Caller content. */
  readonly orderNumber: string | null;
  /** applyDiscount: the code. Caller content. */
  readonly discountCode: string | null;
  /** verifyIdentity: the PIN or code, sealed digit by digit where it was heard. Caller content. */
  readonly digits: string | null;
  /** verifyIdentity, sendCode: who the caller says they are: with postalCode a hint of whose PIN it is. Caller content. */
  readonly personName: string | null;
  /** verifyIdentity, sendCode: the postal code that they say is theirs. Caller content. */
  readonly postalCode: string | null;
  /** verifyIdentity: number that the call comes from, E.164: a hint of whose PIN it is. Caller content. */
  readonly callerNumber: string | null;
  /** cancelOrder: why. Caller content. */
  readonly cancelReason: string | null;
  /** returnItems, exchangeItems: the pieces, each named once for each piece; getOrderDetails: products whose replacements are wanted. */
  readonly productIds: readonly string[] | null;
  /** exchangeItems: what replaces each of productIds, at the same place. */
  readonly newProductIds: readonly string[] | null;
  /** changeOrderPayment: the way to pay; returnItems, exchangeItems: where money goes or comes from, null for the original one. */
  readonly methodId: string | null;
  /** changeOrderAddress: where the order shall go. */
  readonly address: PostalAddress | null;
  /** What the read-back gave, once the caller said yes to it; null before. */
  readonly confirmation: string | null;
  /** addCard: the payment provider's name for the card that the caller keyed in. Caller content. */
  readonly paymentMethodRef: string | null;
  /** quoteOrder of several products: all that the quote shall hold. */
  readonly lines: readonly WishedLine[] | null;
};

/** The dialogue would ask for this if the caller said no more. It is looked up ahead, into the cache; nothing answers it. */
export type LookUpForeseen = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "LookUpForeseen";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Which tool. */
  readonly tool: Tool;
  /** The caller's intent that led here; decides which tools are allowed. */
  readonly intent: Intent;
  /** Arguments; null where not given. */
  readonly arguments: ToolArguments;
};

/** Playback was cut off by the caller. */
export type PlaybackCleared = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "PlaybackCleared";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the ResponsePrepared that was being played. */
  readonly responseId: string;
  /** Sentence that was being played, from 0. */
  readonly sentenceIndex: number;
  /** How much of that sentence had been played, in milliseconds. */
  readonly heardMs: number;
  /** What of that sentence was heard, to the last whole word, estimated from its share of the audio. Caller content. */
  readonly heardText: string;
};

/** The caller heard a response up to here (a mark came back). */
export type PlaybackReached = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "PlaybackReached";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the ResponsePrepared. */
  readonly responseId: string;
  /** Sentence that was heard to its end, from 0. */
  readonly sentenceIndex: number;
  /** The text of that sentence. Caller content. */
  readonly heardText: string;
  /** Whether this was the last sentence of the response. */
  readonly isComplete: boolean;
};

/** The first audio of a response was sent to the caller. */
export type PlaybackStarted = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "PlaybackStarted";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the ResponsePrepared; for an acknowledgement from the gateway's memory, 'acknowledgement'. */
  readonly responseId: string;
  /** Whether this is a short sound from the gateway's memory that bridges a wait. */
  readonly isAcknowledgement: boolean;
  /** Time the first chunk waited for the synthesiser, in milliseconds; 0 for what came from memory. */
  readonly vendorWaitMs: number;
};

/** One sentence. */
export type Sentence = {
  /** What to say. Caller content. */
  readonly text: string;
  /** Identifier of a fixed phrase whose audio is kept; null for anything made up for this caller. */
  readonly phraseId: string | null;
};

export type DialogueState = "greeting" | "intentCapture" | "productSearch" | "review" | "clarification" | "question" | "authentication" | "confirmation" | "payment" | "receipt" | "followUp" | "exit" | "orderCare" | "careConfirmation" | "cardEntry";

/** What the agent will say. */
export type ResponsePrepared = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "ResponsePrepared";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** In order. */
  readonly sentences: readonly Sentence[];
  /** State of the dialogue after this. While it is authentication, a PIN or code is asked for, and digits that are keyed or said are sealed. */
  readonly state: DialogueState;
  /** Whether the caller may cut it off by speaking. */
  readonly isInterruptible: boolean;
  /** Whether speech that is still playing is cut off by this. */
  readonly replacesCurrent: boolean;
};

export type RiskAction = "allow" | "confirm" | "challenge" | "block";

/** One signal that contributed. */
export type RiskSignal = {
  /** Name of the signal. */
  readonly name: string;
  /** Strength, 0 to 1. */
  readonly value: number;
  /** Weight in the score. */
  readonly weight: number;
};

/** How risky the call looks after an event. */
export type RiskAssessed = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "RiskAssessed";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the record that was assessed. */
  readonly assessedEventId: string;
  /** 0 to 1. */
  readonly score: number;
  /** What must be obeyed from here on. */
  readonly action: RiskAction;
  /** What the score is made of; signals of value 0 are left out. */
  readonly signals: readonly RiskSignal[];
  /** Version of the rules. */
  readonly ruleSetVersion: string;
};

/** The caller fell silent (voice activity). More may follow in the same turn. */
export type SpeechEnded = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "SpeechEnded";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Where this speech began in the caller's audio, in milliseconds. */
  readonly startsAtMs: number;
  /** Where its last voiced frame ended, in milliseconds. */
  readonly endsAtMs: number;
  /** Silence that was waited for before this was said, in milliseconds. */
  readonly silenceMs: number;
  /** When the last voiced byte reached the gateway, in microseconds since the Unix epoch. */
  readonly lastByteAt: number;
};

/** The caller began to speak (voice activity). */
export type SpeechStarted = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "SpeechStarted";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Position in the caller's audio, as in AudioCaptured, in milliseconds. */
  readonly startsAtMs: number;
  /** Whether the agent was speaking and was cut off by this. */
  readonly isBargeIn: boolean;
};

/** A chunk of the agent's speech. */
export type SpeechSynthesised = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "SpeechSynthesised";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the ResponsePrepared. */
  readonly responseId: string;
  /** Media stream it is meant for. */
  readonly streamSid: string;
  /** Sentence that it belongs to, from 0. */
  readonly sentenceIndex: number;
  /** Number of the chunk in the response, from 0. */
  readonly sequence: number;
  /** G.711 µ-law, 8000 Hz, mono, whole frames of 160 bytes. Caller content. */
  readonly audio: Uint8Array;
  /** Text of the sentence. Caller content. */
  readonly sentenceText: string;
  /** Whether the sentence ends here. */
  readonly isSentenceEnd: boolean;
  /** Whether the response ends here. */
  readonly isResponseEnd: boolean;
  /** Whether the caller may cut it off by speaking. */
  readonly isInterruptible: boolean;
  /** Whether speech that is still playing is cut off by this. */
  readonly replacesCurrent: boolean;
  /** First chunk of the response: time spent waiting for the synthesiser, in milliseconds; 0 otherwise. */
  readonly vendorWaitMs: number;
};

export type CardEntryOutcome = "unavailable" | "taken" | "stopped" | "refused";

/** How it ended that the caller was asked to key a card in. No digit of it is here. */
export type CardEntry = {
  /** taken: the payment provider keeps the card; stopped: the caller pressed star; refused: what was keyed was no card that is accepted, too often, or nothing was keyed; unavailable: it could not be done. */
  readonly outcome: CardEntryOutcome;
  /** taken: the payment provider's name for the card. Caller content. */
  readonly paymentMethodRef: string | null;
};

/** A gateway holds the call's media stream and can hear and speak. */
export type StreamAttached = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "StreamAttached";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Twilio's identifier of the media stream. */
  readonly streamSid: string;
  /** Gateway that holds the stream. */
  readonly gatewayId: string;
  /** Partition of the audio-out topic that this gateway reads: where speech for the call must go. */
  readonly replyPartition: number;
  /** 0 for the call's first stream, counted up each time that the call came back through the resume action. */
  readonly attachment: number;
  /** The stream comes back from a card entry: how that ended; null otherwise. */
  readonly cardEntry: CardEntry | null;
};

export type DetachReason = "stopped" | "closed" | "failed" | "replaced" | "draining";

/** The media stream ended; the call itself may come back. */
export type StreamDetached = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "StreamDetached";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Twilio's identifier of the media stream. */
  readonly streamSid: string;
  /** Why: Twilio said stop, the socket closed, the protocol was broken, a newer stream took over, or the gateway is leaving. */
  readonly reason: DetachReason;
};

/** The dialogue asks for something to be looked up or done. The eventId is the idempotency key of the effect. */
export type ToolCalled = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "ToolCalled";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Which tool. */
  readonly tool: Tool;
  /** The caller's intent that led here; decides which tools are allowed. */
  readonly intent: Intent;
  /** Arguments; null where not given. */
  readonly arguments: ToolArguments;
  /** Whether the caller said yes to exactly this after it was read back. */
  readonly isConfirmed: boolean;
};

/** A tool broke; nothing is known to have happened, and nothing may be promised. */
export type ToolFailed = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "ToolFailed";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the ToolCalled. */
  readonly callId: string;
  /** Which tool. */
  readonly tool: Tool;
  /** Stable error code, see runtime/errors.ts. */
  readonly code: string;
  /** Whether money may have moved; it is reconciled and the caller is told that we will confirm. */
  readonly isOutcomeUnknown: boolean;
  /** Time spent in the database, in milliseconds. */
  readonly storeWaitMs: number;
  /** Time spent waiting for the payment provider, in milliseconds. */
  readonly vendorWaitMs: number;
};

export type RefusalReason = "unknown" | "notAllowed" | "invalidArguments" | "overLimit" | "notFound" | "outOfStock" | "priceChanged" | "quoteExpired" | "notConfirmed" | "identityRequired" | "identityRefused" | "identityLocked" | "cardDeclined" | "noCard" | "riskBlocked" | "discountRefused" | "ownership" | "wrongState" | "reasonNotAccepted" | "nothingToDo" | "countsDiffer" | "itemNotInOrder" | "sameItem" | "otherType" | "unavailable" | "methodUnknown" | "sameMethod" | "movedAlready" | "giftCardTooLow" | "refundElsewhere" | "tooLate" | "taxWouldChange" | "moneyUnderWay" | "authenticationRequired" | "paymentExpired" | "tooManyOrders" | "overDailyAmount" | "riskUnknown";

/** A saved card, as far as it may be spoken of. */
export type CardOnFile = {
  /** Our identifier. */
  readonly cardId: string;
  /** Brand. */
  readonly brand: string;
  /** Last four digits. Caller content. */
  readonly last4: string;
  /** Whether the customer prefers it. */
  readonly isDefault: boolean;
};

/** Money that moves for an order. */
export type MoneyMovement = {
  /** Whether it goes back to the customer. */
  readonly isRefund: boolean;
  /** How much, in minor units. */
  readonly amountMinor: number;
  /** The way to pay that it is moved with. */
  readonly methodId: string;
};

/** What would be done with an order. */
export type OrderReadBack = {
  /** Binds a yes to exactly this; what has changed meanwhile needs another yes. */
  readonly confirmation: string;
  /** Money that would move at once. */
  readonly movements: readonly MoneyMovement[];
  /** exchangeItems of a delivered order: what is to be paid once the items are swapped, in minor units; negative: goes back. */
  readonly differenceMinor: number;
  /** Return or exchange: the way to pay that money will go to or come from. */
  readonly requestMethodId: string | null;
  /** What the order would cost then, in minor units. */
  readonly totalMinor: number | null;
};

/** A tool was not run, or ended without effect, for a reason that the caller may be told. */
export type ToolRefused = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "ToolRefused";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the ToolCalled. */
  readonly callId: string;
  /** Which tool. */
  readonly tool: Tool;
  /** Why. */
  readonly reason: RefusalReason;
  /** The limit that was passed, in the argument's own unit; tooManyOrders: orders within a day; overDailyAmount: minor units that are left of the day; authenticationRequired: minutes for which the link can be used. */
  readonly limit: number | null;
  /** outOfStock: pieces that are left. */
  readonly availableQuantity: number | null;
  /** identityRefused: tries left. */
  readonly triesLeft: number | null;
  /** cardDeclined: other saved cards that can be tried. */
  readonly cards: readonly CardOnFile[];
  /** The refusal as it can be said, where the shop has words for it. */
  readonly sentence: string | null;
  /** notConfirmed: what would be done. */
  readonly readBack: OrderReadBack | null;
  /** Time spent in the database, in milliseconds. */
  readonly storeWaitMs: number;
  /** Time spent waiting for the payment provider, in milliseconds. */
  readonly vendorWaitMs: number;
};

/** One attribute. */
export type ProductAttribute = {
  /** Name, with its unit where it has one. */
  readonly name: string;
  /** Value. */
  readonly value: string;
};

/** A product as the shop had it when it was looked up. */
export type ProductOffer = {
  /** Shop's identifier. */
  readonly productId: string;
  /** Full title. */
  readonly title: string;
  /** Short name for the ear. */
  readonly spokenName: string;
  /** Category. */
  readonly category: string;
  /** Price of one piece, in minor units. */
  readonly priceMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Pieces available. */
  readonly stock: number;
  /** Description. */
  readonly description: string;
  /** Attributes such as colour and material. */
  readonly attributes: readonly ProductAttribute[];
  /** Customers' rating, 1 to 5; 0 when there is none. */
  readonly rating: number;
  /** Whether it satisfies every stated constraint; otherwise it is among the nearest. */
  readonly isMatch: boolean;
  /** Within how many days it is sent if it is ordered while there is none; null: it cannot be. */
  readonly backorderDays: number | null;
};

/** One line of a quote or order. */
export type QuoteLine = {
  /** Shop's identifier. */
  readonly productId: string;
  /** Short name for the ear. */
  readonly spokenName: string;
  /** Pieces. */
  readonly quantity: number;
  /** Price of one piece, in minor units. */
  readonly unitPriceMinor: number;
  /** Of what is not there yet: within how many days it is sent; null for what is. */
  readonly backorderDays: number | null;
};

/** An offer at a fixed price. */
export type Quote = {
  /** Identifier. */
  readonly quoteId: string;
  /** SHA-256 over lines, amounts and currency, hexadecimal. */
  readonly quoteHash: string;
  /** What is offered. */
  readonly lines: readonly QuoteLine[];
  /** Sum of the lines, in minor units. */
  readonly subtotalMinor: number;
  /** Taken off, in minor units. */
  readonly discountMinor: number;
  /** Tax, in minor units. */
  readonly taxMinor: number;
  /** Shipping, in minor units. */
  readonly shippingMinor: number;
  /** To pay, in minor units. */
  readonly totalMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** End of the offer and of its stock reservation, in microseconds since the Unix epoch. */
  readonly validUntil: number;
};

export type OrderStatus = "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "refunded" | "paymentFailed" | "itemsChanged" | "returnRequested" | "returned" | "exchangeRequested" | "exchanged" | "backordered";

export type OrderOption = "none" | "cancel" | "changeItems" | "changeAddress" | "changePayment" | "requestReturn" | "requestExchange";

/** An order. */
export type OrderSummary = {
  /** Number that the caller is told. Caller content. */
  readonly orderNumber: string;
  /** Where it is. */
  readonly status: OrderStatus;
  /** What was ordered. */
  readonly lines: readonly QuoteLine[];
  /** Total, in minor units. */
  readonly totalMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** When it was placed, in microseconds since the Unix epoch. */
  readonly placedAt: number;
  /** Last four digits of the card that paid, or that the amount is held on. Caller content. */
  readonly paidWithLast4: string | null;
  /** What the shop's rules let the customer ask for now; empty where that was not looked up. */
  readonly options: readonly OrderOption[];
};

export type MethodKind = "card" | "wallet" | "giftCard";

/** A way to pay of a customer, as far as it may be spoken of. */
export type MethodOnFile = {
  /** Our identifier. */
  readonly methodId: string;
  /** What it is. */
  readonly kind: MethodKind;
  /** Brand of a card. */
  readonly brand: string | null;
  /** Last four digits of a card. Caller content. */
  readonly last4: string | null;
};

export type LeftReason = "unknown" | "notFound" | "outOfStock" | "overLimit" | "tooManyLines";

/** A line that was asked for and could not be quoted so. */
export type LeftLine = {
  /** Shop's identifier. */
  readonly productId: string;
  /** Short name for the ear; empty for a product that is not there. */
  readonly spokenName: string;
  /** Pieces that were asked for. */
  readonly quantity: number;
  /** Why. */
  readonly reason: LeftReason;
  /** outOfStock: pieces that are left; overLimit: pieces that can be had; null otherwise. */
  readonly availableQuantity: number | null;
};

/** A tool did what was asked, and it is committed. */
export type ToolSucceeded = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "ToolSucceeded";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** eventId of the ToolCalled. */
  readonly callId: string;
  /** Which tool. */
  readonly tool: Tool;
  /** searchProducts, getProductDetails: what was found, best first; getOrderDetails: what the given products can be replaced by. */
  readonly products: readonly ProductOffer[];
  /** quoteOrder, applyDiscount: the offer. */
  readonly quote: Quote | null;
  /** verifyIdentity, quoteOrder once identity is proven: the customer's saved cards. */
  readonly cards: readonly CardOnFile[];
  /** placeOrder, checkOrderStatus, and what changes an order: the order. */
  readonly order: OrderSummary | null;
  /** verifyIdentity: first name of the customer. Caller content. */
  readonly customerName: string | null;
  /** getOrderDetails: the customer's orders, latest first. */
  readonly orders: readonly OrderSummary[];
  /** getOrderDetails: the customer's ways to pay. */
  readonly methods: readonly MethodOnFile[];
  /** getOrderDetails: the customer's addresses, the default one first. */
  readonly addresses: readonly PostalAddress[];
  /** quoteOrder of several products: what the quote does not hold, or not in that number. */
  readonly leftLines: readonly LeftLine[];
  /** Time spent in the database and the search model, in milliseconds. */
  readonly storeWaitMs: number;
  /** Time spent waiting for the payment provider, in milliseconds. */
  readonly vendorWaitMs: number;
};

/** What the recogniser makes of the turn so far; may change. */
export type TranscriptUpdated = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "TranscriptUpdated";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** The turn so far. Caller content. */
  readonly text: string;
  /** How little the text is expected to change, 0 to 1. */
  readonly stability: number;
  /** Silence that follows these words, in milliseconds, when they may be all that the caller says; 0 while the caller goes on. */
  readonly silenceMs: number;
};

export type TurnDecision = "silence" | "complete" | "final" | "timeout";

/** The caller finished a turn; this is what was said. */
export type TurnEnded = {
  /** Which record this is; tells the records of one topic apart. */
  readonly type: "TurnEnded";
  /** Identity of the fact, derived from what caused it: a redelivered cause gives the same id, and readers drop what they have seen. */
  readonly eventId: string;
  /** Twilio's identifier of the call; key of the topic. */
  readonly callSid: string;
  /** Number of the caller's turn that this belongs to, counted from 1; 0 before the caller has spoken. */
  readonly turn: number;
  /** When it happened, in microseconds since the Unix epoch (milliseconds with a fraction in TypeScript). */
  readonly occurredAt: number;
  /** The eventId of the record that this answers; null for what came from outside. */
  readonly causeId: string | null;
  /** Everything said in the turn. Card-like digit runs are masked with '#', digits of a PIN or code with '*'. Caller content. */
  readonly text: string;
  /** Recogniser's confidence, 0 to 1; 0 when it gave none. */
  readonly confidence: number;
  /** Where the turn began in the caller's audio, in milliseconds. */
  readonly startsAtMs: number;
  /** Where its last voiced frame ended, in milliseconds. */
  readonly endsAtMs: number;
  /** When the last voiced byte of the turn reached the gateway, in microseconds since the Unix epoch. */
  readonly lastByteAt: number;
  /** What decided that the turn was over: a long silence, a short silence after a complete sentence, the vendor's final, or the longest wait. */
  readonly decidedBy: TurnDecision;
  /** Silence that was listened to on purpose before deciding, in milliseconds. */
  readonly endpointWaitMs: number;
  /** Time spent waiting for the recogniser after that, in milliseconds. */
  readonly vendorWaitMs: number;
  /** The PIN or code that was said, sealed, so that only the stage that checks it can open it; null when none was. Caller content. */
  readonly sealedDigits: string | null;
};

/** Every record by its name. */
export type RecordByName = {
  readonly AudioCaptured: AudioCaptured;
  readonly CallDirected: CallDirected;
  readonly CallEnded: CallEnded;
  readonly CallStarted: CallStarted;
  readonly CallStateSaved: CallStateSaved;
  readonly DigitPressed: DigitPressed;
  readonly IntentForeseen: IntentForeseen;
  readonly IntentRecognised: IntentRecognised;
  readonly LookUpForeseen: LookUpForeseen;
  readonly PlaybackCleared: PlaybackCleared;
  readonly PlaybackReached: PlaybackReached;
  readonly PlaybackStarted: PlaybackStarted;
  readonly ResponsePrepared: ResponsePrepared;
  readonly RiskAssessed: RiskAssessed;
  readonly SpeechEnded: SpeechEnded;
  readonly SpeechStarted: SpeechStarted;
  readonly SpeechSynthesised: SpeechSynthesised;
  readonly StreamAttached: StreamAttached;
  readonly StreamDetached: StreamDetached;
  readonly ToolCalled: ToolCalled;
  readonly ToolFailed: ToolFailed;
  readonly ToolRefused: ToolRefused;
  readonly ToolSucceeded: ToolSucceeded;
  readonly TranscriptUpdated: TranscriptUpdated;
  readonly TurnEnded: TurnEnded;
};

export type RecordName = keyof RecordByName;

/** File of each record's schema, beside this folder. */
export const recordFiles: { readonly [N in RecordName]: string } = {
  AudioCaptured: "audio-captured.avsc",
  CallDirected: "call-directed.avsc",
  CallEnded: "call-ended.avsc",
  CallStarted: "call-started.avsc",
  CallStateSaved: "call-state-saved.avsc",
  DigitPressed: "digit-pressed.avsc",
  IntentForeseen: "intent-foreseen.avsc",
  IntentRecognised: "intent-recognised.avsc",
  LookUpForeseen: "look-up-foreseen.avsc",
  PlaybackCleared: "playback-cleared.avsc",
  PlaybackReached: "playback-reached.avsc",
  PlaybackStarted: "playback-started.avsc",
  ResponsePrepared: "response-prepared.avsc",
  RiskAssessed: "risk-assessed.avsc",
  SpeechEnded: "speech-ended.avsc",
  SpeechStarted: "speech-started.avsc",
  SpeechSynthesised: "speech-synthesised.avsc",
  StreamAttached: "stream-attached.avsc",
  StreamDetached: "stream-detached.avsc",
  ToolCalled: "tool-called.avsc",
  ToolFailed: "tool-failed.avsc",
  ToolRefused: "tool-refused.avsc",
  ToolSucceeded: "tool-succeeded.avsc",
  TranscriptUpdated: "transcript-updated.avsc",
  TurnEnded: "turn-ended.avsc",
};

/** Every value of each enumeration, in the schema's order. */
export const symbolsOf = {
  Direction: ["none","hangUp","transfer","maskDigits","unmaskDigits","bridgeWait","collectCard"],
  EndReason: ["unknown","callerHungUp","agentHungUp","transferred","failed","lost"],
  Attestation: ["unknown","full","partial","gateway","failed"],
  Intent: ["unclear","searchProducts","refineSearch","selectProduct","askDetails","orderProduct","changeQuantity","confirm","deny","applyDiscount","checkOrderStatus","provideDigits","goBack","repeat","help","talkToPerson","goodbye","outOfScope","cancelOrder","returnItems","exchangeItems","changeAddress","changePayment","requestCode","reorder","identify","resendLink"],
  SortOrder: ["relevance","priceAscending","priceDescending","ratingDescending","newest"],
  IntentSource: ["model","repairedModel","localReasoner","cache","fallback"],
  Tool: ["none","searchProducts","getProductDetails","quoteOrder","placeOrder","checkOrderStatus","applyDiscount","verifyIdentity","cancelQuote","getOrderDetails","cancelOrder","returnItems","exchangeItems","changeOrderAddress","changeOrderPayment","sendCode","awaitPayment","addCard","sendLinkAgain"],
  DialogueState: ["greeting","intentCapture","productSearch","review","clarification","question","authentication","confirmation","payment","receipt","followUp","exit","orderCare","careConfirmation","cardEntry"],
  RiskAction: ["allow","confirm","challenge","block"],
  CardEntryOutcome: ["unavailable","taken","stopped","refused"],
  DetachReason: ["stopped","closed","failed","replaced","draining"],
  RefusalReason: ["unknown","notAllowed","invalidArguments","overLimit","notFound","outOfStock","priceChanged","quoteExpired","notConfirmed","identityRequired","identityRefused","identityLocked","cardDeclined","noCard","riskBlocked","discountRefused","ownership","wrongState","reasonNotAccepted","nothingToDo","countsDiffer","itemNotInOrder","sameItem","otherType","unavailable","methodUnknown","sameMethod","movedAlready","giftCardTooLow","refundElsewhere","tooLate","taxWouldChange","moneyUnderWay","authenticationRequired","paymentExpired","tooManyOrders","overDailyAmount","riskUnknown"],
  OrderStatus: ["placed","paid","packed","shipped","delivered","cancelled","refunded","paymentFailed","itemsChanged","returnRequested","returned","exchangeRequested","exchanged","backordered"],
  OrderOption: ["none","cancel","changeItems","changeAddress","changePayment","requestReturn","requestExchange"],
  MethodKind: ["card","wallet","giftCard"],
  LeftReason: ["unknown","notFound","outOfStock","overLimit","tooManyLines"],
  TurnDecision: ["silence","complete","final","timeout"],
} as const;

/** Entities without any. */
export const noEntities: Entities = { query: null, priceMinMinor: null, priceMaxMinor: null, priceTargetMinor: null, sort: null, quantity: null, ordinal: null, productName: null, question: null, orderNumber: null, digits: null, discountCode: null, cancelReason: null, replacement: null, paymentMethod: null, address: null, personName: null, postalCode: null };

/** ToolArguments without any. */
export const noToolArguments: ToolArguments = { query: null, priceMinMinor: null, priceMaxMinor: null, sort: null, productId: null, question: null, quantity: null, quoteId: null, quoteHash: null, cardId: null, orderNumber: null, discountCode: null, digits: null, personName: null, postalCode: null, callerNumber: null, cancelReason: null, productIds: null, newProductIds: null, methodId: null, address: null, confirmation: null, paymentMethodRef: null, lines: null };

/** Fields of each record that are without a value by default, without one. */
export const absentFields = {
  AudioCaptured: {},
  CallDirected: { toNumber: null, afterResponseId: null },
  CallEnded: {},
  CallStarted: {},
  CallStateSaved: {},
  DigitPressed: { sealedDigit: null },
  IntentForeseen: {},
  IntentRecognised: {},
  LookUpForeseen: {},
  PlaybackCleared: {},
  PlaybackReached: {},
  PlaybackStarted: {},
  ResponsePrepared: {},
  RiskAssessed: {},
  SpeechEnded: {},
  SpeechStarted: {},
  SpeechSynthesised: {},
  StreamAttached: { cardEntry: null },
  StreamDetached: {},
  ToolCalled: {},
  ToolFailed: {},
  ToolRefused: { limit: null, availableQuantity: null, triesLeft: null, cards: [], sentence: null, readBack: null },
  ToolSucceeded: { products: [], quote: null, cards: [], order: null, customerName: null, orders: [], methods: [], addresses: [], leftLines: [] },
  TranscriptUpdated: {},
  TurnEnded: { sealedDigits: null },
} as const satisfies { readonly [N in RecordName]: Partial<RecordByName[N]> };

/** Fields of each record that hold caller content, as dotted paths (array items included). */
export const piiFields: { readonly [N in RecordName]: readonly string[] } = {
  AudioCaptured: ["audio"],
  CallDirected: [],
  CallEnded: [],
  CallStarted: ["fromNumber"],
  CallStateSaved: ["session"],
  DigitPressed: ["digit","sealedDigit"],
  IntentForeseen: ["entities.query","entities.productName","entities.question","entities.orderNumber","entities.digits","entities.discountCode","entities.cancelReason","entities.replacement","entities.paymentMethod","entities.address","entities.personName","entities.postalCode","text"],
  IntentRecognised: ["entities.query","entities.productName","entities.question","entities.orderNumber","entities.digits","entities.discountCode","entities.cancelReason","entities.replacement","entities.paymentMethod","entities.address","entities.personName","entities.postalCode","text"],
  LookUpForeseen: ["arguments.query","arguments.question","arguments.orderNumber","arguments.discountCode","arguments.digits","arguments.personName","arguments.postalCode","arguments.callerNumber","arguments.cancelReason","arguments.address.line1","arguments.address.line2","arguments.address.city","arguments.address.state","arguments.address.postalCode","arguments.address.country","arguments.paymentMethodRef"],
  PlaybackCleared: ["heardText"],
  PlaybackReached: ["heardText"],
  PlaybackStarted: [],
  ResponsePrepared: ["sentences.text"],
  RiskAssessed: [],
  SpeechEnded: [],
  SpeechStarted: [],
  SpeechSynthesised: ["audio","sentenceText"],
  StreamAttached: ["cardEntry.paymentMethodRef"],
  StreamDetached: [],
  ToolCalled: ["arguments.query","arguments.question","arguments.orderNumber","arguments.discountCode","arguments.digits","arguments.personName","arguments.postalCode","arguments.callerNumber","arguments.cancelReason","arguments.address.line1","arguments.address.line2","arguments.address.city","arguments.address.state","arguments.address.postalCode","arguments.address.country","arguments.paymentMethodRef"],
  ToolFailed: [],
  ToolRefused: ["cards.last4"],
  ToolSucceeded: ["cards.last4","order.orderNumber","order.paidWithLast4","customerName","orders.orderNumber","orders.paidWithLast4","methods.last4","addresses.line1","addresses.line2","addresses.city","addresses.state","addresses.postalCode","addresses.country"],
  TranscriptUpdated: ["text"],
  TurnEnded: ["text","sealedDigits"],
};

