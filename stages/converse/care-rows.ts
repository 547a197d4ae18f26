/** Rows of the transition table for orders that were placed and are taken care of. */
import type { Choice, Row } from "./row.ts";
import { bye, person, resume, search, stay } from "./shared-rows.ts";

type Guarded = Choice & { readonly when: NonNullable<Choice["when"]> };

/** What follows from what is known by now. None of them holds when what was said is no answer. */
export const careNext: readonly Guarded[] = [
  { when: "careIsTold", to: "followUp", action: "tellOwnOrders" },
  { when: "careIsNotOpen", to: "followUp", action: "tellNotOpen" },
  { when: "careLacksVariants", to: "orderCare", action: "lookUpReplacements" },
  { when: "careLacksSearch", to: "orderCare", action: "searchReplacement" },
  { when: "careLacksAnswer", to: "orderCare", action: "askCareQuestion" },
  { when: "careIsReady", to: "orderCare", action: "proposeCare" },
];

/** A wish that is about an order that was placed. */
export const beginCare: Row = [
  { when: "needsIdentity", to: "authentication", action: "askPinForCare" },
  { to: "orderCare", action: "lookUpOwnOrders" },
];

const hopeless: Guarded = { when: "careIsHopeless", to: "exit", action: "transferToPerson" };
const again: Row = [hopeless, { to: "same", action: "askCareAgain" }];
const answer: Row = [...careNext, ...again];
const drop: Row = [{ to: "followUp", action: "dropCare" }];
const busy: Guarded = { when: "isDoingCare", to: "same", action: "sayStillDoing" };
const unlessBusy = (row: Row): Row => [busy, ...row];

/** Something is missing, and was asked for. */
export const orderCare = {
  "intent:cancelOrder": [...careNext, ...beginCare],
  "intent:returnItems": [...careNext, ...beginCare],
  "intent:exchangeItems": [...careNext, ...beginCare],
  "intent:changeAddress": [...careNext, ...beginCare],
  "intent:changePayment": [...careNext, ...beginCare],
  "intent:checkOrderStatus": [...careNext, ...beginCare],
  "intent:confirm": answer,
  "intent:selectProduct": answer,
  "intent:askDetails": answer,
  "intent:orderProduct": answer,
  "intent:changeQuantity": answer,
  "intent:provideDigits": answer,
  "intent:applyDiscount": answer,
  "intent:outOfScope": answer,
  "intent:refineSearch": answer,
  "intent:searchProducts": [...careNext, ...search],
  "intent:reorder": answer,
  "intent:goodbye": [...careNext, ...bye],
  "intent:talkToPerson": [...careNext, ...person],
  "intent:deny": [...careNext, ...drop],
  "intent:goBack": [...careNext, ...drop],
  "intent:unclear": [resume, ...careNext, { when: "isWaiting", to: "same", action: "nothing" }, ...again],
  "digit:1": [...careNext, ...stay],
  "digit:2": [...careNext, ...stay],
  "digit:3": [...careNext, ...stay],
  "digit:*": drop,
  "succeeded:searchProducts": [...careNext, { to: "followUp", action: "dropCare" }],
  "failed:searchProducts": [{ to: "followUp", action: "tellCareFailed" }],
  "timeout:searchProducts": [{ to: "followUp", action: "tellCareFailed" }],
} as const satisfies { readonly [trigger: string]: Row };

const yes: Row = [
  { when: "needsIdentity", to: "authentication", action: "askPinForCareAgain" },
  { when: "isCareUnheard", to: "same", action: "readCareBackAgain" },
  { when: "careNeedsSecondYes", to: "same", action: "askCareOnceMore" },
  { to: "same", action: "doCare" },
];

