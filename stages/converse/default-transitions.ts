import type { Row } from "./row.ts";
import { back, bye, order, person, pick, quoted, resume, search, stay, which } from "./shared-rows.ts";
import type { Trigger } from "./triggers.ts";

const comparison = { when: "comparesProducts", to: "productSearch", action: "compare" } as const;

/**
 * What a trigger does where the state has no row of its own: exactly one row for every trigger. Shopping intents mean the same
 * nearly everywhere, so they stand here; a state's row says where they do not.
 */
export const defaults: { readonly [T in Trigger]: Row } = {
  "intent:unclear": [
    resume,
    { when: "isWaiting", to: "same", action: "nothing" },
    { when: "isHopeless", to: "exit", action: "transferToPerson" },
    { when: "isUnclearAgain", to: "clarification", action: "offerHelp" },
    { to: "clarification", action: "askAgain" },
  ],
  "intent:searchProducts": search,
  "intent:refineSearch": [
    comparison,
    { when: "asksForMore", to: "productSearch", action: "listMore" },
    { when: "namesNothing", to: "clarification", action: "askWhatToFind" },
    { to: "productSearch", action: "refine" },
  ],
  "intent:selectProduct": [comparison, { when: "pointsToProduct", to: "review", action: "review" }, ...which],
  "intent:askDetails": [comparison, { when: "pointsToProduct", to: "question", action: "lookUpDetails" }, ...which],
  "intent:orderProduct": order,
  "intent:changeQuantity": order,
  "intent:confirm": [
    { when: "hasFocus", to: "review", action: "quote" },
    { when: "hasOffers", to: "clarification", action: "askWhich" },
    { to: "clarification", action: "askWhatToFind" },
  ],
  "intent:deny": [{ to: "intentCapture", action: "askWhatElse" }],
  "intent:applyDiscount": [{ to: "same", action: "explainDiscounts" }],
  "intent:checkOrderStatus": [
    { when: "needsIdentity", to: "authentication", action: "askPinForStatus" },
    { to: "question", action: "lookUpOrder" },
  ],
  "intent:provideDigits": [{ to: "same", action: "askWhatDigitsFor" }],
  "intent:goBack": back,
  "intent:repeat": [{ to: "same", action: "repeatResponse" }],
  "intent:help": [{ to: "same", action: "giveHelp" }],
  "intent:talkToPerson": person,
  "intent:goodbye": bye,
  "intent:outOfScope": [{ to: "same", action: "sayOutOfScope" }],
  injection: [{ to: "same", action: "answerTrick" }],

  "succeeded:searchProducts": [
    { when: "foundMatches", to: "productSearch", action: "listMatches" },
    { when: "foundNearest", to: "productSearch", action: "listNearest" },
    { to: "intentCapture", action: "tellNothingFound" },
  ],
  "succeeded:getProductDetails": [
    { when: "foundProduct", to: "question", action: "answerQuestion" },
    { to: "intentCapture", action: "tellNotFound" },
  ],
  "succeeded:quoteOrder": quoted,
  "succeeded:placeOrder": [{ to: "receipt", action: "tellReceipt" }],
  "succeeded:checkOrderStatus": [{ to: "followUp", action: "tellOrder" }],
  "succeeded:applyDiscount": quoted,
  "succeeded:verifyIdentity": [
    { when: "wantsStatus", to: "question", action: "welcomeAndLookUpOrder" },
    { when: "hasNoQuote", to: "intentCapture", action: "welcome" },
    { when: "bringsNoCard", to: "exit", action: "transferWithoutCard" },
    { to: "confirmation", action: "welcomeAndReadBack" },
  ],
  "succeeded:cancelQuote": stay,

  "refused:unknown": [
    { when: "wasDiscounting", to: "confirmation", action: "readBackAfterDiscount" },
    { to: "intentCapture", action: "tellCannot" },
  ],
  "refused:notAllowed": [
    { when: "wasDiscounting", to: "confirmation", action: "readBackAfterDiscount" },
    { to: "intentCapture", action: "tellCannot" },
  ],
  "refused:invalidArguments": [
    { when: "wasDiscounting", to: "confirmation", action: "readBackAfterDiscount" },
    { when: "wasProving", to: "authentication", action: "askPinAgain" },
    { to: "intentCapture", action: "tellCannot" },
  ],
  "refused:overLimit": [
    { when: "wasSearching", to: "productSearch", action: "searchWithinLimit" },
    { when: "hasFocus", to: "review", action: "tellLimit" },
    { to: "intentCapture", action: "tellLimit" },
  ],
  "refused:notFound": [
    { when: "wasProving", to: "exit", action: "transferUnproven" },
    { when: "wasDiscounting", to: "confirmation", action: "readBackAfterDiscount" },
    { when: "askedForOrder", to: "followUp", action: "tellOrderNotFound" },
    { to: "intentCapture", action: "tellNotFound" },
  ],
  "refused:outOfStock": [
    { when: "someAreLeft", to: "review", action: "offerRest" },
    { when: "hasAlternatives", to: "productSearch", action: "offerAlternatives" },
    { to: "intentCapture", action: "tellSoldOut" },
  ],
  "refused:priceChanged": [
    { when: "hasFocus", to: "review", action: "quoteNewPrice" },
    { to: "intentCapture", action: "tellCannot" },
  ],
  "refused:quoteExpired": [
    { when: "hasFocus", to: "review", action: "quoteAgain" },
    { to: "intentCapture", action: "tellCannot" },
  ],
  "refused:notConfirmed": [
    { when: "hasNoQuote", to: "intentCapture", action: "tellCannot" },
    { to: "confirmation", action: "readBack" },
  ],
  "refused:identityRequired": [
    { when: "askedForOrder", to: "authentication", action: "askPinForStatus" },
    { to: "authentication", action: "askPinForOrder" },
  ],
  "refused:identityRefused": [
    { when: "hasTriesLeft", to: "authentication", action: "askPinAfterRefusal" },
    { to: "exit", action: "transferUnproven" },
  ],
  "refused:identityLocked": [{ to: "exit", action: "transferUnproven" }],
  "refused:cardDeclined": [
    { when: "hasOtherCard", to: "confirmation", action: "offerOtherCard" },
    { to: "followUp", action: "tellNoOtherCard" },
  ],
  "refused:noCard": [{ to: "exit", action: "transferWithoutCard" }],
  "refused:riskBlocked": [{ to: "exit", action: "transferBlocked" }],
  "refused:discountRefused": [
    { when: "hasNoQuote", to: "same", action: "tellDiscountRefused" },
    { when: "needsIdentity", to: "authentication", action: "askPinAfterDiscount" },
    { to: "confirmation", action: "readBackAfterDiscount" },
  ],
  "refused:ownership": [
    { when: "askedForOrder", to: "followUp", action: "tellOrderNotFound" },
    { to: "intentCapture", action: "tellCannot" },
  ],

  "failed:searchProducts": [{ to: "intentCapture", action: "tellTrouble" }],
  "failed:getProductDetails": [{ to: "review", action: "tellTrouble" }],
  "failed:quoteOrder": [{ to: "review", action: "tellTrouble" }],
  "failed:placeOrder": [
    { when: "isOutcomeUnknown", to: "followUp", action: "tellUnconfirmed" },
    { when: "needsIdentity", to: "authentication", action: "askPinAfterFailure" },
    { to: "confirmation", action: "offerRetry" },
  ],
  "failed:checkOrderStatus": [{ to: "followUp", action: "tellTrouble" }],
  "failed:applyDiscount": [
    { when: "hasNoQuote", to: "same", action: "tellTrouble" },
    { when: "needsIdentity", to: "authentication", action: "askPinAfterFailure" },
    { to: "confirmation", action: "readBackAfterTrouble" },
  ],
  "failed:verifyIdentity": [{ to: "authentication", action: "askPinAfterTrouble" }],
  "failed:cancelQuote": stay,
  "timeout:searchProducts": [{ to: "intentCapture", action: "tellTrouble" }],
  "timeout:getProductDetails": [{ to: "review", action: "tellTrouble" }],
  "timeout:quoteOrder": [{ to: "review", action: "tellTrouble" }],
  "timeout:placeOrder": [{ to: "followUp", action: "tellUnconfirmed" }],
  "timeout:checkOrderStatus": [{ to: "followUp", action: "tellTrouble" }],
  "timeout:applyDiscount": [
    { when: "hasNoQuote", to: "same", action: "tellTrouble" },
    { when: "needsIdentity", to: "authentication", action: "askPinAfterFailure" },
    { to: "confirmation", action: "readBackAfterTrouble" },
  ],
  "timeout:verifyIdentity": [{ to: "authentication", action: "askPinAfterTrouble" }],
  "timeout:cancelQuote": stay,

  "digit:0": person,
  "digit:1": pick,
  "digit:2": pick,
  "digit:3": pick,
  "digit:4": stay,
  "digit:5": stay,
  "digit:6": stay,
  "digit:7": stay,
  "digit:8": stay,
  "digit:9": [{ to: "same", action: "repeatResponse" }],
  "digit:*": back,
  "digit:#": stay,
  pinPause: stay,

  streamAttached: stay,
  streamLost: stay,
  streamBack: [{ to: "same", action: "resumeAfterLoss" }],
  spoken: stay,
  interrupted: stay,
  "silence:first": [{ to: "same", action: "askAfterSilence" }],
  "silence:second": [{ to: "same", action: "askAfterLongSilence" }],
  "silence:third": [{ to: "exit", action: "sayGoodbyeAfterSilence" }],
  noIntent: [
    resume,
    { when: "isWaiting", to: "same", action: "nothing" },
    { when: "isNeverUnderstood", to: "exit", action: "transferToPerson" },
    { to: "same", action: "askToRepeat" },
  ],
  lateRefusal: [{ to: "same", action: "tellLateRefusal" }],
  overdue: stay,
  "risk:confirm": stay,
  "risk:challenge": [{ to: "same", action: "distrust" }],
  "risk:block": [{ to: "exit", action: "transferBlocked" }],
  callEnded: [{ to: "exit", action: "close" }],
};
