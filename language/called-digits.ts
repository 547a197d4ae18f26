/** What digits are, by what they are called. Pure. */
import type { DigitRun } from "./digits.ts";
import type { Word } from "./words.ts";

const cardWords = new Set("card cards visa mastercard master amex discover debit credit".split(" "));
const pinWords = new Set("pin passcode password".split(" "));
const otherWords = new Set(
  "order orders tracking invoice confirmation reference zip postcode postal phone telephone mobile cell call reach text".split(
    " ",
  ),
);
/** A code that is named by the word before it: a postal code, a discount code. */
const namedCodes = /^(?:zip|post|postal|area|country|discount|promo|promotion|coupon|voucher)$/;
const units = new Set(
  "dollar dollars buck bucks cent cents pound pounds euro euros percent % of piece pieces".split(" "),
);

function nameOf(words: readonly Word[], at: number): "card" | "pin" | "code" | "other" | null {
  const text = words[at]?.text ?? "";
  if (cardWords.has(text)) return "card";
  if (pinWords.has(text)) return "pin";
  if (text === "code" || text === "codes") {
    const before = words[at - 1]?.text ?? "";
    return pinWords.has(before) ? "pin" : namedCodes.test(before) ? "other" : "code";
  }
  return otherWords.has(text) ? "other" : null;
}

/** What a run of digits is called by the nearest word before it that names a number, or by the unit behind it: amounts are `other`. Null when nothing names it. */
export function digitsCalled(words: readonly Word[], run: DigitRun): "card" | "pin" | "code" | "other" | null {
  const isAmount =
    units.has(words[run.to]?.text ?? "") ||
    words.slice(run.from, run.to).some(({ text }) => /^(?:[$£€].*|hundred|thousand)$/.test(text));
  if (isAmount) return "other";
  for (let at = run.from - 1; at >= 0; at -= 1) {
    const name = nameOf(words, at);
    if (name !== null) return name;
  }
  return null;
}
