import type { Intent, RefusalReason, RiskAction, Tool } from "../../schemas/generated/records.ts";

/** Every intent of the contract. */
export const intents = [
  "unclear",
  "searchProducts",
  "refineSearch",
  "selectProduct",
  "askDetails",
  "orderProduct",
  "changeQuantity",
  "confirm",
  "deny",
  "applyDiscount",
  "checkOrderStatus",
  "provideDigits",
  "goBack",
  "repeat",
  "help",
  "talkToPerson",
  "goodbye",
  "outOfScope",
  "cancelOrder",
  "returnItems",
  "exchangeItems",
  "changeAddress",
  "changePayment",
  "requestCode",
  "reorder",
] as const satisfies readonly Intent[];

/** Every tool that the dialogue calls. */
export const tools = [
  "searchProducts",
  "getProductDetails",
  "quoteOrder",
  "placeOrder",
  "checkOrderStatus",
  "applyDiscount",
  "verifyIdentity",
  "cancelQuote",
  "sendCode",
  "awaitPayment",
  "getOrderDetails",
  "cancelOrder",
  "returnItems",
  "exchangeItems",
  "changeOrderAddress",
  "changeOrderPayment",
] as const satisfies readonly Exclude<Tool, "none">[];

/** Every reason for which a tool may refuse. */
export const reasons = [
  "unknown",
  "notAllowed",
  "invalidArguments",
  "overLimit",
  "notFound",
  "outOfStock",
  "priceChanged",
  "quoteExpired",
  "notConfirmed",
  "identityRequired",
  "identityRefused",
  "identityLocked",
  "cardDeclined",
  "noCard",
  "riskBlocked",
  "discountRefused",
  "ownership",
  "authenticationRequired",
  "paymentExpired",
  "wrongState",
  "reasonNotAccepted",
  "nothingToDo",
  "countsDiffer",
  "itemNotInOrder",
  "sameItem",
  "otherType",
  "unavailable",
  "methodUnknown",
  "sameMethod",
  "movedAlready",
  "giftCardTooLow",
  "refundElsewhere",
  "tooLate",
  "taxWouldChange",
  "moneyUnderWay",
  "tooManyOrders",
  "overDailyAmount",
] as const satisfies readonly RefusalReason[];

export const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"] as const;
export type Digit = (typeof digits)[number];

const risks = ["confirm", "challenge", "block"] as const satisfies readonly RiskAction[];

/** The rest of what can happen to a dialogue. */
const happenings = [
  /** A turn whose words try to give the system instructions. */
  "injection",
  /** A turn in which a card number was said; it is masked in the words. */
  "cardSpoken",
  /** The first media stream is there. */
  "streamAttached",
  "streamLost",
  "streamBack",
  /** A response was heard to its end. */
  "spoken",
  /** The caller cut a response off. */
  "interrupted",
  "silence:first",
  "silence:second",
  "silence:third",
  /** The caller spoke, and no intent came of it in time. */
  "noIntent",
  /** Four or more digits were keyed, and then none. */
  "pinPause",
  /** A placeOrder that the caller was told to be unsure of came to nothing after all. */
  "lateRefusal",
  /** The last words should have been heard long ago, and the call still lives. */
  "overdue",
  "callEnded",
] as const;

/** What can move the dialogue. */
export type Trigger =
  | `intent:${(typeof intents)[number]}`
  | `succeeded:${(typeof tools)[number]}`
  | `refused:${(typeof reasons)[number]}`
  | `failed:${(typeof tools)[number]}`
  | `timeout:${(typeof tools)[number]}`
  | `digit:${Digit}`
  | `risk:${(typeof risks)[number]}`
  | (typeof happenings)[number];

/** All triggers: the columns of the transition table. */
export const triggers: readonly Trigger[] = [
  ...intents.map((intent) => `intent:${intent}` as const),
  ...tools.map((tool) => `succeeded:${tool}` as const),
  ...reasons.map((reason) => `refused:${reason}` as const),
  ...tools.map((tool) => `failed:${tool}` as const),
  ...tools.map((tool) => `timeout:${tool}` as const),
  ...digits.map((digit) => `digit:${digit}` as const),
  ...risks.map((risk) => `risk:${risk}` as const),
  ...happenings,
];
