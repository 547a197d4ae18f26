/** Actions about a payment that the caller has to approve themselves, by a link that was sent to their telephone. The call goes on meanwhile. */
import { phrase, said } from "./phrases.ts";
import type { Action } from "./scene.ts";
import { count } from "./spoken-numbers.ts";
import { openQuestion } from "./talk-actions.ts";
import { receiptLines } from "./wording.ts";

export const approvalActions = {
  tellPaymentLink: ({ memory, refusal }) => {
    const minutes = refusal?.limit ?? null;
    const within = minutes === null ? "" : ` within ${count(minutes)} ${minutes === 1 ? "minute" : "minutes"}`;
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
        phrase("approve-payment"),
        phrase("link-sent"),
        said(`Please follow it${within}: I keep your order until then.`),
        phrase("link-later"),
        ...openQuestion(memory),
      ],
      watch: { tool: "awaitPayment", arguments: { quoteId: memory.placingQuoteId } },
    };
  },
  tellPaymentArrived: ({ memory, success }) => {
    const order = success?.order ?? null;
    return {
      memory: { order: order ?? memory.order, silenceCount: 0 },
      say: [phrase("payment-approved"), ...(order === null ? [] : receiptLines(order)), ...openQuestion(memory)],
      isUninterruptible: true,
    };
  },
  tellPaymentExpired: ({ memory }) => ({
    memory: { silenceCount: 0 },
    say: [phrase("link-expired"), ...openQuestion(memory)],
  }),
  tellPaymentUnsure: ({ memory }) => ({ say: [phrase("payment-unsure"), ...openQuestion(memory)] }),
  waitForPayment: ({ memory }) => (memory.silenceCount > 1 ? {} : { say: [phrase("waiting-for-payment")] }),
  tellNotPaidYet: () => ({ say: [phrase("not-paid-yet")] }),
  /** A card number was said: it was masked where it was heard, and the caller is told why. */
  explainCards: ({ memory }) => ({ say: [phrase("card-spoken"), phrase("card-saved"), ...openQuestion(memory)] }),
} as const satisfies { readonly [name: string]: Action };
