import { ApiFailure } from "./api-failure.ts";
import { type Form, requiredText } from "./form.ts";
import { nowSeconds, putCard } from "./objects.ts";
import { newId, type Store, type StoredObject } from "./store.ts";
import type { CardBehaviour } from "./test-cards.ts";

/** Published test numbers and how they behave, https://docs.stripe.com/testing; other numbers that pass their check digit are good. */
const behaviours: Readonly<Record<string, CardBehaviour>> = {
  "4000000000000002": "declined",
  "4000000000009995": "insufficientFunds",
  "4000000000009987": "lostCard",
  "4000002500003155": "authenticationRequired",
  "4000002760003184": "authenticationRequired",
};

function brandOf(number: string): string {
  if (/^4/.test(number)) return "visa";
  if (/^(?:5[1-5]|2[2-7])/.test(number)) return "mastercard";
  return /^3[47]/.test(number) ? "amex" : "unknown";
}

function hasCheckDigit(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return /^\d{12,19}$/.test(number) && sum % 10 === 0;
}

function cardError(code: string, message: string): ApiFailure {
  return new ApiFailure(402, { type: "card_error", code, message }, true);
}

/** Makes a card of its number, expiry and security code; only the last four digits are kept. */
export function cardOfNumber(store: Store, form: Form): StoredObject {
  const card = form.card;
  if (typeof card !== "object" || Array.isArray(card)) {
    requiredText(form, "card");
    throw cardError("invalid_number", "Your card number is incorrect.");
  }
  const number = requiredText(card, "number");
  const expMonth = Number(requiredText(card, "exp_month"));
  const expYear = Number(requiredText(card, "exp_year"));
  if (!hasCheckDigit(number)) throw cardError("incorrect_number", "Your card number is incorrect.");
  if (!(expMonth >= 1 && expMonth <= 12))
    throw cardError("invalid_expiry_month", "Your card's expiration month is invalid.");
  const isPast = Date.UTC(expYear, expMonth, 1) <= nowSeconds() * 1000;
  if (isPast) throw cardError("invalid_expiry_year", "Your card's expiration year is invalid.");
  const behaviour = behaviours[number] ?? "succeeds";
  const brand = brandOf(number);
  return putCard(store, {
    id: newId("pm"),
    customer: null,
    behaviour,
    brand,
    last4: number.slice(-4),
    expMonth,
    expYear,
  });
}
