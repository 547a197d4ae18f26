/** Rows about a card that the caller keys in, where nobody of the line hears the keys. */
import { beginCare } from "./care-rows.ts";
import type { GuardName } from "./guards.ts";
import type { Choice, Row, TransitionTable } from "./row.ts";
import { linkInstead, resume, stay } from "./shared-rows.ts";

type Guarded = Choice & { readonly when: GuardName };

/** Another card for what was read back: one of the saved ones, or a new one. */
export const otherCard: readonly Guarded[] = [
  { when: "wantsNewCard", to: "cardEntry", action: "offerKeypad" },
  { when: "meansOpenQuote", to: "same", action: "useCard" },
];

const busy: readonly Guarded[] = [
  { when: "isCardAwaited", to: "same", action: "nothing" },
  { when: "isWaiting", to: "same", action: "nothing" },
];
const keyIn: Row = [...busy, { to: "same", action: "collectCard" }];
const leaveIt: Row = [
  ...busy,
  { when: "hasCardLeft", to: "confirmation", action: "readBackSaved" },
  { when: "isLinkOffered", to: "confirmation", action: "offerLink" },
  { to: "followUp", action: "leaveOrder" },
];
const refused: Row = [
  { when: "canKeyCard", to: "same", action: "offerKeypadAfterRefusal" },
  { when: "hasCardLeft", to: "confirmation", action: "readBackAfterCardRefusal" },
  { when: "isLinkOffered", to: "confirmation", action: "offerLinkAfterCardRefusal" },
  { to: "followUp", action: "leaveOrderAfterCardRefusal" },
];
const trouble: Row = [
  { when: "hasCardLeft", to: "confirmation", action: "readBackAfterCardTrouble" },
  { when: "isLinkOffered", to: "confirmation", action: "offerLinkAfterCardTrouble" },
  { to: "followUp", action: "leaveOrderAfterCardTrouble" },
];

/** Waits for a yes to keying a card in, then for the caller to come back, then for the card to be saved. */
export const cardEntry: TransitionTable["cardEntry"] = {
  "intent:confirm": keyIn,
  "intent:changePayment": keyIn,
  "digit:1": keyIn,
  "intent:deny": leaveIt,
  "intent:goBack": leaveIt,
  "digit:2": leaveIt,
  "digit:*": leaveIt,
  "digit:3": stay,
  "intent:provideDigits": [...busy, { to: "same", action: "offerKeypadAgain" }],
  "intent:unclear": [
    resume,
    ...busy,
    { when: "isHopeless", to: "exit", action: "transferToPerson" },
    { to: "same", action: "offerKeypadAgain" },
  ],
  "intent:resendLink": [{ when: "isCardAwaited", to: "same", action: "nothing" }, ...linkInstead],
  "intent:cancelOrder": [{ when: "meansOpenQuote", to: "productSearch", action: "dropQuote" }, ...beginCare],
  cardTaken: [
    // The call came to look risky meanwhile: who they are is proven anew first.
    { when: "needsIdentity", to: "authentication", action: "askPinForSafety" },
    { to: "same", action: "saveCard" },
  ],
  cardStopped: [
    { when: "hasCardLeft", to: "confirmation", action: "readBackSaved" },
    { when: "isLinkOffered", to: "confirmation", action: "offerLinkAfterStop" },
    { to: "followUp", action: "leaveOrder" },
  ],
  cardRefused: refused,
  cardUnavailable: [{ when: "canKeyCard", to: "same", action: "offerKeypadAfterTrouble" }, ...trouble],
  cardOverdue: trouble,
  "succeeded:addCard": [{ to: "confirmation", action: "readBackKeyedCard" }],
  "refused:cardDeclined": refused,
  "refused:notFound": trouble,
  "refused:riskUnknown": trouble,
  "failed:addCard": trouble,
  "timeout:addCard": trouble,
};
