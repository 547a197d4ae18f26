/** Actions about a payment that the caller has to approve themselves, by a link that was sent to their telephone. The call goes on meanwhile. */
import { phrase, said } from "./phrases.ts";
import type { Action, Scene } from "./scene.ts";
import { count } from "./spoken-numbers.ts";
import { openQuestion } from "./talk-actions.ts";
import { receiptLines } from "./wording.ts";

function within({ refusal }: Scene): string {
  const minutes = refusal?.limit ?? null;
  return minutes === null ? "" : ` within ${count(minutes)} ${minutes === 1 ? "minute" : "minutes"}`;
}

export const approvalActions = {
  tellPaymentLink: (scene) => {
    const { memory } = scene;
    return {
      memory: {
        quote: null,
        readBack: null,
        placingCallId: null,
        placingQuoteId: null,
        linkQuoteId: memory.placingQuoteId,
        focus: null,
        wantedQuantity: null,
      },
      say: [
        phrase("approve-payment"),
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
  sendLinkAgain: ({ memory }) => ({ call: { tool: "sendLinkAgain", arguments: { quoteId: memory.linkQuoteId } } }),
  tellLinkSentAgain: ({ memory }) => ({
    memory: { silenceCount: 0 },
    say: [phrase("link-sent-again"), ...openQuestion(memory)],
  }),
  tellLinkNotSent: ({ memory, refusal }) => {
    const why = refusal?.sentence ?? null;
    return { say: [why === null ? phrase("link-trouble") : said(why), ...openQuestion(memory)] };
  },
  tellLinkTrouble: ({ memory }) => ({ say: [phrase("link-trouble"), ...openQuestion(memory)] }),
  tellNoLinkAwaited: ({ memory }) => ({ say: [phrase("no-link-awaited"), ...openQuestion(memory)] }),
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
