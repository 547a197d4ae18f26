import { TwilioError, twilioErrors } from "./twilio-error.ts";

/** Kinds of cards that `<Pay>` knows here. */
const cardTypes = ["visa", "mastercard", "amex"] as const;
export type CardType = (typeof cardTypes)[number];

/** `<Pay>` as the simulator executes it: a card is keyed in and the connector keeps it; nothing is charged. */
export type PayVerb = {
  readonly verb: "Pay";
  readonly action?: { readonly url: string; readonly method: "POST" };
  readonly statusCallback?: { readonly url: string; readonly method: "POST" };
  readonly paymentConnector: string;
  /** Between two keys. */
  readonly timeoutSeconds: number;
  /** How often each thing is asked for again. */
  readonly maxAttempts: number;
  readonly hasSecurityCode: boolean;
  readonly hasPostalCode: boolean;
  readonly validCardTypes: readonly CardType[];
};

/** Attributes of `<Pay>`. Source: Twilio, "TwiML: Pay". */
export const payAttributes: readonly string[] = [
  "input",
  "action",
  "statusCallback",
  "statusCallbackMethod",
  "paymentMethod",
  "timeout",
  "maxAttempts",
  "securityCode",
  "postalCode",
  "minPostalCodeLength",
  "paymentConnector",
  "tokenType",
  "chargeAmount",
  "currency",
  "language",
  "description",
  "validCardTypes",
];

function refuse(message: string): never {
  throw new TwilioError(twilioErrors.schemaViolation, message);
}

/** An address of `<Pay>`: absolute, since the TwiML may have come by REST, and https but for this machine. */
function readUrl(name: string, text: string | undefined): { url: string; method: "POST" } | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : refuse(`${name} of <Pay> must be an absolute URL`);
  const isLocal = url.protocol === "http:" && url.hostname === "127.0.0.1";
  if (url.protocol !== "https:" && !isLocal) refuse(`${name} of <Pay> must be https`);
  return { url: text, method: "POST" };
}

function readChoice(name: string, text: string | undefined, fallback: boolean): boolean {
  if (text === undefined) return fallback;
  return text === "true" || text === "false" ? text === "true" : refuse(`${name} of <Pay> must be true or false here`);
}

function readCount(name: string, text: string | undefined, fallback: number, max: number): number {
  const value = Number(text ?? fallback);
  if (!Number.isInteger(value) || value < 1 || value > max) refuse(`${name} of <Pay> must be from 1 to ${max}`);
  return value;
}

function readCardTypes(text = "visa mastercard amex"): readonly CardType[] {
  return text.split(" ").map((name) => {
    const known = cardTypes.find((type) => type === name);
    return known ?? refuse(`validCardTypes of <Pay>: ${name} is not understood here`);
  });
}

/** Reads `<Pay>`. Throws 12200 for what Twilio refuses, and for what is not understood here: charging at once, bank accounts, other tokens. */
export function readPay(attributes: Readonly<Record<string, string>>): PayVerb {
  const { chargeAmount = "0", tokenType, paymentMethod = "credit-card", input = "dtmf" } = attributes;
  if (input !== "dtmf") refuse("input of <Pay> must be dtmf");
  if (paymentMethod !== "credit-card") refuse("<Pay> is understood for credit-card only");
  if (!/^0+(?:\.0+)?$/.test(chargeAmount)) refuse("<Pay> with a chargeAmount is not understood here");
  // 64006: the connector to Stripe gives a payment method only for this type.
  if (tokenType !== "payment-method") refuse("tokenType of <Pay> must be payment-method here");
  const action = readUrl("action", attributes.action);
  const statusCallback = readUrl("statusCallback", attributes.statusCallback);
  return {
    verb: "Pay",
    paymentConnector: attributes.paymentConnector ?? "Default",
    timeoutSeconds: readCount("timeout", attributes.timeout, 5, 600),
    maxAttempts: readCount("maxAttempts", attributes.maxAttempts, 1, 3),
    hasSecurityCode: readChoice("securityCode", attributes.securityCode, true),
    hasPostalCode: readChoice("postalCode", attributes.postalCode, true),
    validCardTypes: readCardTypes(attributes.validCardTypes),
    ...(action === undefined ? {} : { action }),
    ...(statusCallback === undefined ? {} : { statusCallback }),
  };
}
