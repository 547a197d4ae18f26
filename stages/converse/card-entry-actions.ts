/**
 * Actions about a card that the caller keys in on their telephone. The yes to the order is asked only after the new card was read back, so a yes always means the card
 * that is charged.
 */
import type { Line } from "./memory.ts";
import { readBackWith } from "./order-actions.ts";
import { phrase, said } from "./phrases.ts";
import type { Action, Deed, Scene } from "./scene.ts";
import { money } from "./spoken-numbers.ts";
import { thanks } from "./talk-actions.ts";

function offer(change: Deed["memory"], ...before: readonly Line[]): Deed {
  return { memory: { ...change, readBack: null, placingCallId: null }, say: [...before, phrase("keypad-offer")] };
}

/** The first card of a caller who has none: what it is for is told before it is asked for. */
function offerFirst({ memory, success }: Scene, change: Deed["memory"], ...before: readonly Line[]): Deed {
  const quote = success?.quote ?? memory.quote;
  const total = quote === null ? [] : [said(`The total is ${money(quote.totalMinor, quote.currency)}.`)];
  return offer({ ...change, quote, cards: [], purpose: null }, ...before, ...total, phrase("no-saved-card"));
}

/** The order is given up: leaving the counter releases its quote. */
function leave(...before: readonly Line[]): Deed {
  return {
    memory: { focus: null, wantedQuantity: null, readBack: null },
    say: [...before, phrase("not-ordered"), phrase("anything-else")],
  };
}

export const cardEntryActions = {
  /** Who asks for a card that is not there is told so; who asks for a new one knows. */
  offerKeypad: ({ intent }) =>
    offer({}, ...(/\b(?:another|different|new|other)\b/i.test(intent?.text ?? "") ? [] : [phrase("no-such-card")])),
  offerKeypadAgain: () => offer({}),
  offerKeypadAfterDecline: () => offer({ cards: [], cardId: null }, phrase("no-other-card")),
  offerKeypadAfterRefusal: () => offer({}, phrase("card-refused")),
  offerKeypadAfterTrouble: () => offer({}, phrase("card-trouble")),
  offerFirstCard: (scene) => offerFirst(scene, {}),
  welcomeAndOfferFirstCard: (scene) => {
    const name = scene.success?.customerName ?? null;
    const known = { isIdentityProven: true, customerName: name, claim: null, isCodeSent: false };
    return offerFirst(scene, { ...known, failedTries: 0, keyedDigits: "" }, thanks(name));
  },
  collectCard: ({ memory }) => ({
    memory: { isCardAwaited: true, isMasked: true, cardTries: memory.cardTries + 1, readBack: null },
    say: [phrase("keypad-how"), phrase("keypad-star")],
    isUninterruptible: true,
    direct: "collectCard",
  }),
  saveCard: ({ cardEntry }) => ({
    say: [phrase("card-taken")],
    isUninterruptible: true,
    call: { tool: "addCard", arguments: { paymentMethodRef: cardEntry?.paymentMethodRef ?? null } },
  }),
  readBackKeyedCard: (scene) => {
    const keyed = scene.success?.cards ?? [];
    const others = scene.memory.cards.filter(({ cardId }) => !keyed.some((card) => card.cardId === cardId));
    const cards = [...keyed, ...others];
    const memory = { ...scene.memory, cards, cardId: keyed[0]?.cardId ?? null };
    return readBackWith({ ...scene, memory, success: null }, phrase("card-kept"));
  },
  readBackSaved: (scene) => readBackWith(scene, phrase("card-stopped")),
  readBackAfterCardRefusal: (scene) => readBackWith(scene, phrase("card-refused")),
  readBackAfterCardTrouble: (scene) => readBackWith(scene, phrase("card-trouble")),
  leaveOrder: () => leave(),
  leaveOrderAfterCardRefusal: () => leave(phrase("card-refused")),
  leaveOrderAfterCardTrouble: () => leave(phrase("card-trouble")),
} as const satisfies { readonly [name: string]: Action };
