import type {
  CardOnFile,
  DialogueState,
  Intent,
  OrderSummary,
  ProductOffer,
  Quote,
  QuoteLine,
  RiskAction,
  Tool,
  ToolArguments,
} from "../../schemas/generated/records.ts";
import type { Care } from "./care.ts";

/** A sentence to say, and the product of the list that it tells, if any. */
export type Line = { readonly text: string; readonly phraseId: string | null; readonly productId: string | null };

/** The response that the caller hears, or heard last. */
export type Speech = {
  readonly responseId: string;
  readonly lines: readonly Line[];
  /** How many sentences were heard to their end. */
  readonly heardCount: number;
  /** What was heard of the sentence after those, if it was cut off. */
  readonly partText: string;
  readonly isComplete: boolean;
  readonly wasCutOff: boolean;
  readonly isInterruptible: boolean;
  /** Whether it reads a quote back; its last sentence asks for the yes. */
  readonly isReadBack: boolean;
};

/** A tool call whose result is awaited. */
export type Awaited = {
  readonly callId: string;
  readonly tool: Tool;
  readonly intent: Intent;
  readonly turn: number;
  readonly arguments: ToolArguments;
};

/** The quote and the card that were last read back: the only ones that a yes can mean. */
export type ReadBack = {
  readonly quoteId: string;
  readonly quoteHash: string;
  /** The saved card that pays; null where a link is sent. */
  readonly cardId: string | null;
  /** Whether the amount was heard, or said a second time. */
  readonly isHeard: boolean;
  /** Whether the caller was asked a second time because of the risk. */
  readonly isAskedTwice: boolean;
};

/** Name and postal code that a caller said are theirs. */
export type Claim = { readonly personName: string; readonly postalCode: string };

/** What the dialogue knows about a call. Plain JSON. */
export type Memory = {
  readonly callSid: string;
  readonly callerNumber: string;
  readonly dialogue: DialogueState;
  readonly isAttached: boolean;
  /** Whether the stream ended because its gateway was told to end: the caller is not to notice. */
  readonly isHandedOver: boolean;
  /** Turn that the dialogue answers. */
  readonly turn: number;
  /** Turn of the newest intent; older ones come too late. */
  readonly intentTurn: number;
  /** Counts what was emitted; part of each emission's key. */
  readonly emitted: number;
  /** Whether something was said since the caller last did something. */
  readonly hasAnswered: boolean;
  /** Whether the caller spoke and what was meant is not known yet. */
  readonly isCallerSpeaking: boolean;
  readonly speech: Speech | null;
  readonly awaited: Awaited | null;
  /** callId of the placeOrder whose outcome is not known; stays after a time-out, so that there is never a second. */
  readonly placingCallId: string | null;
  /** Quote of that order; what is to be watched when its payer pays by a link. */
  readonly placingQuoteId: string | null;
  /** Whether that order has no card, and is paid by a link. */
  readonly isPlacingByLink: boolean;
  /** callIds of awaitPayment whose result comes when the payer has paid, or the link has run out. */
  readonly paymentWaits: readonly string[];
  readonly silenceCount: number;
  readonly unclearCount: number;
  readonly missedCount: number;
  /** Arguments of the search whose results stand in `offers`. */
  readonly search: ToolArguments | null;
  /** Found products, best first. */
  readonly offers: readonly ProductOffer[];
  /** How many of the offers were told in lists so far. */
  readonly toldCount: number;
  /** Products of the list that was told last, in order. */
  readonly listed: readonly string[];
  /** Those of them whose name was heard, in the order of hearing. */
  readonly heardListed: readonly string[];
  /** Product that is talked about. */
  readonly focus: ProductOffer | null;
  /** What the caller asked about the product. */
  readonly question: string | null;
  readonly wantedQuantity: number | null;
  readonly quote: Quote | null;
  /** What the newest quote held; stays when the quote is left at the counter, until it is ordered or dropped. */
  readonly basket: readonly QuoteLine[];
  /** Sentences of read-backs that were heard to their end, newest last: of many products those are summed up the next time. */
  readonly heardOffers: readonly string[];
  /** Whether what is ordered next comes beside what is in the basket. */
  readonly isAdding: boolean;
  readonly readBack: ReadBack | null;
  readonly cards: readonly CardOnFile[];
  /** Card that the next read-back names. */
  readonly cardId: string | null;
  /** Whether the caller was sent to key a card in and is not back yet. */
  readonly isCardAwaited: boolean;
  /** Whether the gateway was told to mask keys and has not been told otherwise. */
  readonly isMasked: boolean;
  /** How often a card was asked for. */
  readonly cardTries: number;
  readonly isIdentityProven: boolean;
  readonly customerName: string | null;
  /** Who the caller says they are, until they have proven it: a hint of whose PIN or code it is. */
  readonly claim: Claim | null;
  /** What identity is asked for. */
  readonly purpose: "order" | "status" | "care" | "reorder" | "link" | null;
  /** The order that was placed before and is being taken care of. */
  readonly care: Care | null;
  readonly orderNumber: string | null;
  /** The order that was told last: "order it again" means that one. */
  readonly toldOrder: string | null;
  /** What was keyed of a PIN or code, sealed. */
  readonly keyedDigits: string;
  /** Whether a code was asked for instead of the PIN. */
  readonly isCodeSent: boolean;
  /** PINs and codes that were refused. */
  readonly failedTries: number;
  readonly order: OrderSummary | null;
  /** Highest action that was assessed in this call. */
  readonly risk: RiskAction;
  /** What the call shall do when the last words were heard. */
  readonly ending: "hangUp" | "transfer" | null;
};

/** A call that just reached the line. */
export function newMemory(callSid: string, callerNumber: string): Memory {
  return {
    callSid,
    callerNumber,
    dialogue: "greeting",
    isAttached: false,
    isHandedOver: false,
    turn: 0,
    intentTurn: 0,
    emitted: 0,
    hasAnswered: false,
    isCallerSpeaking: false,
    speech: null,
    awaited: null,
    placingCallId: null,
    placingQuoteId: null,
    isPlacingByLink: false,
    paymentWaits: [],
    silenceCount: 0,
    unclearCount: 0,
    missedCount: 0,
    search: null,
    offers: [],
    toldCount: 0,
    listed: [],
    heardListed: [],
    focus: null,
    question: null,
    wantedQuantity: null,
    quote: null,
    basket: [],
    heardOffers: [],
    isAdding: false,
    readBack: null,
    cards: [],
    cardId: null,
    isCardAwaited: false,
    isMasked: false,
    cardTries: 0,
    isIdentityProven: false,
    customerName: null,
    claim: null,
    purpose: null,
    care: null,
    orderNumber: null,
    toldOrder: null,
    keyedDigits: "",
    isCodeSent: false,
    failedTries: 0,
    order: null,
    risk: "allow",
    ending: null,
  };
}
