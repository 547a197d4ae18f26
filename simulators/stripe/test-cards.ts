/** What happens when a card is charged. */
export type CardBehaviour = keyof typeof declines | "succeeds" | "authenticationRequired";

/** How an issuer says no. */
export type Decline = { readonly code: string; readonly declineCode?: string; readonly message: string };

const declined = "Your card was declined.";

/** Codes and texts of https://docs.stripe.com/testing#declined-payments and https://docs.stripe.com/declines/codes. */
const declines = {
  declined: { code: "card_declined", declineCode: "generic_decline", message: declined },
  insufficientFunds: {
    code: "card_declined",
    declineCode: "insufficient_funds",
    message: "Your card has insufficient funds.",
  },
  lostCard: { code: "card_declined", declineCode: "lost_card", message: declined },
  stolenCard: { code: "card_declined", declineCode: "stolen_card", message: declined },
  pickupCard: { code: "card_declined", declineCode: "pickup_card", message: declined },
  fraudulent: { code: "card_declined", declineCode: "fraudulent", message: declined },
  velocityExceeded: { code: "card_declined", declineCode: "card_velocity_exceeded", message: declined },
  expiredCard: { code: "expired_card", message: "Your card has expired." },
  incorrectCvc: { code: "incorrect_cvc", message: "Your card's security code is incorrect." },
  processingError: {
    code: "processing_error",
    message: "An error occurred while processing your card. Try again in a little bit.",
  },
} as const satisfies Record<string, Decline>;

const behaviourByName: Readonly<Record<string, CardBehaviour>> = {
  pm_card_visa: "succeeds",
  pm_card_visa_debit: "succeeds",
  pm_card_mastercard: "succeeds",
  pm_card_amex: "succeeds",
  pm_card_us: "succeeds",
  pm_card_visa_chargeDeclined: "declined",
  pm_card_chargeDeclined: "declined",
  pm_card_visa_chargeDeclinedInsufficientFunds: "insufficientFunds",
  pm_card_visa_chargeDeclinedLostCard: "lostCard",
  pm_card_visa_chargeDeclinedStolenCard: "stolenCard",
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: "velocityExceeded",
  pm_card_visa_chargeDeclinedFraudulent: "fraudulent",
  pm_card_chargeDeclinedExpiredCard: "expiredCard",
  pm_card_visa_chargeDeclinedExpiredCard: "expiredCard",
  pm_card_chargeDeclinedIncorrectCvc: "incorrectCvc",
  pm_card_chargeDeclinedProcessingError: "processingError",
  pm_card_chargeCustomerFail: "declined",
  pm_card_authenticationRequired: "authenticationRequired",
};

/** Brand and last digits of the numbers behind the names, https://docs.stripe.com/testing; those not listed are a Visa ending 4242. */
const faces: Readonly<Record<string, { readonly brand?: string; readonly last4: string }>> = {
  pm_card_visa_debit: { last4: "5556" },
  pm_card_mastercard: { brand: "mastercard", last4: "4444" },
  pm_card_amex: { brand: "amex", last4: "8431" },
  pm_card_visa_chargeDeclined: { last4: "0002" },
  pm_card_chargeDeclined: { last4: "0002" },
  pm_card_visa_chargeDeclinedInsufficientFunds: { last4: "9995" },
  pm_card_visa_chargeDeclinedLostCard: { last4: "9987" },
  pm_card_visa_chargeDeclinedStolenCard: { last4: "9979" },
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: { last4: "6975" },
  pm_card_visa_chargeDeclinedFraudulent: { last4: "0019" },
  pm_card_chargeDeclinedExpiredCard: { last4: "0069" },
  pm_card_visa_chargeDeclinedExpiredCard: { last4: "0069" },
  pm_card_chargeDeclinedIncorrectCvc: { last4: "0127" },
  pm_card_chargeDeclinedProcessingError: { last4: "0119" },
  pm_card_chargeCustomerFail: { last4: "0341" },
  pm_card_authenticationRequired: { last4: "3184" },
};

/** What is printed on the card behind a test card's name. */
export function faceOfTestCard(name: string): { readonly brand?: string; readonly last4?: string } {
  return Object.hasOwn(faces, name) ? (faces[name] ?? {}) : {};
}

/** The behaviour of a test card's name, or undefined for any other id. */
export function behaviourOfTestCard(name: string): CardBehaviour | undefined {
  return Object.hasOwn(behaviourByName, name) ? behaviourByName[name] : undefined;
}

/** Attaching a card checks it, except the one that fails only when it is charged later. */
export function isRefusedWhenAttached(name: string, behaviour: CardBehaviour): boolean {
  return name !== "pm_card_chargeCustomerFail" && behaviour in declines;
}

/** How the issuer says no, or undefined for a card that is not declined. */
export function declineOf(behaviour: CardBehaviour): Decline | undefined {
  return behaviour === "succeeds" || behaviour === "authenticationRequired" ? undefined : declines[behaviour];
}

/** Reads a behaviour's name; throws `RangeError` listing those that exist. */
export function parseCardBehaviour(value: unknown): CardBehaviour {
  const names = ["succeeds", "authenticationRequired", ...Object.keys(declines)];
  if (typeof value === "string" && names.includes(value)) return value as CardBehaviour;
  throw new RangeError(`behaviour must be one of ${names.join(", ")}`);
}