/** What would be done was read back. While it is being done nothing else is begun. */
export const careConfirmation = {
  "intent:confirm": unlessBusy(yes),
  "digit:1": unlessBusy(yes),
  "intent:deny": unlessBusy([...careNext, ...drop]),
  "digit:2": unlessBusy(drop),
  "digit:3": stay,
  "digit:*": unlessBusy(drop),
  "digit:0": unlessBusy(person),
  "intent:goBack": unlessBusy(drop),
  "intent:cancelOrder": unlessBusy([...careNext, ...beginCare]),
  "intent:returnItems": unlessBusy([...careNext, ...beginCare]),
  "intent:exchangeItems": unlessBusy([...careNext, ...beginCare]),
  "intent:changeAddress": unlessBusy([...careNext, ...beginCare]),
  "intent:changePayment": unlessBusy([...careNext, ...beginCare]),
  "intent:checkOrderStatus": unlessBusy(beginCare),
  "intent:reorder": unlessBusy([
    { when: "needsIdentity", to: "authentication", action: "askPinForReorder" },
    { to: "question", action: "lookUpLastOrder" },
  ]),
  "intent:selectProduct": unlessBusy([...careNext, { to: "same", action: "askYesOrNo" }]),
  "intent:askDetails": unlessBusy([...careNext, { to: "same", action: "readCareBackAgain" }]),
  "intent:orderProduct": unlessBusy([...careNext, { to: "same", action: "askYesOrNo" }]),
  "intent:changeQuantity": unlessBusy([...careNext, { to: "same", action: "askYesOrNo" }]),
  "intent:searchProducts": unlessBusy([...careNext, ...search]),
  "intent:refineSearch": unlessBusy([...careNext, { to: "same", action: "askYesOrNo" }]),
  "intent:provideDigits": unlessBusy([...careNext, { to: "same", action: "askYesOrNo" }]),
  "intent:applyDiscount": unlessBusy([{ to: "same", action: "explainDiscounts" }]),
  "intent:outOfScope": unlessBusy([...careNext, { to: "same", action: "sayOutOfScope" }]),
  "intent:repeat": unlessBusy([{ to: "same", action: "repeatResponse" }]),
  "intent:help": unlessBusy([{ to: "same", action: "giveHelp" }]),
  "intent:talkToPerson": unlessBusy(person),
  "intent:goodbye": unlessBusy(bye),
  injection: unlessBusy([{ to: "same", action: "answerTrick" }]),
  "intent:unclear": [
    busy,
    resume,
    { when: "isHopeless", to: "exit", action: "transferToPerson" },
    { to: "same", action: "askYesOrNo" },
  ],
  "risk:challenge": [
    { when: "isDoingCare", to: "same", action: "nothing" },
    { to: "authentication", action: "askPinForCareAgain" },
  ],
  streamBack: [
    { when: "isDoingCare", to: "same", action: "sayStillDoing" },
    { to: "same", action: "resumeAfterLoss" },
  ],
} as const satisfies { readonly [trigger: string]: Row };

const isCareCall = "isCareCall" as const;
const refusedOnce: Guarded = { when: "careCanBeAnsweredAnew", to: "orderCare", action: "askRefusedAgain" };

/** What comes first where a refusal is of a tool that takes care of an order. */
export const careRefused: readonly Guarded[] = [
  refusedOnce,
  { when: isCareCall, to: "followUp", action: "tellCareRefused" },
];
/** A reason that only those tools refuse for. */
export const onlyCareRefused: Row = [...careRefused, { to: "intentCapture", action: "tellCannot" }];

/** Results of the tools that take care of orders, wherever they come. */
export const careResults = {
  "succeeded:getOrderDetails": [...careNext, { to: "followUp", action: "tellNoOrders" }],
  "succeeded:cancelOrder": [{ to: "followUp", action: "tellCareDone" }],
  "succeeded:returnItems": [{ to: "followUp", action: "tellCareDone" }],
  "succeeded:exchangeItems": [{ to: "followUp", action: "tellCareDone" }],
  "succeeded:changeOrderAddress": [{ to: "followUp", action: "tellCareDone" }],
  "succeeded:changeOrderPayment": [{ to: "followUp", action: "tellCareDone" }],
  "failed:getOrderDetails": [{ to: "followUp", action: "tellTrouble" }],
  "timeout:getOrderDetails": [{ to: "followUp", action: "tellTrouble" }],
  "failed:cancelOrder": careFailed(),
  "failed:returnItems": careFailed(),
  "failed:exchangeItems": careFailed(),
  "failed:changeOrderAddress": careFailed(),
  "failed:changeOrderPayment": careFailed(),
  "timeout:cancelOrder": [{ to: "followUp", action: "tellCareUnsure" }],
  "timeout:returnItems": [{ to: "followUp", action: "tellCareUnsure" }],
  "timeout:exchangeItems": [{ to: "followUp", action: "tellCareUnsure" }],
  "timeout:changeOrderAddress": [{ to: "followUp", action: "tellCareUnsure" }],
  "timeout:changeOrderPayment": [{ to: "followUp", action: "tellCareUnsure" }],
  "intent:cancelOrder": beginCare,
  "intent:returnItems": beginCare,
  "intent:exchangeItems": beginCare,
  "intent:changeAddress": beginCare,
  "intent:changePayment": beginCare,
  "refused:wrongState": onlyCareRefused,
  "refused:reasonNotAccepted": onlyCareRefused,
  "refused:nothingToDo": onlyCareRefused,
  "refused:countsDiffer": onlyCareRefused,
  "refused:itemNotInOrder": onlyCareRefused,
  "refused:sameItem": onlyCareRefused,
  "refused:otherType": onlyCareRefused,
  "refused:unavailable": onlyCareRefused,
  "refused:methodUnknown": onlyCareRefused,
  "refused:sameMethod": onlyCareRefused,
  "refused:movedAlready": onlyCareRefused,
  "refused:giftCardTooLow": onlyCareRefused,
  "refused:refundElsewhere": onlyCareRefused,
  "refused:tooLate": onlyCareRefused,
  "refused:taxWouldChange": onlyCareRefused,
  "refused:moneyUnderWay": onlyCareRefused,
} as const satisfies { readonly [trigger: string]: Row };

/** A fault before the yes changed nothing; after it, nobody knows. */
function careFailed(): Row {
  return [
    { when: "careIsUnsure", to: "followUp", action: "tellCareUnsure" },
    { to: "followUp", action: "tellCareFailed" },
  ];
}
