/** Rows of the transition table that stand in several places of it. */

import type { GuardName } from "./guards.ts";
import type { Choice, Row } from "./row.ts";

export const stay: Row = [{ to: "same", action: "nothing" }];
export const person: Row = [{ to: "exit", action: "transferToPerson" }];
export const bye: Row = [{ to: "exit", action: "sayGoodbye" }];
export const wait: Row = [{ to: "same", action: "sayStillPlacing" }];
export const back: Row = [
  { when: "hasFocus", to: "review", action: "reviewAgain" },
  { when: "hasOffers", to: "productSearch", action: "listAgain" },
  { to: "intentCapture", action: "askWhatElse" },
];
export const which: readonly [Choice & { readonly when: GuardName }, Choice & { readonly when: GuardName }, Choice] = [
  { when: "namesOtherProduct", to: "productSearch", action: "searchNamed" },
  { when: "hasOffers", to: "clarification", action: "askWhich" },
  { to: "clarification", action: "askWhatToFind" },
];
/** Several products at once, or one beside those that were asked for before. */
export const basketAnew: Choice & { readonly when: GuardName } = {
  when: "changesBasket",
  to: "review",
  action: "quoteBasket",
};
/** The same at the counter: the quote that is there is replaced, and what cannot be had of the new one leaves it as it was. */
export const basketHere: Choice & { readonly when: GuardName } = { ...basketAnew, to: "same" };
export const order: Row = [basketAnew, { when: "pointsToProduct", to: "review", action: "quote" }, ...which];
export const search: Row = [
  basketAnew,
  { when: "namesNothing", to: "clarification", action: "askWhatToFind" },
  { to: "productSearch", action: "search" },
];
export const quoted: Row = [
  { when: "needsIdentity", to: "authentication", action: "askPinForOrder" },
  { when: "canKeyFirstCard", to: "cardEntry", action: "offerFirstCard" },
  { when: "cannotPay", to: "exit", action: "transferWithoutCard" },
  { to: "confirmation", action: "readBack" },
];
export const yesAtConfirmation: Row = [
  { when: "isPlacing", to: "same", action: "sayStillPlacing" },
  { when: "needsIdentity", to: "authentication", action: "askPinForOrder" },
  { when: "isWaiting", to: "same", action: "nothing" },
  { when: "isReadBackMissing", to: "same", action: "readBack" },
  { when: "isReadBackUnheard", to: "same", action: "finishReadBack" },
  { when: "needsSecondYes", to: "same", action: "askOnceMore" },
  { to: "payment", action: "placeOrder" },
];
export const noAtConfirmation: Row = [
  { when: "pointsElsewhere", to: "review", action: "review" },
  { when: "namesOtherProduct", to: "productSearch", action: "searchNamed" },
  { to: "productSearch", action: "dropQuote" },
];
export const pick: Row = [
  { when: "keyPointsToOffer", to: "review", action: "reviewKeyed" },
  { to: "same", action: "nothing" },
];
export const resume: Choice & { readonly when: GuardName } = {
  when: "wasCutOffInVain",
  to: "same",
  action: "resumeResponse",
};
export const payerWaited: Choice & { readonly when: GuardName } = {
  when: "isPaymentAwaited",
  to: "same",
  action: "waitForPayment",
};
/** Who waits for a text message wants the link to pay by, of this call or of one before, unless they were promised a code. */
export const linkAgain: Row = [
  { when: "isWaiting", to: "same", action: "nothing" },
  { when: "needsIdentity", to: "authentication", action: "askPinForLink" },
  { to: "same", action: "sendLinkAgain" },
];
/** The same of who has an order read back and was sent no link for another one: they want to pay it by one. */
export const linkInstead: Row = [
  { when: "isWaiting", to: "same", action: "nothing" },
  { when: "isPaymentAwaited", to: "same", action: "sendLinkAgain" },
  { when: "isLinkOffered", to: "confirmation", action: "offerLink" },
  ...linkAgain,
];
export const notPlaced: Row = [{ to: "followUp", action: "tellNotPlaced" }];
export const overDay: Row = [{ to: "followUp", action: "tellDailyLimit" }];
/** Digits that were not sealed were keyed before the PIN was asked for: neither a part of it nor a wish. */
export const keyedAtPin = {
  digitSealed: [{ to: "same", action: "keepDigit" }],
  "digit:0": stay,
  "digit:1": stay,
  "digit:2": stay,
  "digit:3": stay,
  "digit:4": stay,
  "digit:5": stay,
  "digit:6": stay,
  "digit:7": stay,
  "digit:8": stay,
  "digit:9": stay,
} as const;
export const pinEntered: Row = [
  { when: "isWaiting", to: "same", action: "nothing" },
  { when: "hasKeyedPin", to: "same", action: "verifyKeyed" },
  { to: "same", action: "askPinAgain" },
];
/** While an order is being placed nothing else is begun. */
export const whilePlacing = {
  "intent:unclear": stay,
  "intent:searchProducts": wait,
  "intent:refineSearch": wait,
  "intent:selectProduct": wait,
  "intent:askDetails": wait,
  "intent:orderProduct": wait,
  "intent:changeQuantity": wait,
  "intent:confirm": wait,
  "intent:deny": wait,
  "intent:applyDiscount": wait,
  "intent:checkOrderStatus": wait,
  "intent:cancelOrder": wait,
  "intent:returnItems": wait,
  "intent:exchangeItems": wait,
  "intent:changeAddress": wait,
  "intent:changePayment": wait,
  "intent:provideDigits": wait,
  "intent:requestCode": wait,
  "intent:resendLink": wait,
  "intent:reorder": wait,
  "intent:identify": wait,
  "intent:goBack": wait,
  "intent:repeat": wait,
  "intent:help": wait,
  "intent:talkToPerson": wait,
  "intent:goodbye": wait,
  "intent:outOfScope": wait,
  injection: wait,
  "digit:0": wait,
  "digit:1": stay,
  "digit:2": stay,
  "digit:*": wait,
  "digit:9": wait,
} as const;
/** Once good-bye was said nothing is begun any more. */
export const whileLeaving = {
  "intent:unclear": stay,
  "intent:searchProducts": stay,
  "intent:refineSearch": stay,
  "intent:selectProduct": stay,
  "intent:askDetails": stay,
  "intent:orderProduct": stay,
  "intent:changeQuantity": stay,
  "intent:confirm": stay,
  "intent:deny": stay,
  "intent:applyDiscount": stay,
  "intent:checkOrderStatus": stay,
  "intent:cancelOrder": stay,
  "intent:returnItems": stay,
  "intent:exchangeItems": stay,
  "intent:changeAddress": stay,
  "intent:changePayment": stay,
  "intent:provideDigits": stay,
  "intent:requestCode": stay,
  "intent:resendLink": stay,
  "intent:reorder": stay,
  "intent:identify": stay,
  "intent:goBack": stay,
  "intent:repeat": stay,
  "intent:help": stay,
  "intent:talkToPerson": stay,
  "intent:goodbye": stay,
  "intent:outOfScope": stay,
  injection: stay,
  "digit:0": stay,
  "digit:*": stay,
  "digit:9": stay,
  noIntent: stay,
} as const;
