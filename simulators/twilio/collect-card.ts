import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "./line.ts";
import type { KeyedCard } from "./pay-connector.ts";
import type { CardType, PayVerb } from "./pay-verb.ts";

/** How the keying ended. */
export type Collected =
  | { readonly card: KeyedCard; readonly cardType: CardType }
  | { readonly stopped: "star" | "tooManyAttempts" | "callOver"; readonly error: string };

/** One thing that is asked for: what is said, how many keys it has, and what is wrong with what was keyed. */
type Question = {
  readonly for: "payment-card-number" | "expiration-date" | "security-code" | "postal-code";
  readonly prompt: string;
  readonly maxKeys: number;
  fault(keys: string): string | null;
};

/** Parameters of a status callback, beside those of every request. */
export type PayProgress = Readonly<Record<string, string>>;

/** The card's kind by its first digits; undefined for one that is not known here. */
function cardTypeOf(number: string): CardType | undefined {
  if (/^4/.test(number)) return "visa";
  if (/^(?:5[1-5]|2[2-7])/.test(number)) return "mastercard";
  return /^3[47]/.test(number) ? "amex" : undefined;
}

function hasCheckDigit(number: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...number].reverse().entries()) {
    const weighed = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

function isFuture(expiry: string): boolean {
  const month = Number(expiry.slice(0, 2));
  if (month < 1 || month > 12) return false;
  return Date.UTC(2000 + Number(expiry.slice(2)), month, 1) > Date.now();
}

/** A number with only its last four digits, as Twilio tells it. */
export function maskedNumber(number: string): string {
  return number.slice(-4).padStart(number.length, "x");
}

/**
 * What `<Pay>` does with the caller: asks for one thing after the other, as often as it may, takes keys that come early, and stops at star. Nothing that is keyed leaves it but in its result.
 */
export async function collectCard(
  verb: PayVerb,
  line: Line,
  signal: AbortSignal,
  onProgress: (progress: PayProgress) => void,
): Promise<Collected> {
  const keys: string[] = [];
  let wake = Promise.withResolvers<void>();
  const stopTaking = line.takeDigits((key) => {
    keys.push(key);
    wake.resolve();
  });

  /** The next key; null when none comes in time. */
  async function nextKey(): Promise<string | null> {
    if (keys.length === 0 && !signal.aborted) {
      wake = Promise.withResolvers<void>();
      const timer = new AbortController();
      const timeout = sleep(verb.timeoutSeconds * 1000, undefined, { signal: AbortSignal.any([signal, timer.signal]) });
      await Promise.race([wake.promise, timeout.catch(() => undefined)]);
      timer.abort();
    }
    return keys.shift() ?? null;
  }

  /** Says the prompt until the first key; keys that are there already need none. */
  async function prompt(text: string): Promise<void> {
    if (keys.length > 0) return;
    wake = Promise.withResolvers<void>();
    const pressed = new AbortController();
    void wake.promise.then(() => pressed.abort());
    await line.say(text, AbortSignal.any([signal, pressed.signal]));
  }

  async function ask(question: Question): Promise<{ readonly keys: string } | Extract<Collected, { stopped: string }>> {
    let error = "";
    for (let attempt = 1; attempt <= verb.maxAttempts + 1; attempt += 1) {
      onProgress({ For: question.for, Attempt: String(attempt), ...(error === "" ? {} : { ErrorType: error }) });
      await prompt(error === "" ? question.prompt : `I did not get that. ${question.prompt}`);
      let keyed = "";
      let hasTimedOut = false;
      while (keyed.length < question.maxKeys) {
        const key = await nextKey();
        if (signal.aborted) return { stopped: "callOver", error: "" };
        if (key === "*") return { stopped: "star", error: "" };
        hasTimedOut = key === null;
        if (key === null || key === "#") break;
        keyed += key;
      }
      // The pound key after the last digit belongs to it.
      if (keyed.length === question.maxKeys && keys[0] === "#") keys.shift();
      const fault = keyed === "" && hasTimedOut ? "input-timeout" : question.fault(keyed);
      if (fault === null) return { keys: keyed };
      error = fault;
    }
    return { stopped: "tooManyAttempts", error };
  }

  try {
    const number = await ask({
      for: "payment-card-number",
      prompt: "Please enter your credit card number, followed by the pound key.",
      maxKeys: 19,
      fault(keyed) {
        const type = cardTypeOf(keyed);
        if (!/^\d{13,19}$/.test(keyed) || !hasCheckDigit(keyed)) return "invalid-card-number";
        return type !== undefined && verb.validCardTypes.includes(type) ? null : "invalid-card-type";
      },
    });
    if ("stopped" in number) return number;
    const cardType = cardTypeOf(number.keys) ?? "visa";
    const expiry = await ask({
      for: "expiration-date",
      prompt: "Please enter the expiration date, two digits for the month and two digits for the year.",
      maxKeys: 4,
      fault: (keyed) => (/^\d{4}$/.test(keyed) && isFuture(keyed) ? null : "invalid-date"),
    });
    if ("stopped" in expiry) return expiry;
    const codeLength = cardType === "amex" ? 4 : 3;
    const code = verb.hasSecurityCode
      ? await ask({
          for: "security-code",
          prompt: "Please enter the security code of the card.",
          maxKeys: codeLength,
          fault: (keyed) => (/^\d+$/.test(keyed) && keyed.length === codeLength ? null : "invalid-security-code"),
        })
      : { keys: "" };
    if ("stopped" in code) return code;
    const postal = verb.hasPostalCode
      ? await ask({
          for: "postal-code",
          prompt: "Please enter the ZIP code of the card's address.",
          maxKeys: 5,
          fault: (keyed) => (/^\d{5}$/.test(keyed) ? null : "invalid-postal-code"),
        })
      : { keys: "" };
    if ("stopped" in postal) return postal;
    const card = { number: number.keys, expiry: expiry.keys, securityCode: code.keys, postalCode: postal.keys };
    return { card, cardType };
  } finally {
    stopTaking();
  }
}
