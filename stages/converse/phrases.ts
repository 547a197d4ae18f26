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
  "help-shop":
    "You can tell me what you are looking for, ask about a product, or ask about your orders: where one is, or to cancel, change or return it.",
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
    "I'm still confirming your order, and it takes longer than usual. It will be settled by itself: please ask me for it a little later. You won't be charged twice.",
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
  "pin-or-code": "If you don't remember it, say: send me a code.",
  "code-sent": "If we know the number you are calling from, a code is on its way to it by text message.",
  "code-say": "Say it, or key it in and press pound.",
  "code-again": "Please say the code, or key it in and press pound.",
  "code-refused": "That doesn't match.",
  "no-code": "I'm sorry, I can't send you a code now.",
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
  "same-again": "To have it once more, say: order it again.",
  "pin-reorder": "To find your last order, I need your PIN. Say it, or key it in and press pound.",
  "address-after-order":
    "This order goes to your own address. Once it is placed, I can send it somewhere else before it is packed.",
  "no-such-card": "I don't find that card among those that you saved.",
  "pin-care": "Before I touch your orders, I need your PIN. Say it, or key it in and press pound.",
  "which-order": "Which order do you mean? Say what is in it, or its number.",
  "which-items": "Which of it do you mean? Say its name, or say all of it.",
  "replaced-by-what": "What would you like instead?",
  "replaced-by-that": "Would you like that one?",
  "no-replacement": "I have nothing else of that kind right now.",
  "cancel-reason": "Why do you want to cancel it: was it ordered by mistake, or is it no longer needed?",
  "which-address": "Where shall it go? Please tell me the street, the city, the state and the ZIP code.",
  "addresses-on-file": "I have these addresses for you.",
  "which-stored-address": "Which one shall it be? Or tell me another one, with street, city, state and ZIP code.",
  "which-method": "Which one shall it be?",
  "no-other-method": "I don't have another way to pay on file for you. Which card shall it be?",
  "shall-i": "Shall I do that? Say yes or press 1, say no or press 2.",
  "shall-i-sure": "Just to be sure: shall I really do that? Say yes or press 1, say no or press 2.",
  "changed-meanwhile": "Something has changed since I told you. This is how it is now.",
  "one-moment": "One moment, please.",
  "still-doing": "I'm still doing that. One moment, please.",
  "order-left": "All right, I left the order as it is.",
  "order-as-it-was": "Your order is as it was.",
  "care-unsure":
    "I'm still working on that, and it takes longer than usual. It will be settled by itself: please ask me for the order a little later.",
  "not-open": "I'm sorry, that is not possible with it any more, or not yet.",
  "cancel-instead": "But you can still cancel it.",
  "send-it-back": "Please send it back in its box.",
  "no-orders": "I'm sorry, I don't find any orders of yours.",
  "approve-payment": "Your bank wants you to approve this payment yourself, so nothing was charged yet.",
  "link-sent": "I have sent you a link by text message.",
  "link-later": "You can stay on the line, or hang up meanwhile.",
  "payment-approved": "Your payment is approved, thank you.",
  "link-expired": "The link for your payment has run out, so I gave the order up. Nothing was charged.",
  "payment-unsure": "I lost sight of your payment. Please ask me for the order a little later.",
  "waiting-for-payment": "Take your time with the link. I'll tell you as soon as your payment is approved.",
  "not-paid-yet": "I don't see your payment yet. I'll tell you as soon as it is there.",
  "paid-later": "Your order goes through as soon as you have approved the payment.",
  "card-spoken":
    "For your safety I don't listen to card numbers, and I didn't keep this one: please never say one on this line.",
  "card-saved": "I can only use a card that you have saved with us.",
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
