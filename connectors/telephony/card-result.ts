import type { CardEntry } from "../../schemas/generated/records.ts";

type Parameters = Readonly<Record<string, string>>;

const shapeOfToken = /^[\w-]{1,100}$/;

/**
 * How a card entry ended, from the parameters of `<Pay>`'s action. Of the card nothing but the provider's name for it is looked at. Source: Twilio, "TwiML: Pay", parameters of the
 * request to `action`.
 */
export function readCardEntry({
  Result: result = "",
  PaymentToken: token = "",
  PaymentError: error = "",
}: Parameters): CardEntry {
  switch (result) {
    case "success":
      return shapeOfToken.test(token)
        ? { outcome: "taken", paymentMethodRef: token }
        : { outcome: "unavailable", paymentMethodRef: null };
    case "caller-interrupted-with-star":
      return { outcome: "stopped", paymentMethodRef: null };
    case "too-many-failed-attempts":
      return { outcome: "refused", paymentMethodRef: null };
    default:
      // A connector's error may be the bank's no; anything else is nobody's fault who keys.
      return { outcome: /\bdeclin/i.test(error) ? "refused" : "unavailable", paymentMethodRef: null };
  }
}

const errorTypes: readonly string[] = [
  "input-timeout",
  "invalid-card-number",
  "invalid-card-type",
  "invalid-date",
  "invalid-security-code",
  "invalid-postal-code",
];

/** What went wrong on the way, as a count may name it: one of a closed list. Source: as above, `ErrorType` of the status callback. */
export function cardErrorOf({ ErrorType: type = "" }: Parameters): string {
  if (type === "") return "progress";
  return errorTypes.includes(type) ? type : "other-error";
}
