import type { Line } from "./memory.ts";

/** Sentences without anything of the caller's in them: their audio can be kept. */
const texts = {
  "what-else": "What else can I find for you?",
  "what-to-find": "What are you looking for?",
  "anything-else": "Is there anything else I can do for you?",
  "which-one": "Which one would you like?",
  "which-one-unsure": "I'm not sure which one you mean.",
  "which-one-hint": "You can say its name or its place in the list, or press its number.",
  "order-it": "Would you like to order it?",
  "did-not-catch": "Sorry, I didn't catch that.",
  "not-sure": "I'm not sure I understood you.",
  "say-again": "Could you say it in other words?",
  "could-not-hear": "Sorry, I couldn't hear you well. Could you say that again?",
  "help-shop": "You can tell me what you are looking for, ask about a product, or ask where an order is.",
  "help-person": "Press 0 at any time to talk to a person.",
  "help-keys": "Press 9 to hear the last thing again, and star to go back.",
  "still-there": "Are you still there?",
  "take-your-time": "I'm still here. Take your time.",
  "nobody-there": "I can't hear anyone, so I'll hang up now. Please call again any time. Good-bye.",
  goodbye: "Thank you for calling. Good-bye!",
  "to-person": "I'll connect you with a person now. Please stay on the line.",
  "to-person-pin": "I couldn't confirm who you are, so I'll connect you with a person who can help.",
  "to-person-card": "I don't find a saved card for you, so I'll connect you with a person who can take your order.",
  "to-person-blocked": "I'm sorry, I can't help with this on this line. I'll connect you with a person.",
  "cut-off": "Sorry, we got cut off for a moment.",
  "one-moment-order": "One moment while I place your order.",
  "still-placing": "I'm still placing your order. One moment, please.",
  "nothing-charged": "Nothing was charged.",
  unconfirmed:
    "I'm still confirming your order, and it takes longer than usual. We will text you as soon as it is settled. You won't be charged twice.",
  "order-not-placed": "I'm sorry, I could not place the order, and nothing was charged.",
  "late-not-placed": "I have news about your order: it did not go through, and nothing was charged.",
  "try-again": "I'm sorry, something went wrong, and nothing was charged.",
  trouble: "I'm sorry, I'm having trouble looking that up right now.",
  cannot: "I'm sorry, I can't do that.",
  "out-of-scope": "I'm sorry, I can only help with our products and your orders.",
  "no-discounts":
    "I can't give discounts myself. If you have a discount code, tell me the code once I've read you the total.",
  "discount-refused": "I'm sorry, that code doesn't work for this order.",
  "pin-order": "To use your saved card, I need your PIN. Say it, or key it in and press pound.",
  "pin-status": "To look up your order, I need your PIN. Say it, or key it in and press pound.",
  "pin-safety": "For your safety, please tell me your PIN once more. Say it, or key it in and press pound.",
  "pin-again": "Please say your PIN, or key it in and press pound.",
  "pin-refused": "That PIN doesn't match.",
  "pin-trouble": "I'm sorry, I couldn't check that just now.",
  "place-it": "Shall I place the order? Say yes or press 1, say no or press 2.",
  "place-it-sure":
    "Just to be sure: do you want me to place this order and charge the card? Say yes or press 1, say no or press 2.",
  "yes-or-no": "Sorry, was that a yes or a no? Press 1 for yes or 2 for no.",
  "not-ordered": "All right, I haven't ordered anything.",
  "no-more": "That's all I have for that.",
  "nothing-found": "I'm sorry, I found nothing like that.",
  "order-not-found": "I'm sorry, I can't find that order.",
  "sold-out": "I'm sorry, that has just sold out.",
  "price-changed": "The price has changed since I looked. Let me get you the new one.",
  "quote-again": "That offer has run out. Let me check it again.",
  "other-card": "I'm sorry, that card was declined, and nothing was charged.",
  "no-other-card": "I'm sorry, the card was declined, and I have no other saved card for you. Nothing was charged.",
  "digits-for-what": "I don't need any digits right now.",
} as const;

export type PhraseId = keyof typeof texts;

/** A fixed phrase. */
export function phrase(phraseId: PhraseId): Line {
  return { text: texts[phraseId], phraseId, productId: null };
}

/** A sentence with data in it. */
export function said(text: string): Line {
  return { text, phraseId: null, productId: null };
}
