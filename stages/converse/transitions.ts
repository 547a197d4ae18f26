import type { DialogueState } from "../../schemas/generated/records.ts";
import { basketAtCounter, unlessChanged } from "./basket-rows.ts";
import { cardEntry, otherCard } from "./card-entry-rows.ts";
import { beginCare, careConfirmation, orderCare } from "./care-rows.ts";
import { defaults } from "./default-transitions.ts";
import type { Row, TransitionTable } from "./row.ts";
import {
  back,
  basketHere,
  bye,
  keyedAtPin,
  linkInstead,
  noAtConfirmation,
  notPlaced,
  pinEntered,
  resume,
  stay,
  which,
  whileLeaving,
  whilePlacing,
  yesAtConfirmation,
} from "./shared-rows.ts";
import type { Trigger } from "./triggers.ts";

/** The dialogue: for each state, what each trigger does there; what is not listed has its row in {@link defaults}. */
export const transitions: TransitionTable = {
  greeting: {
    streamAttached: [{ to: "same", action: "greet" }],
    spoken: [{ to: "intentCapture", action: "nothing" }],
    interrupted: [{ to: "intentCapture", action: "nothing" }],
  },
  intentCapture: {
    "intent:deny": bye,
  },
  productSearch: {
    "intent:confirm": [{ when: "pointsToProduct", to: "review", action: "quote" }, ...which],
    "intent:deny": [
      { when: "pointsElsewhere", to: "review", action: "review" },
      { when: "namesOtherProduct", to: "productSearch", action: "searchNamed" },
      { to: "intentCapture", action: "askWhatElse" },
    ],
    "intent:goBack": [{ to: "intentCapture", action: "askWhatElse" }],
    "digit:*": [{ to: "intentCapture", action: "askWhatElse" }],
  },
  review: {
    "intent:deny": [
      { when: "pointsElsewhere", to: "review", action: "review" },
      { when: "namesOtherProduct", to: "productSearch", action: "searchNamed" },
      { to: "productSearch", action: "leaveProduct" },
    ],
    "intent:goBack": [
      { when: "hasOffers", to: "productSearch", action: "listAgain" },
      { to: "intentCapture", action: "askWhatElse" },
    ],
    "digit:*": [
      { when: "hasOffers", to: "productSearch", action: "listAgain" },
      { to: "intentCapture", action: "askWhatElse" },
    ],
    "digit:1": [
      { when: "hasFocus", to: "review", action: "quote" },
      { to: "same", action: "nothing" },
    ],
    "digit:2": [{ to: "productSearch", action: "leaveProduct" }],
  },
  clarification: {
    "intent:confirm": [{ when: "pointsToProduct", to: "review", action: "quote" }, ...which],
  },
  question: {
    "intent:deny": [
      { when: "pointsElsewhere", to: "review", action: "review" },
      { when: "namesOtherProduct", to: "productSearch", action: "searchNamed" },
      { to: "productSearch", action: "leaveProduct" },
    ],
    "digit:1": [
      { when: "hasFocus", to: "review", action: "quote" },
      { to: "same", action: "nothing" },
    ],
    "digit:2": [{ to: "productSearch", action: "leaveProduct" }],
  },
  authentication: {
    ...basketAtCounter,
    ...keyedAtPin,
    "digit:#": pinEntered,
    pinPause: pinEntered,
    "intent:provideDigits": [
      { when: "isWaiting", to: "same", action: "nothing" },
      { when: "hasSpokenPin", to: "same", action: "verifySpoken" },
      { to: "same", action: "askPinAgain" },
    ],
    "intent:requestCode": [
      { when: "isWaiting", to: "same", action: "nothing" },
      { when: "areCodesOffered", to: "same", action: "requestCode" },
      { to: "same", action: "tellNoCode" },
    ],
    "intent:identify": [
      { when: "isWaiting", to: "same", action: "nothing" },
      { when: "namesThemselves", to: "same", action: "noteClaim" },
      { to: "same", action: "askClaimAgain" },
    ],
    "intent:resendLink": [
      { when: "isWaiting", to: "same", action: "nothing" },
      { when: "isCodeSent", to: "same", action: "requestCode" },
      // Whose order waits for the PIN is not asked for another one.
      { when: "hasNoQuote", to: "same", action: "askPinForLink" },
      { to: "same", action: "askPinAgain" },
    ],
    "succeeded:sendCode": [{ to: "same", action: "askCode" }],
    "failed:sendCode": [{ to: "same", action: "askPinAfterTrouble" }],
    "timeout:sendCode": [{ to: "same", action: "askPinAfterTrouble" }],
    "intent:confirm": [basketHere, { to: "same", action: "askPinAgain" }],
    "intent:deny": unlessChanged(back),
    "failed:quoteOrder": [{ to: "same", action: "askPinAfterFailure" }],
    "timeout:quoteOrder": [{ to: "same", action: "askPinAfterFailure" }],
    "intent:cancelOrder": [
      basketHere,
      { when: "meansOpenQuote", to: "productSearch", action: "dropQuote" },
      ...beginCare,
    ],
    "intent:changePayment": [{ when: "meansOpenQuote", to: "same", action: "askPinAgain" }, ...beginCare],
    "intent:changeAddress": [{ when: "meansOpenQuote", to: "same", action: "askPinAgain" }, ...beginCare],
    "intent:outOfScope": [basketHere, { to: "same", action: "askPinAgain" }],
    "intent:unclear": [
      resume,
      basketHere,
      { when: "isWaiting", to: "same", action: "nothing" },
      { when: "isHopeless", to: "exit", action: "transferToPerson" },
      { to: "same", action: "askPinAgain" },
    ],
    "succeeded:checkOrderStatus": [{ to: "followUp", action: "tellOrder" }],
  },
  confirmation: {
    ...basketAtCounter,
    "intent:confirm": unlessChanged(yesAtConfirmation),
    "digit:1": yesAtConfirmation,
    "intent:deny": unlessChanged(noAtConfirmation),
    "failed:quoteOrder": [{ to: "same", action: "readBackAfterTrouble" }],
    "timeout:quoteOrder": [{ to: "same", action: "readBackAfterTrouble" }],
    "intent:cancelOrder": [
      basketHere,
      { when: "meansOpenQuote", to: "productSearch", action: "dropQuote" },
      ...beginCare,
    ],
    "intent:changePayment": [...otherCard, ...beginCare],
    "intent:resendLink": linkInstead,
    "intent:changeAddress": [{ when: "meansOpenQuote", to: "same", action: "explainAddress" }, ...beginCare],
    "digit:2": noAtConfirmation,
    "digit:3": stay,
    "intent:orderProduct": [
      basketHere,
      { when: "meansQuoted", to: "same", action: "readBack" },
      { when: "pointsToProduct", to: "review", action: "quote" },
      ...which,
    ],
    "intent:applyDiscount": [
      { when: "hasDiscountCode", to: "same", action: "applyCode" },
      { to: "same", action: "explainDiscounts" },
    ],
    "intent:checkOrderStatus": [{ to: "same", action: "lookUpOrder" }],
    "succeeded:checkOrderStatus": [{ to: "same", action: "tellOrder" }],
    "failed:checkOrderStatus": [{ to: "same", action: "tellTrouble" }],
    "timeout:checkOrderStatus": [{ to: "same", action: "tellTrouble" }],
    "refused:riskUnknown": [
      { when: "needsIdentity", to: "authentication", action: "askPinAfterFailure" },
      { to: "same", action: "readBackNotNow" },
    ],
    "intent:unclear": [
      resume,
      basketHere,
      { when: "isWaiting", to: "same", action: "nothing" },
      { when: "isHopeless", to: "exit", action: "transferToPerson" },
      { to: "same", action: "askYesOrNo" },
    ],
    "risk:challenge": [{ to: "authentication", action: "askPinForSafety" }],
  },
  payment: {
    ...whilePlacing,
    "digit:3": stay,
    "risk:block": stay,
    streamBack: [{ to: "same", action: "sayStillPlacing" }],
    "refused:authenticationRequired": [{ to: "followUp", action: "tellPaymentLink" }],
    "refused:unknown": notPlaced,
    "refused:notAllowed": notPlaced,
    "refused:invalidArguments": notPlaced,
    "refused:overLimit": [
      { when: "hasFocus", to: "review", action: "tellLimit" },
      { to: "followUp", action: "tellNotPlaced" },
    ],
    "refused:notFound": notPlaced,
    "refused:ownership": notPlaced,
    "refused:discountRefused": notPlaced,
  },
  cardEntry,
  orderCare,
  careConfirmation,
  receipt: {
    spoken: [
      { when: "isBlocked", to: "exit", action: "transferBlocked" },
      { to: "followUp", action: "nothing" },
    ],
    "intent:deny": bye,
    "intent:confirm": [{ to: "intentCapture", action: "askWhatElse" }],
    "intent:goBack": [{ to: "intentCapture", action: "askWhatElse" }],
    "digit:1": [{ to: "intentCapture", action: "askWhatElse" }],
    "digit:2": bye,
    "digit:*": [{ to: "intentCapture", action: "askWhatElse" }],
  },
  followUp: {
    "intent:deny": bye,
    "intent:confirm": [
      { when: "isPaymentAwaited", to: "same", action: "tellNotPaidYet" },
      { to: "intentCapture", action: "askWhatElse" },
    ],
    "digit:1": [{ to: "intentCapture", action: "askWhatElse" }],
    "digit:2": bye,
  },
  exit: {
    ...whileLeaving,
    "digit:1": stay,
    "digit:2": stay,
    "digit:3": stay,
    "succeeded:searchProducts": stay,
    "succeeded:getProductDetails": stay,
    "succeeded:quoteOrder": stay,
    "succeeded:checkOrderStatus": stay,
    "succeeded:applyDiscount": stay,
    "succeeded:verifyIdentity": stay,
    "succeeded:getOrderDetails": stay,
    "succeeded:cancelOrder": stay,
    "succeeded:returnItems": stay,
    "succeeded:exchangeItems": stay,
    "succeeded:changeOrderAddress": stay,
    "succeeded:changeOrderPayment": stay,
    "succeeded:placeOrder": [{ to: "same", action: "tellReceiptAndLeave" }],
    "succeeded:awaitPayment": stay,
    "failed:awaitPayment": stay,
    "succeeded:addCard": stay,
    "succeeded:sendLinkAgain": stay,
    "failed:sendLinkAgain": stay,
    "timeout:sendLinkAgain": stay,
    "refused:paymentExpired": stay,
    "refused:authenticationRequired": stay,
    cardSpoken: stay,
    "silence:first": stay,
    "silence:second": stay,
    "silence:third": stay,
    "risk:challenge": stay,
    "risk:block": stay,
    streamBack: [{ to: "same", action: "leaveAgain" }],
    streamHandedOver: [{ to: "same", action: "leaveAgain" }],
    interrupted: [{ to: "same", action: "leaveNow" }],
    overdue: [{ to: "same", action: "leaveNow" }],
  },
};

/** The row of a pair: the state's own, else the trigger's default. */
export function rowFor(state: DialogueState, trigger: Trigger): Row {
  return transitions[state][trigger] ?? defaults[trigger];
}
