/** Actions about a payment that the caller makes themselves, by a link that was sent to their telephone: their bank wants it, or there is no card. The call goes on meanwhile. */
import { proven } from "./identity-actions.ts";
import type { Line } from "./memory.ts";
import { readBackWith } from "./order-actions.ts";
import { phrase, said } from "./phrases.ts";
import type { Action, Deed, Scene } from "./scene.ts";
import { count } from "./spoken-numbers.ts";
import { openQuestion, thanks } from "./talk-actions.ts";
import { receiptLines } from "./wording.ts";

function within({ refusal }: Scene): string {
  const minutes = refusal?.limit ?? null;
  return minutes === null ? "" : ` within ${count(minutes)} ${minutes === 1 ? "minute" : "minutes"}`;
}

/** Reads the order back with a link to pay by instead of a card. */
function offerLink(scene: Scene, ...before: readonly Line[]): Deed {
  const { cards } = scene.memory;
  const deed = readBackWith({ ...scene, memory: { ...scene.memory, cards: [], cardId: null } }, ...before);
  return { ...deed, memory: { ...deed.memory, cards, placingCallId: null } };
}

export const approvalActions = {
  offerLink: (scene) => offerLink(scene),
  /** The card that was declined is not spoken of again. */
  offerLinkAfterDecline: (scene) =>
    offerLink({ ...scene, memory: { ...scene.memory, cards: [] } }, phrase("other-card")),
  offerLinkAfterStop: (scene) => offerLink(scene, phrase("card-stopped")),
  offerLinkAfterCardRefusal: (scene) => offerLink(scene, phrase("card-refused")),
  offerLinkAfterCardTrouble: (scene) => offerLink(scene, phrase("card-trouble")),
  tellPaymentLink: (scene) => {
    const { memory } = scene;
    return {
      memory: {
        quote: null,
        readBack: null,
        placingCallId: null,
        placingQuoteId: null,
        focus: null,
        wantedQuantity: null,
      },
      say: [
        ...(memory.isPlacingByLink ? [] : [phrase("approve-payment")]),
        phrase("link-sent"),
        said(`Please follow it${within(scene)}: I keep your order until then.`),
        phrase("link-later"),
        ...openQuestion(memory),
      ],
      watch: { tool: "awaitPayment", arguments: { quoteId: memory.placingQuoteId } },
    };
  },
  /** What an order that was placed before costs more: it is changed, and changed back if nobody pays. */
  tellCareLink: (scene) => ({
    memory: { care: null },
    say: [
      phrase("approve-payment"),
      phrase("link-sent"),
      said(`Please follow it${within(scene)}: otherwise your order stays as it was.`),
      phrase("anything-else"),
    ],
  }),
  tellPaymentArrived: ({ memory, success }) => {
    const order = success?.order ?? null;
    return {
      memory: { order: order ?? memory.order, silenceCount: 0 },
      say: [phrase("payment-approved"), ...(order === null ? [] : receiptLines(order)), ...openQuestion(memory)],
      isUninterruptible: true,
    };
  },
  askPinForLink: () => ({
    memory: { purpose: "link", isIdentityProven: false, keyedDigits: "" },
    say: [phrase("pin-link")],
  }),
  sendLinkAgain: () => ({ memory: { purpose: null }, call: { tool: "sendLinkAgain", arguments: {} } }),
  welcomeAndSendLink: (scene) => ({
    memory: { ...proven(scene), purpose: null },
    say: [thanks(scene.success?.customerName ?? null)],
    call: { tool: "sendLinkAgain", arguments: {} },
  }),
  tellLinkSentAgain: ({ memory }) => ({
    memory: { silenceCount: 0 },
    say: [phrase("link-sent-again"), ...openQuestion(memory)],
  }),
  tellLinkNotSent: ({ memory, refusal }) => {
    const why = refusal?.sentence ?? null;
    return { say: [why === null ? phrase("link-trouble") : said(why), ...openQuestion(memory)] };
  },
  tellLinkTrouble: ({ memory }) => ({ say: [phrase("link-trouble"), ...openQuestion(memory)] }),
  tellPaymentExpired: ({ memory }) => ({
    memory: { silenceCount: 0 },
    say: [phrase("link-expired"), ...openQuestion(memory)],
  }),
  tellPaymentUnsure: ({ memory }) => ({ say: [phrase("payment-unsure"), ...openQuestion(memory)] }),
  waitForPayment: ({ memory }) => (memory.silenceCount > 1 ? {} : { say: [phrase("waiting-for-payment")] }),
  tellNotPaidYet: () => ({ say: [phrase("not-paid-yet")] }),
  /** A card number was said: it was masked where it was heard, and the caller is told why. */
  explainCards: ({ memory, config }) => ({
    say: [
      phrase("card-spoken"),
      phrase(config.payConnector === "" ? "card-saved" : "card-saved-or-keyed"),
      ...openQuestion(memory),
    ],
  }),
} as const satisfies { readonly [name: string]: Action };
